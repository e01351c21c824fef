"""From a header to the report on its types: read, asked of the compiler, bound."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.binding.binding_method import Binding, BindingKind, how_called
from abidance.core.catalogue import PROBE_FAILED, UNKNOWN_NAME
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError, UsageError
from abidance.core.nearest import did_you_mean
from abidance.header import read_header
from abidance.header.layouts import layouts_of
from abidance.header.own import Own
from abidance.ir.declarations import spell
from abidance.ir.naming import c_names
from abidance.ir.reachable import reachable
from abidance.ir.tables import matching
from abidance.ir.types import EnumRef, RecordRef, TypedefRef
from abidance.layout.entries import LayoutEntries
from abidance.layout.model import FunctionEntry, Report, named_members
from abidance.layout.own_declarations import everything, own, reached_from
from abidance.toolchain.header_prerequisites import including, needed_before
from abidance.toolchain.probe import ProbeRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Layouts
    from abidance.ir.types import Type
    from abidance.layout.model import TypeEntry
    from abidance.layout.own_declarations import Part
    from abidance.layout.subject import LayoutSubject
    from abidance.toolchain.compiler import Compiler


def report(
    subject: LayoutSubject,
    compiler: Compiler,
    names: Sequence[str] = (),
    *,
    included: bool = True,
    everything_own: bool = False,
) -> Report:
    """Return the layouts of all types of a header, or of those in `names`, as `compiler` has them.

    Without `included`, only the header's own types and what they reach are read; with `everything_own`, all
    that it includes counts as its own. Where it takes a standard header before this one to compile it, that is
    included first. Raises UsageError for a header that cannot be read and for a name that it does not have,
    CannotJudgeError when it does not compile.
    """
    asked = _Asked(subject, tuple(names), included and not names, everything_own)
    first = including(compiler, subject.before)
    try:
        return _report(asked, first, subject.before)
    except CannotJudgeError:
        needed = needed_before(subject.header, first, subject.include_dirs, subject.defines)
        if not needed:
            raise
        before = (*subject.before, *needed)
        return _report(asked, including(compiler, before), before)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The arguments of `report`."""

    subject: LayoutSubject
    names: tuple[str, ...]
    included: bool
    everything_own: bool


def _report(asked: _Asked, compiler: Compiler, before: tuple[str, ...]) -> Report:
    subject = asked.subject
    declarations = read_header(
        subject.header, include_dirs=subject.include_dirs, defines=subject.defines, compiler=compiler
    )
    wanted = _named(declarations, asked.names) if asked.names else None
    chosen = _chosen(asked, declarations)
    part = everything(declarations) if asked.included or asked.everything_own else chosen
    layouts = _probe(subject, declarations, part, chosen, compiler)
    reached = reachable(declarations, _types(part))
    entries = LayoutEntries(declarations, layouts, part, chosen, c_names(declarations, reached))
    header = subject.header.absolute()
    # The header's own come first, from top to bottom; sorting keeps the order of the others.
    types = tuple(
        sorted(
            _select(entries.types(), wanted),
            key=lambda entry: (
                (0, entry.span.line, entry.span.column) if entry.span.path == header else (1, 0, 0)
            ),
        )
    )
    functions = () if asked.names else tuple(_functions(declarations, layouts, chosen))
    enumerators = {name for entry in types for name in entry.values}
    constants = {
        name: value
        for name, value in sorted(layouts.constants.items())
        if not asked.names or name in enumerators
    }
    return Report(
        subject.header,
        included_as(subject.header, subject.include_dirs, compiler, subject.seen_from),
        dict(subject.defines),
        before,
        compiler.identity,
        compiler.target,
        layouts.little_endian,
        types,
        functions,
        constants,
        asked.names,
        _hidden(declarations, types),
        tuple(_problems(declarations, chosen, types)),
    )


def of_contract(
    names: Iterable[str], functions: Callable[[str], bool], types: Callable[[str], bool]
) -> Callable[[Declarations], Part]:
    """Return what chooses a contract's functions, what belongs to it by name, and what that reaches."""
    listed = tuple(names)

    def choose(declarations: Declarations) -> Part:
        known = [name for name in listed if name in declarations.functions]
        known += matching(declarations.functions, functions)
        return reached_from(declarations, known, map(TypedefRef, matching(declarations.typedefs, types)))

    return choose


def _chosen(asked: _Asked, declarations: Declarations) -> Part:
    """Return what of the header the report is about."""
    if asked.names:
        found = (declarations.find_type(name) for name in asked.names)
        return reached_from(declarations, (), [type_ for type_ in found if type_ is not None])
    if asked.everything_own:
        return everything(declarations)
    if asked.subject.chosen:
        return asked.subject.chosen(declarations)
    return own(declarations, Own(asked.subject.header.absolute(), asked.subject.include_dirs).has)


