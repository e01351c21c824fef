"""How callbacks were invoked while a law's steps ran: those that a step is given, and those that its handles keep.

A callback notes the invocations of one call. What a law looks at is copied when its step has come back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.contract.expression import CALLS, declared
from abidance.native.expressions.values import CGuarded, CList, CRecord
from abidance.native.target.going_on import handles_given

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw, LawStep
    from abidance.contract.expression import Expression
    from abidance.native.target.c_text import Lines
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.input_format import Path
    from abidance.native.target.kept_steps import KeptStep
    from abidance.native.target.tables import Tables


@dataclass(frozen=True, slots=True)
class Registered:
    """A callback that a step was given: the pointer to its script in C, and when nothing is known of it."""

    made: CompiledCallback
    script: str
    lost: str


@dataclass(slots=True)
class KeptCallbacks:
    """The callbacks of one law."""

    boundary: Boundary
    law: BoundaryLaw
    tables: Tables
    _registered: dict[object, dict[Path, Registered]] = field(default_factory=dict)
    """By handles, those that they keep, by where they stood in what the call was given."""
    _seen: dict[int, dict[str, dict[Path, CRecord]]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of callbacks of which the law looks at how they were invoked."""
        paths = [reference.parts for each in self._looking() for reference in each.references]
        named = {declared(name) for parts in paths for name, part in pairwise(parts) if part == CALLS}
        return frozenset(named)

    def _looking(self) -> Iterator[Expression]:
        yield from self.law.ensures
        yield from self.law.same
        for step in self.law.steps:
            yield from step.expressions

    def before(self, out: Lines, index: int) -> None:
        """Compile that kept callbacks begin to note what a step does anew."""
        for _, origin in self._handles(self.law.steps[index]):
            for each in self._registered.get(origin, {}).values():
                out(f"if (!({each.lost})) {each.script}->count = 0, {each.script}->more = 0;")

    def after(self, out: Lines, index: int, kept: KeptStep, *, in_pieces: bool) -> None:
        """Compile copies of what was noted while a step ran, where the law looks at it: of one call for each piece."""
        copied = self._added if in_pieces else self._copied
        step = self.law.steps[index]
        found = self._seen.setdefault(index, {})
        looked_at = step.name and any(step.name in each.names for each in self._looking())
        for parameter, origin in self._handles(step) if looked_at else ():
            for path, each in self._registered.get(origin, {}).items():
                name = "_".join((kept.name, parameter, *path))
                found.setdefault(parameter, {})[path] = copied(out, name, each)
        untold = f"!{kept.name}_times" if step.when is not None or step.times is not None else "0"
        for path, made in kept.callbacks.items():
            script = kept.script(path)
            each = Registered(made, script, f"{untold} || !{script}")
            if looked_at:
                found.setdefault("", {})[path] = copied(out, "_".join((kept.name, *path)), each)
            for _, origin in self._handles(step, left=index) if made.lasting and not made.shape.until else ():
                self._registered.setdefault(origin, {})[path] = each

    def seen(self, index: int) -> dict[str, dict[Path, CRecord]]:
        """Return what the callbacks are that a step was given, under no name, or its handles keep, by parameters."""
        return self._seen.get(index, {})

    def _copied(self, out: Lines, name: str, each: Registered) -> CRecord:
        self.tables.declarations.append(
            f"static __typeof__(*{each.script}) {name}_noted; static int {name}_lost;"
        )
        out(f"{name}_lost = {each.lost};\nif (!{name}_lost) {name}_noted = *{each.script};")
        noted = replace(each.made, name=f"{name}_noted")
        calls = CList(f"{name}_noted.count", noted.invocation)
        return CRecord({CALLS: CGuarded(f"{name}_lost || {name}_noted.more", calls)})

    def _added(self, out: Lines, name: str, each: Registered) -> CRecord:
        """Compile the same of a step that is made for each piece: what was noted for each comes behind the others'."""
        self.tables.declarations.append(
            f"static __typeof__(*{each.script}) {name}_noted[ABIDANCE_MOST_PIECES];"
            f" static abidance_part_counts {name}_invoked; static int {name}_lost;"
        )
        out(f"if (!abidance_part) {name}_lost = 0;\nif ({each.lost}) {name}_lost = 1;")
        with out.block(f"if (!{name}_lost)"):
            out(f"{name}_noted[abidance_part] = *{each.script}, {name}_invoked.parts = abidance_part + 1;")
            out(f"{name}_invoked.count[abidance_part] = {each.script}->count;")
            out(f"if ({each.script}->more) {name}_lost = 1;")

        def invocation(index: str) -> CRecord:
            where = f"&{name}_invoked, {index}"
            noted = replace(each.made, name=f"{name}_noted[abidance_part_of({where})]")
            return noted.invocation(f"abidance_place_in_part({where})")

        calls = CList(f"abidance_in_all_parts(&{name}_invoked)", invocation)
        return CRecord({CALLS: CGuarded(f"{name}_lost", calls)})

    def _handles(self, step: LawStep, left: int | None = None) -> Iterator[tuple[str, object]]:
        """Yield the handles that a step is given, or that the one of number `left` leaves, each with which it is."""
        for member, _, which in handles_given(self.boundary, step):
            yield member.name, which
        if left is None:
            return
        function = self.boundary.functions[step.function]
        for member in function.members:
            if isinstance(member.shape, HandleShape) and member.shape.made:
                yield member.name, (left, member.name)
        if isinstance(function.result.shape, HandleShape):
            yield "result", (left, "result")
