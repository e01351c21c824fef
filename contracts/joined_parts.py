"""Several texts that one law is given as one."""

from __future__ import annotations


def joined(parts: list[bytes]) -> bytes:
    """Return where each part begins and the last one ends, in two bytes each from the beginning, and the parts."""
    at, places = 2 * (len(parts) + 1), b""
    for part in parts:
        places += at.to_bytes(2, "big")
        at += len(part)
    return places + at.to_bytes(2, "big") + b"".join(parts)
