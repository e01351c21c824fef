"""From findings to what a draft has to answer: which function, and which of its places."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.draft.rules import RESULT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.contract.model import Contract, FunctionPromise
    from abidance.core.diagnostic import Finding
    from abidance.core.span import Span
    from abidance.draft.model import Draft
    from abidance.draft.trial.trying import Trial

_MAY = re.compile(r"`may: \[(\w+)\]`")
_SEVERAL = 3
"""A cause that so many functions meet is none of theirs, but of what they all need."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What calls of a function showed that its draft does not allow.

    `place` is the parameter or result that is concerned, or nothing. `may` is the side effect that a contract can
    allow, and `code` the rule; `message` says what happened, and `call` is the smallest call, line by line.
    """

    function: str
    code: str
    message: str
    call: tuple[str, ...]
    place: str = ""
    may: str = ""
    rejected: bool = False
    """The call is one that is to be rejected."""

    @property
    def is_side_effect(self) -> bool:
        """Tell whether contracts can allow it, and it is no loss of memory."""
        return self.may not in ("", "memory")

    @property
    def harmful(self) -> bool:
        """Tell whether the kernel refused what the call was about to do."""
        return "SIGSYS" in self.message


def objections(trial: Trial, draft: Draft) -> tuple[Objection, ...]:
    """Return what the functions of a draft have to answer for, one for each function at most.

    More of a function shows when it is tried again.
    """
    found: dict[str, Objection] = {}
    for finding, function in _blamed(trial, draft):
        if function not in found:
            found[function] = _objection(finding, function, trial.contract)
    for name, reason in trial.unjudged:
        if draft.function(name) is not None and name not in found:
            found[name] = Objection(name, reason.code.id, reason.message, ())
    return tuple(found.values())


def _blamed(trial: Trial, draft: Draft) -> Iterator[tuple[Finding, str]]:
    """Yield each finding with the function to blame.

    What many functions meet is what they all need, such as the function that creates their handle.
    """
    names = {each.name for each in draft.functions if each.left_out is None}
    met: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for finding in trial.findings:
        met[finding.key].add(finding.function)
    orders: dict[str, list[Finding]] = defaultdict(list)
    for finding in trial.findings:
        if finding.function not in names:
            orders[finding.function].append(finding)
            continue
        common = len(met[finding.key]) >= _SEVERAL or finding.subject in met[finding.key]
        yield finding, finding.subject if common and finding.subject in names else finding.function
    for handle, findings in orders.items():
        yield from _out_of_order(findings, names, _ends(draft, handle))


def _out_of_order(
    findings: list[Finding], names: Collection[str], ends: Collection[str]
) -> Iterator[tuple[Finding, str]]:
    """Yield findings about sequences of calls, with as few functions to blame as explain all of them.

    Where several do, it is the one that the sequence ended with, and a function that creates or destroys only alone.
    """
    left = [(finding, _called(finding, names)) for finding in findings]
    while left:
        counts: dict[str, int] = defaultdict(int)
        for _, called in left:
            for name in sorted(called):
                counts[name] += 1
        if not counts:
            return
        last = left[0][0].subject
        name = max(counts, key=lambda each: (each not in ends, counts[each], each == last))
        yield from ((finding, name) for finding, called in left if name in called)
        left = [(finding, called) for finding, called in left if name not in called]


def _called(finding: Finding, names: Collection[str]) -> set[str]:
    return set(re.findall(r"\b(\w+)\(", finding.call)) & {*names} or {finding.subject} & {*names}


def _ends(draft: Draft, handle: str) -> set[str]:
    """Return the functions that create a handle from nothing, and that which destroys it: each sequence has them."""
    found = next((each for each in draft.handles if each.name == handle), None)
    if found is None:
        return set()
    values = [guess.value for guess in found.guesses if guess.clause in ("create", "destroy")]
    names = {str(name) for value in values for name in (value if isinstance(value, tuple) else (value,))}
    destroy = found.get("destroy")
    ending = {str(destroy.value)} if destroy is not None else set()
    return ending | {name for name in names if not _takes(draft, name, handle)}


def _takes(draft: Draft, name: str, handle: str) -> bool:
    function = draft.function(name)
    places = function.params if function is not None else ()
    return any(
        place.what is not None and place.what.clause == "handle" and place.what.value == handle
        for place in places
    )


def _objection(finding: Finding, function: str, contract: Contract) -> Objection:
    told = finding.diagnostic
    may = _MAY.search(told.help or "")
    promise = contract.functions.get(function)
    place = ""
    if promise is not None and finding.function == function:
        spans = [label.span for label in told.labels if label.span.path == contract.path]
        place = next((each for span in spans if (each := _place(promise, span))), "")
    return Objection(
        function,
        told.code.id,
        told.message,
        tuple(finding.call.splitlines()),
        place,
        may[1] if may else "",
        finding.phase == "rejects",
    )


def _place(promise: FunctionPromise, span: Span) -> str:
    """Return the parameter or result that the contract has at a place."""
    places = [(name, each.places) for name, each in promise.params.items()]
    if promise.returns is not None:
        places.append((RESULT, promise.returns.places))
    for name, where in places:
        if where.span.line <= span.line <= where.body.end_line and (
            where.span.line != where.body.end_line or where.span.column <= span.column < where.body.end_column
        ):
            return name
    key = promise.places.keys.get(RESULT)
    return RESULT if key is not None and key.line == span.line else ""
