"""Checks of budgets: time, instructions, memory, growth."""

from __future__ import annotations
