"""A stored case as a C program of its own."""

from __future__ import annotations
