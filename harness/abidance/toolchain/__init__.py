"""The tools that turn C and Rust into objects: compilers, layout probes, sanitizers, builders."""

from __future__ import annotations
