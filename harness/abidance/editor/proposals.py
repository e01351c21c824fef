"""What is proposed to be written, whatever the editor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.editor.descriptions import Described
    from abidance.editor.names import Candidate


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that may be written. `insert` is its text where that is not the label; a `snippet` has places in it.

    Those with a lower `rank` come first; `describe` tells more when it is asked for.
    """

    label: str
    sort: str
    detail: str = ""
    text: str = ""
    rank: int = 5
    insert: str = ""
    snippet: bool = False
    describe: Callable[[], Described | None] | None = None

    @property
    def documentation(self) -> str:
        """Return what to show beside it, in Markdown."""
        described = self.describe() if self.describe is not None else None
        return described.markdown if described is not None else self.text


@dataclass(frozen=True, slots=True)
class Completion:
    """What may stand in place of the text from the offset `start` to the cursor; if not `whole`, a part of it."""

    start: int
    proposals: tuple[Proposal, ...]
    whole: bool = True


def of_candidate(candidate: Candidate) -> Proposal:
    """Return a name as it is."""
    return Proposal(
        candidate.name,
        candidate.sort,
        candidate.detail,
        candidate.text,
        candidate.rank,
        describe=candidate.describe,
    )
