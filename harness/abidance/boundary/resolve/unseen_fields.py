"""Fields that handles do not have: of one in the library's memory, expressions see nothing by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.traversal import calls_back
from abidance.boundary.resolve.names import created_with, resolver, scope
from abidance.ir import types as c
from abidance.ir.spelling import spell
from abidance.ir.traversal import children

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Reference
    from abidance.ir.declarations import Declarations, Field


@dataclass(frozen=True, slots=True)
class UnseenFields:
    """Complains about such fields of one function's handles.

    What a handle was prepared with, and callbacks that it was given, it has. `check_before` complains of those that are
    asked for before the call.
    """

    shaper: Shaper
    lives: Mapping[str, HandleLife]
    functions: Collection[BoundaryFunction]

    def check(self, function: BoundaryFunction) -> None:
        """Complain about those that `ensures` of a function, and of its refused calls, look at."""
        rejects = function.promise.rejects if function.promise else ()
        expressions = (*function.ensures, *(each for reject in rejects for each in reject.ensures))
        if not expressions:
            return
        _, _, shapes = scope(function, self.shaper.constants)
        handles = {
            name: self.lives[shape.handle]
            for name, shape in shapes.items()
            if isinstance(shape, s.HandleShape) and shape.handle in self.lives
        }
        closed = {name for name, life in handles.items() if life.record is None}
        records = {name: life.record for name, life in handles.items() if life.record is not None}
        resolve = resolver({name: each for name, each in {**shapes, **records}.items() if name not in closed})
        prepared = {(name, field) for name, life in handles.items() for field in self._known_of(life)}
        for expression in expressions:
            if any(reference.parts[:2] in prepared for reference in expression.references):
                continue
            known = {reference.parts[0] for reference in expression.references}
            self.shaper.problems.names(expression, known, resolve)
            for reference in expression.references:
                if len(reference.parts) > 1 and reference.parts[0] in closed:
                    self._complain(reference, handles[reference.parts[0]])

    def _complain(self, reference: Reference, life: HandleLife) -> None:
        name, field, *_ = reference.parts
        remedy = created_with(life, field, self.functions) or (
            self._remedy(name, field, life) if life.number is None else None
        )
        message = f"`{name}` has no fields, so no `{field}`"
        self.shaper.problems.unseen((life.name, field), message, reference.spans[1], remedy)

    def _remedy(self, name: str, field: str, life: HandleLife) -> str:
        """Return how an expression looks at a field of what the library allocates, if the header shows what it has."""
        fields = fields_shown(life, self.shaper.declarations)
        if not fields:
            return (
                f"the header does not show what a `{life.spelling}` has; what a function tells of one, conditions ask, "
                f"`FUNCTION({name})`"
            )
        if field not in fields:
            return f"the header shows no `{field}` in a `{life.spelling}`; it has `{'`, `'.join(fields)}`"
        written, given = reader_of(life, fields[field], name, self.shaper.declarations)
        return (
            f"the library allocates a `{life.name}`, of which the header shows `{field}`; a function of the contract's "
            f"own returns it: `{written}` under `functions`, and here `{given}`"
        )

    def _known_of(self, life: HandleLife) -> Iterator[str]:
        """Yield what expressions see of a handle that is no field: numbers, and callbacks that it was given."""
        yield from (*life.known_before, *life.counted)
        for function in self.functions:
            kinds = [m.shape.handle for m in function.members if isinstance(m.shape, s.HandleShape)]
            if isinstance(function.result.shape, s.HandleShape):
                kinds.append(function.result.shape.handle)
            if life.name in kinds:
                yield from (m.name for m in function.members if calls_back(m.shape))


def reader_of(life: HandleLife, field: Field, name: str, declarations: Declarations) -> tuple[str, str]:
    """Return a function of a contract's own that returns a field of what a handle points at, and a call for `name`."""
    reader, looked, one = f"{life.name}_{field.name}", f"it->{field.name}", f"const {life.spelling} *it"
    declared, given = f"{reader}({one})", f"{reader}({name})"
    of = next(iter(children(declarations.resolve(field.type))), None)
    if of is None:
        prototype = spell(field.type, declared, declarations)
    elif isinstance(declarations.resolve(of), c.RecordRef):  # of an element, what it has
        prototype, looked, given = (
            f"TYPE {reader}({one}, int n)",
            f"{looked}[n].FIELD",
            f"{reader}({name}, N)",
        )
    else:
        constant = of if declarations.is_const(of) else c.Qualified(of, frozenset(("const",)))
        prototype = spell(c.Pointer(constant), declared, declarations)
    return f"{reader}: {{prototype: \"{prototype}\", inline: '{looked}'}}", given


def fields_shown(life: HandleLife, declarations: Declarations) -> Mapping[str, Field]:
    """Return the fields that the header shows of what a handle points at."""
    found = declarations.find_type(life.spelling)
    resolved = declarations.resolve(found) if found is not None else None
    record = declarations.records.get(resolved.key) if isinstance(resolved, c.RecordRef) else None
    return {each.name: each for each in declarations.named_fields(record)} if record is not None else {}
