"""Callbacks that a handle was given before, as the postconditions of a later call on it look at them.

A target notes which callback a handle was given last under a name, and where the script of that is: a call that has
succeeded has given it, one that is refused has not, and of one that failed nobody knows. While a call is made whose
postconditions look there, callbacks that are kept note how they are invoked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.traversal import callbacks_of, root_of
from abidance.boundary.model.types import HandleShape
from abidance.contract.expression import CALLS, CONTENTS, declared, spelling
from abidance.native.expressions.values import CGuarded, CNullable, COpaque, CRecord, CTagged
from abidance.native.target.ended_callbacks import refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.native.expressions.kinds import AnyValue
    from abidance.native.expressions.values import CValue
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Path
    from abidance.native.target.tables import Tables


def looked_at(function: BoundaryFunction) -> dict[str, tuple[Path, ...]]:
    """Return the callbacks at which a function's promises look through handles: paths below a parameter, by that."""
    promises = (*function.ensures, *(each for reject in function.rejects for each in reject.ensures))
    given = {
        spelling(m.name): m.name
        for m in function.members
        if isinstance(m.shape, HandleShape) and not m.shape.made
    }
    found: dict[str, dict[Path, None]] = {}
    for parts in (reference.parts for each in promises for reference in each.references):
        ends = [n for n, part in enumerate(parts) if part in (CALLS, CONTENTS) and n > 1]
        if ends and parts[0] in given:
            found.setdefault(given[parts[0]], {})[tuple(map(declared, parts[1 : ends[0]]))] = None
    return {parameter: tuple(each) for parameter, each in found.items()}


def givers(boundary: Boundary, function: BoundaryFunction) -> Iterator[BoundaryFunction]:
    """Yield the functions that give handles what the promises of a function look at there."""
    kinds = {m.name: m.shape.handle for m in function.members if isinstance(m.shape, HandleShape)}
    for parameter, paths in looked_at(function).items():
        for each in boundary.functions.values():
            if any(tuple(path.split(".")) in paths for path, _ in _given_to(each, kinds[parameter])):
                yield each


def is_looked_at(boundary: Boundary, giver: str, path: Path) -> bool:
    """Tell whether the promises of any function look at a callback through a handle that was given it."""
    function = boundary.functions[giver]
    return any(
        path in paths and any(p == ".".join(path) for p, _ in _given_to(function, shape.handle))
        for each in boundary.functions.values()
        for parameter, paths in looked_at(each).items()
        for member in each.members
        if member.name == parameter and isinstance(shape := member.shape, HandleShape)
    )


def _given_to(function: BoundaryFunction, handle: str) -> Iterator[tuple[str, object]]:
    """Yield the callbacks that a function gives to be kept, where it is given a handle of a kind, or leaves one."""
    own = {m.name: m.shape for m in function.members if isinstance(m.shape, HandleShape)}
    kinds = {*(each.handle for each in own.values()), *(shape.handle for _, shape in left_by(function))}
    for path, shape in callbacks_of(function.members) if handle in kinds else ():
        if shape.lifetime != "call" and not shape.allocator and root_of(path) not in own:
            yield path, shape


@dataclass(frozen=True, slots=True)
class _Kept:
    """A name under which handles of a kind are given callbacks: a number, and the callbacks that may be it."""

    table: str
    each: dict[int, CompiledCallback] = field(default_factory=dict)


