"""Checks of who frees what, when, and how often."""

from __future__ import annotations
