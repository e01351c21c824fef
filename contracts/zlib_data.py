"""Values and models for the zlib contracts, made from RFC 1950 to 1952 by another path than the library's.

What a law has to compare with comes with its input: `packed` data is four bytes, most significant first, that say how
long the first part is, then that part, then the second one.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import tempfile
from functools import lru_cache

from hypothesis import strategies as st

# ---------------------------------------------------------------------------------------- checksums, by definition

_PRIME = 65521
_POLYNOMIAL = 0xEDB88320
_WORD = 0xFFFFFFFF


def crc32_of(data: bytes, start: int = 0) -> int:
    """Return the CRC-32 of data, a bit at a time, going on from `start`."""
    crc = start ^ _WORD
    for byte in data:
        crc = _BYTES[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ _WORD


def _shifted(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_BYTES = [_shifted(byte) for byte in range(256)]


def adler32_of(data: bytes, start: int = 1) -> int:
    low, high = start & 0xFFFF, start >> 16
    for byte in data:
        low += byte
        high += low
    return high % _PRIME << 16 | low % _PRIME


def crc32(crc: int, buf: bytes | None) -> int:
    return 0 if buf is None else crc32_of(buf, crc & _WORD)


def adler32(adler: int, buf: bytes | None) -> int:
    return 1 if buf is None else adler32_of(buf, adler)


def _product(one: int, two: int) -> int:
    """Return the product of two polynomials modulo that of CRC-32, the highest bit of each its constant term."""
    product = 0
    for bit in range(31, -1, -1):
        if one >> bit & 1:
            product ^= two
        two = two >> 1 ^ (_POLYNOMIAL if two & 1 else 0)
    return product


def _zeros(length: int) -> int:
    """Return what so many bytes of zero multiply a CRC-32 by: x to the power of eight times the length."""
    result, power = 1 << 31, 1 << 23
    while length:
        if length & 1:
            result = _product(result, power)
        power = _product(power, power)
        length >>= 1
    return result


def crc32_combine(crc1: int, crc2: int, len2: int) -> int:
    return _product(_zeros(len2), crc1 & _WORD) ^ crc2 & _WORD


def crc32_combine_op(crc1: int, crc2: int, op: int) -> int:
    return _product(op, crc1 & _WORD) ^ crc2 & _WORD


def adler32_combine(adler1: int, adler2: int, len2: int) -> int:
    low = ((adler1 & 0xFFFF) + (adler2 & 0xFFFF) - 1) % _PRIME
    high = ((adler1 >> 16) + (adler2 >> 16) + len2 * ((adler1 & 0xFFFF) - 1)) % _PRIME
    return high << 16 | low


# ---------------------------------------------------------------------------------------- RFC 1951, read and written

_LENGTHS = [
    (0, 3),
    (0, 4),
    (0, 5),
    (0, 6),
    (0, 7),
    (0, 8),
    (0, 9),
    (0, 10),
    (1, 11),
    (1, 13),
    (1, 15),
    (1, 17),
]
_LENGTHS += [
    (2, 19),
    (2, 23),
    (2, 27),
    (2, 31),
    (3, 35),
    (3, 43),
    (3, 51),
    (3, 59),
    (4, 67),
    (4, 83),
    (4, 99),
]
_LENGTHS += [(4, 115), (5, 131), (5, 163), (5, 195), (5, 227), (0, 258)]
_DISTANCES = [(0, 1), (0, 2), (0, 3), (0, 4)]
for _extra in range(1, 14):
    _DISTANCES += [(_extra, (2 << _extra) + 1), (_extra, (3 << _extra) + 1)]
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_FIXED_LITERALS = (8,) * 144 + (9,) * 112 + (7,) * 24 + (8,) * 8
_FIXED_DISTANCES = (5,) * 30
_LONGEST = 15


class _CorruptError(Exception):
    """The data is none that the RFC allows."""


class _EndError(Exception):
    """There is less data than it needs."""


class _RoomError(Exception):
    """There is more text than there is room."""


@lru_cache(64)
def _codes(lengths: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return the code of each symbol, as it is written from its least significant bit on, and its length."""
    code, codes = 0, [(0, 0)] * len(lengths)
    for length in range(1, _LONGEST + 1):
        for symbol, of in enumerate(lengths):
            if of == length:
                codes[symbol] = (int(f"{code:0{length}b}"[::-1], 2), length)
                code += 1
        code <<= 1
    return tuple(codes)