@dataclass(slots=True)
class LookedAtCallbacks:
    """The callbacks of one target at which promises look through handles."""

    boundary: Boundary
    tables: Tables
    _kept: dict[Path, _Kept] = field(default_factory=dict)

    def _under(self, path: Path) -> _Kept:
        if path not in self._kept:
            table = f"abidance_kept_as{len(self._kept)}"
            self.tables.declarations.append(
                f"static __attribute__((unused)) abidance_kept_callback {table}[ABIDANCE_KNOWN];"
            )
            self._kept[path] = _Kept(table)
        return self._kept[path]

    def give(self, drawer: ArgumentDrawer, *, refused_call: bool) -> None:
        """Compile, behind a call, that its handles keep what it has given them; after a failure nobody knows."""
        for path, made in drawer.places.callbacks.items():
            if refused_call or not is_looked_at(self.boundary, drawer.function.name, path):
                continue
            if not made.has_scripts or made.shape.any_thread or refused(self.boundary, made):
                continue
            kept = self._under(path)
            number = next((n for n, each in kept.each.items() if each is made), len(kept.each) + 1)
            kept.each[number] = made
            null = drawer.places.slots[path].null
            given = f"success ? {number} : 0, &{made.name}"
            for ident in self._handles(drawer):
                there = f"{ident}{f' && !{null}' if null else ''}"
                drawer.out(f"if ({there}) abidance_keeps({kept.table}, (unsigned){ident}, {given});")

    def _handles(self, drawer: ArgumentDrawer) -> Iterator[str]:
        """Yield the handles that a call was given, or has left."""
        yield from (ident for _, _, ident in drawer.handles)
        kinds = (self.tables.kind(shape.handle) for _, shape in left_by(drawer.function))
        yield from (f"abidance_made[{kind}]" for kind in dict.fromkeys(kinds))

    def before(self, drawer: ArgumentDrawer) -> dict[str, dict[Path, CRecord]]:
        """Compile, before a call, which callbacks its handles keep, and that these note anew; return what is seen."""
        found: dict[str, dict[Path, CRecord]] = {}
        for parameter, paths in looked_at(drawer.function).items():
            ident = next((i for path, _, i in drawer.handles if path == (parameter,)), "")
            for path in paths if ident else ():
                if path in self._kept and self._kept[path].each:
                    found.setdefault(parameter, {})[path] = self._begin(drawer, ident, self._kept[path])
        return found

    def _begin(self, drawer: ArgumentDrawer, ident: str, kept: _Kept) -> CRecord:
        out, name = drawer.out, drawer.out.fresh("kept")
        out(f"abidance_kept_callback {name} = abidance_kept_by({kept.table}, (unsigned){ident});")
        now: dict[str, list[tuple[str, CValue]]] = {}
        given: dict[str, list[tuple[str, CValue]]] = {}
        for number, each in kept.each.items():
            script, there = f"{name}_{number}", f"{name}.which == {number}"
            out(f"struct {each.name}_script *{script} = {there} ? {name}.script : NULL;")
            out(f"if ({script}) {script}->count = 0, {script}->more = 0;")
            lost = f"!{script} || {script}->mixed{f' || {script}->ended' if each.shape.until else ''}"
            for into, answered in ((now, True), (given, False)):
                for key, value in each.kept_at(script).seen_later(answered=answered).items():
                    into.setdefault(key, []).append((lost, value))
        return CRecord(_one_of_each(now), CRecord(_one_of_each(given)))


def _one_of_each(found: dict[str, list[tuple[str, CValue]]]) -> dict[str, CValue]:
    """Return what is seen of one callback, or of whichever of several it is."""
    return {
        key: CGuarded(*each[0]) if len(each) == 1 else CTagged(tuple(each)) for key, each in found.items()
    }


def with_kept(values: dict[str, CValue], kept: Mapping[str, Mapping[Path, CRecord]]) -> dict[str, CValue]:
    """Return values of a call in which handles have the callbacks that they were given before."""
    found = dict(values)
    for parameter, callbacks in kept.items():
        name = spelling(parameter)
        if name in found:
            found[name] = with_callbacks(found[name], callbacks)
    return found


def with_callbacks(handle: CValue, callbacks: Mapping[Path, CRecord]) -> CValue:
    """Return a handle with the callbacks that it keeps among its fields; those of its own come first."""
    fields: dict[str, AnyValue] = {}
    for path, callback in callbacks.items():
        fields[path[0]] = placed(fields.get(path[0]), path[1:], callback)
    match handle:
        case COpaque(null):
            return CNullable(null, CRecord(fields))
        case CNullable(null, CRecord(own)):
            return CNullable(null, CRecord({**fields, **own}))
        case CRecord(own):
            return CRecord({**fields, **own})
    return CRecord(fields)


def placed(value: AnyValue | None, path: Path, callback: CRecord) -> CRecord | CNullable | CGuarded:
    """Return a value with a callback at a path below it, whatever leads there; with none, the callback itself."""
    if not path:
        return callback
    match value:
        case CNullable(null, inner):
            return CNullable(null, placed(inner, path, callback))
        case CGuarded(lost, inner):
            return CGuarded(lost, placed(inner, path, callback))
        case COpaque(null):
            return CNullable(null, placed(None, path, callback))
        case CRecord(fields, before, place):
            below = placed(fields.get(path[0]), path[1:], callback)
            return CRecord({**fields, path[0]: below}, before, place)
    return CRecord({path[0]: placed(None, path[1:], callback)})
