"""Comparing two sides: what their headers say, and beside that what their libraries are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.abi.change import Change
from abidance.abi.codes import NOT_COMPARABLE
from abidance.abi.diff import diff
from abidance.abi.diff.exposure import Exposure
from abidance.abi.diff.presumed_private import presumed, presumed_on_both
from abidance.abi.diff.versions import PROGRAMS
from abidance.abi.facts import UNKNOWN, Family
from abidance.abi.facts.evidence import NO_TYPES_FOR
from abidance.abi.gate.private import without_presumed
from abidance.abi.lookup import Sides
from abidance.abi.lookup import TypeLookup as Asked
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError

if TYPE_CHECKING:
    from abidance.abi.facts import Facts
    from abidance.abi.gate.sides import GateSide

_SHOWN = 4
_TYPED = frozenset((Family.FUNCTIONS, Family.TYPES))


def compare(old: GateSide, new: GateSide) -> tuple[Change, ...]:
    """Return all changes.

    Where both sides have a library with debug information beside the header, those are compared too: a flag that
    lays records out in another way shows in no header. What the headers told already is not told again. Records that
    are presumed to be the library's own on both sides are taken for opaque, and their changes told as presumed.

    Raises CannotJudgeError when the sides share nothing that could be compared.
    """
    if not old.facts.knows & new.facts.knows:
        message = f"`{old.name}` and `{new.name}` have nothing in common that could be compared"
        raise CannotJudgeError(Diagnostic(NOT_COMPARABLE, message, help="give headers, or build with `-g`"))
    empty = " and ".join(f"`{Path(each.name).name}`" for each in (old, new) if each.facts.empty)
    if old.facts.empty:
        what = f"nothing is declared or exported in {empty} that belongs to the boundary"
        return (
            *diff(old.facts, new.facts),
            Change("evidence", "absent", "surface", "", what, frozenset(("surface",))),
        )
    whole = Sides.of(old.facts, new.facts)
    hidden = presumed_on_both(whole)
    before, after = (without_presumed(each.facts, hidden & each.facts.records.keys()) for each in (old, new))
    shown = Family.CONSTANTS in old.facts.knows | new.facts.knows  # which headers alone tell
    changes = [
        *diff(before, after, (old.calls, new.calls), shown=shown),
        *presumed(whole, hidden, before.records),
    ]
    if not (_typed(old.facts) and _typed(new.facts)) and not any(
        each.entity == "evidence" for each in changes
    ):
        bare = [each for each in (old, new) if not _typed(each.facts)]
        names = " and ".join(f"`{Path(each.name).name}`" for each in bare)
        traits = frozenset(("lines",) if all(map(_is_of_lines, bare)) else ())
        changes.append(Change("evidence", "absent", "types", "", f"none in {names}", traits))
    elif untold := _undescribed(before, after):
        changes.append(Change("evidence", "absent", "types", "", f"none for {untold}"))
    if old.binary is not None and new.binary is not None and _typed(old.binary) and _typed(new.binary):
        told = {(each.entity, _root(each.subject)) for each in changes}
        changes += [
            each
            for each in diff(old.binary, new.binary)
            # An earlier version of a symbol is in no header.
            if PROGRAMS in each.traits
            or (
                (each.entity, _root(each.subject)) not in told
                and each.aspect not in ("removed", "added", "renamed")
                and not (each.aspect == "lost" and _is_chosen_at_start(each.subject, new.facts))
            )
        ]
    return tuple(changes)


def _undescribed(old: Facts, new: Facts) -> str:
    """Return functions whose types, and records whose members, the old side did not tell: they may have changed."""
    names = [
        f"`{name}`"
        for name, each in old.functions.items()
        if each.signature is UNKNOWN and each.inline is not True and name in new.functions
    ]
    undescribed = {
        key
        for key, each in old.records.items()
        if each.fields is UNKNOWN
        and each.size is UNKNOWN
        and each.own is not False
        and _is_complete(key, new)
    }
    names += [f"`{key}`" for key in sorted(undescribed & _complete(old))] if undescribed else []
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _complete(facts: Facts) -> set[str]:
    """Return the records that callers cannot but know: passed by value, or part of others.

    What is behind a pointer, as a `FILE` is, may be as little known to them as to us.
    """
    exposure = Exposure.of(Asked(facts))
    return exposure.by_value | exposure.embedded | exposure.static


def _is_complete(key: str, facts: Facts) -> bool:
    return key in facts.records and not facts.records[key].opaque


def _is_chosen_at_start(name: str, facts: Facts) -> bool:
    """Tell whether a function of the library is an IFUNC, which compilers do not describe; the header does."""
    symbols = facts.library.symbols if facts.library else {}
    return any(each.name == name and each.kind == "ifunc" for each in symbols.values())


def _is_of_lines(side: GateSide) -> bool:
    """Tell whether there is debug information, which describes the functions and no type."""
    gaps = [gap for each in side.facts.evidence if each.witness == "dwarf" for gap in each.gaps]
    return any(each.startswith(NO_TYPES_FOR) for each in gaps)


def _typed(facts: Facts) -> bool:
    return facts.knows >= _TYPED


def _root(subject: str) -> str:
    """Return the subject without the words that one witness has and another has not."""
    return subject.removeprefix("struct ").removeprefix("union ").removeprefix("enum ")
