"""Tries a draft until nothing is found any more, and weakens it each time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.draft.model import Disagreement, Draft
from abidance.draft.trial.objections import objections
from abidance.draft.trial.trying import try_draft
from abidance.draft.trial.weakening import handles_of, is_guessed, left_out, weakened
from abidance.report.text.wording import count
from abidance.run.inputs.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from abidance.draft.model import FunctionDraft
    from abidance.draft.trial.objections import Objection
    from abidance.draft.trial.trying import Trial

SECONDS = 3.0
"""So long for each function at most, unless the user says otherwise; all of them have a minute together."""
_FEWEST = 60.0
_WEAKENINGS = 3
"""After so many of one function it is left out: each takes another trial."""
_WHOLE_TRIALS = 3
_LISTED = 6


@dataclass(slots=True)
class Settling:
    """A draft that is tried. `written` makes one that contracts can say of drafts of functions."""

    functions: dict[str, FunctionDraft]
    written: Callable[[Mapping[str, FunctionDraft]], Draft]
    path: Path
    told: Callable[[str], None]

    def settled(self, seconds: float | None) -> Draft:
        """Return a draft that is silent when it is tried, or as silent as the time allowed; `seconds` is that."""
        draft = self.written(self.functions)
        called = sum(each.left_out is None for each in draft.functions)
        deadline = Deadline.after(seconds if seconds is not None else max(_FEWEST, SECONDS * called))
        asked: dict[str, int] = {}
        told: dict[str, Disagreement] = {}
        calls, names, seed, whole = 0, frozenset[str](), 1, 0
        while True:
            try:
                trial = try_draft(draft, self.path, names, seed, deadline, self.told)
            except KeyboardInterrupt:
                # Whoever waits for a contract does not want to lose it.
                return _noted(draft, asked, told, ["The trial was interrupted: more may be wrong."])
            calls += trial.calls
            found = () if trial.stopped else objections(trial, draft)
            if found:
                names = self._weaken(found, draft, asked, told)
                draft = self.written(self.functions)
                names = _still_there(names, draft)
            elif names and not deadline.passed and whole < _WHOLE_TRIALS:
                # Other calls may show what these did not.
                names, seed, whole = frozenset(), seed + 1, whole + 1
            else:
                return _noted(draft, asked, told, _words(trial, calls))

    def _weaken(
        self,
        found: tuple[Objection, ...],
        draft: Draft,
        asked: dict[str, int],
        told: dict[str, Disagreement],
    ) -> frozenset[str]:
        """Change what was objected to; return what is to be tried again: these functions, and the handles they take."""
        names: set[str] = set()
        for objection in found:
            name, drafted = objection.function, draft.function(objection.function)
            assert drafted is not None
            if not is_guessed(drafted, objection) and not objection.is_side_effect:
                told[name] = Disagreement(name, objection.message, objection.call)
            asked[name] = asked.get(name, 0) + 1
            weaken = weakened if asked[name] <= _WEAKENINGS else left_out
            self.functions[name] = weaken(drafted, objection)
            names |= {name, *handles_of(drafted)}
        return frozenset(names)


def _still_there(names: frozenset[str], draft: Draft) -> frozenset[str]:
    """Return what of the names is still called; where nothing is, everything is tried once more."""
    called = {each.name for each in draft.functions if each.left_out is None}
    return names & (called | {each.name for each in draft.handles})


def _noted(
    draft: Draft, asked: Mapping[str, int], told: Mapping[str, Disagreement], words: Iterable[str]
) -> Draft:
    lines = [*words]
    if asked:
        lines.append(f"What calls of the contract have shown is asked at {_listed([*asked])}.")
    return replace(draft, notes=(*draft.notes, *lines), disagreements=tuple(told.values()))


def _words(trial: Trial, calls: int) -> Iterator[str]:
    if trial.stopped:
        yield f"Not tried: {trial.stopped}."
        return
    yield f"Tried as `abidance run` does, in {count(calls, 'call')}."
    if trial.unreached:
        yield f"Not tried, because the time was up: {_listed(sorted(trial.unreached))}."


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{each}`" for each in names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED} more"
