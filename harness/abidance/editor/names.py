"""The names that may stand at a place: which of the header's, and of the contract's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.language import kinds as k
from abidance.contract.language.statuses import STATUS_KEY
from abidance.editor import descriptions
from abidance.editor.c_text import function_text, parameter_text
from abidance.editor.scope import scope_at
from abidance.ir.declarations import spell
from abidance.ir.types import Basic, Pointer, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.contract.language.kinds import Word
    from abidance.core.codes import Code
    from abidance.editor.context import ClauseContext
    from abidance.editor.descriptions import Described
    from abidance.editor.known_header import KnownHeader
    from abidance.editor.outline import Pairs


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may be written. Those with a lower `rank` fit better; `describe` tells more when it is asked for."""

    name: str
    sort: str
    detail: str = ""
    rank: int = 5
    describe: Callable[[], Described | None] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beside the document: the header, as far as it could be read, and all codes."""

    facts: KnownHeader | None = None
    codes: Callable[[], tuple[Code, ...]] = tuple


def candidates(kind: Word, context: ClauseContext, knowledge: Knowledge) -> Iterator[Candidate]:
    """Yield the names that a word of this kind may be where it stands, each once."""
    seen = set()
    for each in _candidates(kind, context, knowledge):
        if each.name not in seen:
            seen.add(each.name)
            yield each


def _candidates(kind: Word, context: ClauseContext, knowledge: Knowledge) -> Iterator[Candidate]:
    facts, root, way = knowledge.facts, context.root, context.way
    yield from (Candidate(word, "keyword", rank=1) for word in kind.among)
    if kind == k.CODE:
        for code in knowledge.codes():
            yield Candidate(code.id, "code", code.name, text=code.explain)
            yield Candidate(code.name, "code", code.id, rank=6, text=code.explain)
    elif kind == k.NAME and way[:1] in (("equivalence",), ("functions",)):
        yield from _own(root, "libraries", "library")
    elif kind == k.LIFETIME:
        yield from (
            Candidate(f"handle({each.key.text})", "keyword", rank=2)
            for each in root.below("handles").pairs
            if each.colon
        )
    if kind == k.TYPE_NAME and way[:1] not in (("handles",), ("types",)):
        yield from _own(root, "handles", "handle")
    if facts is not None:
        yield from _of_header(kind, context, facts)


def _of_header(kind: Word, context: ClauseContext, facts: KnownHeader) -> Iterator[Candidate]:
    way = context.way
    if kind == k.FUNCTION_NAME:
        yield from functions(facts, way)
    elif kind == k.PARAMETER_NAME:
        yield from _parameters(context, facts)
    elif kind == k.FIELD_NAME and way[-1:] == ("ended_by",):
        yield from _fields_of_elements(way[:-1], facts)
    elif kind in (k.FIELD_NAME, k.FIELD_PATH):
        yield from fields(facts, _record_around(way, facts))
    elif kind == k.PARAMETER_PATH:
        yield from _paths(context, facts)
    elif kind == k.LIVING:
        yield from fields(facts, way[1] if way[:1] == ("types",) and len(way) > 1 else "")
        yield from _types(facts, opaque=False)
    elif kind == k.TYPE_NAME:
        yield from _types(facts, opaque=way[:1] != ("types",))
    elif kind == k.WHAT:
        yield from _what(context, facts)
    elif kind in (k.STATUS_NAME, STATUS_KEY):
        yield from statuses(facts, way)
    elif kind == k.PREFIX:
        yield from _prefixes(facts)


def _own(root: Pairs, section: str, sort: str) -> Iterator[Candidate]:
    """Yield the names of a section of the contract."""
    yield from (Candidate(each.key.text, sort, rank=2) for each in root.below(section).pairs if each.colon)


def functions(facts: KnownHeader, way: tuple[str, ...] = ()) -> Iterator[Candidate]:
    """Yield the boundary's functions; at a handle's clauses, first those that its type fits."""
    handle = facts.declarations.find_type(way[1]) if way[:1] == ("handles",) and len(way) > 2 else None
    wanted = facts.bare(handle) if handle is not None else None
    for each in facts.functions():
        types = [each.returns] if way[2:3] == ("create",) else [p.type for p in each.parameters]
        fits = wanted is not None and any(facts.inner(type_) == wanted for type_ in types)
        yield Candidate(
            each.name,
            "function",
            function_text(each, facts.declarations).replace("\n    ", " "),
            rank=3 if fits else 5,
            describe=lambda name=each.name: descriptions.function(facts, name),  # type: ignore[misc]
        )


def fields(facts: KnownHeader, of: str) -> Iterator[Candidate]:
    """Yield the fields of a record."""
    type_ = facts.declarations.find_object(of) if of else None
    for name, each in facts.fields(type_).items() if type_ is not None else ():
        yield Candidate(
            name,
            "field",
            spell(each, name, facts.declarations),
            rank=3,
            describe=lambda name=name: descriptions.field(facts, of, name),  # type: ignore[misc]
        )


def _fields_of_elements(way: tuple[str, ...], facts: KnownHeader) -> Iterator[Candidate]:
    """Yield the fields of the records that the array at the end of a way consists of."""
    type_ = type_at(way, facts)
    for name, each in facts.fields(type_).items() if type_ is not None else ():
        yield Candidate(name, "field", spell(each, name, facts.declarations), rank=3)


def parameters(facts: KnownHeader, of: str) -> Iterator[Candidate]:
    """Yield the parameters of a function."""
    function = facts.declarations.functions.get(of)
    for at, each in enumerate(function.parameters if function else ()):
        if each.name:
            yield Candidate(
                each.name,
                "parameter",
                parameter_text(each, facts.declarations),
                rank=at,
                describe=lambda name=each.name: descriptions.parameter(facts, of, name),  # type: ignore[misc]
            )


def _parameters(context: ClauseContext, facts: KnownHeader) -> Iterator[Candidate]:
    match context.way:
        case ("laws", *_):
            return
        case ("functions", name, *inside) if "callback" in inside:
            scope = scope_at(context.root, context.way, facts, after=False)
            of_call = {each.name for each in parameters(facts, name)}
            own = [
                each
                for each in scope.names
                if scope.words.get(each, "").startswith("a parameter of the callback")
            ]
            for each in own or [other for other in scope.names if other not in of_call]:
                type_ = scope.names[each]
                known = type_ is not None and not isinstance(type_, dict)
                detail = spell(type_, each, facts.declarations) if known else ""  # type: ignore[arg-type]
                yield Candidate(each, "parameter", detail, rank=3)
        case ("functions", name, *_):
            yield from parameters(facts, name)


def _paths(context: ClauseContext, facts: KnownHeader) -> Iterator[Candidate]:
    match context.way:
        case ("functions", name, *_):
            function = facts.declarations.functions.get(name)
            yield from parameters(facts, name)
            for each in function.parameters if function else ():
                for inner, type_ in facts.fields(each.type).items() if each.name else ():
                    yield Candidate(
                        f"{each.name}.{inner}", "field", spell(type_, inner, facts.declarations), rank=6
                    )
        case ("equivalence", *_):
            for pair in context.root.below("functions").pairs:
                yield Candidate(pair.key.text, "function", rank=3)
                yield from (
                    Candidate(f"{pair.key.text}.{each.name}", "parameter", each.detail, rank=6)
                    for each in parameters(facts, pair.key.text)
                )
                yield Candidate(f"{pair.key.text}.result", "parameter", rank=6)


def _types(facts: KnownHeader, *, opaque: bool) -> Iterator[Candidate]:
    for name in facts.types(opaque=opaque):
        yield Candidate(
            name,
            "type",
            rank=4,
            describe=lambda name=name: descriptions.type_(facts, name),  # type: ignore[misc]
        )


def _what(context: ClauseContext, facts: KnownHeader) -> Iterator[Candidate]:
    """Yield what a pointer may point to: above all the type that the header gives it."""
    pointee = _pointee(context, facts)
    if pointee:
        yield Candidate(pointee, "type", "as the header has it", rank=0)
    if context.way[:1] == ("laws",):
        yield from _own(context.root, "handles", "handle")
    yield from (each for each in _types(facts, opaque=False) if each.name != pointee)


def _pointee(context: ClauseContext, facts: KnownHeader) -> str:
    type_ = type_at(context.way[:-1], facts)
    to = facts.pointee(type_) if type_ is not None else None
    return "" if to is None else spell(to, "", facts.declarations)


def statuses(facts: KnownHeader, way: tuple[str, ...]) -> Iterator[Candidate]:
    """Yield what tells how a call went: the enumerators of its result's type, or else all constants."""
    function = (
        facts.declarations.functions.get(way[1]) if way[:1] == ("functions",) and len(way) > 1 else None
    )
    enum = facts.enum(function.returns) if function is not None else None
    if enum is not None:
        yield from (constant(facts, each.name, rank=3) for each in enum.enumerators)
    else:
        yield from (constant(facts, name) for name in facts.constants())


