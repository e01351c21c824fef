"""ABD376: a law, that is a metamorphic property, does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.decode.handle_numbers import given_handles
from abidance.boundary.model.equality import equal
from abidance.boundary.model.types import RESULT_NAME
from abidance.boundary.model.values import Earlier
from abidance.boundary.print_c.call import call_text
from abidance.boundary.values.scope import members_seen
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.sequence_calls import law_of, left_by, result_at
from abidance.checks.evidence.wording import result_text
from abidance.contract.expression import EvaluationError, Unavailable, parse, spelling
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.values import Step
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression


class LawBroken(Check):
    """Flags valid calls after which a law of the contract, a metamorphic property, does not hold.

    ## Why it matters
    Callers rely on relations between calls: decompressing returns what was compressed, a lookup finds what was
    added.

    ## Example
        laws:
          round_trip:
            given: {text: {in: bytes, max: 100}}
            steps: [a = lib_pack(source=text), b = lib_unpack(source=a.dest)]
            ensures: [b.dest == text]

    ## How it is detected
    The steps are run with generated inputs, and the expressions evaluated on the results of each step.

    ## Not detected
    Cases in which a step was not made, because no handle was created. Of steps whose arguments are computed from what
    earlier ones left, those in which these answer otherwise each time they are made.
    """

    id = "ABD376"
    name = "law-broken"
    only_with = Evidence.SEQUENCE
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic an expression."""
        law = law_of(trial)
        if law is None or trial.death is not None:
            return
        scope = scope_of(trial, law)
        if scope is None:
            return
        unjudged: EvaluationError | None = None
        for index, expression in enumerate(law.ensures):
            try:
                if expression.holds(scope, scope):
                    continue
            except EvaluationError as error:
                unjudged = unjudged or error
                continue
            values = expression.explain(scope, scope, constants=trial.boundary.constants)
            yield Diagnostic(
                self.code,
                f"the law `{law.name}`{_between(law)} is broken: `{expression.text}` does not hold",
                (
                    *(Label(span, text) for span, text in values[:6]),
                    *(() if values else (Label(expression.span, "false"),)),
                    *_declared(trial, law, expression),
                ),
                place=_place(law, index),
            )
        if unjudged is not None:
            raise unjudged


def _place(law: BoundaryLaw, index: int) -> str:
    return f"{law.name}:ensures[{index}]"


def _declared(trial: CaseResult, law: BoundaryLaw, expression: Expression) -> Iterator[Label]:
    """Yield where the functions are declared that an expression is about, or the last that was called."""
    named = [each for each in law.steps if each.name in expression.names]
    functions = dict.fromkeys(each.function for each in named)
    found = [trial.boundary.functions[name] for name in functions] or [trial.function]
    yield from (Label(each.declaration.span) for each in found[:3])


def results_told(trial: CaseResult, place: str) -> dict[int, str]:
    """Return what the calls returned that a broken condition of a law asks about; `place` is the finding's."""
    law = law_of(trial)
    if law is None:
        return {}
    parts = [each for n, each in enumerate(law.ensures) if _place(law, n) == place]
    asked = {r.parts[0] for each in parts for r in each.references if r.parts[1:2] == (RESULT_NAME,)}
    case = trial.encoded.case
    steps = case.steps if case is not None else ()
    return {
        call: result_text(result_at(trial, call)).strip()
        for call, step in zip(trial.encoded.steps, steps, strict=False)
        if step.name in asked and step.times and _ran(trial, call)
    }


def _ran(trial: CaseResult, call: int) -> bool:
    """Tell whether a call was made: the last time, the process may have ended before it."""
    calls = trial.observation.calls
    return call < len(calls) and calls[call].ran


def _between(law: BoundaryLaw) -> str:
    """Return which libraries a law is about, where it is about several."""
    several = len(law.libraries) > 1
    return f" across {' and '.join(f'`{name}`' for name in law.libraries)}" if several else ""


