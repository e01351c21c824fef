"""Expressions of contracts in C and in Python, side by side: values, conditions, and one program for many of them."""

from __future__ import annotations

import dataclasses
import math
import random
import struct
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from pathlib import Path

from abidance.boundary.model.float_formats import format_of, nearest, pack_real
from abidance.boundary.model.values import SOMEWHERE
from abidance.contract.expression import (
    EvaluationError,
    Unavailable,
    evaluation,
    expression,
    functions,
    operations,
    parse,
)
from abidance.contract.expression.errors import OperationError
from abidance.core.span import Span
from abidance.native.expressions import (
    CBytes,
    CFloat,
    CInt,
    CList,
    CLongDouble,
    CNull,
    CNullable,
    COpaque,
    CRecord,
    CUnavailable,
    compile_value,
)
from abidance.native.expressions.kinds import CNumber, enter
from abidance.native.expressions.sequences import at, count

SPAN = Span.at(Path("c.yaml"), 1)
LONG_DOUBLE = format_of("long double")
HEADER = resources.files("abidance.native.runtime") / "expressions.h"
EDGES = sorted(
    {
        sign * (power + beside)
        for shift in (0, 1, 3, 4, 7, 8, 15, 16, 24, 31, 32, 53, 62, 63, 64, 65, 100, 126, 127)
        for power in (1 << shift,)
        for beside in (-2, -1, 0, 1, 2)
        for sign in (-1, 1)
    }
)
REALS = [
    0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 0.1, 1e-310, 5e-324, 1e308, -1e308, 2.0**53, 2.0**53 + 2, 2.0**63, -(2.0**63),
    2.0**64, 2.0**126, 2.0**127, -(2.0**127), 1e30, 3.0, 255.0, math.inf, -math.inf, math.nan,
]  # fmt: skip


class Slot:
    """One value of an environment: how it is drawn, packed for C, seen by Python and named in C."""

    def __init__(self, of, draw, pack, value):
        self.of, self.draw, self.pack, self.value = of, draw, pack, value


def whole(of, size, *, signed, boolean=False):
    low, high = (-(1 << (8 * size - 1)), (1 << (8 * size - 1)) - 1) if signed else (0, (1 << 8 * size) - 1)

    def draw(source):
        if boolean:
            return source.random() < 0.5
        if size == 16 and source.random() < 0.6:  # near the ends of what is computed with, or of half of that
            end = (1 << source.choice((126, 127, 127))) - source.randint(-1, 4)
            return max(low, min(high, end if not signed or source.random() < 0.5 else -end))
        if source.random() < 0.4:
            return source.randint(max(low, -3), min(high, 12))
        if source.random() < 0.7:
            value = source.choice(EDGES)
            return value if low <= value <= high else source.choice((low, high, low + 1, high - 1))
        return source.randint(low, high)

    return Slot(
        f"{of} NAME;",
        draw,
        lambda value: int(value).to_bytes(size, "little", signed=signed),
        lambda c: CInt(c, boolean=boolean, wide=size == 16),
    )


def real(of, code):
    def draw(source):
        value = source.choice(REALS) if source.random() < 0.6 else source.uniform(-20, 20)
        return nearest(format_of(of), value) if code == "f" else value

    return Slot(f"{of} NAME;", draw, struct.Struct(f"<{code}").pack, CFloat)


def draw_wide(source):
    if source.random() < 0.5:
        return nearest(LONG_DOUBLE, source.choice(REALS))
    return nearest(LONG_DOUBLE, Fraction(source.choice(EDGES)) + Fraction(source.choice((0, 0, 1)), 2))


def draw_bytes(most):
    def draw(source):
        letters = source.choice(
            (b"ab", b"/a\0", b"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xed\xa0\x80", bytes(range(256)))
        )
        return bytes(source.choice(letters) for _ in range(source.choice((0, 1, 1, 2, 3, most))))

    return draw


def text(most):
    return Slot(
        f"uint8_t NAME_n; uint8_t NAME[{most}];",
        draw_bytes(most),
        lambda value: bytes([len(value)]) + value.ljust(most, b"\xee"),
        lambda c: CBytes(c, f"{c}_n"),
    )


