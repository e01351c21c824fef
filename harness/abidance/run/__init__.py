"""The engine: phases over a boundary, told to whoever listens as events."""

from __future__ import annotations
