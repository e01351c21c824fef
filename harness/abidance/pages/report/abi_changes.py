"""What the ABI gate has said last: the verdict, and each change with whom it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.pages.elements import run_link
from abidance.pages.frame import prose
from abidance.pages.report.findings import details, excerpt, title
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from abidance.core.gate import JudgedChange
    from abidance.evidence.model import RunOrigin
    from abidance.pages.report.scene import Scene

_TONES = {"compatible": "good", "none": "good", "risky": "doubt", "unknown": "doubt", "breaking": "bad"}


def abi_changes(scene: Scene) -> h.Node:
    """Return what is known of changes against the baseline."""
    if scene.evidence.gate is None:
        return h.p(".doubt")[
            "The gate has not been run, so nothing is known of changes to the ABI: ",
            h.code[f"abidance abi check {scene.evidence.contract}"],
        ]
    gate, origin = scene.evidence.gate.value, scene.evidence.gate.origin
    against = [" against ", h.code[gate.old]] if gate.old else None
    order = ("breaking", "unknown", "risky", "compatible")
    changes = sorted(gate.changes, key=lambda each: (bool(each.suppressed), order.index(each.verdict)))
    return [
        h.p[
            h.span(class_=f"tag {_TONES.get(gate.verdict, 'doubt')}")[gate.verdict],
            against,
            f", policy {gate.policy}, {count(len(changes), 'change')}. ",
            f"Evidence: {', '.join(gate.evidence)}. " if gate.evidence else "",
            run_link(origin),
            ".",
        ],
        (_change(each, origin, scene) for each in changes),
        (
            h.article(".finding")[
                title(each), (excerpt(label, origin, scene) for label in each.labels), details(each)
            ]
            for each in gate.findings
        ),
    ]


def _change(change: JudgedChange, origin: RunOrigin, scene: Scene) -> h.Node:
    told = change.diagnostic
    axes = ", ".join(f"{axis}: {verdict}" for axis, verdict in change.axes.items())
    body = [
        h.p[
            h.span(class_=f"tag {_TONES.get(change.verdict, 'doubt')}")[change.verdict],
            f" ({axes})" if axes else "",
            [". Effect: ", prose(change.effect)] if change.effect else None,
        ],
        (excerpt(label, origin, scene) for label in told.labels),
        details(told),
    ]
    if change.suppressed:
        return h.details[h.summary["Suppressed: ", prose(change.suppressed)], title(told), body]
    return h.article(".finding")[title(told), body]
