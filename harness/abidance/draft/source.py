"""What a draft is made from: a header, how it is compiled, and the library if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from abidance.toolchain.call_graph import CallGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from abidance.draft.model import Guess, HandleDraft, LeftOut, PlaceDraft, TypeDraft, Value
    from abidance.toolchain.compiler import Compiler


class CallEvidence(Protocol):
    """What calls of the library have shown, as evidence beside the header's."""

    def take_in(self, function: str, places: dict[str, PlaceDraft], own: list[Guess]) -> None:
        """Put what was seen of a function to what is known of its places, and to its own clauses."""

    def handle(self, handle: HandleDraft) -> HandleDraft:
        """Return the draft of a handle with what was seen of it."""

    def types(self) -> tuple[TypeDraft, ...]:
        """Return the records whose pointers were followed."""

    def left_out(self, function: str) -> LeftOut | None:
        """Return why a function should not be called by the contract either, from what it did."""

    def notes(self) -> tuple[str, ...]:
        """Return what was called, and what was not and why."""


@dataclass(frozen=True, slots=True)
class DraftSource:
    """The header, and what is known beside it.

    `libraries` is what the contract will say under that name; `exported` tells which functions the library has, and
    `calls` which they call, where there is one to look into: it is read, never loaded. Without a `prefix`, all that
    the header declares itself is drafted.
    """

    header: Path
    compiler: Compiler
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[str, Value] = field(default_factory=dict)
    exported: Callable[[str], bool] = lambda _: True
    calls: CallGraph = field(default_factory=CallGraph)
    own: Path | None = None
    """The header whose functions are drafted, where `header` is one that includes it with what it needs."""
    boundary: str = ""
    prefix: str | None = None
    seen: CallEvidence | None = None
    """What calls of the library have shown, where it was called."""
