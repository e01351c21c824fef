"""From the lines of a snapshot to facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast, get_args

from abidance.abi.facts import (
    UNKNOWN,
    ConstantFacts,
    EnumeratorFacts,
    EnumFacts,
    FieldFacts,
    FunctionFacts,
    ParameterFacts,
    RecordFacts,
    SignatureFacts,
    SymbolFacts,
    TypedefFacts,
    VariableFacts,
    Virtual,
)
from abidance.abi.facts.library import SymbolKind
from abidance.abi.snapshot.members import SnapshotError, SnapshotMembers
from abidance.abi.typetext import TypeTextError, read, read_declaration
from abidance.ir.layout import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.facts import Unknown
    from abidance.ir.types import Type

_Constants = Literal["macro", "function", "enumerator"]


def symbols(lines: Iterator[tuple[str, SnapshotMembers]]) -> dict[str, SymbolFacts]:
    """Return the symbols by their keys."""
    found = {}
    for key, each in lines:
        name, at, version = key.partition("@")
        found[key] = SymbolFacts(
            name,
            cast("SymbolKind", each.word("kind", get_args(SymbolKind))),
            version.lstrip("@"),
            not at or version.startswith("@"),
            each.size("size"),
            cast(
                "Literal['global', 'weak', 'unique']",
                each.word("binding", ("global", "weak", "unique"), "global"),
            ),
            cast(
                "Literal['default', 'protected']",
                each.word("visibility", ("default", "protected"), "default"),
            ),
        )
        each.done()
    return found


def functions(lines: Iterator[tuple[str, SnapshotMembers]]) -> dict[str, FunctionFacts]:
    """Return the functions by name."""
    found = {}
    for name, each in lines:
        found[name] = FunctionFacts(
            name,
            each.text("symbol", name),
            _signature(each),
            each.known_flag("inline", default=False),
            each.known_flag("noreturn", default=False),
            each.maybe_texts("attributes", ()) if each.has("attributes") else (),
        )
        each.done()
    return found


def _signature(line: SnapshotMembers) -> SignatureFacts | Unknown:
    extents = line.inner("extents")
    text = line.text("type")
    if text == "?":
        return UNKNOWN
    try:
        declared = read_declaration(text)
    except TypeTextError as error:
        raise SnapshotError(f"`{line.key}`: {error}", line.key) from None
    if not declared.function:
        raise SnapshotError(f"`{line.key}` is no function", line.key)
    said = extents or SnapshotMembers({}, "extents")
    unknown = said.has("*")
    return SignatureFacts(
        declared.returns,
        tuple(
            ParameterFacts(each.name, each.type, UNKNOWN if unknown else said.text(str(number), ""))
            for number, each in enumerate(declared.parameters)
        ),
        declared.variadic,
        declared.prototype,
    )


def variables(lines: Iterator[tuple[str, SnapshotMembers]]) -> dict[str, VariableFacts]:
    """Return the variables by name."""
    found = {}
    for name, each in lines:
        found[name] = VariableFacts(
            name,
            each.text("symbol", name),
            _type(each),
            each.size("size"),
            each.known_flag("tls", default=UNKNOWN),
        )
        each.done()
    return found


def records(lines: Iterator[tuple[str, SnapshotMembers]]) -> dict[str, RecordFacts]:
    """Return the records by key; the lines of fields follow that of their record."""
    found: dict[str, RecordFacts] = {}
    fields: dict[str, list[FieldFacts]] = {}
    last = ""
    for key, each in lines:
        if each.has("type"):
            if not last or not key.startswith(f"{last}."):
                raise SnapshotError(f"field `{key}` does not follow its record", key)
            fields[last].append(_field(key[len(last) + 1 :], each))
        else:
            last, fields[key] = key, []
            found[key] = _record(key, each)
        each.done()
    return {
        key: record if record.fields != () else replace(record, fields=tuple(fields[key]))
        for key, record in found.items()
    }


def _record(key: str, line: SnapshotMembers) -> RecordFacts:
    kind = key.partition(" ")[0]
    if kind not in ("struct", "union"):
        raise SnapshotError(f"`{key}` is no record", key)
    members = line.word("members", ("known", "opaque", "?"), "known")
    return RecordFacts(
        key,
        "struct" if kind == "struct" else "union",
        None if members == "opaque" else UNKNOWN if members == "?" else (),
        line.size("size"),
        line.size("align"),
        line.known_flag("packed", default=False),
        line.known_flag("transparent", default=False),
        line.known_flag("own", default=True),
        by_address=line.known_flag("by_address", default=False),
        virtuals=tuple(_virtual(key, each) for each in line.texts("virtuals")),
        presumed=line.flag("presumed", default=False),
    )


def _virtual(key: str, text: str) -> Virtual:
    match text.split(" "):
        case [slot, name, symbol, *pure] if (slot == "?" or slot.isdecimal()) and pure in ([], ["=0"]):
            number = None if slot == "?" else int(slot)
            return Virtual(name.replace("\u00a0", " "), "" if symbol == "-" else symbol, number, bool(pure))
        case _:
            raise SnapshotError(f"`{text}` of `{key}` is not a virtual function", key)


def _field(name: str, line: SnapshotMembers) -> FieldFacts:
    type_, size = _type(line), line.size("size")
    first, width = line.maybe_number("bit", None), line.maybe_number("bits", None)
    offset = line.size("offset")
    if isinstance(first, int):
        offset = first // 8
    return FieldFacts(name, type_, offset, size, first, width)


def enums(lines: Iterator[tuple[str, SnapshotMembers]]) -> dict[str, EnumFacts]:
    """Return the enums by key; the lines of enumerators follow that of their enum."""
    heads: dict[str, SnapshotMembers] = {}
    listed: dict[str, list[EnumeratorFacts]] = {}
    last = ""
    for key, each in lines:
        if each.has("value"):
            value = each.maybe_number("value")
            if not last or not key.startswith(f"{last}.") or value is None:
                raise SnapshotError(f"enumerator `{key}` does not follow its enum", key)
            listed[last].append(EnumeratorFacts(key[len(last) + 1 :], value))
            each.done()
        else:
            last, heads[key], listed[key] = key, each, []
    found = {}
    for key, each in heads.items():
        complete = each.flag("complete", default=True)
        found[key] = EnumFacts(
            key,
            tuple(listed[key]) if complete else None,
            each.size("size"),
            each.known_flag("signed", default=UNKNOWN),
            each.maybe_flag("closed", default=None),
            each.known_flag("own", default=True),
        )
        each.done()
    return found


def typedefs(lines: Iterator[tuple[str, SnapshotMembers]]) -> dict[str, TypedefFacts]:
    """Return the typedefs by name."""
    found = {}
    for name, each in lines:
        found[name] = TypedefFacts(
            name, _type(each), each.maybe_number("align", None), each.known_flag("own", default=True)
        )
        each.done()
    return found


def constants(lines: Iterator[tuple[str, SnapshotMembers]]) -> dict[str, ConstantFacts]:
    """Return the constants by name."""
    found = {}
    for name, each in lines:
        found[name] = ConstantFacts(
            name,
            cast("_Constants", each.word("kind", get_args(_Constants), "macro")),
            each.maybe_number("value", None),
            each.text("text", ""),
        )
        each.done()
    return found


def scalars(lines: Iterator[tuple[str, SnapshotMembers]]) -> dict[str, Scalar]:
    """Return how scalars are represented, by spelling."""
    found = {}
    for name, each in lines:
        found[name] = Scalar(
            each.text("kind"), each.number("size"), each.number("align"), each.flag("signed", default=False)
        )
        each.done()
    return found


def _type(line: SnapshotMembers) -> Type | Unknown:
    try:
        return read(line.text("type"))
    except TypeTextError as error:
        raise SnapshotError(f"`{line.key}`: {error}", line.key) from None
