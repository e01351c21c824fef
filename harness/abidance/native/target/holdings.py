"""Compiles who holds the handles of a call, before it and after: the account that `runtime/holdings.h` keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.case_handles import STATIC
from abidance.boundary.encode.handle_places import changes, is_made_at, left_by
from abidance.boundary.model.ownership import (
    CALLEE,
    CALLER,
    CHANGE,
    EITHER,
    SHARED,
    otherwise_owned,
    whose_by_handle,
)
from abidance.native.target.c_text import words

if TYPE_CHECKING:
    from collections.abc import Container

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import HandleShape
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.tables import Tables

_OWNERS = {
    "": "ABIDANCE_NOBODY",
    CALLEE: "ABIDANCE_CALLEE",
    CALLER: "ABIDANCE_CALLER",
    SHARED: "ABIDANCE_SHARED",
    EITHER: "ABIDANCE_EITHER",
}


class CallHoldings:
    """What one call does to the handles that it is given. `refused` tells that the contract refuses it."""

    def __init__(self, boundary: Boundary, tables: Tables, drawer: ArgumentDrawer, *, refused: bool) -> None:
        self._boundary = boundary
        self._tables = tables
        self._drawer = drawer
        self._refused = int(refused)
        self._places = {path[0]: number for number, (path, _, _) in enumerate(drawer.handles)}

    @property
    def _count(self) -> int:
        return len(self._drawer.handles)

    def before(self) -> None:
        """Compile that the call is given up where it may not be given its handles."""
        out = self._drawer.out
        if not self._count:
            out("const unsigned *held = NULL; const abidance_hold *holds = NULL; (void)held; (void)holds;")
            self._exclusions()
            return
        listed = ", ".join(self._hold(otherwise_owned(shape)) for _, shape, _ in self._drawer.handles)
        idents = ", ".join(f"(unsigned){ident}" for _, _, ident in self._drawer.handles)
        told = any(shape.owned for _, shape, _ in self._drawer.handles)
        kind = "abidance_hold" if told else "static const abidance_hold"
        out(f"{kind} holds[] = {{{listed}}};\nconst unsigned held[] = {{{idents}}};")
        for number, (_, shape, _) in enumerate(self._drawer.handles):
            self._owner_told(number, shape)
        out(f"if (!abidance_allows(held, holds, {self._count}, {self._refused})) goto unlawful;")
        self._exclusions()

    def _owner_told(self, number: int, shape: HandleShape) -> None:
        """Compile whose a handle is after the call, where its arguments tell that."""
        out, clauses = self._drawer.out, self._drawer.clauses
        if not shape.owned:
            return
        with out.block(""):
            out("int told = 0;")
            for condition, owned in whose_by_handle(shape):
                holds = clauses.condition(condition, self._drawer.environment())
                with out.block("if (!told)"):
                    out(f"told = {holds};\nif (told != 0 && told != 1) goto unlawful;")
                    out(f"if (told) holds[{number}] = (abidance_hold){self._hold(owned)};")

    def _exclusions(self) -> None:
        """Compile that the call is given up where others of what it makes are there, or what it is given is locked."""
        out, function, kinds = self._drawer.out, self._drawer.function, self._boundary.handles
        if self._refused:
            return
        for kind in dict.fromkeys(shape.handle for _, shape in left_by(function)):
            most, parents = kinds[kind].at_most, kinds[kind].parents
            if most is not None:
                places = f"{self._places_of(parents)}, {self._places_of({kind} & {*parents})}"
                few = f"{self._tables.kind(kind)}, {most}, {places}, {int(bool(parents))}"
                out(
                    f"if (!abidance_is_room_for((abidance_few){{{few}}}, held, {self._count})) goto unlawful;"
                )
        for kind, life in kinds.items():
            if self._count and life.locks_out(function.name, given=False):
                # Nested ones lock their own kind alone.
                locked = self._places_of({kind} if kind in life.parents else kinds)
                excused = int(not life.locks_out(function.name, given=True))
                lock = f"{self._tables.kind(kind)}, {locked}, {excused}"
                out(f"if (abidance_is_locked((abidance_lock){{{lock}}}, held, {self._count})) goto unlawful;")

    def _places_of(self, kinds: Container[str]) -> str:
        """Return a bit for each place among the handles of the call at which there is one of some kinds."""
        places = (n for n, (_, shape, _) in enumerate(self._drawer.handles) if shape.handle in kinds)
        return f"{sum(1 << n for n in places)}u"

    def sources(self, made: str, shape: HandleShape) -> None:
        """Compile what a handle that the call leaves comes from; of one that is borrowed, that is known later."""
        parents = self._boundary.handles[shape.handle].parents
        if shape.of_others:
            return
        for path, each, ident in self._drawer.handles:
            if each.handle in parents:
                self._drawer.out(f"abidance_comes_from(&{made}, (unsigned){ident}, {words(str(path[0]))});")
            elif each.handle == shape.handle:
                self._drawer.out(f"abidance_comes_from_those_of(&{made}, abidance_find((unsigned){ident}));")

    def after(self) -> None:
        """Compile what has become of the handles that the call was given."""
        if self._count:
            number = self._tables.function(self._drawer.function.name)
            taken = f"{number}, held, holds, {self._count}, {self._refused}, success"
            self._drawer.out(f"abidance_after({taken});")

    def left(self, made: str, shape: HandleShape) -> None:
        """Compile whose a handle is that the call has left, whose id is `made` in C."""
        out = self._drawer.out
        out(f"static const abidance_hold leaves = {self._hold(shape)};")
        out(f"abidance_leaves({made}, &leaves, held, holds, {self._count});")
        for number in range(self._count):  # some may be none
            out(f"abidance_together({made}, held[{number}]);")

    def settled(self) -> None:
        """Compile that what is not there any more is left out."""
        out = self._drawer.out
        for number in range(self._count):
            for other in range(number):
                out(f"abidance_together(held[{other}], held[{number}]);")
        if self._count:
            out("abidance_settle();")

    def _hold(self, shape: HandleShape) -> str:
        function, boundary = self._drawer.function, self._boundary
        life = boundary.handles[shape.handle]
        whole = self._places.get(shape.into or shape.lifetime, -1)
        kind = self._tables.kind(shape.lifetime) if shape.lifetime in boundary.handles else -1
        parent = self._places.get(shape.parent, -1)
        borrowed = shape.owner == CALLEE and shape.lifetime == STATIC
        # Where nothing counts references, one that is shared is there for the library alone.
        kept = shape.owner == SHARED and life.acquire is None
        numbers = (
            int(life.destroy == function.name),
            int(life.acquire == function.name),
            int(shape.always),
            int(bool(shape.lifetime) and not kept),
            int(bool(shape.into)),
            int(bool(shape.into) and is_made_at(function, shape.into)),
            int(is_made_at(function, shape.lifetime)),
            self._tables.until(shape.until),
            int(changes(boundary, function, shape)),
            whole,
            kind,
            parent,
            int(borrowed),
        )
        return f"{{{_OWNERS[shape.owner]}, {', '.join(map(str, numbers))}}}"


def until_table(tables: Tables) -> str:
    """Return the function that tells which calls end what."""
    rows = []
    for until in tables.untils:
        named = [str(tables.function(name)) for name in until if name in tables.functions]
        called = " || ".join(f"function == {number}" for number in named) or "0"
        changed = "changes ? ABIDANCE_CHANGED : 0" if CHANGE in until else "0"
        rows.append(f"    case {tables.untils[until]}: return ({called}) ? ABIDANCE_NAMED : {changed};")
    return "\n".join(
        [
            "static int abidance_is_until(int until, unsigned function, int changes)",
            "{",
            "    (void)function, (void)changes;",
            "    switch (until) {",
            *rows,
            "    }",
            "    return 0;",
            "}",
        ]
    )
