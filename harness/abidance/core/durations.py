"""Spans of time as people write and read them: `90`, `1m30s` and `1:30`."""

from __future__ import annotations

import re

_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0}
_WRITTEN = re.compile(
    r"(?:(?P<h>\d+(?:\.\d+)?)h)?(?:(?P<m>\d+(?:\.\d+)?)m(?:in)?)?(?:(?P<s>\d+(?:\.\d+)?)s?)?", re.ASCII
)
_MINUTE, _HOUR = 60, 3600


def parse_duration(text: str) -> float:
    """Return the seconds of `90`, `90s`, `1.5m`, `1h30m` and the like; raises ValueError for all else, and for 0."""
    found = _WRITTEN.fullmatch(text.strip())
    seconds = sum(float(found[unit] or 0) * each for unit, each in _SECONDS.items()) if found else 0.0
    if not seconds:
        raise ValueError(f"`{text}` is no duration such as `90s`, `10m` or `1h30m`")
    return seconds


def clock(seconds: float) -> str:
    """Return such as ``0:09``, ``1:20`` and ``2:03:00``."""
    minutes, rest = divmod(round(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def in_words(seconds: float) -> str:
    """Return such as ``90 s`` and ``10 min``, exact for what `parse_duration` reads as a rule."""
    if seconds >= _HOUR and seconds % _HOUR == 0:
        return f"{seconds / _HOUR:g} h"
    return f"{seconds / _MINUTE:g} min" if seconds > _MINUTE and seconds % _MINUTE == 0 else f"{seconds:g} s"
