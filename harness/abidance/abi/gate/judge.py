"""From changes to a result: each judged by its rule, then by suppressions and the policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.abi.codes import VERSION_TOO_LOW
from abidance.abi.gate.disagreements import summed
from abidance.abi.gate.policy import Bump, bump_of, needed_bump, taken_bump
from abidance.abi.reconcile.codes import CONVENTION_UNKNOWN, SYMBOL_MISSING
from abidance.abi.rules import rule_for
from abidance.abi.verdict import Verdict, worst
from abidance.core.codes import Severity
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.gate import GateResult, JudgedChange, SuppressedFinding
from abidance.core.outcome import status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.abi.change import Change
    from abidance.abi.gate.suppressions import Suppressions
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class Question:
    """What is judged: `name` and the two sides as people call them, the policy, the project's versions.

    `span` is where findings about the comparison itself point to.
    """

    name: str
    old: str
    new: str
    policy: str = "no-breaking"
    old_version: str = ""
    new_version: str = ""
    evidence: tuple[str, ...] = ()
    span: Span | None = None


def judge(
    question: Question, changes: Iterable[Change], suppressions: Suppressions, also: Sequence[Diagnostic] = ()
) -> GateResult:
    """Return the result. `also` are findings that come with it, such as witnesses that disagree."""
    strict = frozenset(("strict",) if question.policy == "no-change" else ())
    judged = [judged_change(replace(change, traits=change.traits | strict)) for change in changes]
    judged = [
        replace(each, suppressed=suppressions.reason(each.diagnostic.code, each.subject)) for each in judged
    ]
    open_changes = [each for each in judged if not each.suppressed]
    verdict = worst(Verdict(each.verdict) for each in open_changes)
    bump = needed_bump(open_changes)
    beside = [(each, suppressions.reason(each.code, each.place)) for each in also]
    # What is gone from the library is missing in it: the change tells that, and where it was.
    gone = {each.diagnostic.place for each in judged}
    beside = [
        (each, why)
        for each, why in beside
        if each.code is not SYMBOL_MISSING or f"symbol:removed:{each.place}" not in gone
    ]
    findings = [*summed([each for each, why in beside if not why]), *suppressions.findings()]
    if question.policy == "semver":
        findings += _version_findings(question, bump)
        fails: list[JudgedChange] = []
    else:
        fails = [each for each in open_changes if _fails(each, question.policy)]
    failing = {id(each) for each in fails}
    code = status(
        findings=bool(fails) or any(each.code.severity is Severity.ERROR for each in findings),
        unjudged=any(each.verdict == Verdict.UNKNOWN for each in open_changes)
        or (bool(strict) and any(each.code is CONVENTION_UNKNOWN for each in findings)),
    )
    return GateResult(
        question.name,
        question.old,
        question.new,
        verdict.value,
        question.policy,
        bump.name.lower(),
        tuple(replace(each, fails=id(each) in failing) for each in judged),
        tuple(findings),
        question.evidence,
        code,
        {
            "old_version": question.old_version,
            "new_version": question.new_version,
            "needed": bump_of(bump, question.old_version).name.lower(),
        }
        if question.policy == "semver"
        else {},
        tuple(SuppressedFinding(each, why) for each, why in beside if why),
    )


def judged_change(change: Change) -> JudgedChange:
    """Return the change as its rule judges it."""
    rule = rule_for(change)
    case = rule.judge(change)
    words = {"subject": change.subject, "old": change.old, "new": change.new, "of": change.of}
    effect = case.effect.format(**words)
    labels = []
    if change.new_span is not None:
        labels.append(Label(change.new_span, change.new))
    if change.old_span is not None:
        labels.append(Label(change.old_span, f"was: {change.old}" if change.new_span else change.old))
    notes = [f"effect: {effect}"]
    if change.reached_by:
        notes.insert(0, f"reached by: {', '.join(change.reached_by)}")
    remedy = case.remedy or rule.remedy
    harmless = case.verdict is Verdict.COMPATIBLE
    return JudgedChange(
        Diagnostic(
            rule.shown_as(case.verdict),
            (case.message or rule.message).format(**words),
            tuple(labels),
            tuple(notes),
            None if harmless else remedy.format(**words) or None,
            place=f"{change.entity}:{change.aspect}:{change.subject}",
        ),
        change.subject,
        change.old,
        change.new,
        case.verdict.value,
        {"binary": case.binary.value, "source": case.source.value, "contract": case.contract.value},
        effect,
    )


def _fails(change: JudgedChange, policy: str) -> bool:
    if policy == "no-change":
        return change.verdict != Verdict.UNKNOWN
    return change.verdict == Verdict.BREAKING


def _version_findings(question: Question, needed: Bump) -> list[Diagnostic]:
    """Return what is wrong with the project's version, for the policy `semver`."""
    if needed is Bump.NONE:
        return []
    labels = (Label(question.span),) if question.span else ()
    missing = [
        side for side, text in (("old", question.old_version), ("new", question.new_version)) if not text
    ]
    if missing:
        message = f"the version of the {' and the '.join(missing)} side of `{question.name}` is not known"
        help_text = "give it in the contract: `abi: {version: 1.2.3}`"
        return [Diagnostic(VERSION_TOO_LOW, message, labels, help=help_text)]
    taken = taken_bump(question.old_version, question.new_version)
    wanted = bump_of(needed, question.old_version)
    if taken >= wanted:
        return []
    if question.new_version == question.old_version:
        step = f"the version is {question.new_version} as before"
    else:
        step = f"version {question.new_version} after {question.old_version} is too small a step"
    return [
        Diagnostic(
            VERSION_TOO_LOW,
            f"{step}: the changes of `{question.name}` need a new {wanted.name.lower()} version",
            labels,
            help="raise the version, or revert the changes",
        )
    ]
