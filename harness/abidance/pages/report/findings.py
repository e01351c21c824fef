"""What was found: the message, each place with its line of source, the smallest call, and how to see it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.core.codes import Severity
from abidance.pages.elements import place, run_link
from abidance.pages.frame import anchor, prose
from abidance.report.run_terminal import sighted
from abidance.report.text.chars import GAP
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.diagnostic import Diagnostic, Finding, Label
    from abidance.evidence.model import RunOrigin
    from abidance.pages.report.scene import Scene
    from abidance.report.record import ReportedCause

_LONGEST = 6_000
"""Characters of a call or note; what is longer is for `abidance replay`."""
_TONES = {Severity.ERROR: "bad", Severity.WARNING: "doubt", Severity.NOTE: "dim"}


def findings(scene: Scene) -> h.Node:
    """Return all findings, those of programs that were traced among them; None where there is none."""
    evidence = scene.evidence
    parts: list[h.Node] = [
        _cause(each.value, each.origin, scene)
        for each in sorted(evidence.causes, key=lambda each: not each.value.fails)
    ]
    for trace in evidence.traces:
        program = f"in a trace of `{' '.join(trace.value.command)}`"
        for number, finding in enumerate(trace.value.findings):
            name = anchor(scene.anchor("traced"), f"{trace.origin.run.id}", f"{number}")
            parts.append(_finding(finding, trace.origin, scene, name, program))
    parts += [
        h.details[
            h.summary["Suppressed by the contract: ", prose(" ".join(each.value[1].split()))],
            _cause(each.value[0], each.origin, scene),
        ]
        for subject in evidence.subjects
        for each in subject.suppressed
    ]
    return parts or None


def _cause(cause: ReportedCause, origin: RunOrigin, scene: Scene) -> h.Node:
    seen = sighted(cause, libraries=len(scene.libraries), builds=2)
    return _finding(cause.finding, origin, scene, scene.of_cause(cause), seen)


def _finding(finding: Finding, origin: RunOrigin, scene: Scene, name: str, seen: str) -> h.Node:
    told = finding.diagnostic
    builds = f", {' and '.join(finding.builds)}" if finding.builds and not seen else ""
    library = f" of {finding.library}" if finding.library else ""
    return h.article(".finding", id=name)[
        title(told),
        h.p(".dim")[
            h.code[finding.subject], library, builds, ". ", run_link(origin), *_how_often(finding), ". "
        ],
        (excerpt(label, origin, scene) for label in told.labels),
        (h.div[h.h4["Smallest call"], h.pre(tabindex="0")[h.code[_cut(finding.call.strip("\n"))]]])
        if finding.call.strip()
        else None,
        details(told, seen),
        (h.p["Again: ", h.code[f"abidance replay {finding.case}"]] if finding.case else None),
        h.p["More on the rule: ", h.code[f"abidance explain {told.code.id}"]],
    ]


def title(told: Diagnostic) -> h.Node:
    """Return severity, code, name and message as a heading."""
    code = told.code
    return h.h3[
        h.span(class_=f"tag {_TONES[code.severity]}")[f"{code.severity.value} {code.id}"],
        " ",
        code.name,
        ": ",
        prose(" ".join(told.message.split())),
    ]


def details(told: Diagnostic, seen: str = "") -> h.Node:
    """Return the notes and the remedy of a diagnostic; those of several lines as they stand."""
    notes = [*told.notes, *([seen] if seen else [])]
    lines = [_note(each) for each in notes]
    if told.help:
        lines.append(h.li[h.strong["Help: "], prose(_cut(told.help))])
    return h.ul[lines] if lines else None


def _note(words: str) -> h.Node:
    first, newline, rest = words.strip("\n").partition("\n")
    return h.li[prose(_cut(first)), h.pre(tabindex="0")[h.code[_cut(rest)]] if newline else None]


def _how_often(finding: Finding) -> Iterator[str]:
    came_back, tries = finding.repeats
    if finding.found_after:
        yield f", found after {count(finding.found_after, 'call')}"
    if tries:
        yield f", repeats {came_back} of {tries}"


def excerpt(label: Label, origin: RunOrigin, scene: Scene) -> h.Node:
    """Return a place and its line of source as it was when the run looked, with what the label marks."""
    span = label.span
    line = scene.evidence.lines.get((origin.run.id, span.path, span.line))
    shown: h.Node = None
    if line is not None:
        start = min(max(span.column - 1, 0), len(line))
        end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line)
        end = max(end, min(start + 1, len(line)))
        lead = len(line) - len(line.lstrip()) if line[:start].strip() or start else 0
        lead = min(lead, start)
        shown = h.pre(tabindex="0")[h.code[line[lead:start], h.mark[line[start:end]], line[end:]]]
    words = [": ", prose(label.text)] if label.text else None
    return h.figure(".excerpt")[h.figcaption[h.code[place(span, scene.root)], words], shown]


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST] + GAP
