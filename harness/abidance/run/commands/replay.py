"""Running a kept failing call again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.checks.evidence.expectation import Expectation
from abidance.contract.load import load_contract
from abidance.core.catalogue import UNKNOWN_CASE
from abidance.core.diagnostic import Diagnostic, Finding
from abidance.core.errors import UsageError
from abidance.core.events import ItemFinished, ItemId, RunFinished, RunStarted
from abidance.core.outcome import Outcome
from abidance.run.engine.session import Session
from abidance.run.execution.instrument_coverage import unwatched
from abidance.run.findings import case_store
from abidance.run.findings.confirm import LATE, MUST_COME_BACK, REPEATS, TWICE, text_of, together, with_names
from abidance.run.findings.replayed_case import ReplayedCase

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.core.events import Listener
    from abidance.run.execution.runner import Runner
    from abidance.run.findings.case_store import StoredCase
    from abidance.run.inputs.settings import Settings
    from abidance.toolchain.library import Artifact


def replay(case_id: str, settings: Settings, listener: Listener) -> None:
    """Run a stored case again and tell `listener` how it went, as a run of one item.

    Raises UsageError for an unknown id, and for a case that the contract of today no longer describes.
    """
    stored = case_store.load(settings.root, case_id)
    again = run_again(stored, settings)
    about = stored.case.function
    item = ItemId(again.boundary.name, about, stored.phase, stored.library, stored.build)
    listener(
        RunStarted(
            boundary=again.boundary.name,
            contract=str(stored.contract),
            functions=1,
            libraries=(stored.library,),
            builds=(stored.build,),
            seed=settings.seed or 0,
        )
    )
    passed = Outcome.PASSED if stored.at else Outcome.ERRORED
    finished = ItemFinished(
        item=item,
        outcome=Outcome.FAILED if again.findings else Outcome.ERRORED if again.unwatched else passed,
        cases=1,
        calls=again.tried,
        span=again.boundary.span_of(about),
        findings=again.findings,
        reasons=again.unwatched or (() if again.findings or stored.at else (_needs_others(stored),)),
    )
    listener(finished)
    listener(RunFinished(again.boundary.name, str(stored.contract), settings.seed or 0, (finished,)))


def run_again(stored: StoredCase, settings: Settings) -> ReplayedCase:
    """Run a stored case a few times, judge it, and name the places in the library."""
    contract = load_contract(stored.contract)
    item = ItemId("", stored.case.function, stored.phase, stored.library, stored.build)
    with Session(settings, dict(stored.given)) as session:
        boundary = session.boundary(contract)
        if boundary.span_of(stored.case.function) is None:
            raise _changed(stored, f"`{stored.case.function}` is no longer in the contract")
        for side in item.sides:
            if side.library not in (*stored.given, *contract.libraries):
                raise _changed(stored, f"the contract has no library `{side.library}` any more")
        function = boundary.functions.get(stored.case.function)
        reject = function.refusal(stored.expectation.rejects) if function else None
        if reject is not None:
            stored = replace(stored, expectation=Expectation.of(reject))
        runner = session.sources.runner(boundary, item, settings)
        artifacts = tuple(session.sources.artifact(contract, side) for side in item.sides)
        try:
            again = _repeat(stored, boundary, runner, artifacts, settings)
            return replace(again, unwatched=unwatched(runner))
        except (KeyError, AssertionError, StopIteration):
            raise _changed(stored, "the function's parameters changed") from None


def _repeat(
    stored: StoredCase,
    boundary: Boundary,
    runner: Runner,
    artifacts: tuple[Artifact, ...],
    settings: Settings,
) -> ReplayedCase:
    failed, last, cause = 0, None, ("", "")
    tried = 1 if stored.code == "ABD302" else LATE if stored.code in MUST_COME_BACK else REPEATS
    if stored.at > 1:
        tried = TWICE
    for attempt in range(tried):
        if stored.at > 1:
            runner.anew()
        for _ in range(stored.at - 1):
            runner.bare(stored.case, stored.expectation)
        trial = runner.run(stored.case, stored.expectation, settings.time_limit)
        if found := _causes_to_show(stored, runner.judge.findings(trial)):
            failed, last, cause = failed + 1, trial, found[0].cause
            if stored.code in MUST_COME_BACK:
                tried = attempt + 1
                break
    shown = runner.judge.shown(last or trial, cause)
    named = with_names(shown)
    findings = tuple(
        Finding(
            diagnostic=diagnostic,
            function=stored.case.function,
            phase=stored.phase,
            library=stored.library,
            builds=(stored.build,),
            call=text_of(boundary, shown, diagnostic),
            case=stored.id,
            repeats=(failed, tried),
        )
        for diagnostic in (_causes_to_show(stored, runner.judge.findings(named)) if last else ())
    )
    return ReplayedCase(stored, boundary, named, artifacts, failed, tried, together(findings))


def _causes_to_show(stored: StoredCase, found: list[Diagnostic]) -> list[Diagnostic]:
    """Return what the case was kept for; only when that is not seen any more, what else is wrong with it."""
    return [diagnostic for diagnostic in found if diagnostic.code.id == stored.code] or found[:1]


def _needs_others(stored: StoredCase) -> Diagnostic:
    return Diagnostic(
        UNKNOWN_CASE,
        f"`{stored.id}` failed only after other calls, and these are not stored",
        help="run the contract again with the seed that the report named",
    )


def _changed(stored: StoredCase, why: str) -> UsageError:
    message = f"the case `{stored.id}` cannot be run again: {why}"
    return UsageError(Diagnostic(UNKNOWN_CASE, message, help="run the contract again"))
