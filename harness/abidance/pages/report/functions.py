"""Each function, handle and law: what is promised, what crosses, what was tried, where and watched by what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.core.outcome import Outcome
from abidance.evidence.model import Standing
from abidance.pages.elements import Column, outcome_tag, run_link, standing_tag, table
from abidance.pages.frame import prose
from abidance.pages.report.costs import cost_parts, headline_costs
from abidance.pages.report.flames import flames
from abidance.report.effort import efforts
from abidance.report.record import reasons, unseen
from abidance.report.text.wording import count
from abidance.report.watchers import watchers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.core.events import ItemFinished
    from abidance.evidence.facts import Crossing, KnownLaw, Promise, PromiseKind
    from abidance.evidence.model import FromRun, SubjectEvidence
    from abidance.pages.report.scene import Scene

_NEAR = 12
"""So many are laid out when the page is opened; those after them when they come into view."""
_FEW = 6
"""So many promises of a kind stand open; more are folded."""
_HEADINGS: dict[PromiseKind, str] = {
    "requires": "The caller must see to",
    "ensures": "After a call",
    "rejects": "Refused",
    "model": "Answers as",
    "effect": "Effects",
    "may": "May",
    "cost": "Costs at most",
    "returns": "Result",
    "param": "Parameters",
    "example": "Examples",
}


def function_table(scene: Scene) -> h.Node:
    """Return a line for each function, handle and law: what the evidence comes to, and what it rests on."""
    costs = any(subject.costs for subject in scene.evidence.subjects)
    columns = [
        Column("function"),
        Column("evidence"),
        Column("findings", number=True),
        Column("cases", number=True),
        Column("calls", number=True),
        Column("called on"),
        *([Column("time of a call")] if costs else []),
    ]
    rows = []
    for subject in _subjects(scene):
        values = [each.value for each in subject.items]
        tried = efforts(values)
        rows.append(
            [
                h.a(href=f"#{scene.of_subject(subject)}")[h.code[subject.name], _kind(subject)],
                [standing_tag(subject.standing), _unpromised(subject)],
                f"{len(subject.causes):,}" if subject.causes else "none" if subject.items else "",
                f"{sum(each.cases for each in tried):,}" if tried else "",
                f"{sum(each.calls for each in tried):,}" if tried else "",
                _where(values),
                *([headline_costs(each.value for each in subject.costs)] if costs else []),
            ]
        )
    return table("Functions, handles and laws", columns, rows)


def _subjects(scene: Scene) -> list[SubjectEvidence]:
    return [
        each
        for each in scene.evidence.subjects
        if each.kind != "boundary" or each.standing not in (Standing.HOLDS, Standing.NOTHING)
    ]


def _kind(subject: SubjectEvidence) -> str:
    match subject.kind:
        case "handle":
            return " (sequences of calls)"
        case "law":
            return " (law)"
        case "boundary":
            return " (the boundary as a whole)"
    return ""


def _unpromised(subject: SubjectEvidence) -> h.Node:
    """Say of a function that nothing is promised of what it does: that it holds means little then."""
    facts = subject.facts
    if facts is None or facts.is_promised:
        return None
    words = "no promise of what it does" if facts.listed else "used by the contract, and nothing promised"
    return h.span(".dim")[f" {words}"]


def _where(items: list[ItemFinished]) -> str:
    """Return the libraries that were called, with their builds."""
    builds: dict[str, dict[str, None]] = {}
    for item in items:
        if item.judged and item.item.library:
            for side in item.item.sides:
                builds.setdefault(side.library, {})[side.build] = None
    alike: dict[tuple[str, ...], list[str]] = {}
    for library, those in builds.items():
        alike.setdefault(tuple(those), []).append(library)
    return "; ".join(f"{', '.join(names)}: {', '.join(those)}" for those, names in alike.items())


def subject_details(scene: Scene) -> h.Node:
    """Return the part on each of them."""
    return [_details(each, scene, far=number >= _NEAR) for number, each in enumerate(scene.evidence.subjects)]


def _details(subject: SubjectEvidence, scene: Scene, *, far: bool) -> h.Node:
    facts = subject.facts
    laws = scene.evidence.facts.laws if scene.evidence.facts is not None else ()
    law = next((each for each in laws if subject.kind == "law" and each.name == subject.name), None)
    values = [each.value for each in subject.items]
    return h.article(class_="subject far" if far else "subject", id=scene.of_subject(subject))[
        h.h3[h.code[subject.name], _kind(subject), " ", standing_tag(subject.standing)],
        h.p[prose(facts.summary)] if facts is not None and facts.summary else None,
        h.pre(tabindex="0")[h.code[facts.declaration]] if facts is not None else None,
        (
            h.p(".doubt")["It cannot be called: ", prose(each.message), "."]
            for each in (facts.refused if facts is not None else ())
        ),
        _promises(_promises_of(subject, law), subject),
        _crossings(facts.crossings, subject.name) if facts is not None and facts.crossings else None,
        _tried(subject),
        _left(subject),
        _finding_links(subject, scene),
        cost_parts(subject, scene),
        flames(subject, scene),
        h.p(".dim")["Watched by: ", by, "."] if (by := watchers(each.watched for each in values)) else None,
    ]


def _promises_of(subject: SubjectEvidence, law: KnownLaw | None) -> tuple[Promise, ...]:
    if law is not None:
        return law.promises
    return subject.facts.promises if subject.facts is not None else ()


def _promises(promises: tuple[Promise, ...], subject: SubjectEvidence) -> h.Node:
    if not promises:
        promised = subject.facts is not None and subject.facts.listed
        return h.p(".doubt")["The contract promises nothing of it."] if promised else None
    parts: list[h.Node] = []
    for kind, heading in _HEADINGS.items():
        mine = [each for each in promises if each.kind == kind]
        if not mine:
            continue
        told = h.ul[(h.li[h.code(".clause")[each.text]] for each in mine)]
        folded = len(mine) > _FEW or kind in ("param", "example")
        whole = f"{heading} ({len(mine)})"
        parts.append(h.details[h.summary[whole], told] if folded else [h.h4[heading], told])
    return h.div(".promises")[parts]


def _crossings(crossings: tuple[Crossing, ...], name: str) -> h.Node:
    columns = [
        Column("what crosses"),
        Column("kind"),
        Column("way"),
        Column("elements"),
        Column("NULL"),
        Column("valid for"),
        Column("changes hands"),
    ]
    rows = [
        [
            h.code[each.place],
            [each.kind, " to " if each.kind == "pointer" else " ", h.code[each.of]],
            each.direction,
            each.length or (f"room for {each.capacity}" if each.capacity else ""),
            each.nullable or "not said",
            each.lifetime,
            _handed(each),
        ]
        for each in crossings
    ]
    many = len(crossings)
    return h.details[
        h.summary[f"What crosses the boundary ({many} address{'es' if many > 1 else ''})"],
        table(f"Addresses that cross in calls of {name}", columns, rows),
    ]


def _handed(crossing: Crossing) -> h.Node:
    if not crossing.transfers:
        return "no"
    freed = [", freed by ", h.code[crossing.free]] if crossing.free else None
    return [h.strong["to the callee" if crossing.direction == "in" else "to the caller"], freed]


def _tried(subject: SubjectEvidence) -> h.Node:
    """Return what was tried in each library and build."""
    if not subject.counted:
        words = "Nothing has looked at it" if not subject.items else "Nothing of it applies"
        return h.p(class_="doubt" if subject.standing is Standing.NOT_JUDGED else "dim")[f"{words}."]
    columns = [
        Column("tried"),
        Column("outcome"),
        Column("cases", number=True),
        Column("calls", number=True),
        Column("how"),
        Column("from"),
    ]
    groups: dict[tuple[str, str, int], list[FromRun[ItemFinished]]] = {}
    for each in subject.counted:
        item = each.value.item
        groups.setdefault((item.library, item.build, each.origin.run.id), []).append(each)
    rows = [
        [
            ", ".join(filter(None, (library, build))) or "without a call",
            _outcome([each.value for each in those]),
            _number(each.value.cases for each in those),
            _number(each.value.calls for each in those),
            ", ".join(each.value.item.phase for each in those),
            run_link(those[0].origin),
        ]
        for (library, build, _), those in groups.items()
    ]
    return [table(f"What was tried of {subject.name}", columns, rows), *_explored(subject)]


def _number(several: Iterable[int]) -> str:
    """Return the sum, or nothing: what only loads a library, or reads its header, calls nothing."""
    return f"{sum(found):,}" if any(found := [*several]) else ""


def _outcome(items: list[ItemFinished]) -> h.Node:
    """Return the worst outcome: what was not judged is not hidden by what passed."""
    order = (Outcome.FAILED, Outcome.ERRORED, Outcome.SKIPPED, Outcome.SUPPRESSED, Outcome.PASSED)
    return outcome_tag(min((each.outcome for each in items), key=order.index))


def _explored(subject: SubjectEvidence) -> Iterator[h.Node]:
    for each in efforts(each.value for each in subject.items):
        if each.executions:
            reached = f", which reached {count(each.edges, 'edge')} of its code" if each.edges else ""
            yield h.p(".dim")[f"Explored {each.library} with {each.executions:,} inputs{reached}."]


def _left(subject: SubjectEvidence) -> h.Node:
    """Return what was not judged of it, and why."""
    values = [each.value for each in subject.items]
    said = [each.message for each in reasons(values)]
    told = dict.fromkeys(
        (*said, *subject.gaps, *unseen(values), *(w for each in values for w in each.unasked))
    )
    if not told:
        return None
    return [h.h4["Not judged"], h.ul(".doubt")[(h.li[prose(words)] for words in told)]]


def _finding_links(subject: SubjectEvidence, scene: Scene) -> h.Node:
    if not subject.causes:
        return None
    links = [
        h.li[
            h.a(href=f"#{scene.of_cause(each.value)}")[
                f"{each.value.finding.diagnostic.code.name}: ",
                prose(each.value.finding.diagnostic.message),
            ]
        ]
        for each in subject.causes
    ]
    return [h.h4["Found"], h.ul[links]]
