"""ABD331: two libraries answer the same call differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.literals import value_text
from abidance.boundary.shapes import Nothing
from abidance.checks.answers import answers, differences, where
from abidance.checks.cause import Cause, cause_of
from abidance.checks.check import Check
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.trial import Trial


class AnswersDiffer(Check):
    """Flags a lawful call that two libraries of one boundary, or two builds of one, answer differently.

    ## Why it matters
    A replacement that keeps every written promise and still answers differently breaks the callers that rely
    on what was never written down.

    ## Example
        size_t st_trim(const char *text, size_t length);    # C trims tabs, the Rust one only spaces

    ## How it is seen
    Each call is made on both, each in a worker of its own, and what comes back is compared: the result, out
    parameters after a success, and `errno` after a failure where the contract says that it tells the reason.
    A library that does not answer alike twice is not compared.

    ## Not seen
    Padding, addresses, room beyond a meaningful length, out parameters of calls that failed, and what
    `equivalence: {except: ...}` leaves out.
    """

    id = "ABD331"
    name = "answers-differ"

    def judge(self, trial: Trial) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each answer that differs, or one when only one of them came back."""
        other = trial.other
        if other is None:
            return
        here, there = trial.sides
        if trial.death or other.death:
            if bool(trial.death) != bool(other.death):
                words = f"{_ending(trial)} in `{here}` and {_ending(other)} in `{there}`"
                yield self._one(trial, "", words, "one of them does not come back")
            return
        if not trial.answered:
            return
        promise = trial.function.promise
        telling = bool(promise and promise.returns and promise.returns.errno)
        equivalence = trial.boundary.contract.equivalence
        left_out = {name.text for name in equivalence.except_} if equivalence else set()
        only_results = equivalence is not None and equivalence.compare == "results"
        name = trial.function.name
        for difference in differences(
            answers(trial, errno=telling),
            answers(other, errno=telling),
            tolerance=equivalence.tolerance if equivalence else None,
        ):
            if only_results and not difference.path.startswith("result"):
                continue
            if f"{name}.{difference.path}" in left_out or _inside(f"{name}.{difference.path}", left_out):
                continue
            one, two = (value_text(difference.shape, v) for v in (difference.one, difference.other))
            verb = "returns" if difference.path == "result" else f"leaves `{difference.path}` ="
            words = f"{verb} {one} in `{here}` and {two} in `{there}`"
            yield self._one(trial, difference.path, words, where(difference))

    def _one(self, trial: Trial, path: str, words: str, apart: str) -> Diagnostic:
        function = trial.function
        named = "" if path in ("result", "errno") else path
        if path == "result" and function.result.span:
            labels: tuple[Label, ...] = (
                Label(function.result.span, "answers differ"),
                Label(function.declaration.span),
            )
        else:
            labels = trial.places(function, named, "answers differ")
        return Diagnostic(
            self.code,
            f"`{function.name}` {words}",
            labels,
            notes=(apart,) if apart else (),
            help=f"where they may differ, say so: `equivalence: {{except: {{{function.name}"
            f"{f'.{path}' if path else ''}: why}}}}`",
            place=f"{function.name}:{path}",
        )


def _inside(path: str, left_out: set[str]) -> bool:
    return any(path.startswith((f"{name}.", f"{name}[")) for name in left_out if "." in name)


def _ending(trial: Trial) -> str:
    match cause_of(trial):
        case Cause.TIMEOUT:
            return "does not return"
        case Cause.EXIT:
            return "ends the process"
        case None:
            shape = trial.function.result.shape
            if not trial.answered or isinstance(shape, Nothing):
                return "returns"
            return f"returns {value_text(shape, trial.seen.result)}"
        case _:
            return "crashes"
