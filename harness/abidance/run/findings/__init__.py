"""Confirms a failing case in fresh processes, and stores it."""

from __future__ import annotations
