"""ABD345: a callback was called when it may no longer be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import NEVER
from abidance.checks.check import Check
from abidance.checks.evidence.callback_lifetimes import last_call_of, late_invocations
from abidance.checks.evidence.callback_text import labels, named
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import Invocation


class CallbackAfterLifetime(Check):
    """Flags a callback that is invoked after the call that received it, after its handle was destroyed, or taken back.

    ## Why it matters
    The caller's function may be unloaded by then, and its user data freed.

    ## Example
        void lib_each(lib *l, on_item *cb);         # keeps cb, and lib_close calls it once more

    ## How it is detected
    Each invocation records which call of the test case is running. A callback's `lifetime` says until when it
    may be invoked: until the call returns, by default; until a handle is destroyed, or a call in `until` has taken
    the callback back; or at any time. A call that is refused keeps none.

    ## Not detected
    Libraries that store a callback and never invoke it.
    """

    id = "ABD345"
    name = "callback-after-lifetime"
    formerly = ("called-back-late",)
    only_with = Evidence.INVOKED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a callback that the call under test was given, or that it calls."""
        reported: set[int | None] = set()
        late = {id(each) for each in late_invocations(trial.run)}
        for each in trial.run.invocations:
            if each.callback in reported or (each.callback is not None and id(each) not in late):
                continue
            why = self._late(trial, each)
            if why:
                reported.add(each.callback)
                yield why

    def _late(self, trial: CaseResult, each: Invocation) -> Diagnostic | None:
        running = trial.encoded.calls[max(each.call, 0)].function
        if each.callback is None:
            return Diagnostic(
                self.code,
                f"`{running.name}` called a callback that was passed to a call before this test case",
                function_labels(running, "it may only call what it was passed"),
                place=f"{running.name}:earlier",
            )
        placed = trial.encoded.callbacks[each.callback]
        owner = trial.encoded.calls[placed.call].function
        if owner is not trial.function and running is not trial.function:
            return None  # it shows where one of the two is under test
        until, here, remedy = _over(trial, placed, owner.name)
        when = f"after `{running.name}` returned" if each.late else f"by `{running.name}`"
        return Diagnostic(
            self.code,
            f"{named(trial, placed)} was called {when}, and may be {until}",
            labels(trial, placed, here),
            help=remedy,
            # Not `place`, which begins with the call under test: several calls of a sequence report one invocation.
            place=f"{running.name}:{owner.name}:{placed.path}",
        )


def _over(trial: CaseResult, placed: PlacedCallback, owner: str) -> tuple[str, str, str | None]:
    """Return until when a callback may be called, in two forms, and what to do about it where that is wrong."""
    lifetime, end = placed.shape.lifetime, last_call_of(trial.run, placed)
    if lifetime == NEVER:
        return "by none: it is passed to be compared", "and it is none of those", None
    remedy = "if the library may keep it, say for how long: `callback: {lifetime: handle(NAME)}` or `static`"
    if lifetime == "call":
        return f"until `{owner}` returns", "until the call returns", remedy
    if trial.encoded.calls[placed.call].refused:
        return f"by none later: `{owner}` refused it", "while a call that takes it is not refused", None
    ended_by = trial.encoded.calls[end].function.name if end is not None else ""
    if ended_by in placed.shape.until:
        return f"until `{ended_by}`", f"until `{ended_by}`", None
    return "until its handle is destroyed", "until then", remedy
