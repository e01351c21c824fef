"""Checks of what a call answers against what the contract promises."""

from __future__ import annotations
