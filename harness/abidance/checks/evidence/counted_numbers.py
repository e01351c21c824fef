"""What handles count, as fields of theirs in what is seen before a call and after it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from abidance.boundary.model.values import with_fields
from abidance.checks.evidence.fields_in_states import without_absent
from abidance.contract.expression import Unavailable, spelling

if TYPE_CHECKING:
    from abidance.checks.evidence.case_run import CaseRun
    from abidance.checks.evidence.handle_states import Passage

Environment = Mapping[str, object]


def with_counts(run: CaseRun, after: Environment, before: Environment) -> tuple[Environment, Environment]:
    """Return what is seen `after` the call under test and `before` it, with what its handles have counted then.

    Without the fields of handles that have a value in other states only.
    """
    after, before = without_absent(run, after, before)
    found: tuple[dict[str, object], dict[str, object]] = ({}, {})
    for passage in run.passages:
        name = spelling(passage.parameter)
        if not passage.machine.counted or name not in after or name not in before:
            continue
        found[0][name] = _counting(after[name], passage, passage.after)
        found[1][name] = _counting(before[name], passage, passage.before)
    if not found[0]:
        return after, before
    return ChainMap(found[0], after), ChainMap(found[1], before)  # type: ignore[arg-type]


def _counting(value: object, passage: Passage, state: str | None) -> object:
    names = next(iter(passage.machine.counted.values()))
    lost = Unavailable(f"nothing says in which state the `{passage.machine.handle}` is")
    counts: Mapping[str, object] = passage.machine.counted[state] if state else dict.fromkeys(names, lost)
    return with_fields(value, counts)