def array(most, item, of):
    """Return a list of up to `most` items of another slot's kind, each in a struct."""

    def pack(values):
        raw = b"".join(item.pack(value) for value in values)
        size = len(item.pack(item.draw(random.Random(0))))  # noqa: S311 - no secret
        return bytes([len(values)]) + raw.ljust(most * size, b"\xee")

    return Slot(
        f"uint8_t NAME_n; struct {{ {of} }} __attribute__((packed)) NAME[{most}];",
        lambda source: [item.draw(source) for _ in range(source.choice((0, 1, 2, 3, most)))],
        pack,
        lambda c: CList(f"{c}_n", lambda i: item.value(f"{c}[{i}].x")),
    )


def nullable(item):
    return Slot(
        f"uint8_t NAME_null; {item.of}",
        lambda source: None if source.random() < 0.3 else item.draw(source),
        lambda value: (
            bytes([value is None]) + item.pack(item.draw(random.Random(1)) if value is None else value)  # noqa: S311 - no secret
        ),
        lambda c: CNullable(f"{c}_null", item.value(c)),
    )


def record(**fields):
    return Slot(
        "".join(slot.of.replace("NAME", f"NAME_{name}") for name, slot in fields.items()),
        lambda source: {name: slot.draw(source) for name, slot in fields.items()},
        lambda value: b"".join(slot.pack(value[name]) for name, slot in fields.items()),
        lambda c: CRecord({name: slot.value(f"{c}_{name}") for name, slot in fields.items()}),
    )


INT = whole("int32_t", 4, signed=True)
RECORD = record(
    count=INT,
    name=nullable(text(5)),
    sub=record(v=INT, ok=whole("uint8_t", 1, signed=False, boolean=True)),
)
SLOTS = {
    "i8": whole("int8_t", 1, signed=True),
    "u8": whole("uint8_t", 1, signed=False),
    "u16": whole("uint16_t", 2, signed=False),
    "i32": INT,
    "j32": INT,
    "u32": whole("uint32_t", 4, signed=False),
    "i64": whole("int64_t", 8, signed=True),
    "u64": whole("uint64_t", 8, signed=False),
    "i128": whole("__int128", 16, signed=True),
    "u128": whole("unsigned __int128", 16, signed=False),
    "flag": whole("uint8_t", 1, signed=False, boolean=True),
    "f32": real("float", "f"),
    "f64": real("double", "d"),
    "g64": real("double", "d"),
    "w": Slot("long double NAME;", draw_wide, lambda value: pack_real(LONG_DOUBLE, value, 16), CLongDouble),
    "s": text(12),
    "t": text(3),
    "p": nullable(text(5)),
    "n": nullable(INT),
    "o": Slot(
        "uint8_t NAME;",
        lambda source: source.choice((None, SOMEWHERE)),
        lambda value: bytes([value is None]),
        COpaque,
    ),
    "xs": array(6, INT, "int32_t x;"),
    "ys": array(6, whole("uint64_t", 8, signed=False), "uint64_t x;"),
    "fs": array(5, real("double", "d"), "double x;"),
    "ns": array(4, nullable(INT), "uint8_t x_null; int32_t x;"),
    "ts": array(4, text(3), "uint8_t x_n; uint8_t x[3];"),
    "rs": array(4, record(v=INT, k=whole("uint8_t", 1, signed=False)), "int32_t x_v; uint8_t x_k;"),
    "r": RECORD,
    "q": nullable(RECORD),
    "none": Slot("", lambda _source: None, lambda _value: b"", lambda _c: CNull()),
    "gone": Slot("", lambda _source: Unavailable("gone"), lambda _value: b"", lambda _c: CUnavailable("gone")),
}  # fmt: skip
CONSTANTS = {"TOP": (1 << 64) - 1, "HALF": 0.5, "TEXT": b"ab", "NEGATIVE": -7}


def draw_environments(slots, seed, number):
    """Return pairs: the values after a call, and before it."""
    source = random.Random(seed)  # noqa: S311 - no secret
    return [
        tuple({name: slot.draw(source) for name, slot in slots.items()} for _ in range(2))
        for _ in range(number)
    ]


def packed(slots, environment):
    return b"".join(slot.pack(environment[name]) for name, slot in slots.items())


@dataclass(frozen=True)
class Compared:
    """An expression, and the slot that each of its names stands for."""

    text: str
    kinds: dict[str, str]

    def parsed(self):
        return parse(self.text, SPAN)


