"""`python -m abidance` is `abidance`."""

from __future__ import annotations

import sys

from abidance.cli.main import program

if __name__ == "__main__":
    sys.exit(program())
