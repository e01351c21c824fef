"""What draws random types. A `Mix` says which kinds may appear, so that each test takes what it can judge."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from declarations.c_types import (
    SCALARS,
    Array,
    CType,
    Enum,
    FunctionPointer,
    Member,
    Pointer,
    Record,
    Scalar,
    Typedef,
    Vector,
    bare,
)

_WIDTHS = {"char": 8, "int": 0, "uint": 0, "bool": 1}
_BIT_FIELD_BASES = tuple(
    name for name, (_, kind, *_) in SCALARS.items() if kind in _WIDTHS and "__int128" not in name
)


# For tests that draw `batches`. Explaining traces every line that draws, which takes twenty times the drawing.
BATCH = settings(
    max_examples=10,
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.explain],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@dataclass(frozen=True)
class Mix:
    """Which constructs are drawn. The default is everything that gcc and clang have on x86-64.

    `by_value` leaves out what no function can take or give exactly, such as flexible arrays.
    """

    bit_fields: bool = True
    unions: bool = True
    packed: bool = True
    aligned: bool = True
    long_double: bool = True
    complex_: bool = True
    int128: bool = True
    vectors: bool = True
    enums: bool = True
    anonymous: bool = True
    flexible: bool = True
    empty: bool = True
    realigned: bool = True  # alignment or packing of single members and of typedefs
    depth: int = 2
    widest_vector: int = 32

    def by_value(self) -> Mix:
        """Return the mix for arguments and results. Vectors beyond 16 bytes depend on `-mavx`."""
        return replace(self, flexible=False, empty=False, widest_vector=16)

    def ilp32(self) -> Mix:
        """Return the mix for targets whose `long` has 32 bits, which have no `__int128`."""
        return replace(self, int128=False)


EVERYTHING = Mix()
PLAIN = Mix(
    bit_fields=False,
    unions=False,
    packed=False,
    aligned=False,
    long_double=False,
    complex_=False,
    int128=False,
    vectors=False,
    anonymous=False,
    flexible=False,
    empty=False,
    realigned=False,
)
# Most of these are `expressible` in Rust; those that are not mix packing with alignment.
RUST = replace(PLAIN, unions=True, packed=True, aligned=True, int128=True, anonymous=True)


def scalars(mix: Mix = EVERYTHING) -> st.SearchStrategy[Scalar]:
    """Draw arithmetic types."""
    names = [
        name
        for name, (_, kind, *_) in SCALARS.items()
        if (mix.complex_ or kind != "complex")
        and (mix.long_double or "long double" not in name)
        and (mix.int128 or "__int128" not in name)
    ]
    return st.sampled_from([Scalar(name) for name in ("int", *(n for n in names if n != "int"))])


def enums() -> st.SearchStrategy[Enum]:
    """Draw enums: within `int`, beyond it (as GNU C has it), and packed."""
    small = st.integers(-3, 300)
    return st.builds(
        Enum,
        st.lists(st.one_of(small, st.integers(-(2**31), 2**31 - 1)), min_size=1, max_size=3).map(tuple),
        st.booleans(),
        st.sampled_from(["tag", "typedef"]),
    )


def vectors(mix: Mix = EVERYTHING) -> st.SearchStrategy[Vector]:
    """Draw GNU vectors of 8 bytes up to the mix's widest."""
    elements = st.sampled_from(["int", "float", "char", "short", "double", "unsigned long long"])
    sizes = st.sampled_from([size for size in (8, 16, 32, 64) if size <= mix.widest_vector])
    made = st.builds(lambda c, size: Vector(Scalar(c), size * 8 // SCALARS[c][2]), elements, sizes)
    return made.filter(lambda vector: vector.lanes > 1)


def pointers() -> st.SearchStrategy[CType]:
    """Draw pointers to objects and to functions."""
    simple = st.sampled_from([Scalar("int"), Scalar("char"), Scalar("double"), Pointer()])
    return st.one_of(
        st.just(Pointer()),
        st.builds(Pointer, st.one_of(simple, st.builds(Array, simple, st.integers(1, 3)))),
        st.builds(FunctionPointer, st.one_of(st.none(), simple), st.lists(simple, max_size=3).map(tuple)),
    )


@st.composite
def types(draw, mix: Mix = EVERYTHING, depth: int | None = None) -> CType:
    """Draw the type of a member: a scalar more often than not, else something made of others."""
    depth = mix.depth if depth is None else depth
    kinds = ["scalar"] * 6 + ["pointer", "typedef"] + (["enum"] if mix.enums else [])
    kinds += ["vector"] if mix.vectors else []
    kinds += ["array", "array", "record", "record"] if depth > 0 else []
    match draw(st.sampled_from(kinds)):
        case "scalar":
            return draw(scalars(mix))
        case "pointer":
            return draw(pointers())
        case "enum":
            return draw(enums())
        case "vector":
            return draw(vectors(mix))
        case "array":
            return draw(arrays(types(mix, depth - 1)))
        case "typedef":
            return draw(typedefs(mix, types(mix, depth - 1) if depth > 0 else scalars(mix)))
        case _:
            return draw(records(mix, depth - 1))


@st.composite
def arrays(draw, elements) -> Array:
    """Draw arrays. C has none whose elements' size is no multiple of their alignment."""
    of = draw(elements)
    while isinstance(of, Typedef) and _realigns(of):
        of = of.of
    return Array(of, draw(st.integers(1, 4)))


def _realigns(type_: CType) -> bool:
    return isinstance(type_, Typedef) and (bool(type_.aligned) or _realigns(type_.of))


@st.composite
def typedefs(draw, mix: Mix, of) -> Typedef:
    """Draw typedefs, some of which align anew what they name."""
    aligned = draw(st.sampled_from([None, None, 1, 2, 8, 16, 32])) if mix.realigned else None
    return Typedef(draw(of), aligned)


def records(mix: Mix = EVERYTHING, depth: int | None = None) -> st.SearchStrategy[Record]:
    """Draw structs and unions that a whole declaration can name or that stand inside another."""
    depth = mix.depth if depth is None else depth
    namings = st.sampled_from(["tag", "typedef", "inline"])
    return record_bodies(mix, depth, namings)


def top_records(mix: Mix = EVERYTHING) -> st.SearchStrategy[Record]:
    """Draw structs and unions that have a name, the structs perhaps with a flexible array at their end."""
    made = record_bodies(mix, mix.depth, st.sampled_from(["tag", "typedef"]))
    if not mix.flexible:
        return made
    tail = st.builds(Member, st.builds(Array, scalars(mix), st.none()))
    longer = st.tuples(made, tail).map(
        lambda pair: (
            replace(pair[0], members=(Member(Scalar("int")), *pair[0].members, pair[1]))
            if pair[0].kind == "struct"
            else pair[0]
        )
    )
    return st.one_of(made, made, made, longer)


@st.composite
def record_bodies(draw, mix: Mix, depth: int, namings) -> Record:
    """Draw a struct or union with its attributes."""
    kind = draw(st.sampled_from(["struct", "struct", "struct", "union"])) if mix.unions else "struct"
    least = 0 if mix.empty and draw(st.integers(0, 19)) == 19 else 1
    members = draw(st.lists(member(mix, depth), min_size=least, max_size=6))
    if least and not any(map(_is_seen, members)):
        # A record without a single name in it is another thing to each compiler (C11 6.7.2.1p8).
        members.append(Member(draw(scalars(mix))))
    naming = draw(namings)
    return Record(
        kind,
        tuple(members),
        naming,
        packed=mix.packed and draw(st.integers(0, 5)) == 5,
        aligned=draw(st.sampled_from([None] * 7 + [2, 8, 16, 64])) if mix.aligned else None,
        pragma=draw(st.sampled_from([None] * 7 + [1, 2, 4, 8]))
        if mix.packed and naming != "inline"
        else None,
    )


@st.composite
def member(draw, mix: Mix, depth: int) -> Member:
    """Draw one member: plain, bit-field, or anonymous record."""
    kinds = ["plain"] * 5 + (["bits"] * 3 if mix.bit_fields else [])
    kinds += ["anonymous"] if mix.anonymous and depth > 0 else []
    match draw(st.sampled_from(kinds)):
        case "bits":
            return draw(bit_fields(mix))
        case "anonymous":
            inner = replace(mix, empty=False)
            return Member(draw(record_bodies(inner, depth - 1, st.just("inline"))), named=False)
    return Member(
        draw(types(mix, depth)),
        aligned=draw(st.sampled_from([None] * 9 + [2, 16])) if mix.realigned else None,
        packed=mix.realigned and draw(st.integers(0, 9)) == 9,
    )


@st.composite
def bit_fields(draw, mix: Mix) -> Member:
    """Draw a bit-field; widths fit the type on targets whose `long` has 32 bits too."""
    if mix.enums and draw(st.integers(0, 9)) == 9:
        enum = draw(enums())
        needed = max((value if value >= 0 else ~value).bit_length() for value in enum.values)
        return Member(enum, bits=max(needed + (min(enum.values) < 0), 1))
    base = Scalar(draw(st.sampled_from(_BIT_FIELD_BASES)))
    widest = SCALARS[base.c][3]
    if draw(st.integers(0, 5)) == 5:
        return Member(base, bits=draw(st.integers(0, widest)), named=False)
    return Member(base, bits=draw(st.integers(1, widest)))


def _is_seen(member: Member) -> bool:
    if member.named:
        return True
    inner = bare(member.type)
    return member.bits is None and isinstance(inner, Record) and any(map(_is_seen, inner.members))


@st.composite
def batches(draw, one, size: int = 30) -> list:
    """Draw up to `size` of `one`, many more than a list would hold: a compiler takes them all in one start."""
    return [draw(one) for _ in range(draw(st.integers(1, size)))]
