"""A contract as files that fuzzing services build and run without Python: target, seeds, dictionary, and their own."""

from __future__ import annotations

from abidance.native.emission.build_script import fuzzer_name
from abidance.native.emission.emission import Emission, stale, write

__all__ = ["Emission", "fuzzer_name", "stale", "write"]
