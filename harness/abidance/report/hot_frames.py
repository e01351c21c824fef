"""Which functions a profile's samples are in, by share: in themselves, and with all that they call."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.core.profiles import Profiled


@dataclass(frozen=True, slots=True)
class HotFunction:
    """What one function took of a profile, from 0 to 1; `place` is the line of it that was seen most, if known."""

    name: str
    object: str
    own: float
    total: float
    place: str


def hot_functions(profile: Profiled) -> list[HotFunction]:
    """Return the functions of a profile, those that took the most in themselves first."""
    own: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    lines: Counter[tuple[tuple[str, str], str]] = Counter()
    for stack in profile.stacks:
        frames = [profile.frames[number] for number in stack.frames]
        own[frames[-1].name, frames[-1].object] += stack.weight
        for key in {(frame.name, frame.object) for frame in frames}:
            total[key] += stack.weight
        for frame in frames:
            if frame.file:
                weight = stack.weight * (1000 if frame is frames[-1] else 1)
                lines[(frame.name, frame.object), f"{frame.file}:{frame.line}"] += weight
    places: dict[tuple[str, str], str] = {}
    for (key, place), _ in lines.most_common():
        places.setdefault(key, place)
    weight = max(profile.weight, 1)
    found = [
        HotFunction(*key, own[key] / weight, count / weight, places.get(key, ""))
        for key, count in total.items()
    ]
    return sorted(found, key=lambda each: (-each.own, -each.total, each.name))
