"""A worker's observation read back as values of the boundary."""

from __future__ import annotations
