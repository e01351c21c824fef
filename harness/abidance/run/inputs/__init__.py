"""What a run is given: settings, selection, suppressions, accepted costs, and which phases are about what."""

from __future__ import annotations
