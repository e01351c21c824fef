"""Where the pointers lead that a call has left: into which memory that it was given, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.result_reads import POINTS_INTO
from abidance.boundary.values.inner_pointers import BEHIND
from abidance.plan.observation import PointerReadStatus

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult


@dataclass(frozen=True, slots=True)
class PointerTarget:
    """So many bytes after the start of the memory at a path of the call; the path is empty for memory that is not."""

    whose: str = ""
    offset: int = 0

    @property
    def words(self) -> str:
        """Return in words where that is."""
        if not self.whose:
            return "outside all that it was given"
        return (
            f"at byte {self.offset} of `{self.whose}`" if self.offset else f"at the start of `{self.whose}`"
        )


OUTSIDE = PointerTarget()


def pointer_targets(trial: CaseResult, call: int | None = None) -> dict[str, PointerTarget]:
    """Return by path where each pointer leads that a call of the case has left, and that is not NULL.

    Without its number, it is the call under test. One past the end of some memory is part of that.
    """
    index, blocks = trial.encoded.plan.subject if call is None else call, trial.encoded.plan.blocks
    placed = trial.encoded.calls[index]
    found: dict[str, PointerTarget] = {}
    for path, read in zip(placed.follows, trial.observation.calls[index].followed, strict=False):
        pointer, _, whose = path.partition(POINTS_INTO)
        if not whose or read.reach is not PointerReadStatus.READ:
            continue
        name, offset = pointer.removesuffix(BEHIND), int.from_bytes(read.contents, "little", signed=True)
        if 0 <= offset <= blocks[placed.places[whose]].size and not found.get(name, OUTSIDE).whose:
            found[name] = PointerTarget(whose, offset)
        else:
            found.setdefault(name, OUTSIDE)
    return found
