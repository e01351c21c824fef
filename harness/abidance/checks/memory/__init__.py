"""Checks of the memory that a call reads and writes."""

from __future__ import annotations
