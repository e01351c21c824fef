"""The watcher inside the worker: guarded memory and crash notes, in C, compiled on first use."""

from __future__ import annotations
