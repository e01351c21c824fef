"""Checks of the calls that a library makes back."""

from __future__ import annotations
