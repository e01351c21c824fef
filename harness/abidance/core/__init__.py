"""What every other package speaks: spans, codes, diagnostics, findings, outcomes, events and errors."""

from __future__ import annotations
