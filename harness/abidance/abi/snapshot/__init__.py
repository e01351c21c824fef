"""Snapshots: the facts of one build as text that people review. Sorted, one fact a line, no paths, no addresses."""

from __future__ import annotations

from abidance.abi.snapshot.reading import is_snapshot, read_snapshot
from abidance.abi.snapshot.snapshot import FORMAT, Snapshot
from abidance.abi.snapshot.writing import write_snapshot

__all__ = ("FORMAT", "Snapshot", "is_snapshot", "read_snapshot", "write_snapshot")
