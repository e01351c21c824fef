"""One contract on a page: its evidence, what it is called, and where its parts stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.pages.frame import anchor

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.evidence.model import ContractEvidence, SubjectEvidence
    from abidance.report.record import ReportedCause


@dataclass(frozen=True, slots=True)
class Scene:
    """The evidence on one contract, among `several` on the page or alone; paths are shown from `root`."""

    evidence: ContractEvidence
    root: Path
    several: bool = False

    @property
    def name(self) -> str:
        """Return the boundary's name; the contract's path where that is not known."""
        facts = self.evidence.facts
        return facts.name if facts is not None else self.evidence.contract

    def anchor(self, part: str) -> str:
        """Return the anchor of a part of this contract."""
        return anchor(self.name, part) if self.several else part

    def of_subject(self, subject: SubjectEvidence) -> str:
        """Return the anchor of what is said of a function, handle or law."""
        return anchor(self.anchor(subject.kind), subject.name)

    def of_cause(self, cause: ReportedCause) -> str:
        """Return the anchor of a finding."""
        return anchor(self.anchor("finding"), "/".join(cause.finding.key))

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return the libraries that are called, in the order of the contract, those given to a run alone last."""
        facts = self.evidence.facts
        named = [each.name for each in facts.libraries] if facts is not None else []
        items = (each.value.item for subject in self.evidence.subjects for each in subject.items)
        seen = (side.library for item in items if item.library for side in item.sides)
        return tuple(dict.fromkeys([*named, *seen]))
