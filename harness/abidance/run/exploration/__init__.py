"""Exploring: a compiled contract run by a coverage-guided engine, and its inputs handed over as cases."""

from __future__ import annotations
