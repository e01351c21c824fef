"""Running each case on two libraries, and judging only whether they answer alike."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from abidance.checks.answers_differ import AnswersDiffer
from abidance.core.catalogue import ANSWERS_VARY
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UnsteadyError
from abidance.run.trials import Runner
from abidance.toolchain.machine_code import CodeWords

if TYPE_CHECKING:
    from abidance.boundary.values import Case
    from abidance.checks.trial import Expectation, Trial


@dataclass(slots=True)
class PairRunner(Runner):
    """A runner whose trials carry the same case on `against`.

    What is wrong with either library by itself is for its own items to say; here only their difference is.
    """

    against: Runner = field(kw_only=True)
    sides: tuple[str, str] = field(kw_only=True)
    one_library: bool = field(kw_only=True)
    _varies: dict[str, str] = field(default_factory=dict)
    """Which side answered differently from itself, by the place of what was found; empty for neither."""

    @classmethod
    def of(cls, one: Runner, other: Runner, sides: tuple[str, str], *, one_library: bool) -> PairRunner:
        """Return what runs each case on two runners' libraries, or on two builds of `one_library`."""
        shared = {entry.name: getattr(one, entry.name) for entry in fields(Runner)}
        return cls(**shared, against=other, sides=sides, one_library=one_library)

    def start(self) -> None:
        """Start both workers; raises CannotJudgeError."""
        Runner.start(self)
        self.against.start()

    def words(self, symbol: str) -> CodeWords:
        """Return what the code of either mentions."""
        one, other = Runner.words(self, symbol), self.against.words(symbol)
        return CodeWords(
            tuple(dict.fromkeys((*one.numbers, *other.numbers))),
            tuple(dict.fromkeys((*one.texts, *other.texts))),
        )

    def run(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> Trial:
        """Run a case on both; raises what Runner.run raises."""
        other = self.against.run(case, expectation, time_limit)
        mine = Runner.run(self, case, expectation, time_limit)
        self.calls += 1
        return replace(mine, other=other, sides=self.sides)

    @property
    def patient(self) -> bool:
        """Tell whether further time-outs can be afforded."""
        return Runner.patient.fget(self) and self.against.patient  # type: ignore[attr-defined]

    def judge(self, trial: Trial) -> list[Diagnostic]:
        """Return where the two differ.

        Raises UnsteadyError when one of them does not answer the same call alike twice.
        """
        if self.one_library and bool(trial.death) != bool(trial.other and trial.other.death):
            return []  # a sanitizer or an assertion of one build: its own items tell of it
        found = list(AnswersDiffer().judge(trial))
        if found and not trial.death and trial.other and not trial.other.death:
            self._must_be_steady(trial, found[0].place)
        return found

    def _must_be_steady(self, trial: Trial, place: str) -> None:
        """Ask both again, once for each place: it takes new processes."""
        if place not in self._varies:
            self._varies[place] = next(
                (
                    name
                    for name, runner, seen in zip(
                        self.sides, (self, self.against), (trial, trial.other), strict=True
                    )
                    if seen is not None and not runner.repeats(seen)
                ),
                "",
            )
        if name := self._varies[place]:
            function = trial.function
            raise UnsteadyError(
                Diagnostic(
                    ANSWERS_VARY,
                    f"`{function.name}` does not answer the same call alike twice in `{name}`",
                    (Label(function.span), Label(function.declaration.span)),
                    help=f"leave it out: `equivalence: {{except: {{{function.name}: why}}}}`",
                )
            )
