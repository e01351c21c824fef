"""Values for the zlib contracts: what the library reads, made by another path."""

from __future__ import annotations

import zlib

from hypothesis import strategies as st


@st.composite
def compressed(draw: st.DrawFn) -> bytes:
    """Return compressed text, now and then with a byte changed or its end missing."""
    text = draw(st.binary(max_size=200) | st.text("ab \n", max_size=300).map(str.encode))
    data = zlib.compress(text, draw(st.integers(0, 9)))[:300]
    if draw(st.integers(0, 5)) == 0:
        at = draw(st.integers(0, len(data) - 1))
        data = data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
    return data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 5)) == 0 else data


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Return bytes of which parts are repeated, near by or far away, or of few values."""
    parts = draw(st.lists(st.binary(max_size=40) | st.text("ab \n", max_size=60).map(str.encode), max_size=5))
    order = draw(st.lists(st.integers(0, max(0, len(parts) - 1)), max_size=8)) if parts else []
    return b"".join(parts[at] for at in order)[:400] + bytes(draw(st.sampled_from((0, 1, 3, 300))))
