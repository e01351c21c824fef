"""The search for a failing case, past known causes, and its smallest form."""

from __future__ import annotations
