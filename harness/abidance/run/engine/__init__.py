"""Items, libraries and processes of a run, from the contract to the last event."""

from __future__ import annotations