def in_c(compared, slots):
    """Return the C expression, whose digest it adds to `d`; raises NotCompiledError."""
    now, was = (
        {name: slots[slot].value(f"{side}->{slot}") for name, slot in compared.kinds.items()}
        for side in ("now", "was")
    )
    return compile_value(
        compared.parsed(),
        now,
        digest,
        before=was,
        constants=CONSTANTS,
    )


def digest(out, value):
    """Emit what adds a value to the digest."""
    _digest(out, value)
    out("abidance_r = 1;")


def _digest(out, value):
    match value:
        case CNullable(null, inner):
            with out.block(f"if ({null})"):
                out("digest_word(d, 'n');")
            with out.block("else"):
                _digest(out, inner)
        case CNull():
            out("digest_word(d, 'n');")
        case COpaque(null):
            out(f"digest_word(d, {null} ? 'n' : 'o');")
        case CInt():
            out(f"digest_whole(d, {enter(out, value).c});")
        case CFloat():
            out(f"digest_real(d, {enter(out, value).c});")
        case CLongDouble():
            _digest(out, enter(out, value))
        case CNumber(c):
            out(f"if ({c}.kind == ABIDANCE_WHOLE) digest_whole(d, {c}.whole); else digest_real(d, {c}.real);")
        case CBytes(pointer, size):
            out(f"digest_word(d, 'b'); digest_word(d, {size}); digest_bytes(d, {pointer}, {size});")
        case CRecord(fields):
            out(f"digest_word(d, 'r'); digest_word(d, {len(fields)});")
            for field in fields.values():
                _digest(out, enter(out, field))
        case _:
            each, number = out.temporary("abidance_int"), out.whole(count(value))
            out(f"digest_word(d, 'l'); digest_whole(d, {number});")
            with out.block(f"for ({each} = 0; {each} < {number} && {each} < {SHOWN}; {each}++)"):
                _digest(out, at(out, value, each))


SHOWN = 64
PRIME, START, MASK = 0x100000001B3, 0xCBF29CE484222325, (1 << 64) - 1


