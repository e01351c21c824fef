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