def _types(part: Part) -> list[Type]:
    return [*map(TypedefRef, part.typedefs), *map(RecordRef, part.records), *map(EnumRef, part.enums)]


def _probe(
    subject: LayoutSubject, declarations: Declarations, part: Part, chosen: Part, compiler: Compiler
) -> Layouts:
    # Enumerators by name: those of enums that no expression can name are among them.
    constants = dict.fromkeys((*chosen.macros, *part.enumerators))
    wanted = ProbeRequest(chosen.functions, tuple(_types(part)), tuple(constants))
    return layouts_of(
        declarations,
        wanted,
        header=subject.header,
        include_dirs=subject.include_dirs,
        defines=subject.defines,
        compiler=compiler,
    )


def _named(declarations: Declarations, names: Sequence[str]) -> dict[str, str]:
    """Return by key or typedef name what the user called each type; raises UsageError for one that is not there."""
    found: dict[str, str] = {}
    for name in names:
        match declarations.find_type(name):
            case TypedefRef(typedef):
                target = declarations.resolve(TypedefRef(typedef))
                spelled = (
                    isinstance(target, RecordRef | EnumRef) and spell(target, "", declarations) == typedef
                )
                found[target.key if spelled and isinstance(target, RecordRef | EnumRef) else typedef] = name
            case RecordRef(key) | EnumRef(key):
                found[key] = name
            case _:
                known = (*declarations.typedefs, *declarations.records, *declarations.enums)
                bare = [key.partition(" ")[2] or key for key in known if "<" not in key]
                hint = did_you_mean(name, [*known, *bare]) or "`abidance layout HEADER` lists the types"
                raise UsageError(Diagnostic(UNKNOWN_NAME, f"the header has no type `{name}`", help=hint))
    return found


def _select(entries: Iterable[TypeEntry], wanted: dict[str, str] | None) -> Iterator[TypeEntry]:
    for entry in entries:
        if wanted is None:
            yield entry
        elif entry.key in wanted:
            # A type that was asked for by name is what the report is about.
            yield replace(entry, own=True)


def _functions(declarations: Declarations, layouts: Layouts, chosen: Part) -> Iterator[FunctionEntry]:
    for name in sorted(chosen.functions):
        function = declarations.functions[name]
        listed = [spell(p.type, p.name, declarations) for p in function.parameters]
        listed += ["..."] if function.variadic else []
        inner = f"{name}({', '.join(listed) or ('void' if function.prototype else '')})"
        yield FunctionEntry(
            name,
            function.symbol,
            spell(function.returns, inner, declarations),
            how_called(function, declarations, layouts),
            function.span,
            own=True,
        )
    for name in chosen.lost:
        lost = declarations.lost[name]
        if name.isidentifier() and lost.span:
            yield FunctionEntry(
                name, name, "", Binding(BindingKind.REFUSED, lost.message), lost.span, own=True
            )


def _hidden(declarations: Declarations, types: Sequence[TypeEntry]) -> tuple[str, ...]:
    words = {member.name for entry in types for member, _ in named_members(entry.members)}
    words |= {word for entry in types for word in entry.expression.replace("(", " ").split()}
    return tuple(sorted(word for word in words if word in declarations.macros))


def _problems(declarations: Declarations, chosen: Part, types: Sequence[TypeEntry]) -> Iterator[Diagnostic]:
    yield from dict.fromkeys(declarations.lost[name] for name in chosen.lost)
    for entry in types:
        if entry.problem and entry.own:
            words = f"`{entry.name}` has no layout: {entry.problem}"
            yield Diagnostic(PROBE_FAILED, words, (Label(entry.span, entry.problem),))


def included_as(
    header: Path, include_dirs: Sequence[Path], compiler: Compiler, seen_from: Path | None
) -> str:
    """Return the operand of ``#include``: in angle brackets below a system's folder, else in quotes.

    A header in none of the folders that are searched goes by its path from the folder `seen_from`, or by the
    one that it was given with.
    """
    whole = header.absolute()
    for folders, quotes in (
        ((each.absolute() for each in include_dirs), '""'),
        (compiler.system_dirs(), "<>"),
    ):
        below = [folder for folder in folders if whole.is_relative_to(folder)]
        if below:
            deepest = max(below, key=lambda folder: len(folder.parts))
            return f"{quotes[0]}{whole.relative_to(deepest)}{quotes[1]}"
    shown = os.path.relpath(whole, seen_from.absolute()) if seen_from else header
    return f'"{shown}"'
