"""Cases that reached something new are kept, and tried first next time: as values, for bytes mean what a contract says.

They are in a database of Hypothesis's: a folder below `.abidance`, or under pytest that of its profile, and beside it
one that several machines share, where the settings name one.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.values import Case, Step
from abidance.boundary.model.values_json import from_json, to_json
from abidance.run.execution.handover import Handed, is_runnable
from abidance.run.inputs.database import corpus_database, is_shared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.run.execution.context import Context

_VERSION = 1
MOST = 500
"""So many cases of one function or handle of a library are kept."""


def stored_cases(context: Context) -> tuple[Handed, ...]:
    """Return what earlier runs kept for an item, in an order that is the same each time, without what is damaged."""
    database = corpus_database(context.settings)
    if database is None:
        return ()
    found = (_read(value) for value in sorted(database.fetch(_key(context))))
    runnable = (each for each in found if each is not None and is_runnable(context.boundary, each))
    return tuple(islice(runnable, MOST))


def keep(context: Context, cases: Iterable[Handed], tried: Iterable[Handed] = ()) -> None:
    """Keep these for an item, and no others; where others share the database, only what was `tried` here goes."""
    database = corpus_database(context.settings)
    if database is None:
        return
    key = _key(context)
    wanted = {_written(each) for each in cases}
    known = {*database.fetch(key)}
    useless = {_written(each) for each in tried} & known if is_shared(database) else known
    for value in useless - wanted:
        database.delete(key, value)
    for value in sorted(wanted - known)[:MOST]:
        database.save(key, value)


def _key(context: Context) -> bytes:
    library = context.item.library
    return f"{context.place}::{context.item.function}::explore::{library}".encode()


def _written(handed: Handed) -> bytes:
    case = handed.case
    document = {
        "version": _VERSION,
        "function": case.function,
        "arguments": to_json(case.arguments),
        "flush": case.flush,
        "fill": case.fill,
        "shift": case.shift,
        "steps": [[step.function, to_json(step.arguments), step.rejects] for step in case.steps],
        "rejects": handed.rejects,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _read(value: bytes) -> Handed | None:
    try:
        raw: Any = json.loads(value)
        if raw["version"] != _VERSION:
            return None
        steps = tuple(
            Step(function, _values(arguments), rejects=rejects)
            for function, arguments, rejects in raw["steps"]
        )
        case = Case(
            raw["function"],
            _values(raw["arguments"]),
            raw["flush"],
            raw["fill"],
            steps=steps,
            shift=raw["shift"],
        )
        return Handed(case, raw["rejects"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _values(raw: object) -> dict[str, Any]:
    values = from_json(raw)
    if not isinstance(values, dict):
        raise TypeError(values)
    return values
