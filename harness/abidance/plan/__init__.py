"""Call plans and observations: the pure data that the parent and the worker share (decision 8)."""

from __future__ import annotations
