"""ABD342: a callback got something else than its user data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.callback_invocations import user_data_of
from abidance.boundary.model.types import ScalarShape
from abidance.checks.check import Check
from abidance.checks.evidence.callback_text import labels, named, nth, place
from abidance.checks.evidence.evidence import Evidence
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.decode.callback_invocations import CallbackInvocation
    from abidance.checks.evidence.case_result import CaseResult


class UserDataChanged(Check):
    """Flags a callback that is passed a user data pointer other than the one registered with it.

    ## Why it matters
    The callback casts it to its own type and writes there: into another object, or through NULL.

    ## Example
        int lib_each(lib *l, on_item *cb, void *ctx);       # calls cb(item, l) instead of cb(item, ctx)

    ## How it is detected
    The pointer is compared with the one that `user_data` names. It points to inaccessible memory: dereferencing
    it crashes.

    ## Not detected
    User data that another function sets; the contract cannot name it.
    """

    id = "ABD342"
    name = "user-data-changed"
    only_with = Evidence.INVOKED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a callback, for its first wrong invocation."""
        if not trial.answered:
            return
        told: set[int | None] = set()
        for called in trial.seen.called:
            got = _got(trial, called)
            if got and called.invocation.callback not in told:
                told.add(called.invocation.callback)
                placed = called.placed
                yield Diagnostic(
                    self.code,
                    f"`{trial.function.name}` gave the {nth(called.number)} call of {named(trial, placed)} {got} "
                    f"as user data, not what `{placed.shape.user_data}` is",
                    labels(trial, placed, f"`{placed.shape.user_data}` comes back here"),
                    place=place(trial, placed),
                )


def _got(trial: CaseResult, called: CallbackInvocation) -> str:
    """Return words for the wrong user data; nothing when it is right or not known."""
    wanted = user_data_of(trial.encoded, called.placed)
    index = called.placed.shape.given_back
    if wanted is None or index is None:
        return ""
    raw, at = called.invocation.arguments[index], called.invocation.at[index]
    data, block = wanted
    if (block is not None and at == (block, 0)) or (data is not None and raw == data):
        return ""
    if isinstance(called.placed.shape.members[index].shape, ScalarShape):
        return "another number"
    return "another pointer" if any(raw) else "NULL"
