"""The gate for one contract: what the boundary is now against what was accepted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.abi.change import Change
from abidance.abi.codes import BASELINE_MISSING, EVIDENCE_GAINED
from abidance.abi.gate.compare import compare
from abidance.abi.gate.judge import Question, judge
from abidance.abi.gate.locate import located
from abidance.abi.gate.sides import GateSide
from abidance.abi.gate.suppressions import SuppressionRule, Suppressions, speaks_of_runs
from abidance.abi.snapshot import read_snapshot
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError
from abidance.core.span import Span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from abidance.abi.gate.boundaries import Present
    from abidance.contract.model import Contract
    from abidance.core.gate import GateResult


def check(
    now: Present, *, policy: str = "", before: GateSide | None = None, today: dt.date | None = None
) -> GateResult:
    """Return the gate's result for a boundary.

    It is compared with the accepted baseline, or with `before`. `policy` goes before that of the contract. Raises
    CannotJudgeError when there is no baseline, UsageError for one that cannot be read.
    """
    contract = now.contract
    if before is None:
        before = baseline(now)
    policy = policy or policy_of(contract)
    changes = (*compare(before, now.side), *_unbuilt(before, now))
    if before.snapshot is not None:
        changes = located(changes, before.snapshot)
    if before.gone is not None:
        changes = tuple(_without(change, before.gone) for change in changes)
    question = Question(
        str(contract.boundary),
        before.name,
        str(contract.path),
        policy,
        before.version,
        now.side.version,
        now.side.facts.witnesses,
        contract.key_span("abi") if contract.says("abi") else Span.at(contract.path, 1),
    )
    suppressions = Suppressions(tuple(suppressions_of(contract)))
    if today is not None:
        suppressions.today = today
    also = (*now.side.disagreements, *now.side.unseen, *_gained(before, now))
    return judge(question, changes, suppressions, also)


def _unbuilt(before: GateSide, now: Present) -> Iterator[Change]:
    """Yield that libraries were not compared, because those of an earlier revision could not be looked into."""
    if now.side.facts.library is not None:
        for each in before.unseen:
            why = f"at {before.name}, {each.message}"
            yield Change("evidence", "absent", "libraries", "", why, frozenset(("libraries",)))


def _gained(before: GateSide, now: Present) -> Iterator[Diagnostic]:
    """Yield what a witness tells beyond what it told when the baseline was taken."""
    for each in now.side.facts.evidence:
        level = before.facts.level(each.witness)
        if before.snapshot is not None and level < each.level:
            yield Diagnostic(
                EVIDENCE_GAINED,
                f"`{each.witness}` has {each.level.words}, and had {level.words} when the baseline was taken",
                (Label(Span.at(before.snapshot, 1)),),
                help=f"`abidance abi accept {_here(now.contract.path)}` accepts a baseline that includes it",
            )


def _without(change: Change, folder: Path) -> Change:
    """Return the change without a place that nobody can look at any more."""
    span = change.old_span
    return replace(change, old_span=None) if span is not None and span.path.is_relative_to(folder) else change


def baseline(now: Present) -> GateSide:
    """Return the accepted baseline; raises CannotJudgeError when there is none."""
    path = now.baseline
    if not path.is_file():
        contract = now.contract
        span = contract.key_span("abi") if contract.says("abi") else Span.at(contract.path, 1)
        raise CannotJudgeError(
            Diagnostic(
                BASELINE_MISSING,
                f"there is no accepted baseline of `{contract.boundary}` at `{_here(path)}`",
                (Label(span),),
                help=f"`abidance abi accept {_here(contract.path)}` accepts the present state as the first baseline",
            )
        )
    found = read_snapshot(path)
    return GateSide(path.name, found.facts, version=found.version, snapshot=path)


def _here(path: Path) -> Path:
    """Return the path as one types it here."""
    whole, here = path.absolute(), Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else path


def policy_of(contract: Contract) -> str:
    """Return the contract's policy; no-breaking when it says nothing."""
    if contract.abi is not None and contract.abi.policy is not None:
        return contract.abi.policy.default
    return "no-breaking"


def suppressions_of(contract: Contract) -> list[SuppressionRule]:
    """Return those of the gate's findings, and of nothing that exists; others are for `run` and `check`."""
    return [SuppressionRule.of(each) for each in contract.suppressions if not speaks_of_runs(str(each.code))]


def without_suppressions(now: Present) -> Present:
    """Return the boundary as if its contract had no suppressions: accepting takes everything."""
    return replace(now, contract=replace(now.contract, suppressions=()))
