"""Writing a snapshot. What equals the default of its fact is left out; what is not known is ``"?"``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from abidance.abi.facts import UNKNOWN
from abidance.abi.snapshot.snapshot import FORMAT, MARK
from abidance.abi.typetext import write, write_function

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.abi.facts import (
        EnumFacts,
        Facts,
        FieldFacts,
        FunctionFacts,
        RecordFacts,
        SymbolFacts,
        VariableFacts,
        Virtual,
    )
    from abidance.abi.snapshot.snapshot import Snapshot

_Lines = dict[str, Any]


def write_snapshot(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON text in which every fact has a line of its own."""
    facts = snapshot.facts
    head: dict[str, object] = {MARK: FORMAT, "boundary": snapshot.boundary, "version": snapshot.version}
    if facts.target:
        target = facts.target
        head["target"] = {
            "machine": target.machine,
            "bits": target.bits,
            "little_endian": target.little_endian,
        }
    head["evidence"] = {
        each.witness: {"level": each.level.name.lower(), **({"gaps": sorted(each.gaps)} if each.gaps else {})}
        for each in sorted(facts.evidence, key=lambda each: each.witness)
    }
    head["knows"] = sorted(family.value for family in facts.knows)
    if facts.library:
        library = facts.library
        head["library"] = {
            "soname": _plain(library.soname),
            "needed": "?" if library.needed is UNKNOWN else list(library.needed),
            **({"demands": list(library.demands)} if library.demands else {}),
        }
    head |= {name: lines for name, lines in _sections(facts) if lines}
    return _text(head)


def _sections(facts: Facts) -> Iterator[tuple[str, _Lines]]:
    symbols = facts.library.symbols if facts.library else {}
    yield "symbols", {key: _symbol(each) for key, each in sorted(symbols.items())}
    yield "functions", {name: _function(each) for name, each in sorted(facts.functions.items())}
    yield "variables", {name: _variable(each) for name, each in sorted(facts.variables.items())}
    yield "records", dict(_records(facts.records))
    yield "enums", dict(_enums(facts.enums))
    yield (
        "typedefs",
        {
            name: _unlike_defaults(type=write(each.type), align=(each.align, None), own=(each.own, True))
            for name, each in sorted(facts.typedefs.items())
        },
    )
    yield (
        "constants",
        {
            name: _unlike_defaults(value=(each.value, None), text=(each.text, ""), kind=(each.kind, "macro"))
            for name, each in sorted(facts.constants.items())
        },
    )
    yield (
        "scalars",
        {
            name: _unlike_defaults(
                kind=each.kind, size=each.size, align=each.align, signed=(each.signed, False)
            )
            for name, each in sorted(facts.scalars.items())
        },
    )
    clauses: dict[str, dict[str, list[str]]] = {}
    for each in sorted(facts.clauses, key=lambda each: (each.subject, each.aspect, each.text)):
        clauses.setdefault(each.subject, {}).setdefault(each.aspect, []).append(each.text)
    yield "clauses", clauses


def _symbol(symbol: SymbolFacts) -> _Lines:
    # The size of code is no promise, and changes with every compiler.
    data = symbol.kind in ("object", "tls")
    return _unlike_defaults(
        kind=symbol.kind,
        size=(symbol.size if data else UNKNOWN, UNKNOWN),
        binding=(symbol.binding, "global"),
        visibility=(symbol.visibility, "default"),
    )


def _function(function: FunctionFacts) -> _Lines:
    signature = function.signature
    if signature is UNKNOWN:
        text, extents = "?", {}
    else:
        listed = [
            write(each.type, each.name if isinstance(each.name, str) else "") for each in signature.parameters
        ]
        text = write_function(
            signature.returns, listed, variadic=signature.variadic, prototype=signature.prototype
        )
        extents = {
            str(number): _plain(each.extent)
            for number, each in enumerate(signature.parameters)
            if isinstance(each.extent, str) and each.extent
        }
        if signature.parameters and all(each.extent is UNKNOWN for each in signature.parameters):
            extents = {"*": "?"}
    attributes = function.attributes
    return _unlike_defaults(
        type=text,
        symbol=(function.symbol, function.name),
        inline=(function.inline, False),
        noreturn=(function.noreturn, False),
        attributes=(attributes if attributes is UNKNOWN else list(attributes), []),
        extents=(extents, {}),
    )


