"""Python functions that a contract names: generators, models and oracles."""

from __future__ import annotations
