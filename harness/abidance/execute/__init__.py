"""Runs plans in a worker process that may crash, and tells what came of it."""

from __future__ import annotations
