"""Pointers that a call has left: which of them may be NULL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import root_of
from abidance.boundary.model.types import RESULT_NAME
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import PointerShape
    from abidance.checks.evidence.case_result import CaseResult

_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


def may_be_null(pointer: PointerShape, path: str, trial: CaseResult) -> bool:
    """Tell whether a pointer that lies in memory may be NULL after this call: after a failure there may be nothing."""
    promise, nullable, root = trial.function.promise, pointer.nullable, root_of(path)
    param = promise.params.get(root) if promise else None
    comes_back = root == RESULT_NAME or (param is not None and param.after_success == "written")
    if not trial.seen.success and comes_back:
        return True
    if isinstance(nullable, bool):
        return nullable
    after = trial.boundary.scope(*_around(trial, path), outer=trial.seen.after)
    return bool(nullable.holds(after, trial.seen.before))


def _around(trial: CaseResult, path: str) -> Iterator[Mapping[str, object]]:
    """Yield the records in which a pointer lies, the nearest first: the condition names fields beside it."""
    root = root_of(path)
    value: object = trial.seen.result if root == RESULT_NAME else trial.seen.after.get(spelling(root))
    found: list[Mapping[str, object]] = []
    for field, number in _STEP.findall(path.removeprefix(root)):
        if isinstance(value, Mapping):
            found.insert(0, value)
            value = value.get(field)
        elif number and isinstance(value, list) and int(number) < len(value):
            value = value[int(number)]
    yield from found
