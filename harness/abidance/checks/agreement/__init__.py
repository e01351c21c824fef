"""Checks of two answers that must be alike: of two libraries, on threads, with other handles alive."""

from __future__ import annotations
