"""One line for each change that is not harmless, in the form that editors and grep understand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.report.concise import concise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.gate import GateResult
    from abidance.report.text.style import Style


def render(results: Sequence[GateResult], look: Style, verbosity: int = 0) -> str:
    """Return the lines; with `verbosity`, those of harmless changes too."""
    lines = []
    for result in results:
        for change in result.changes:
            shown = verbosity or change.fails or change.verdict != "compatible"
            if shown and not change.suppressed:
                lines.append(concise(change.diagnostic, look))
        lines += [concise(each, look) for each in result.findings]
    return "".join(f"{line}\n" for line in lines)


RENDERERS = {"concise": render}
