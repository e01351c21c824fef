"""Hypothesis profiles for `--hypothesis-profile`. A profile that the user loads is never overridden."""

from __future__ import annotations

from hypothesis import settings


def register() -> None:
    """Register `abidance` (more cases than the default) and `abidance-ci` (more still, and reproducible)."""
    settings.register_profile("abidance", max_examples=200, deadline=None)
    settings.register_profile(
        "abidance-ci", max_examples=500, deadline=None, derandomize=True, database=None, print_blob=True
    )
