"""The ABI gate: witnesses yield facts, two sets of facts differ by changes, rules judge the changes."""

from __future__ import annotations
