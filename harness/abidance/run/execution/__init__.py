"""Runs a case in a worker and judges it: alone, twice, on threads, in two libraries."""

from __future__ import annotations