def constant(facts: KnownHeader, name: str, rank: int = 5) -> Candidate:
    """Return an enumerator or macro."""
    value = facts.values.get(name)
    detail = "" if value is None else f"= {value}"
    sort = "enumerator" if name in facts.declarations.enumerators else "constant"
    return Candidate(name, sort, detail, rank, describe=lambda: descriptions.constant(facts, name))


def _prefixes(facts: KnownHeader) -> Iterator[Candidate]:
    counts: dict[str, int] = {}
    for name, each in facts.declarations.functions.items():
        head, underscore, _ = name.partition("_")
        if underscore and str(each.span.path) in facts.own:
            counts[f"{head}_"] = counts.get(f"{head}_", 0) + 1
    for name, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        yield Candidate(name, "keyword", f"{count} functions")


def type_at(way: tuple[str, ...], facts: KnownHeader) -> Type | None:
    """Return the C type of the parameter, field, result or written-out value that a way leads to."""
    match [each for each in way if each != "[]"]:
        case ["functions", name, "params", parameter]:
            return _parameter_type(facts, name, parameter)
        case ["functions", name, "returns"]:
            return _parameter_type(facts, name, "returns")
        case ["functions", name, "examples" | "rejects", *inner]:
            first, *others = inner[1:] if inner[:1] == ["when"] else inner or [""]
            first, *dotted = first.split(".") if first else [""]
            return _inside(facts, _parameter_type(facts, name, first), [*dotted, *others])
        case ["functions", name, "params", parameter, "fields", field]:
            return _inside(facts, _parameter_type(facts, name, parameter), field.split("."))
        case ["functions", name, "returns", "fields", field]:
            return _inside(facts, _parameter_type(facts, name, "returns"), field.split("."))
        case ["types", name, "fields", field]:
            type_ = facts.declarations.find_type(name)
            return _inside(facts, type_, [field])
        case ["handles", _, "prepare", name, parameter, *inner]:
            return _inside(facts, _parameter_type(facts, name, parameter), inner)
    return None


def _record_around(way: tuple[str, ...], facts: KnownHeader) -> str:
    """Return the record whose fields are spoken of: that of `types`, or what a parameter or a result is or leads to."""
    if way[:1] == ("types",):
        return way[1] if len(way) > 1 else ""
    type_ = type_at(way[: way.index("fields")], facts) if "fields" in way else None
    record = facts.record(type_) if type_ is not None else None
    return "" if record is None else record.spelling or record.key


def _parameter_type(facts: KnownHeader, function: str, parameter: str) -> Type | None:
    known = facts.declarations.functions.get(function)
    if known is None:
        return None
    if parameter == "returns":
        return known.returns
    return next((each.type for each in known.parameters if each.name == parameter), None)


def _inside(facts: KnownHeader, type_: Type | None, names: list[str]) -> Type | None:
    for name in names:
        type_ = facts.fields(type_).get(name) if type_ is not None else None
    return type_


def is_bool(facts: KnownHeader, type_: Type) -> bool:
    """Tell whether a value of this type is true or false."""
    return facts.bare(type_) == Basic("_Bool")


def is_pointer(facts: KnownHeader, type_: Type) -> bool:
    """Tell whether a value of this type points."""
    return isinstance(facts.bare(type_), Pointer)
