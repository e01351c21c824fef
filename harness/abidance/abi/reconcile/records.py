"""Records and enums of header and binary, each pair compared once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, FieldFacts, RecordFacts
from abidance.abi.reconcile.codes import ENUM_DIFFERS, NOT_FOR_C, RECORD_DIFFERS
from abidance.abi.reconcile.types import leaves
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir.types import RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.facts import EnumeratorFacts, EnumFacts, Unknown
    from abidance.abi.reconcile.types import TypeComparer
    from abidance.core.codes import Code
    from abidance.core.span import Span

_SENTINELS = ("MAX", "COUNT", "LAST", "END", "NUM", "SIZE", "FORCE", "SENTINEL", "LIMIT", "TOTAL", "INVALID")


def compare_records(comparison: TypeComparer, ours: str, theirs: str) -> Iterator[Diagnostic]:
    """Yield the ways in which two records differ that stand for the same thing."""
    a, b = comparison.header.facts.records.get(ours), comparison.binary.facts.records.get(theirs)
    if a is None or b is None or a.fields is None or b.fields is None:
        return
    name = shown_record(ours)
    if isinstance(a.size, int) and isinstance(b.size, int) and a.size != b.size:
        yield _differs(
            f"{name} has {a.size} bytes in the header and {b.size} in the library", a, b, place=f"{ours}.size"
        )
    if a.fields is UNKNOWN or b.fields is UNKNOWN:
        return
    if _is_tagged(b):
        yield from _compare_tagged(comparison, name, a, b)
        return
    by_name = {field.name: field for field in b.fields if field.name}
    known = {id(field) for field in b.fields}
    for field in a.fields:
        other = by_name.get(field.name) if field.name else None
        if other is None:
            other = next((each for each in b.fields if _same_place(field, each)), None)
        if other is None:
            if not _is_padding(field) and field.size != 0:
                yield from _missing(comparison, name, a, b, field)
            continue
        known.discard(id(other))
        yield from _compare_fields(comparison, name, a, b, field, other)
    names = {field.name for field in a.fields}
    for field in b.fields:
        covered = any(_overlaps(field, each) for each in a.fields)
        if id(field) in known and field.name not in names and not covered and not _is_padding(field):
            yield _differs(
                f"{name} has a member `{field.name}` in the library that the header does not have",
                a, b, (None, field.span), f"{ours}.{field.name}",
            )  # fmt: skip


def _compare_fields(
    comparison: TypeComparer, name: str, a: RecordFacts, b: RecordFacts, field: FieldFacts, other: FieldFacts
) -> Iterator[Diagnostic]:
    place = f"{a.key}.{field.name}"
    spans = (field.span, other.span)
    if field.bit_width is not None or other.bit_width is not None:
        if UNKNOWN in {field.bit_offset, field.bit_width, other.bit_offset, other.bit_width}:
            return
        if (_bits(field), field.bit_width) != (_bits(other), other.bit_width):
            yield _differs(
                f"`{field.name}` of {name} has {_bit_words(field)} in the header and {_bit_words(other)} in the "
                "library",
                a, b, spans, place,
            )  # fmt: skip
        return
    if isinstance(field.offset, int) and isinstance(other.offset, int) and field.offset != other.offset:
        yield _differs(
            f"`{field.name}` of {name} is at byte {field.offset} in the header and at byte {other.offset} in the "
            "library",
            a, b, spans, place,
        )  # fmt: skip
        return
    if field.type is UNKNOWN or other.type is UNKNOWN:
        return
    found = comparison.value(field.type, other.type)
    if found is not None:
        code = RECORD_DIFFERS if found.for_c else NOT_FOR_C
        yield _differs(f"`{field.name}` of {name}: {found.reason}", a, b, spans, place, code)


def _missing(
    comparison: TypeComparer, name: str, a: RecordFacts, b: RecordFacts, field: FieldFacts
) -> Iterator[Diagnostic]:
    """Say that the binary lacks a member, unless what it has there is the same in other words."""
    if isinstance(field.offset, int) and field.bit_width is None:
        size = field.size if isinstance(field.size, int) else 0
        inside = [
            leaf
            for at, leaf in leaves(comparison.binary, b)
            if field.offset <= at < field.offset + max(size, 1)
        ]
        record = comparison.header.bare(field.type) if field.type is not UNKNOWN else None
        if inside and isinstance(record, RecordRef):
            return  # its members were written out
    yield _differs(
        f"{name} has a member `{field.name}` in the header that the library does not have",
        a, b, (field.span, None), f"{a.key}.{field.name}",
    )  # fmt: skip


def _compare_tagged(
    comparison: TypeComparer, name: str, a: RecordFacts, b: RecordFacts
) -> Iterator[Diagnostic]:
    """Compare a Rust enum with data: each member of a variant must be somewhere in the C record."""
    ours = leaves(comparison.header, a)
    for field in b.fields if isinstance(b.fields, tuple) else ():
        inner = comparison.binary.bare(field.type) if field.type is not UNKNOWN else None
        nested = comparison.binary.facts.records.get(inner.key) if isinstance(inner, RecordRef) else None
        parts = leaves(comparison.binary, nested) if nested is not None else [(0, field)]
        for at, leaf in parts:
            there = [each for place, each in ours if place == at]
            found = None
            for each in there:
                if each.type is UNKNOWN or leaf.type is UNKNOWN:
                    found = None
                    break
                found = comparison.value(each.type, leaf.type)
                if found is None:
                    break
            if not there or found is not None:
                what = (
                    "the tag"
                    if field.name == "tag" and nested is None
                    else f"`{leaf.name}` of variant `{field.name}`"
                )
                why = found.reason if found is not None else f"the header has no member at byte {at}"
                yield _differs(f"{what} of {name}: {why}", a, b, place=f"{a.key}.{field.name}.{leaf.name}")


def compare_enums(comparison: TypeComparer, ours: str, theirs: str) -> Iterator[Diagnostic]:
    """Yield the ways in which two enums differ that stand for the same thing."""
    a, b = comparison.header.facts.enums.get(ours), comparison.binary.facts.enums.get(theirs)
    if a is None or b is None:
        return
    name = shown_record(ours)
    if isinstance(a.size, int) and isinstance(b.size, int) and a.size != b.size:
        yield _enum(
            f"{name} has {a.size} bytes in the header and {b.size} in the library", a, b, f"{ours}.size"
        )
    if a.enumerators is None or b.enumerators is None:
        return
    values = {each.name: each.value for each in b.enumerators}
    shared = [each for each in a.enumerators if each.name in values]
    for each in shared:
        if _differ(each.value, values[each.name]):
            yield _enum(
                f"`{each.name}` is {each.value} in the header and {values[each.name]} in the library",
                a, b, f"{ours}.{each.name}", each.span,
            )  # fmt: skip
    if shared and len(shared) == len(a.enumerators):
        return
    pairs = _paired(a, b)
    for one, other in pairs:
        if _differ(one.value, other.value):
            yield _enum(
                f"`{one.name}` is {one.value} in the header and `{other.name}` is {other.value} in the library",
                a, b, f"{ours}.{one.name}", one.span,
            )  # fmt: skip
    listed = {each.value for each in b.enumerators}
    paired = {each.name for each, _ in pairs} | {each.name for each in shared}
    for each in a.enumerators:
        if each.value is UNKNOWN or UNKNOWN in listed or each.name in paired or _is_sentinel(each.name):
            continue
        if each.value not in listed:
            yield _enum(
                f"{name} has the value {each.value} (`{each.name}`) in the header, which the library's enum does not "
                "have",
                a, b, f"{ours}.{each.name}", each.span,
            )  # fmt: skip


def _paired(a: EnumFacts, b: EnumFacts) -> list[tuple[EnumeratorFacts, EnumeratorFacts]]:
    """Return enumerators whose names end alike, as `MODE_FAST` and `Fast` do."""
    ours = {each.name for each in a.enumerators or ()}
    theirs = {each.name for each in b.enumerators or ()}
    found: list[tuple[EnumeratorFacts, EnumeratorFacts]] = []
    for each in a.enumerators or ():
        if each.name in theirs:
            continue
        plain = _plain(each.name)
        fits = [
            other
            for other in b.enumerators or ()
            if other.name not in ours and _plain(other.name) and plain.endswith(_plain(other.name))
        ]
        if fits:
            # The longest is meant: `LOG_NO_ERROR` is `NoError` and not `Error`.
            found.append((each, max(fits, key=lambda other: len(_plain(other.name)))))
    return found


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _is_sentinel(name: str) -> bool:
    return any(word in name.upper().split("_") for word in _SENTINELS) or name.startswith("_")


def _is_tagged(record: RecordFacts) -> bool:
    fields = record.fields
    return (
        isinstance(fields, tuple)
        and bool(fields)
        and fields[0].name == "tag"
        and getattr(fields[0].type, "key", "").endswith(".tag")
    )


def _same_place(field: FieldFacts, other: FieldFacts) -> bool:
    if (field.bit_width is None) != (other.bit_width is None):
        return False
    if field.bit_width is not None:
        return field.bit_offset == other.bit_offset
    return field.offset == other.offset and (field.size == other.size or UNKNOWN in {field.size, other.size})


def _overlaps(field: FieldFacts, other: FieldFacts) -> bool:
    if not (isinstance(field.offset, int) and isinstance(other.offset, int)):
        return True
    one = field.size if isinstance(field.size, int) else 1
    two = other.size if isinstance(other.size, int) else 1
    return field.offset < other.offset + max(two, 1) and other.offset < field.offset + max(one, 1)


def _is_padding(field: FieldFacts) -> bool:
    return not field.name or "pad" in field.name.lower() or "reserved" in field.name.lower()


def _bits(field: FieldFacts) -> int | Unknown | None:
    if field.bit_offset is not None:
        return field.bit_offset
    return 8 * field.offset if isinstance(field.offset, int) else UNKNOWN


def _bit_words(field: FieldFacts) -> str:
    if field.bit_width is None:
        return f"whole bytes from byte {field.offset}"
    return f"{field.bit_width} bit{'s' * (field.bit_width != 1)} from bit {field.bit_offset}"


def shown_record(key: str) -> str:
    """Return a record's or enum's key as messages have it: one without a tag by the name that its typedef gives."""
    return f"`{key}`" if "<" not in key else f"`{key.partition('<')[2].rstrip('>')}`"


def _differ(left: int | Unknown, right: int | Unknown) -> bool:
    return isinstance(left, int) and isinstance(right, int) and left != right


def _differs(
    message: str,
    a: RecordFacts,
    b: RecordFacts,
    spans: tuple[Span | None, Span | None] = (None, None),
    place: str = "",
    code: Code = RECORD_DIFFERS,
) -> Diagnostic:
    return Diagnostic(
        code,
        message,
        labels=labels(spans[0] or a.span, spans[1] or b.span),
        help="make both agree, and rebuild the library",
        place=place,
        coarse=(RECORD_DIFFERS.id, a.key),
    )


def _enum(message: str, a: EnumFacts, b: EnumFacts, place: str, span: Span | None = None) -> Diagnostic:
    return Diagnostic(
        ENUM_DIFFERS,
        message,
        labels=labels(span or a.span, b.span),
        help="make both agree, and rebuild the library",
        place=place,
    )


def labels(header: Span | None, binary: Span | None) -> tuple[Label, ...]:
    """Return both places of a disagreement, the header's first."""
    found = [Label(header, "declared here")] if header else []
    if binary and binary != header:
        found.append(Label(binary, "compiled from here"))
    return tuple(found)
