"""How long the library may use what it is given, as contracts write it: ``call``, ``static``, ``handle(NAME)``."""

from __future__ import annotations

_OPEN, _CLOSE = "handle(", ")"


def handle_in(lifetime: str) -> str:
    """Return NAME of ``handle(NAME)``; empty for what lasts as long as no handle."""
    name = lifetime.removeprefix(_OPEN)
    return name.removesuffix(_CLOSE) if name != lifetime else ""
