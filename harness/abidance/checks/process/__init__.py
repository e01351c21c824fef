"""Checks of what a call does to the process: how it ends, and what of it is another afterwards."""

from __future__ import annotations
