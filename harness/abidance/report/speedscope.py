"""Profiles as speedscope reads them: one file with the profile of each library.

The format is that of https://www.speedscope.app/file-format-schema.json.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import abidance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.profiles import Profiled, ProfileFrame


def speedscope(profiles: Sequence[Profiled]) -> str:
    """Return the document."""
    numbers: dict[ProfileFrame, int] = {}
    for profile in profiles:
        for frame in profile.frames:
            numbers.setdefault(frame, len(numbers))
    first = profiles[0]
    document = {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "name": f"{first.boundary}: {first.function}",
        "exporter": f"abidance@{abidance.__version__}",
        "activeProfileIndex": 0,
        "shared": {"frames": [_frame(each) for each in numbers]},
        "profiles": [_profile(each, numbers) for each in profiles],
    }
    return json.dumps(document, indent=1) + "\n"


def _frame(frame: ProfileFrame) -> dict[str, object]:
    named: dict[str, object] = {"name": frame.name}
    if frame.file:
        named |= {"file": frame.file, "line": frame.line}
    elif frame.object:
        named |= {"file": frame.object}
    return named


def _profile(profile: Profiled, numbers: dict[ProfileFrame, int]) -> dict[str, object]:
    return {
        "type": "sampled",
        "name": f"{profile.library} {profile.build}".rstrip(),
        "unit": "none",
        "startValue": 0,
        "endValue": profile.weight,
        "samples": [[numbers[profile.frames[number]] for number in stack.frames] for stack in profile.stacks],
        "weights": [stack.weight for stack in profile.stacks],
    }
