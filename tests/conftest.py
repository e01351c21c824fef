from __future__ import annotations

import gc
import os
import sys

pytest_plugins = ["pytester"]

# These tests start hundreds of Pythons, and each would compile us anew where the environment forbids to keep that.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What accepts a baseline refuses to in CI: a test that is about this sets the variable itself.
os.environ.pop("CI", None)


def pytest_collection_finish():
    """Leave what is loaded out of every later collection of garbage: looking through it took a tenth of the time."""
    gc.collect()
    gc.freeze()
