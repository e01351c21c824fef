"""Calls, values and callbacks as C."""

from __future__ import annotations
