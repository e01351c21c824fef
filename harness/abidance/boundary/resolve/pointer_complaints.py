"""Complaints about pointers of which a contract says nothing, with what the types let one expect that it says.

Those to one incomplete type have one cause, which is that its handle is missing; the others are told function by
function.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from abidance.boundary.resolve.nearest_clauses import SHIM, is_function, is_private
from abidance.contract.language.rules import listed
from abidance.core.catalogue import POINTER_UNSPECIFIED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.header.name_words import creates, destroys, is_size
from abidance.ir import types as c
from abidance.ir.spelling import spell
from abidance.ir.tables import matching
from abidance.ir.traversal import unqualified

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations, Function, Parameter

_BYTES = ("char", "signed char", "unsigned char")
_STEM = 2
"""So many letters, at least, do the names of a type and of its functions begin with."""
_SHOWN = 5
"""So many functions are named of those that take one type."""


@dataclass(frozen=True, slots=True)
class UnspecifiedPointer:
    """A parameter of a function; `span` is where the contract could say what it points to.

    `handles` are those that it may be, by its type: of one alone, nothing more need be said.
    """

    parameter: str
    function: str
    span: Span
    declared: Span
    spelling: str
    handles: tuple[str, ...] = ()


def complaints(
    pointers: Iterable[UnspecifiedPointer], declarations: Declarations, freers: Collection[str] = ()
) -> Iterator[Diagnostic]:
    """Yield one complaint for each incomplete type, and for each function one about its other pointers.

    `freers` are the functions that the contract has free what others leave.
    """
    by_type: list[tuple[_Life, list[UnspecifiedPointer]]] = []
    by_function: dict[tuple[str, Span], list[UnspecifiedPointer]] = defaultdict(list)
    by_key: dict[str | None, list[UnspecifiedPointer]] = defaultdict(list)
    for each in pointers:
        by_key[_record(_type_of(each, declarations), declarations)].append(each)
    known = [each.function for found in by_key.values() for each in found]
    for key, found in by_key.items():
        if found[0].handles:
            yield _one_of_several(found)
            continue
        life = (
            _Life.of(key, _target(found[0], declarations), known, declarations) if key is not None else None
        )
        if life is not None and life.is_handle:
            by_type.append((life, found))
            continue
        for each in found:
            by_function[each.function, each.span].append(each)
    yield from (_handle_missing(life, found) for life, found in by_type)
    for (name, _), found in by_function.items():
        complaint = _unspecified(found, declarations)
        if name in freers:
            remedy = f"leave it out of `functions`: it is called where a contract says `free: {name}`"
            complaint = replace(complaint, help=remedy)
        yield complaint


def _type_of(pointer: UnspecifiedPointer, declarations: Declarations) -> c.Type | None:
    parameters = declarations.functions[pointer.function].parameters
    return next((each.type for each in parameters if each.span == pointer.declared), None)


def _target(pointer: UnspecifiedPointer, declarations: Declarations) -> str:
    """Return how the type is written that a pointer points to."""
    type_ = _type_of(pointer, declarations)
    resolved = declarations.resolve(type_) if type_ is not None else None
    return spell(unqualified(resolved.to), "", declarations) if isinstance(resolved, c.Pointer) else ""


def _target_of(type_: c.Type | None, declarations: Declarations) -> c.Type | None:
    """Return what a pointer points to, without typedefs and qualifiers; None for what is no pointer."""
    resolved = declarations.resolve(type_) if type_ is not None else None
    return declarations.resolve(resolved.to) if isinstance(resolved, c.Pointer) else None


def _record(type_: c.Type | None, declarations: Declarations) -> str | None:
    """Return the record that a pointer points to, if it does to one."""
    target = _target_of(type_, declarations)
    return target.key if isinstance(target, c.RecordRef) else None


# ------------------------------------------------------------- one type, in several functions


@dataclass(frozen=True, slots=True)
class _Life:
    """Where values of a record come from and go to, as far as types and names show; empty for nowhere."""

    type_name: str
    span: Span | None
    opaque: bool
    private: bool
    create: str
    destroy: str

    @classmethod
    def of(cls, key: str, type_name: str, known: Sequence[str], declarations: Declarations) -> Self:
        """Look among the functions that are `known`, and those of the header that are named like them or the type."""
        record = declarations.records.get(key)
        stems = tuple({n.lower()[:_STEM] for n in (_handle_name(type_name), *known) if len(n) >= _STEM})
        private = is_private(record)
        named = matching(declarations.functions, lambda other: other.lower().startswith(stems))
        made: list[tuple[int, int, str]] = []
        set_up: list[tuple[int, int, str]] = []
        ended: list[tuple[int, str]] = []
        for each in dict.fromkeys((*named, *known)):
            function = declarations.functions[each]
            taken = [p for p in function.parameters if _record(p.type, declarations) == key]
            if not taken and _makes(function, key, declarations):
                pointers = sum(
                    isinstance(declarations.resolve(p.type), c.Pointer) for p in function.parameters
                )
                made.append((pointers, len(function.parameters), each))
            elif private and creates(each) and taken and taken[0] is function.parameters[0]:
                set_up.append((len(function.parameters), len(function.parameters), each))
            rank = destroys(each)
            if (
                rank is not None
                and len(function.parameters) == len(taken) == 1
                and not _is_const(taken[0].type, declarations)
            ):
                ended.append((rank, each))
        return cls(
            type_name,
            record.span if record else None,
            record is None or record.fields is None,
            private,
            # What the caller has room for is set up by a function that takes it, where another ends it.
            min(made or (set_up if ended else []), default=(0, 0, ""))[2],
            min(ended, default=(0, ""))[1],
        )

    @property
    def is_handle(self) -> bool:
        """Tell whether the contract has nothing else to call it."""
        return self.opaque or self.private or bool(self.create and self.destroy)

    @property
    def why(self) -> str:
        """Return why no value of it can be made up."""
        if self.opaque:
            return "its members are not in the header"
        return "its members are the implementation's own" if self.private else ""

    @property
    def advice(self) -> str:
        """Return what the contract may say of it."""
        name = _handle_name(self.type_name)
        clauses = [f"create: {self.create or 'FUNCTION'}"]
        clauses += [f"destroy: {self.destroy}"] if self.destroy else []
        clauses += [f"type: {self.type_name}"] if self.type_name != name else []
        handle = f"`handles: {{{name}: {{{', '.join(clauses)}}}}}`"
        if self.private and not self.create:
            return (
                f"no value of it can be made up: where NULL is valid, say `{{nullable: true}}`; else {SHIM}"
            )
        if not self.create:
            return (
                f"no function here returns one: name what does, {handle}, "
                "or say `{nullable: true}` of the parameter where NULL is valid and nothing else is to be tried"
            )
        without = "" if self.destroy else ", with `destroy: FUNCTION` if one ends it"
        return f"make it a handle beside `functions:`, such as {handle}{without}"


def _handle_name(type_name: str) -> str:
    """Return the name that a handle gets from its type, which is one word."""
    return type_name.replace("*", " ").split()[-1]


def _handle_missing(life: _Life, found: Sequence[UnspecifiedPointer]) -> Diagnostic:
    takers, named = _takers(found)
    return Diagnostic(
        POINTER_UNSPECIFIED,
        f"{takers}, and the contract does not say where one comes from",
        (Label(found[0].span, named), Label(life.span or found[0].declared, life.why)),
        help=life.advice,
    )


def _one_of_several(found: Sequence[UnspecifiedPointer]) -> Diagnostic:
    """Return the complaint about pointers that may be one of several handles, by their type."""
    first, (takers, named) = found[0], _takers(found)
    clause = f"{first.function}: {{params: {{{first.parameter}: {{handle: {first.handles[0]}}}}}}}"
    return Diagnostic(
        POINTER_UNSPECIFIED,
        f"{takers}, which {listed(first.handles, 'and')} are, and the contract does not say which of them",
        (Label(first.span, named), Label(first.declared)),
        help=f"say which, such as `{clause}`; or have one handle of this type, whose `states` tell them apart",
    )


def _takers(found: Sequence[UnspecifiedPointer]) -> tuple[str, str]:
    """Return how many functions take such a pointer, and which they are besides the first."""
    functions = list(dict.fromkeys(each.function for each in found))
    several = f"{len(functions)} functions take" if len(functions) > 1 else f"`{functions[0]}` takes"
    named = f"and {listed_few(functions[1:])}" if functions[1:] else ""
    return f"{several} a `{found[0].spelling.removeprefix('const ')}`", named


def listed_few(functions: Sequence[str]) -> str:
    """Return the first of some functions, and how many more there are."""
    more = len(functions) - _SHOWN
    return ", ".join(f"`{each}`" for each in functions[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _makes(function: Function, key: str, declarations: Declarations) -> bool:
    """Tell whether a function returns one that the caller may change, or stores one where it is told to."""
    returns = function.returns
    if _record(returns, declarations) == key:
        return not _is_const(returns, declarations)
    return creates(function.name) and any(
        _leads_to(each.type, key, declarations) for each in function.parameters
    )


def _leads_to(type_: c.Type, key: str, declarations: Declarations) -> bool:
    resolved = declarations.resolve(type_)
    return isinstance(resolved, c.Pointer) and _record(resolved.to, declarations) == key


def _is_const(type_: c.Type, declarations: Declarations) -> bool:
    resolved = declarations.resolve(type_)
    return isinstance(resolved, c.Pointer) and declarations.is_const(resolved.to)


# ------------------------------------------------------------------- the pointers of one function


def _unspecified(found: Sequence[UnspecifiedPointer], declarations: Declarations) -> Diagnostic:
    first, *others = found = sorted(found, key=lambda each: (each.declared.line, each.declared.column))
    if others:
        is_what, those = "are pointers", "they point"
        says = [Label(each.declared, f"a `{each.spelling}`") for each in found]
    else:
        is_what, those = f"is a `{first.spelling}`", "it points"
        says = [Label(first.declared, "C states neither direction nor length")]
    function = declarations.functions[first.function]
    advice = tuple(filter(None, (_advice(each, function, declarations) for each in found)))
    kept = any(_may_be_kept(each, function, declarations) for each in found)
    others_fit = "`{opaque: true}` of user data, which is only kept, or " if kept else ""
    return Diagnostic(
        POINTER_UNSPECIFIED,
        f"{listed(tuple(each.parameter for each in found), 'and')} of `{first.function}` {is_what}, "
        f"and the contract does not say what {those} to",
        (
            Label(first.span, f"say it under `params`{'' if others else f', at `{first.parameter}`'}"),
            *says,
        ),
        help=f"such as {listed(advice, 'and')}, {others_fit or 'or '}`{{nullable: true}}` where NULL is valid"
        if advice
        else f"the language has no clause for it: where NULL is valid, say `{{nullable: true}}`; else {SHIM}",
    )


def _may_be_kept(pointer: UnspecifiedPointer, function: Function, declarations: Declarations) -> bool:
    """Tell whether a pointer may be user data: one to `void`, with no number behind it, and nothing that is called."""
    targets = [_target_of(each.type, declarations) for each in function.parameters]
    position = next(n for n, each in enumerate(function.parameters) if each.span == pointer.declared)
    after = function.parameters[position + 1 : position + 2]
    counted = any(_counts(each, declarations) for each in after)
    calls = any(isinstance(each, c.FunctionType) for each in targets)
    return isinstance(targets[position], c.Void) and not counted and not calls


def _advice(pointer: UnspecifiedPointer, function: Function, declarations: Declarations) -> str:
    """Return what a contract may say of a parameter of such a type, with the number behind it; empty for nothing."""
    name, parameters = pointer.parameter, function.parameters
    position = next(number for number, each in enumerate(parameters) if each.span == pointer.declared)
    type_ = declarations.resolve(parameters[position].type)
    assert isinstance(type_, c.Pointer)
    target, const = declarations.resolve(type_.to), declarations.is_const(type_.to)
    if is_function(type_.to, declarations) or (
        isinstance(target, c.Array) and target.count is None and not target.size_text
    ):
        return ""  # functions, and rows of a length that only the call tells
    if isinstance(target, c.Pointer):
        inner = spell(type_.to, "", declarations)
        record = declarations.records.get(_record(type_.to, declarations) or "")
        opaque = record is not None and record.fields is None
        return f"{name}: {{out: {_handle_name(inner)}}}" if opaque else f'{name}: {{out: "{inner}"}}'
    after = parameters[position + 1] if position + 1 < len(parameters) else None
    size = after.name if after is not None and _counts(after, declarations) else ""
    functions = [
        each.name for each in parameters if isinstance(_target_of(each.type, declarations), c.FunctionType)
    ]
    if isinstance(target, c.Void) and functions and not size:
        before = [each.name for each in parameters[:position] if each.name in functions]
        return f"{(before or functions)[-1]}: {{callback: {{calls: 0..}}, user_data: {name}}}"
    is_byte = isinstance(target, c.Basic) and target.spelling in _BYTES
    what = "bytes" if is_byte or isinstance(target, c.Void) else "array"
    if size:
        room = f"in: {what}, length: {size}" if const else f"out: {what}, capacity: {size}"
        return f"{name}: {{{room}}}"
    if is_byte:
        return f"{name}: {{in: string}}" if const else f"{name}: {{out: string, capacity: SIZE}}"
    of = (
        "bytes, length: SIZE"
        if isinstance(target, c.Void)
        else spell(unqualified(type_.to), "", declarations)
    )
    changed = isinstance(target, c.RecordRef) or _counts(parameters[position], declarations)
    return f"{name}: {{{'in' if const else 'inout' if changed else 'out'}: {of}}}"


def _counts(parameter: Parameter, declarations: Declarations) -> bool:
    """Tell whether a parameter is a number, or leads to one, that is named as one that says how much there is."""
    target = _target_of(parameter.type, declarations) or declarations.resolve(parameter.type)
    return isinstance(target, c.Basic) and target.spelling not in _BYTES and is_size(parameter.name)