def scope_of(trial: CaseResult, law: BoundaryLaw) -> Mapping[str, object] | None:
    """Return what is given and what the steps left, by name; None where a step was not made, or of something else."""
    known, _ = _known(trial, law)
    return known


def given_otherwise(trial: CaseResult, law: BoundaryLaw) -> Label | None:
    """Return what a step was given that the steps before it leave otherwise each time they are made."""
    _, other = _known(trial, law)
    return other


@dataclass(frozen=True, slots=True)
class UnmadeStep:
    """A step of a law that was not made: which, and what it was not given, as a sentence.

    `call` is the one as C that should have left it, with what it returned; empty where it is not that.
    """

    words: str
    call: str = ""


def unmade_step(trial: CaseResult) -> UnmadeStep | None:
    """Return the first step of a law that was not made; None where all were."""
    case = trial.encoded.case
    for call, step in enumerate(case.steps if case is not None else ()):
        if not step.times or left_by(trial, call) is not None:
            continue
        assert case is not None
        for value in step.arguments.values():
            if not isinstance(value, Earlier) or not value.handle:
                continue
            source = left_by(trial, value.call)
            name = RESULT_NAME if value.path == RESULT_NAME else spelling(value.path)
            if source is not None and source.get(name) is None:
                maker, at = case.steps[value.call].function, trial.encoded.steps[value.call]
                told = result_text(result_at(trial, at)).strip()
                shown = call_text(trial.boundary, trial.encoded, told, at)
                return UnmadeStep(
                    f"`{maker}` left no `{value.handle}`, so `{step.function}` was not made", shown
                )
        return UnmadeStep(f"`{step.function}` was not made{_states_needed(trial.boundary, step)}")
    return None


def _states_needed(boundary: Boundary, step: Step) -> str:
    """Return in which states alone a call may be given its handles, as the end of a sentence; empty where in all."""
    for name, value in step.arguments.items():
        life = boundary.handles.get(value.handle) if isinstance(value, Earlier) else None
        if life is None or life.machine is None:
            continue
        lawful = life.machine.lawful(step.function, name)
        if len(lawful) < len(life.machine.states):
            states = " or ".join(f"`{each}`" for each in life.machine.states if each in lawful)
            return f": it takes a `{life.name}` that is {states}, and the steps before it left it in another state"
    return ""


def _known(trial: CaseResult, law: BoundaryLaw) -> tuple[Mapping[str, object] | None, Label | None]:
    case = trial.encoded.case
    assert case is not None
    given = members_seen(law.members, case.arguments)
    given |= given_handles(trial.encoded, trial.observation, law.members, case.arguments)
    known: dict[str, object] = {}
    for call, step in enumerate(case.steps):
        if not step.name:
            continue
        left = left_by(trial, call)
        if left is None and step.times:
            return None, None
        if (other := _changed(trial.boundary, law, step, {**given, **known})) is not None:
            return None, other
        known[step.name] = Unavailable(f"`{step.name}` was not made") if left is None else left
    whole = all((step.name or step.function) in known for step in law.steps)
    return (trial.boundary.scope({**given, **known}) if whole else None), None


def _changed(boundary: Boundary, law: BoundaryLaw, step: Step, known: Mapping[str, object]) -> Label | None:
    """Return what a step was given that is not what the steps before it left now."""
    if not step.derived:
        return None
    scope = boundary.scope(known)
    written = {each.text: each for own in law.steps for each in own.expressions}
    conditions = [each for each in (step.when, step.repeated) if each is not None]
    for each in step.derived if step.times else conditions:
        expression = written.get(each.text)
        try:
            expression = expression or parse(each.text, law.span)
            same = equal(expression.evaluate(scope), each.value)
        except (EvaluationError, UsageError):
            same = False
        if not same:
            return Label(expression.span if expression else law.span, "it comes to something else each time")
    return None