def _variable(variable: VariableFacts) -> _Lines:
    return _unlike_defaults(
        type=write(variable.type),
        symbol=(variable.symbol, variable.name),
        size=(variable.size, UNKNOWN),
        tls=(variable.tls, UNKNOWN),
    )


def _records(records: Mapping[str, RecordFacts]) -> Iterator[tuple[str, _Lines]]:
    for key, record in sorted(records.items()):
        members = "opaque" if record.fields is None else "?" if record.fields is UNKNOWN else "known"
        yield (
            key,
            _unlike_defaults(
                size=(record.size, UNKNOWN),
                align=(record.align, UNKNOWN),
                members=(members, "known"),
                packed=(record.packed, False),
                transparent=(record.transparent, False),
                own=(record.own, True),
                by_address=(record.by_address, False),
                virtuals=([_virtual(each) for each in record.virtuals], []),
                presumed=(record.presumed, False),
            ),
        )
        if isinstance(record.fields, tuple):
            for field in sorted(record.fields, key=_place):
                yield f"{key}.{field.name}", _field(field)


def _virtual(function: Virtual) -> str:
    """Return ``slot name symbol``, with ``=0`` behind what is pure."""
    slot = "?" if function.slot is None else str(function.slot)
    words = (
        slot,
        function.name.replace(" ", "\u00a0"),
        function.symbol or "-",
        *(["=0"] if function.pure else []),
    )
    return " ".join(words)


def _field(field: FieldFacts) -> _Lines:
    bits = field.bit_width is not None
    return _unlike_defaults(
        type=write(field.type),
        offset=(UNKNOWN if bits else field.offset, UNKNOWN),
        size=(field.size, UNKNOWN),
        bit=(field.bit_offset, None),
        bits=(field.bit_width, None),
    )


def _place(field: FieldFacts) -> tuple[int, str]:
    if isinstance(field.bit_offset, int):
        return field.bit_offset, field.name
    return (8 * field.offset if isinstance(field.offset, int) else 1 << 62), field.name


def _enums(enums: Mapping[str, EnumFacts]) -> Iterator[tuple[str, _Lines]]:
    for key, enum in sorted(enums.items()):
        yield (
            key,
            _unlike_defaults(
                size=(enum.size, UNKNOWN),
                signed=(enum.signed, UNKNOWN),
                closed=(enum.closed, None),
                complete=(enum.enumerators is not None, True),
                own=(enum.own, True),
            ),
        )
        for each in enum.enumerators or ():
            yield f"{key}.{each.name}", {"value": _plain(each.value)}


def _unlike_defaults(**members: object) -> _Lines:
    """Return the members whose values are not the defaults that stand beside them."""
    kept = {}
    for name, value in members.items():
        if isinstance(value, tuple):
            value, default = value  # noqa: PLW2901 - a pair is a value with its default
            if value is default or (value == default and type(value) is type(default)):
                continue
        kept[name] = _plain(value)
    return kept


def _plain(value: object) -> object:
    return "?" if value is UNKNOWN else value


def _text(document: Mapping[str, Any]) -> str:
    lines = []
    for name, value in document.items():
        head = json.dumps(name, ensure_ascii=False)
        facts = name not in ("target", "library") and isinstance(value, dict) and value
        if facts:
            inner = ",\n".join(
                f"  {json.dumps(key, ensure_ascii=False)}: {_line(each)}" for key, each in value.items()
            )
            lines.append(f"{head}: {{\n{inner}\n}}")
        else:
            lines.append(f"{head}: {_line(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
