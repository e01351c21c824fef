"""What checks of callbacks say in common: which invocation it was, and where it is promised and declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import root_of
from abidance.checks.evidence.promise_labels import member_labels
from abidance.core.diagnostic import Label

if TYPE_CHECKING:
    from abidance.boundary.decode.callback_invocations import CallbackInvocation
    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.checks.evidence.case_result import CaseResult


def times(count: int) -> str:
    """Return words such as ``3 times``."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def nth(number: int) -> str:
    """Return words such as ``3rd`` for the third, which has number 2."""
    count = number + 1
    ending = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def named(trial: CaseResult, placed: PlacedCallback) -> str:
    """Return what a callback is called, with the function that was given it where that is another."""
    owner = trial.encoded.calls[placed.call].function
    return f"`{placed.path}`" if owner is trial.function else f"`{placed.path}` of `{owner.name}`"


def labels(trial: CaseResult, placed: PlacedCallback, words: str) -> tuple[Label, ...]:
    """Return the contract's line and the header's line for a callback."""
    function = trial.encoded.calls[placed.call].function
    return member_labels(trial.boundary, function, placed.path, words)


def labels_inside(trial: CaseResult, called: CallbackInvocation, path: str, words: str) -> tuple[Label, ...]:
    """Return the contract's line and the header's line for a callback's parameter, or for what is behind it."""
    name = root_of(path)
    member = next(m for m in called.placed.shape.members if m.name == name)
    if member.span is None:
        return labels(trial, called.placed, words)
    return (Label(member.span, words), Label(member.declared))


def place(trial: CaseResult, placed: PlacedCallback, path: str = "") -> str:
    """Return the place that tells causes apart."""
    function = trial.encoded.calls[placed.call].function
    return ":".join(filter(None, (trial.function.name, function.name, placed.path, path)))
