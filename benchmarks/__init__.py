"""What the README's performance figures are made with: `make bench`, or `python -m benchmarks`."""

from __future__ import annotations
