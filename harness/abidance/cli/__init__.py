"""The command line: one file for each command, one table."""

from __future__ import annotations
