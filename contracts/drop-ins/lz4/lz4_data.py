"""Frames of LZ4 as `LZ4F_decompress` is given them: right ones, and such as are cut off or changed in one place."""

from __future__ import annotations

from hypothesis import strategies as st

MAGIC = (0x184D2204).to_bytes(4, "little")
MASK = 0xFFFFFFFF
PRIMES = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1


def rotated(number: int, bits: int) -> int:
    return (number << bits | number >> 32 - bits) & MASK


def xxh32(data: bytes) -> int:
    """Return the checksum that frames have, XXH32 with seed 0."""
    one, two, three, four, five = PRIMES
    total = len(data)
    if total >= 16:
        lanes = [(one + two) & MASK, two, 0, -one & MASK]
        while len(data) >= 16:
            for lane in range(4):
                word = int.from_bytes(data[lane * 4 : lane * 4 + 4], "little")
                lanes[lane] = rotated((lanes[lane] + word * two) & MASK, 13) * one & MASK
            data = data[16:]
        value = sum(rotated(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & MASK
    else:
        value = five
    value = (value + total) & MASK
    while len(data) >= 4:
        value = rotated((value + int.from_bytes(data[:4], "little") * three) & MASK, 17) * four & MASK
        data = data[4:]
    for byte in data:
        value = rotated((value + byte * five) & MASK, 11) * one & MASK
    value = (value ^ value >> 15) * two & MASK
    value = (value ^ value >> 13) * three & MASK
    return value ^ value >> 16


def words(number: int, size: int = 4) -> bytes:
    return number.to_bytes(size, "little")


def texts() -> st.SearchStrategy[bytes]:
    """Return texts of a few letters, of up to 300 bytes."""
    return st.binary(max_size=60) | st.lists(st.sampled_from([b"ab", b"abcabc", b"\0"]), max_size=50).map(
        b"".join
    )


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """Draw a frame of stored and of compressed blocks; now and then one that is changed, cut off or skippable."""
    if draw(st.integers(0, 9)) == 0:
        data = draw(st.binary(max_size=20))
        return words(0x184D2A50 + draw(st.integers(0, 15))) + words(len(data)) + data
    linked, each, sized, whole = (draw(st.booleans()) for _ in range(4))
    text, blocks = b"", b""
    for _ in range(draw(st.integers(0, 3))):
        part = draw(st.binary(min_size=1, max_size=30))
        if len(part) > 1 and draw(
            st.booleans()
        ):  # the part five times over, as a match, and five letters as every block ends
            match, rest = len(part) * 4 - 4, b"ended"
            block = token(len(part), match) + part + words(len(part), 2) + longer(match) + token(5, 0) + rest
            part = part * 5 + rest
            data = words(len(block)) + block
        else:
            block = part
            data = words(len(block) | 1 << 31) + block
        text += part
        blocks += data + (words(xxh32(block)) if each else b"")
    flags = 0x40 | (0 if linked else 0x20) | each << 4 | sized << 3 | whole << 2
    size = len(text) + draw(st.sampled_from((0, 0, 0, 1)))
    about = bytes([flags, draw(st.sampled_from((4, 5, 6, 7))) << 4]) + (words(size, 8) if sized else b"")
    frame = MAGIC + about + bytes([xxh32(about) >> 8 & 0xFF]) + blocks + words(0)
    frame += words(xxh32(text)) if whole else b""
    match draw(st.integers(0, 5)):
        case 0:
            return frame[: draw(st.integers(0, len(frame)))]
        case 1:
            at = draw(st.integers(0, len(frame) - 1))
            return frame[:at] + bytes([frame[at] ^ 1 << draw(st.integers(0, 7))]) + frame[at + 1 :]
        case _:
            return frame


def token(literals: int, match: int) -> bytes:
    """Return a token and what follows it of the number of literals; that of the match comes behind its offset."""
    return bytes([min(literals, 15) << 4 | min(match, 15)]) + longer(literals)


def longer(number: int) -> bytes:
    if number < 15:
        return b""
    number -= 15
    return b"\xff" * (number // 255) + bytes([number % 255])