class _Reader:
    def __init__(self, data: bytes, room: int) -> None:
        self.data, self.at, self.room, self.text = data, 0, room, bytearray()

    def bits(self, n: int) -> int:
        if self.at + n > 8 * len(self.data):
            raise _EndError
        value = 0
        for bit in range(n):
            value |= (self.data[self.at >> 3] >> (self.at & 7) & 1) << bit
            self.at += 1
        return value

    def symbol(self, table: dict[tuple[int, int], int]) -> int:
        code = 0
        for length in range(1, _LONGEST + 1):
            code |= self.bits(1) << length - 1
            if (code, length) in table:
                return table[code, length]
        raise _CorruptError

    def put(self, byte: int) -> None:
        if len(self.text) == self.room:
            raise _RoomError
        self.text.append(byte)

    def inflate(self) -> None:
        """Read blocks up to the last one's end."""
        last = 0
        while not last:
            last, kind = self.bits(1), self.bits(2)
            if kind == 0:
                self.stored()
            elif kind == 1:
                self.coded(_table(_FIXED_LITERALS), _table(_FIXED_DISTANCES))
            elif kind == 2:
                self.coded(*self.trees())
            else:
                raise _CorruptError

    def stored(self) -> None:
        self.at = -(-self.at // 8) * 8
        length = self.bits(16)
        if length ^ self.bits(16) != 0xFFFF:
            raise _CorruptError
        for _ in range(length):
            if len(self.text) == self.room:
                raise _RoomError
            self.put(self.bits(8))

    def trees(self) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
        literals, distances, n = self.bits(5) + 257, self.bits(5) + 1, self.bits(4) + 4
        if literals > 286 or distances > 30:
            raise _CorruptError
        of = [0] * 19
        for each in _ORDER[:n]:
            of[each] = self.bits(3)
        if not _complete(of):
            raise _CorruptError
        table, lengths = _table(tuple(of)), list[int]()
        while len(lengths) < literals + distances:
            symbol = self.symbol(table)
            if symbol < 16:
                lengths.append(symbol)
                continue
            if symbol == 16 and not lengths:
                raise _CorruptError
            value = lengths[-1] if symbol == 16 else 0
            lengths += [value] * (self.bits((2, 3, 7)[symbol - 16]) + (3, 3, 11)[symbol - 16])
        if len(lengths) > literals + distances or not lengths[256]:
            raise _CorruptError
        one, two = lengths[:literals], lengths[literals:]
        if any((not _complete(each) and max(each, default=0) > 1) or _over(each) for each in (one, two)):
            raise _CorruptError
        return _table(tuple(one)), _table(tuple(two))

    def coded(self, literals: dict[tuple[int, int], int], distances: dict[tuple[int, int], int]) -> None:
        while (symbol := self.symbol(literals)) != 256:
            if symbol < 256:
                self.put(symbol)
                continue
            if symbol > 285:
                raise _CorruptError
            extra, base = _LENGTHS[symbol - 257]
            length = base + self.bits(extra)
            extra, base = _DISTANCES[self.symbol(distances)]
            distance = base + self.bits(extra)
            if len(self.text) == self.room:
                raise _RoomError
            if distance > len(self.text):
                raise _CorruptError
            for _ in range(length):
                self.put(self.text[-distance])


def _room(lengths: list[int] | tuple[int, ...]) -> int:
    return (1 << _LONGEST) - sum(1 << _LONGEST - each for each in lengths if each)


def _complete(lengths: list[int]) -> bool:
    return _room(lengths) == 0


def _over(lengths: list[int]) -> bool:
    return _room(lengths) < 0


@lru_cache(64)
def _table(lengths: tuple[int, ...]) -> dict[tuple[int, int], int]:
    return {code: symbol for symbol, code in enumerate(_codes(lengths)) if code[1]}


def uncompress(source: bytes, destLen: int) -> object:
    """Say what uncompress makes of data: `Z_BUF_ERROR` where more text comes than there is room for."""
    reader = _Reader(source, destLen)
    try:
        _zlib(reader)
    except _RoomError:
        return {"result": "Z_BUF_ERROR"} if destLen else NotImplemented
    except (_CorruptError, _EndError):
        return {"result": "Z_DATA_ERROR"} if len(reader.text) < destLen else NotImplemented
    return {"result": "Z_OK", "dest": bytes(reader.text), "destLen": len(reader.text)}


def uncompress2(source: bytes, destLen: int, sourceLen: int) -> object:
    """Say the same, and how much of the data was read."""
    said = uncompress(source[:sourceLen], destLen)
    if isinstance(said, dict) and said["result"] == "Z_OK":
        reader = _Reader(source[:sourceLen], destLen)
        _zlib(reader)
        said["sourceLen"] = reader.at // 8
    return said


def _zlib(reader: _Reader) -> None:
    """Read a stream of RFC 1950 without a dictionary."""
    method, flags = reader.bits(8), reader.bits(8)
    if (method * 256 + flags) % 31 or method & 15 != 8 or method >> 4 > 7 or flags & 32:
        raise _CorruptError
    reader.inflate()
    reader.at = -(-reader.at // 8) * 8
    if int.from_bytes(bytes(reader.bits(8) for _ in range(4))) != adler32_of(bytes(reader.text)):
        raise _CorruptError


def _random(seed: int) -> random.Random:
    return random.Random(seed)


class _Writer:
    """Writes blocks of what a source of choices makes up, and knows what text they stand for."""

    def __init__(self, choices: random.Random, window: int = 32768, before: bytes = b"") -> None:
        self.choices, self.window, self.before = choices, window, len(before)
        self.value = self.n = 0
        self.text = bytearray(before)
        self.ends: list[int] = []
        """At which bit each block ends."""
        self.headers: list[int] = []
        """At which bit the header of each block ends."""

    @property
    def data(self) -> bytes:
        return self.value.to_bytes(-(-self.n // 8), "little")

    def bits(self, value: int, n: int) -> None:
        self.value |= value << self.n
        self.n += n

    def block(self, kind: int, last: bool, size: int) -> None:
        self.bits(int(last) | kind << 1, 3)
        if kind == 0:
            self.stored(self.choices.randbytes(size))
        else:
            self.coded(self.tokens(size), fixed=kind == 1)
        self.ends.append(self.n)

    def stored(self, text: bytes) -> None:
        self.n = -(-self.n // 8) * 8
        self.bits(len(text), 16)
        self.bits(len(text) ^ 0xFFFF, 16)
        self.headers.append(self.n)
        self.bits(int.from_bytes(text, "little"), 8 * len(text))
        self.text += text

    def tokens(self, size: int) -> list[tuple[int, ...]]:
        """Return literals and matches, at whatever distance there is."""
        pick, made = self.choices, list[tuple[int, ...]]()
        letters = bytes(pick.randrange(256) for _ in range(pick.choice((1, 2, 5, 40))))
        for _ in range(size):
            most = min(len(self.text), self.window)
            if most and pick.random() < 0.4:
                length = pick.choice((3, 4, 10, 11, 18, 19, 257, 258, pick.randint(3, 258)))
                near = min(most, pick.choice((1, 2, 3, 4, 7, 8, 9, 16, 258, 512, most)))
                distance = pick.choice((near, most, max(1, most - 1), pick.randint(1, most)))
                made.append((length, distance))
                for _ in range(length):
                    self.text.append(self.text[-distance])
            else:
                byte = pick.choice(letters)
                made.append((byte,))
                self.text.append(byte)
        return made

    def coded(self, tokens: list[tuple[int, ...]], *, fixed: bool) -> None:
        symbols = [(token, *_split(token)) for token in tokens]
        if fixed:
            literals, distances = _FIXED_LITERALS, _FIXED_DISTANCES
        else:
            literals = self.lengths({each[1] for each in symbols} | {256}, 286)
            distances = self.lengths({each[2] for each in symbols if each[2] is not None}, 30, alone=True)
            self.trees(literals, distances)
        self.headers.append(self.n)
        codes, far = _codes(tuple(literals)), _codes(tuple(distances))
        for token, literal, distance in symbols:
            self.bits(*codes[literal])
            if distance is not None:
                self.bits(token[0] - _LENGTHS[literal - 257][1], _LENGTHS[literal - 257][0])
                self.bits(*far[distance])
                self.bits(token[1] - _DISTANCES[distance][1], _DISTANCES[distance][0])
        self.bits(*codes[256])

    def lengths(
        self, used: set[int], most: int, *, alone: bool = False, longest: int = _LONGEST
    ) -> list[int]:
        """Return lengths of a complete code in which all that is used has one, and now and then what is not."""
        pick = self.choices
        wanted = set(used) | set(pick.sample(range(most), pick.choice((0, 0, 1, 5, most // 2))))
        if alone and len(wanted) < 2:
            return [int(each in wanted) for each in range(max(wanted, default=0) + 1)]
        while len(wanted) < 2:
            wanted.add(pick.randrange(most))
        leaves = [0]
        skew = pick.random()
        while len(leaves) < len(wanted):
            shallow = [at for at, depth in enumerate(leaves) if depth < longest]
            deep = max(shallow, key=leaves.__getitem__)
            room = sum(1 << longest - leaves[at] for at in shallow) - len(leaves)
            at = deep if pick.random() < skew and room > len(wanted) else min(shallow, key=leaves.__getitem__)
            leaves[at] += 1
            leaves.append(leaves[at])
        pick.shuffle(leaves)
        made = [0] * (max(wanted) + 1)
        for symbol, depth in zip(sorted(wanted), leaves, strict=True):
            made[symbol] = depth
        return made + [0] * pick.choice((0, 0, min(3, most - len(made))))

    def trees(self, literals: list[int], distances: list[int]) -> None:
        pick = self.choices
        lengths, written, at = literals + distances, list[tuple[int, int, int]](), 0
        while at < len(lengths):
            run = next(
                (n for n in range(1, len(lengths) - at) if lengths[at + n] != lengths[at]), len(lengths) - at
            )
            if lengths[at] == 0 and run >= 11 and pick.random() < 0.9:
                n = min(run, 138)
                written.append((18, n - 11, 7))
            elif lengths[at] == 0 and run >= 3 and pick.random() < 0.9:
                n = min(run, 10)
                written.append((17, n - 3, 3))
            elif at and lengths[at - 1] == lengths[at] and run >= 3 and pick.random() < 0.9:
                n = min(run, 6)
                written.append((16, n - 3, 2))
            else:
                n = 1
                written.append((lengths[at], 0, 0))
            at += n
        of = self.lengths({symbol for symbol, _, _ in written}, 19, longest=7)
        of += [0] * (19 - len(of))
        count = max(n for n in range(19) if of[_ORDER[n]]) + 1
        count = max(4, pick.choice((count, 19)))
        self.bits(len(literals) - 257, 5)
        self.bits(len(distances) - 1, 5)
        self.bits(count - 4, 4)
        for each in _ORDER[:count]:
            self.bits(of[each], 3)
        codes = _codes(tuple(of))
        for symbol, extra, n in written:
            self.bits(*codes[symbol])
            self.bits(extra, n)


def _split(token: tuple[int, ...]) -> tuple[int, int | None]:
    """Return the symbols of a literal, or those of a length and a distance."""
    if len(token) == 1:
        return token[0], None
    length = max(n for n, (_, base) in enumerate(_LENGTHS) if base <= token[0])
    return 257 + length, max(n for n, (_, base) in enumerate(_DISTANCES) if base <= token[1])


def _written(seed: int, window: int = 32768, before: bytes = b"") -> _Writer:
    """Return blocks that a seed makes up."""
    choices = _random(seed)
    writer = _Writer(choices, window, before)
    blocks = choices.choice((1, 1, 2, 3, 5))
    for n in range(blocks):
        size = choices.choice((0, 1, 2, 8, 30, 30, 60))
        writer.block(choices.choice((0, 1, 2, 2)), n == blocks - 1, size)
    return writer


def packed(one: bytes, two: bytes) -> bytes:
    return len(one).to_bytes(4) + one + two


seeds = st.integers(0, 1 << 40)


# ---------------------------------------------------------------------------------------- texts

_SIZES = (
    1,
    2,
    3,
    257,
    258,
    259,
    300,
    512,
    1000,
    4096,
    16383,
    16384,
    32506,
    32507,
    32768,
    33000,
    65535,
    65536,
    70000,
)


@st.composite
def compressed(draw: st.DrawFn) -> bytes:
    """Return a stream of RFC 1950, now and then with a byte changed or its end missing."""
    text = draw(st.binary(max_size=200) | st.text("ab \n", max_size=300).map(str.encode))
    writer = _Writer(_random(draw(seeds)))
    writer.text = bytearray(text)
    writer.bits(3, 3)
    writer.coded([(byte,) for byte in text], fixed=True)
    data = _wrapped(1, writer.data, text)
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


@st.composite
def rich(draw: st.DrawFn) -> bytes:
    """Return up to 3000 bytes of words, runs and repetitions, in which there is more than one match to choose from."""
    choices = _random(draw(seeds))
    words = [choices.randbytes(choices.randint(1, 12)) for _ in range(choices.choice((1, 2, 6, 30)))]
    words += [bytes([choices.randrange(256)]) * choices.choice((2, 3, 4, 20, 258, 259)) for _ in range(2)]
    made = bytearray()
    size = draw(st.sampled_from((0, 1, 5, 40, 300, 1000, 3000)))
    while len(made) < size:
        if made and choices.random() < 0.3:
            at = choices.randrange(len(made))
            made += made[at : at + choices.choice((3, 4, 8, 16, 33, 130, 258, 300))]
        else:
            made += choices.choice(words)
    return bytes(made[:size])


def _large(shape: int, size: int, seed: int) -> bytes:
    choices = _random(seed)
    if shape == 0:
        return choices.randbytes(size)
    if shape == 1:
        return bytes([choices.randrange(256)]) * size
    if shape == 2:  # two values
        return bytes(choices.choice(b"ab") for _ in range(min(size, 9000))) * (1 + size // 9000)
    if shape == 3:  # what is repeated is as far away as the window allows, or a little nearer or farther
        one, distance = (
            choices.randbytes(choices.choice((3, 4, 100, 258))),
            choices.choice((256, 512, 1024, 32768)),
        )
        distance += choices.choice((-263, -262, -261, -1, 0, 1, 2))
        gap = choices.randbytes(max(0, distance - len(one)))
        return one + gap + one + gap[:50] + one
    words = [choices.randbytes(choices.randint(2, 9)) for _ in range(300)]
    made = bytearray()
    while len(made) < size:
        made += choices.choice(words)
    return bytes(made)


large = st.builds(_large, st.integers(0, 4), st.sampled_from(_SIZES), seeds)
"""Texts of up to 80,000 bytes: runs, words, no pattern at all, or the same again as far away as it may be."""

incompressible = st.builds(_large, st.just(0), st.sampled_from((0, *_SIZES)) | st.integers(0, 3000), seeds)
alphabets = st.builds(
    lambda letters, seed: bytes(_random(seed).choice(letters) for _ in range(60)),
    st.sampled_from(
        (
            b"abc",
            b"a\n",
            b"\x06",
            b"\x07a",
            b"\x0e",
            b"\x19b",
            b"\x1a",
            b"\x1bc",
            b"\x1c",
            b"\x1f ",
            b"\x80",
            b"\xff\x00",
            b"\t",
            b"\r",
            b"\x08",
            b"\x0b\x0c",
        )
    ),
    seeds,
)
"""Bytes that tell text from binary data, or are neither's."""


# ---------------------------------------------------------------------------------------- streams


def _wrapped(form: int, raw: bytes, text: bytes, header: bytes = b"\x1f\x8b\x08\0\0\0\0\0\0\x03") -> bytes:
    """Return raw data (0) in the format of zlib (1) or gzip (2)."""
    if form == 0:
        return raw
    if form == 1:
        return b"\x78\x9c" + raw + adler32_of(text).to_bytes(4)
    return header + raw + crc32_of(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    """Return data that inflates to a text, packed with it; the first byte is the form it has, as of `_wrapped`."""
    writer = _written(draw(seeds))
    text, form = bytes(writer.text), draw(st.integers(0, 2))
    return bytes([form]) + packed(_wrapped(form, writer.data, text), text)[1:]


@st.composite
def narrow(draw: st.DrawFn) -> bytes:
    """Return raw data that needs a window of 512 bytes, packed with its text."""
    writer = _written(draw(seeds), window=512)
    return packed(writer.data, bytes(writer.text))


@st.composite
def with_dictionary(draw: st.DrawFn) -> bytes:
    """Return raw data that begins within a dictionary of 700 bytes, packed with dictionary and text."""
    seed = draw(seeds)
    before = _random(seed).randbytes(700)
    writer = _written(seed, before=before)
    return packed(writer.data, bytes(writer.text))


@st.composite
def stops(draw: st.DrawFn) -> bytes:
    """Return raw data packed with where headers of blocks and blocks end.

    Four bytes each: the bit in three, then 4 for a header and 2 for a block, and 1 more in the last block.
    """
    writer = _written(draw(seeds))
    ends = b""
    for n, (header, end) in enumerate(zip(writer.headers, writer.ends, strict=True)):
        last = n == len(writer.ends) - 1
        ends += header.to_bytes(3) + bytes([4 + last]) + end.to_bytes(3) + bytes([2 + last])
    return packed(writer.data, ends)


def _bad_block(kind: str, writer: _Writer) -> None:
    """Write a block that RFC 1951 does not allow."""
    pick = writer.choices
    literals, distances = _codes(_FIXED_LITERALS), _codes((*_FIXED_DISTANCES, 5, 5))
    if kind == "type":
        writer.bits(1 | 3 << 1, 3)
    elif kind == "stored":
        writer.bits(1, 3)
        writer.n = -(-writer.n // 8) * 8
        writer.bits(7, 16)
        writer.bits(7 ^ 0xFFFF ^ 1 << pick.randrange(16), 16)
    elif kind in ("literal", "distance", "far"):
        writer.bits(3, 3)
        here = len(writer.text)
        if kind == "literal":
            writer.bits(*literals[pick.choice((286, 287))])
        elif kind == "distance":
            writer.bits(*literals[97])
            writer.bits(*literals[257])
            writer.bits(*distances[pick.choice((30, 31))])
        else:
            symbol = next(n for n, (_, base) in enumerate(_DISTANCES) if base > here)
            writer.bits(*literals[257])
            writer.bits(*distances[symbol])
            writer.bits(0, _DISTANCES[symbol][0])
    else:
        writer.bits(5, 3)
        some, few = [9] * 256 + [1], [1, 1]
        if kind == "many literals":
            some += [0] * 30
        elif kind == "many distances":
            few += [0] * 29
        elif kind == "no end":
            some = [8] * 256 + [0]
        elif kind == "over":
            some[pick.randrange(256)] = 8
        elif kind == "under":
            some[pick.randrange(256)] = 0
        elif kind == "over distances":
            few = [1, 1, pick.choice((1, 15))]
        elif kind == "under distances":
            few = [2, 2] if pick.random() < 0.5 else [1, 2]
        if kind in ("lengths over", "lengths under", "first repeats", "repeats beyond"):
            writer.bits(0, 5)
            writer.bits(0, 5)
            writer.bits(15, 4)
            of = {"lengths over": {0: 1, 1: 1, 2: 1}, "lengths under": {0: 1, 1: 2}}.get(kind, {16: 1, 18: 1})
            for each in _ORDER:
                writer.bits(of.get(each, 0), 3)
            if kind == "first repeats":
                writer.bits(0, 1)
            else:
                for _ in range(4):
                    writer.bits(1, 1)
                    writer.bits(127, 7)
        else:
            writer.trees(some, few)
    writer.bits(0, 400)


_BAD_BLOCKS = (
    "type",
    "stored",
    "literal",
    "distance",
    "far",
    "many literals",
    "many distances",
    "no end",
    "over",
)
_BAD_BLOCKS += (
    "under",
    "over distances",
    "under distances",
    "lengths over",
    "lengths under",
    "first repeats",
)
_BAD_BLOCKS += ("repeats beyond",)


@st.composite
def bad_blocks(draw: st.DrawFn) -> bytes:
    """Return raw data with a bad block at its end, packed with the text of those before it."""
    writer = _Writer(_random(draw(seeds)))
    for _ in range(draw(st.integers(0, 2))):
        writer.block(draw(st.integers(0, 2)), last=False, size=20)
    _bad_block(draw(st.sampled_from(_BAD_BLOCKS)), writer)
    return packed(writer.data, bytes(writer.text))


@st.composite
def bad_wrappers(draw: st.DrawFn) -> bytes:
    """Return data in the form that its first byte says, of which the header or the trailer is wrong."""
    writer = _written(draw(seeds))
    text, form = bytes(writer.text), draw(st.integers(1, 2))
    bit = draw(st.integers(0, 7))
    if form == 1:
        data = bytearray(_wrapped(1, writer.data, text))
        wrong = draw(st.integers(0, 3))
        if wrong == 3:
            data[0] = draw(st.sampled_from((0x88, 0x79, 0x70, 0xF8)))
            data[1] = (31 - data[0] * 256 % 31) % 31
        else:
            data[draw(st.sampled_from((1, -1, -2, -3, -4)))] ^= 1 << bit
    else:
        crc = draw(st.booleans())
        header = bytearray(
            b"\x1f\x8b\x08\x02\x01\x02\x03\x04\x00\x03" if crc else b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
        )
        header += (crc32_of(bytes(header)) & 0xFFFF).to_bytes(2, "little") if crc else b""
        data = bytearray(_wrapped(2, writer.data, text, bytes(header)))
        wrong = draw(st.integers(0, 3))
        if wrong == 0:
            data[draw(st.sampled_from((0, 1, 2)))] ^= 1 << bit
        elif wrong == 1:
            data[3] |= draw(st.sampled_from((32, 64, 128)))
        elif wrong == 2 and crc:
            data[draw(st.integers(4, 11))] ^= 1 << bit
        else:
            data[-draw(st.integers(1, 8))] ^= 1 << bit
    return bytes([form]) + bytes(data)


# ---------------------------------------------------------------------------------------- headers of gzip


def _member(text: bytes, fields: dict[str, object], raw: bytes) -> tuple[int, bytes]:
    """Return how long the header of RFC 1952 is, and the whole member."""
    extra, name, comment = fields["extra"], fields["name"], fields["comment"]
    flags = bool(fields["text"]) + 2 * bool(fields["hcrc"])
    flags += 4 * (extra is not None) + 8 * (name is not None) + 16 * (comment is not None)
    header = b"\x1f\x8b\x08" + bytes([flags]) + int(str(fields["time"])).to_bytes(4, "little") + bytes([0])
    header += bytes([int(str(fields["os"]))])
    if isinstance(extra, bytes):
        header += len(extra).to_bytes(2, "little") + extra
    for each in (name, comment):
        header += each + b"\0" if isinstance(each, bytes) else b""
    header += (crc32_of(header) & 0xFFFF).to_bytes(2, "little") if fields["hcrc"] else b""
    return len(header), _wrapped(2, raw, text, header)


_letters = st.text("abé", max_size=5) | st.sampled_from(("x" * 39, "y" * 300, "z" * 390))
_names = st.none() | _letters.map(lambda text: text.encode("latin-1"))


@st.composite
def heads(draw: st.DrawFn) -> dict[str, object]:
    """Return a header for deflateSetHeader."""
    extra = draw(st.none() | st.binary(min_size=1, max_size=40) | st.sampled_from((b"e" * 300, b"f" * 380)))
    return {
        "text": draw(st.integers(0, 1)),
        "time": draw(st.integers(0, 0xFFFFFFFF)),
        "xflags": draw(st.integers(0, 255)),
        "os": draw(st.integers(0, 255)),
        "extra": extra,
        "extra_len": len(extra or b""),
        "extra_max": len(extra or b""),
        "name": draw(_names),
        "comment": draw(_names),
        "hcrc": draw(st.integers(0, 2)),
    }


ROOM = 400


def _rooms(extra: int, name: int, comment: int) -> dict[str, object]:
    return {
        "extra": b"E" * extra or None,
        "extra_len": 0,
        "extra_max": extra,
        "name": b"N" * ROOM,
        "name_max": name,
        "comment": b"C" * ROOM,
        "comm_max": comment,
        "done": 7,
    }


rooms = st.just(_rooms(ROOM, ROOM, ROOM))
"""A header for inflateGetHeader with as much room as any header needs here."""
small_rooms = st.builds(_rooms, st.integers(1, 50), st.integers(0, 42), st.integers(0, 42))


@st.composite
def members(draw: st.DrawFn) -> bytes:
    """Return a member of gzip, packed with its text; the first byte is how long the header is."""
    fields = draw(heads())
    for each in ("extra", "name", "comment"):
        value = fields[each]
        fields[each] = value[:40] if isinstance(value, bytes) else value
    writer = _written(draw(seeds))
    text = bytes(writer.text)
    length, data = _member(text, fields, writer.data)
    return bytes([length]) + packed(data, text)[1:]


@st.composite
def named(draw: st.DrawFn) -> bytes:
    """Return a member of gzip with an extra field, a name and a comment, behind the lengths of these."""
    extra, name, comment = (draw(st.binary(min_size=1, max_size=60)).replace(b"\0", b"0") for _ in range(3))
    fields = {"text": 0, "hcrc": 0, "time": 1, "os": 3, "extra": extra, "name": name, "comment": comment}
    return bytes([len(extra), len(name), len(comment)]) + _member(b"a", fields, b"K\x04\x00")[1]


# ---------------------------------------------------------------------------------------- files

_OWNER: list[tuple[int, str]] = []


def _remove() -> None:
    pid, folder = _OWNER[0]
    if pid == os.getpid():
        shutil.rmtree(folder, ignore_errors=True)


def _path(number: int) -> str:
    if not _OWNER:
        _OWNER.append((os.getpid(), tempfile.mkdtemp(prefix="zlib-contract-")))
        atexit.register(_remove)
    return f"{_OWNER[0][1]}/{number:x}.gz"


paths = st.builds(_path, seeds)
"""Names of files that nothing else writes, in a folder that goes when the process does."""

modes = st.builds(
    lambda level, strategy: f"wb{level}{strategy}",
    st.sampled_from(("", "0", "1", "3", "4", "6", "9")),
    st.sampled_from(("", "f", "h", "R", "F")),
)

lines = st.lists(st.sampled_from((b"", b"a", b"bc", b"\xff", b"d" * 30, b"e" * 300)), max_size=9).map(
    b"\n".join
)

unlike = seeds.map(lambda seed: _random(seed).randbytes(33000))
"""So many bytes without any pattern."""


@st.composite
def zlib_streams(draw: st.DrawFn) -> bytes:
    """Return a stream of RFC 1950 behind the length of its text, half of them with something wrong somewhere."""
    writer = _written(draw(seeds))
    if draw(st.integers(0, 5)) == 0:
        writer = _Writer(_random(draw(seeds)))
        writer.block(2, last=False, size=8)
        _bad_block(draw(st.sampled_from(_BAD_BLOCKS)), writer)
    text = bytes(writer.text)
    data = bytearray(_wrapped(1, writer.data, text))
    wrong = draw(st.integers(0, 5))
    if wrong < 2:
        data[draw(st.integers(0, len(data) - 1))] ^= 1 << draw(st.integers(0, 7))
    elif wrong == 2:
        del data[draw(st.integers(0, len(data) - 1)) :]
    return len(text).to_bytes(3) + bytes(data)


@st.composite
def narrow_raw(draw: st.DrawFn) -> bytes:
    """Return raw data that needs a window of 512 bytes."""
    return _written(draw(seeds), window=512).data


dictionaries = st.builds(
    lambda seed, size: _random(seed).randbytes(size), seeds, st.sampled_from((250, 400, 3000))
)
windows = st.just(bytes(512))
wide_windows = st.just(bytes(32768))

strategy_modes = st.builds("ab{}{}".format, st.sampled_from("169"), st.sampled_from(("", "f", "h", "R", "F")))
write_modes = st.sampled_from(("wb", "wT", "w1"))
not_gzip = st.sampled_from((b"", b"\x1f", b"\x1f\x8a", b"\x8b\x1f")) | st.binary(max_size=300).filter(
    lambda text: text[:2] != b"\x1f\x8b"
)
