"""Time, instructions and growth of calls."""

from __future__ import annotations
