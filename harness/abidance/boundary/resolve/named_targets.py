"""The type that a contract names for what a pointer leads to: the declared one, or one that begins with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir import types as c

if TYPE_CHECKING:
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.core.span import Span


def named_target(shaper: Shaper, what: Name, type_: c.Pointer, target: c.Type, declared: Span) -> c.Type:
    """Return the type of the name; complain where there is none, or where such a pointer cannot lead to one.

    A pointer to a record may lead to a longer one whose first member that record is: C converts between
    the two (6.7.2.1), and headers of messages, objects with a base and records with a tail are passed so.
    """
    of_array = isinstance(target, c.Array)
    found = (shaper.declarations.find_type if of_array else shaper.declarations.find_object)(what.text)
    if found is None:
        known: dict[str, Span | None] = {n: t.span for n, t in shaper.declarations.typedefs.items()}
        known |= {key: record.span for key, record in shaper.declarations.records.items()}
        known |= dict.fromkeys(("bytes", "array", "string"))
        advice = "what a pointer leads to is `bytes`, an `array`, a `string`, or a type by its name in C"
        shaper.problems.unknown("type", what.text, what.span, known, "the header", advice)
        # Anything that has a size stands for what is unknown: that it has none is no second mistake.
        return c.Basic("char") if isinstance(target, c.Void) else type_.to
    if not isinstance(target, c.Void) and not (
        _is_same(shaper, found, target) or _begins_with(shaper, found, target)
    ):
        message = f"it points to a `{shaper.text(type_.to)}`, not to a `{what.text}`"
        remedy = None
        if isinstance(target, c.RecordRef) and isinstance(shaper.declarations.resolve(found), c.RecordRef):
            remedy = f"a longer record fits whose first member is a `{shaper.text(target)}`"
        shaper.problems.contradiction(message, what.span, declared, remedy=remedy)
        return type_.to
    return found


def _is_same(shaper: Shaper, one: c.Type, other: c.Type) -> bool:
    """Tell whether two types are the same behind their names, or numbers of one layout."""
    if shaper.declarations.same(one, other):
        return True
    first, second = shaper.declarations.resolve(one), shaper.declarations.resolve(other)
    return (
        isinstance(first, c.Basic)
        and isinstance(second, c.Basic)
        and shaper.layouts.scalars.get(first.spelling) == shaper.layouts.scalars.get(second.spelling)
    )


def _begins_with(shaper: Shaper, longer: c.Type, first: c.Type) -> bool:
    """Tell whether the first member of a record, or the first member of that, is of a record's type."""
    if not isinstance(shaper.declarations.resolve(first), c.RecordRef):
        return False
    within = shaper.declarations.resolve(longer)
    while isinstance(within, c.RecordRef):
        record = shaper.declarations.records.get(within.key)
        if record is None or not record.fields:
            return False
        if shaper.declarations.same(record.fields[0].type, first):
            return True
        within = shaper.declarations.resolve(record.fields[0].type)
    return False
