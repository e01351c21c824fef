"""From a header to the report on its types: read, asked of the compiler, bound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.binding.how import Binding, Kind, how_called
from abidance.core.catalogue import PROBE_FAILED, UNKNOWN_NAME
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError, UsageError
from abidance.core.nearest import did_you_mean
from abidance.header import read_header
from abidance.ir.declarations import spell
from abidance.ir.naming import c_names
from abidance.ir.types import EnumRef, Named, RecordRef
from abidance.layout.entries import Entries
from abidance.layout.included import included_as
from abidance.layout.model import FunctionEntry, Report, named_members
from abidance.layout.own import of_functions, own, own_files
from abidance.toolchain.alone import including, needed_before
from abidance.toolchain.probe import ProbeRequest, probe_layouts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Layouts
    from abidance.layout.model import TypeEntry
    from abidance.layout.own import Own
    from abidance.toolchain.compiler import Compiler


@dataclass(frozen=True, slots=True)
class Subject:
    """The header that is reported on, and how it is compiled.

    `before` are headers to include before it, as ``#include <...>`` names them. `seen_from` is the folder of
    the file that will include it, where one will. `chosen`, given its declarations, says what of it is asked
    about; by default that is its own part.
    """

    header: Path
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    seen_from: Path | None = None
    chosen: Callable[[Declarations], Own] | None = None


def report(
    subject: Subject, compiler: Compiler, names: Sequence[str] = (), *, everything: bool = False
) -> Report:
    """Return the layouts of all types of a header, or of those in `names`, as `compiler` has them.

    With `everything`, what the header includes counts as its own. Where it takes a standard header before this
    one to compile it, that is included first. Raises UsageError for a header that cannot be read and for a
    name that it does not have, CannotJudgeError when it does not compile.
    """
    asked = including(compiler, subject.before)
    try:
        return _report(subject, asked, names, subject.before, everything=everything)
    except CannotJudgeError:
        needed = needed_before(subject.header, asked, subject.include_dirs, subject.defines)
        if not needed:
            raise
        before = (*subject.before, *needed)
        return _report(subject, including(compiler, before), names, before, everything=everything)


def _report(
    subject: Subject, compiler: Compiler, names: Sequence[str], before: tuple[str, ...], *, everything: bool
) -> Report:
    declarations = read_header(
        subject.header, include_dirs=subject.include_dirs, defines=subject.defines, compiler=compiler
    )
    is_own = own_files(subject.header.absolute(), compiler.system_dirs())
    if everything:
        is_own = lambda _: True  # noqa: E731 - in the place of the function above
    chosen = subject.chosen(declarations) if subject.chosen else own(declarations, is_own)
    wanted = _named(declarations, names) if names else None
    layouts = _probe(subject, declarations, chosen, compiler)
    entries = Entries(declarations, layouts, chosen, c_names(declarations))
    types = tuple(_select(entries.types(), wanted))
    functions = () if names else tuple(_functions(declarations, layouts, chosen))
    enumerators = {name for entry in types for name in entry.values}
    constants = {
        name: value for name, value in sorted(layouts.constants.items()) if not names or name in enumerators
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
        _hidden(declarations, types),
        tuple(_problems(declarations, chosen, types)),
    )


def of_contract(names: Iterable[str], prefix: str | None) -> Callable[[Declarations], Own]:
    """Return what chooses a contract's functions, those with its prefix, and what they reach."""
    listed = tuple(names)

    def choose(declarations: Declarations) -> Own:
        known = [name for name in listed if name in declarations.functions]
        if prefix:
            known += [name for name in declarations.functions if name.startswith(prefix)]
        types = [
            RecordRef(key) for key, r in declarations.records.items() if prefix and r.tag.startswith(prefix)
        ]
        named = [Named(name) for name in declarations.typedefs if prefix and name.startswith(prefix)]
        return of_functions(declarations, known, (*types, *named))

    return choose


def _probe(subject: Subject, declarations: Declarations, chosen: Own, compiler: Compiler) -> Layouts:
    macros = [name for name, macro in declarations.macros.items() if chosen.spans(macro.span)]
    # Every enumerator, those of enums that no expression can name included.
    constants = dict.fromkeys((*macros, *declarations.enumerators))
    wanted = ProbeRequest(
        tuple(sorted(chosen.functions)),
        (
            *map(Named, declarations.typedefs),
            *map(RecordRef, declarations.records),
            *map(EnumRef, declarations.enums),
        ),
        tuple(constants),
    )
    return probe_layouts(
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
            case Named(typedef):
                target = declarations.resolve(Named(typedef))
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


def _functions(declarations: Declarations, layouts: Layouts, chosen: Own) -> Iterator[FunctionEntry]:
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
    for name, lost in declarations.lost.items():
        if (
            name.isidentifier()
            and lost.span
            and chosen.spans(lost.span)
            and name not in declarations.typedefs
        ):
            yield FunctionEntry(name, name, "", Binding(Kind.REFUSED, lost.message), lost.span, own=True)


def _hidden(declarations: Declarations, types: Sequence[TypeEntry]) -> tuple[str, ...]:
    words = {member.name for entry in types for member, _ in named_members(entry.members)}
    words |= {word for entry in types for word in entry.expression.replace("(", " ").split()}
    return tuple(sorted(word for word in words if word in declarations.macros))


def _problems(declarations: Declarations, chosen: Own, types: Sequence[TypeEntry]) -> Iterator[Diagnostic]:
    for diagnostic in dict.fromkeys(declarations.lost.values()):
        if diagnostic.span and chosen.spans(diagnostic.span):
            yield diagnostic
    for entry in types:
        if entry.problem and entry.own:
            words = f"`{entry.name}` has no layout: {entry.problem}"
            yield Diagnostic(PROBE_FAILED, words, (Label(entry.span, entry.problem),))