def expected_digest(value):
    """Return the digest of a value of Python."""
    found = START

    def word(number):
        nonlocal found
        found = ((found ^ (number & MASK)) * PRIME) & MASK

    def add(value):
        match value:
            case None:
                word(ord("n"))
            case bool() | int():
                word(ord("i")), word(value), word(value >> 64)
            case float() | Fraction() if not isinstance(value, float) or math.isfinite(value):
                if value == int(value) and abs(value) < 1 << 127:
                    add(int(value))
                else:
                    word(ord("f")), word(int.from_bytes(struct.pack("<d", rounded(value)), "little"))
            case float():
                word(ord("f")), word(1 if value != value else 2 if value > 0 else 3)  # noqa: PLR0124
            case bytes():
                word(ord("b")), word(len(value))
                for byte in value:
                    word(byte)
            case dict():
                word(ord("r")), word(len(value))
                for part in value.values():
                    add(operations.plain(part))
            case list() | range() | tuple():
                size = (
                    max(0, -(-(value.stop - value.start) // value.step))
                    if isinstance(value, range)
                    else len(value)
                )
                word(ord("l")), add(size)
                for part in value[:SHOWN]:
                    add(operations.plain(part))
            case _:
                word(ord("o"))

    add(value)
    return found


def rounded(value):
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


PROGRAM = """
#include <stdio.h>
#include <stdlib.h>
#include "expressions.h"
struct environment { FIELDS } __attribute__((packed));
typedef const struct environment *environment;
static void digest_word(uint64_t *d, uint64_t n) { *d = (*d ^ n) * 0x100000001B3u; }
static void digest_bytes(uint64_t *d, const unsigned char *p, size_t n) { for (; n--; p++) digest_word(d, *p); }
static void digest_whole(uint64_t *d, abidance_int n)
{
    digest_word(d, 'i'); digest_word(d, (uint64_t)n); digest_word(d, (uint64_t)(n >> 64));
}
static void digest_real(uint64_t *d, long double n)
{
    if (n < 0x1p127L && n > -0x1p127L && n == (long double)(abidance_int)n) {
        digest_whole(d, (abidance_int)n);
        return;
    }
    digest_word(d, 'f');
    if (n - n == 0) { double r = (double)n; uint64_t raw; memcpy(&raw, &r, 8); digest_word(d, raw); }
    else digest_word(d, n != n ? 1 : n > 0 ? 2 : 3);
}
FUNCTIONS
static int (*const functions[])(environment, environment, uint64_t *) = { NAMES };
int main(int argc, char **argv)
{
    (void)argc;
    static struct environment now, was;
    FILE *in = fopen(argv[1], "rb");
    while (fread(&now, sizeof now, 1, in) && fread(&was, sizeof was, 1, in))
        for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
            uint64_t d = 0xCBF29CE484222325u;
            unsigned char has = functions[i](&now, &was, &d) == 1;
            fwrite(&has, 1, 1, stdout);
            fwrite(&d, 8, 1, stdout);
        }
    return 0;
}
"""


def answers(folder, compiler, slots, texts, environments):
    """Return what C says of each expression in each environment: its digest, or None for no value."""
    functions = "\n".join(
        f"static int e{n}(environment now, environment was, uint64_t *d)\n{{\n    return {c};\n}}"
        for n, c in enumerate(texts)
    )
    fields = "\n".join(slot.of.replace("NAME", name) for name, slot in slots.items())
    program = PROGRAM.replace("FIELDS", fields).replace("FUNCTIONS", functions)
    (folder / "expressions.c").write_text(
        program.replace("NAMES", ", ".join(f"e{n}" for n in range(len(texts))))
    )
    (folder / "expressions.h").write_text(HEADER.read_text())
    built = [
        *compiler,
        "-std=gnu11",
        "-w",
        "-Werror=incompatible-pointer-types",
        "expressions.c",
        "-o",
        "expressions",
        "-lm",
    ]
    subprocess.run(built, cwd=folder, check=True)
    raw = b"".join(packed(slots, now) + packed(slots, was) for now, was in environments)
    (folder / "environments").write_bytes(raw)
    said = subprocess.run(
        [folder / "expressions", "environments"], cwd=folder, check=False, capture_output=True
    )
    assert not said.returncode, said.stderr.decode()
    words = struct.iter_unpack("<BQ", said.stdout)
    return [[digest if has else None for has, digest in (next(words) for _ in texts)] for _ in environments]


class Narrow:
    """Python's evaluator with the limits of C: 127 bits, no power below one, nothing of fractions, short lists."""

    STEPS = 10_000

    def __enter__(self):
        self._kept = operations.MAX_BITS, dict(operations.BINARY), dict(operations.UNARY)
        operations.MAX_BITS = 127
        self._range = functions.FUNCTIONS["range"]
        functions.FUNCTIONS["range"] = dataclasses.replace(self._range, apply=self._short_range)
        self._frame, expression.EvaluationFrame = expression.EvaluationFrame, self._short
        self._plain = evaluation.plain
        evaluation.plain = lambda value: self._near(self._plain(value))
        for kind, apply in self._kept[1].items():
            operations.BINARY[kind] = self._limited(apply)
        for kind, apply in self._kept[2].items():
            operations.UNARY[kind] = lambda value, apply=apply: operations.bounded(apply(self._near(value)))
        return self

    def __exit__(self, *_error):
        operations.MAX_BITS = self._kept[0]
        evaluation.plain = self._plain
        expression.EvaluationFrame = self._frame
        functions.FUNCTIONS["range"] = self._range
        operations.BINARY.update(self._kept[1])
        operations.UNARY.update(self._kept[2])

    def _short_range(self, arguments, spend):
        made = self._range.apply(arguments, spend)
        self._near(made.stop - made.start)
        return made

    def _short(self, now, before):
        return self._frame(now, before, steps=self.STEPS)

    @staticmethod
    def _near(value):
        if isinstance(value, int) and value.bit_length() > 127:
            raise OperationError("beyond 127 bits")
        return value

    def _limited(self, apply):
        def run(left, right, spend):
            self._near(left), self._near(right)
            whole = isinstance(left, int) and isinstance(right, int)
            if apply is operations.power and whole and right < 0:
                raise OperationError("a power below one")
            if isinstance(left, Fraction) or isinstance(right, Fraction):
                raise OperationError("arithmetic on a fraction")
            return apply(left, right, spend)

        return run


def in_python(compared):
    """Return what evaluates an expression on an environment: to its value, in a tuple, or to None where it has none."""
    parsed = compared.parsed()

    def run(now, was):
        scope, before = ({name: env[slot] for name, slot in compared.kinds.items()} for env in (now, was))
        try:
            return (parsed.evaluate(CONSTANTS | scope, CONSTANTS | before),)
        except EvaluationError:
            return None

    return run
