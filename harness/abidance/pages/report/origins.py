"""Where all of it is from: the runs, when and where they were, and what was changed since."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import htpy as h

from abidance.history.wording import ended, revision_of
from abidance.pages.elements import Column, run_anchor, table

if TYPE_CHECKING:
    from abidance.evidence.model import RunOrigin
    from abidance.pages.report.scene import Scene


def origins(scene: Scene) -> h.Node:
    """Return a line for each run that something on the page is from."""
    columns = [
        Column("run"),
        Column("command"),
        Column("when"),
        Column("revision"),
        Column("ended"),
        Column("machine"),
        Column("since then"),
    ]
    rows = [_row(each) for each in scene.evidence.runs]
    if not rows:
        return h.p(".doubt")[
            "No run of this contract is kept: ", h.code[f"abidance run {scene.evidence.contract}"]
        ]
    return table("Runs that this page is made from", columns, rows)


def _row(origin: RunOrigin) -> list[h.Node]:
    run = origin.run
    since: h.Node = "nothing was changed"
    if origin.doubts:
        since = h.span(".doubt")["; ".join(origin.doubts)]
    elif not run.revision:
        since = h.span(".doubt")["not known: the project is in no repository"]
    return [
        h.span(id=run_anchor(origin.run.id))[f"#{run.id}"],
        h.code[f"abidance {run.command}" if run.command != "pytest" else "pytest"],
        time.strftime("%Y-%m-%d %H:%M", time.localtime(run.began)),
        h.code[revision_of(run)],
        ended(run),
        run.machine,
        since,
    ]
