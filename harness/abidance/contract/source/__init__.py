"""YAML text as nodes that know where they stand."""

from __future__ import annotations
