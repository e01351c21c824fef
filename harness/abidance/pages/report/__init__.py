"""The page of a report: the verdict first, then what it rests on, each figure with the run that it is from."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import htpy as h

from abidance.evidence.verdict import verdict
from abidance.pages.frame import PageSection, page
from abidance.pages.report.abi_changes import abi_changes
from abidance.pages.report.covered_lines import covered_lines
from abidance.pages.report.findings import findings
from abidance.pages.report.functions import function_table, subject_details
from abidance.pages.report.not_judged import not_judged
from abidance.pages.report.origins import origins
from abidance.pages.report.overview import contract_table, lead
from abidance.pages.report.scene import Scene
from abidance.pages.report.traced_calls import traced_calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from abidance.evidence.model import ContractEvidence


def report_page(several: Sequence[ContractEvidence], root: Path, version: str) -> str:
    """Return the page of some contracts; paths are shown from `root`, the project's folder."""
    scenes = [Scene(each, root, several=len(several) > 1) for each in several]
    names = [each.name for each in scenes]
    title = names[0] if len(names) == 1 else f"{len(names)} contracts"
    said = verdict(several)
    sections = [PageSection("contracts", "Contracts", contract_table(scenes))] if len(scenes) > 1 else []
    sections += [section for scene in scenes for section in _sections(scene)]
    made = f"Written by abidance {version} from runs that were kept; nothing was run for it."
    style = resources.files("abidance.pages").joinpath("flame.css").read_text(encoding="utf-8")
    return page(f"{title}: evidence", lead(said, scenes), sections, footer=h.p[made], style=style)


def _sections(scene: Scene) -> Iterator[PageSection]:
    for name, title, body in (
        ("findings", "Findings", findings(scene)),
        ("functions", "Functions", function_table(scene)),
        ("abi", "Changes to the ABI", abi_changes(scene)),
        ("details", "Each function", subject_details(scene)),
        ("coverage", "Coverage", covered_lines(scene)),
        ("traces", "Calls of programs", traced_calls(scene)),
        ("unjudged", "Not judged", not_judged(scene)),
        ("origins", "Where this is from", origins(scene)),
    ):
        whose = f"{scene.name}: " if scene.several else ""
        short = f"{whose}{title[0].lower()}{title[1:]}" if whose else title
        yield PageSection(scene.anchor(name), whose + title, body, short)
