"""A contract compiled to C: a target that a coverage-guided engine runs, and cases from what it has found."""

from __future__ import annotations
