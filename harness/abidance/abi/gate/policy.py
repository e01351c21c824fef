"""Policies: `no-breaking`, `no-change` and `semver`."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from abidance.abi.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.gate import JudgedChange

_PRESUMED = "record:presumed:"
_VERSION = re.compile(r"^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")


class Bump(IntEnum):
    """A step from one version to the next (semantic versioning 2.0.0)."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


def needed_bump(changes: Iterable[JudgedChange]) -> Bump:
    """Return the step that the changes need: what breaks anybody is major, whatever else users see is minor."""
    needed = Bump.NONE
    for each in changes:
        if Verdict.BREAKING in (each.verdict, *each.axes.values()):
            return Bump.MAJOR
        # What is presumed to be private is nothing that users see.
        needed = max(needed, Bump.PATCH if each.diagnostic.place.startswith(_PRESUMED) else Bump.MINOR)
    return needed


def bump_of(needed: Bump, old: str) -> Bump:
    """Return which number must rise: before 1.0.0 the minor one stands for breaking changes."""
    if _numbers(old)[0] == 0:
        return Bump(max(Bump.PATCH, needed - 1)) if needed else Bump.NONE
    return needed


def taken_bump(old: str, new: str) -> Bump:
    """Return the step from `old` to `new`; NONE for the same version or an earlier one."""
    before, after = _numbers(old), _numbers(new)
    if after <= before:
        return Bump.NONE
    for index, bump in enumerate((Bump.MAJOR, Bump.MINOR)):
        if after[index] != before[index]:
            return bump
    return Bump.PATCH


def _numbers(version: str) -> tuple[int, int, int]:
    found = _VERSION.match(version.strip())
    if found is None:
        return 0, 0, 0
    return int(found[1]), int(found[2] or 0), int(found[3] or 0)
