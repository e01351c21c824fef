"""What decoders of Zstandard are given: frames, such as are cut off or changed in one place, and dictionaries."""

from __future__ import annotations

from hypothesis import strategies as st

MAGIC = (0xFD2FB528).to_bytes(4, "little")
WORD = (1 << 64) - 1
PRIMES = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5

# Two compressed blocks, with what they say: literals and a match of an offset of 6, and literals that are one byte.
BLOCKS = (
    (bytes.fromhex("3068656c6c6f200100a94b11"), b"hello hello hello hello hello"),
    (bytes.fromhex("596100"), b"a" * 11),
)

# Trained by `zstd --train` with texts made of these words; their numbers are 77 and 1000.
DICTIONARY = bytes.fromhex(
    "37a430ec4d0000001810e052eaffffffffbb7f3985ffc25a92524a29138f46755c830000141c3666c63600000004e0c10300"
    "820302901c0e7ace0406000000000000000000000000000000000000d4e35095559106000000000000000000000000000100"
    "0000040000000800000073746572223a20392c202276657264696374223a20372c202273657373696f6e223a20312c202272"
    "6567696f6e223a20333032352c2022726567696f6e223a20302c2022726567696f6e223a20342c202272657175657374223a"
    "2033372c20226261636b3a20353632382c202274696d656f7574223a20342c20226261636b656e64223a2034382c20227061"
    "796c6f616422"
)
OTHER = bytes.fromhex(
    "37a430ece80300001710e80ad301000000910c454118226592522619260b710273000000162c589ce90700000480040503c1"
    "c4414b0c476a35010100000000000000000000000000000000000004274f5453300400000000000000000000000000010000"
    "0004000000080000007b2272657175657374223a20377d7b2273657373696f6e223a20362c20226261636b656e64223a2038"
    "2c202273657373696f6e223a20332c20227365727673746572223a20392c202276657264696374223a20372c202273657373"
    "696f6e223a20312c2022726567696f6e223a2033307373696f6e223a20302c2022726567696f6e223a2036363638332c2022"
    "76657264696374223a20393532392c202272656769223a20382c202273657373696f6e223a20322c202273657373696f6e22"
    "3a2039352c2022726567696f6e223a20372c2022743933317d7b22726567696f6e223a20342c20227061796c6f6164223a20"
    "372c2022726567696f6e223a20312c20226c61746576696365223a20362c202276657264696374223a20312c202273657276"
    "696365223a20322c202276657264696374223a20356c6f6164223a20372c2022636c7573746572223a20353331332c202272"
    "657175657374223a203633342c20226261636b656e38382c202273657276696365223a20333834342c20227061796c6f6164"
    "223a20353732317d7b226261"
)
TEXTS = [
    b'{"service": 88, "session": 95, "region": 7, "timeout": 4}',
    b'{"verdict": 9529, "region": 66683, "session": 0, "payload": 5721}',
    b"nothing of the kind",
    b"",
]


def rotated(number: int, bits: int) -> int:
    return (number << bits | number >> 64 - bits) & WORD


def xxh64(data: bytes) -> int:
    """Return the checksum that frames have, the lower half of XXH64 with seed 0."""
    one, two, three, four, five = PRIMES

    def mixed(lane: int, word: int) -> int:
        return rotated((lane + word * two) & WORD, 31) * one & WORD

    total = len(data)
    if total >= 32:
        lanes = [(one + two) & WORD, two, 0, -one & WORD]
        while len(data) >= 32:
            lanes = [
                mixed(lane, int.from_bytes(data[n * 8 : n * 8 + 8], "little")) for n, lane in enumerate(lanes)
            ]
            data = data[32:]
        value = sum(rotated(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & WORD
        for lane in lanes:
            value = ((value ^ mixed(0, lane)) * one + four) & WORD
    else:
        value = five
    value = (value + total) & WORD
    while len(data) >= 8:
        value = (rotated(value ^ mixed(0, int.from_bytes(data[:8], "little")), 27) * one + four) & WORD
        data = data[8:]
    if len(data) >= 4:
        value = (rotated(value ^ int.from_bytes(data[:4], "little") * one & WORD, 23) * two + three) & WORD
        data = data[4:]
    for byte in data:
        value = rotated(value ^ byte * five & WORD, 11) * one & WORD
    value = (value ^ value >> 33) * two & WORD
    value = (value ^ value >> 29) * three & WORD
    return value ^ value >> 32


@st.composite
def begun(draw: st.DrawFn) -> bytes:
    """Draw the beginning of a frame: its header of six bytes, that of a stored block of three, and its content."""
    text = draw(st.binary(min_size=1, max_size=100))
    return (
        MAGIC
        + bytes([0, draw(st.sampled_from((0, 8, 0x58)))])
        + (len(text) << 3).to_bytes(3, "little")
        + text
    )


def with_windows() -> list[bytes]:
    """Return frames of five letters that ask for windows of 1 KiB to 1 MiB."""
    return [MAGIC + bytes([0, log << 3]) + (5 << 3 | 1).to_bytes(3, "little") + b"hello" for log in range(11)]


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """Draw a frame; now and then one that is changed, cut off, skippable, or not of the size that it says."""
    if draw(st.integers(0, 9)) == 0:
        data = draw(st.binary(max_size=20))
        return (
            (0x184D2A50 + draw(st.integers(0, 15))).to_bytes(4, "little")
            + len(data).to_bytes(4, "little")
            + data
        )
    frame = draw(whole_frames(told=draw(st.sampled_from((0, 0, 0, 0, 1)))))
    match draw(st.integers(0, 5)):
        case 0:
            return frame[: draw(st.integers(0, len(frame)))]
        case 1:
            at = draw(st.integers(0, len(frame) - 1))
            return frame[:at] + bytes([frame[at] ^ 1 << draw(st.integers(0, 7))]) + frame[at + 1 :]
        case _:
            return frame


@st.composite
def whole_frames(draw: st.DrawFn, told: int = 0) -> bytes:
    """Draw a frame of stored, repeated and compressed blocks; the size that it says is too large by `told`."""
    parts = [draw(st.integers(0, 2)) for _ in range(draw(st.integers(1, 3)))]
    text, blocks = b"", b""
    for number, kind in enumerate(parts, 1):
        match kind:
            case 0:
                part = block = draw(st.binary(max_size=30))
                size = len(part)
            case 1:
                block, size = draw(st.binary(min_size=1, max_size=1)), draw(st.integers(0, 40))
                part = block * size
            case _:
                block, part = draw(st.sampled_from(BLOCKS))
                size = len(block)
        text += part
        blocks += (size << 3 | kind << 1 | (number == len(parts))).to_bytes(3, "little") + block
    whole, single = draw(st.booleans()), draw(st.booleans()) and len(text) < 256
    size = len(text) + told
    about = (
        bytes([0x20 | whole << 2, size & 0xFF])
        if single
        else bytes([whole << 2, draw(st.sampled_from((0, 8, 0x58)))])
    )
    return MAGIC + about + blocks + (xxh64(text) & 0xFFFFFFFF).to_bytes(4, "little") * whole


def dictionaries() -> list[bytes]:
    return [DICTIONARY, OTHER]


def any_dictionaries() -> list[bytes]:
    return [
        DICTIONARY,
        OTHER,
        b"",
        DICTIONARY[:100],
        b"words that are no dictionary but content alone",
        OTHER[:-5],
    ]


def texts() -> st.SearchStrategy[bytes]:
    return st.sampled_from(TEXTS) | st.lists(st.sampled_from(TEXTS), max_size=8).map(b", ".join)
