"""C that every compiled contract includes, and the engine for where there is no libFuzzer."""

from __future__ import annotations
