"""ABD376: a law, that is a metamorphic property, does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.values.scope import members_seen
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.sequence_calls import law_of, result_at
from abidance.contract.expression import EvaluationError, spelling
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import BoundaryLaw
    from abidance.checks.evidence.case_result import CaseResult


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
    Cases in which a step was not made, because no handle was created.
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
                f"the law `{law.name}` is broken: `{expression.text}` does not hold",
                (
                    *(Label(span, text) for span, text in values[:6]),
                    *(() if values else (Label(expression.span, "false"),)),
                    Label(trial.function.declaration.span),
                ),
                place=f"{law.name}:ensures[{index}]",
            )
        if unjudged is not None:
            raise unjudged


def scope_of(trial: CaseResult, law: BoundaryLaw) -> Mapping[str, object] | None:
    """Return what is given and what the steps left, by name; None where a step was not made."""
    case, encoded = trial.encoded.case, trial.encoded
    assert case is not None
    known: dict[str, object] = members_seen(law.members, case.arguments)
    for index, step in zip(encoded.steps, case.steps, strict=True):
        if not step.name:
            continue
        if not trial.observation.calls[index].ran:
            return None
        one = result_at(trial, index)
        fields = {m.name: one.seen.after.get(spelling(m.name)) for m in one.function.members}
        known[step.name] = {**fields, "result": one.seen.result}
    return trial.boundary.scope(known)
