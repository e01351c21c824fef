"""One finding or complaint in presentable form. Every reporter renders this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.core.codes import Code
    from abidance.core.span import Span


VERSUS = "="
"""Stands between the names of two libraries, or of two builds, that are compared."""


@dataclass(frozen=True, slots=True)
class Label:
    """A span with words under it. The first label of a diagnostic is its primary place.

    `own` marks a line of the library under test at which it happened: what is to be mended is there.
    """

    span: Span
    text: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What was promised, what happened, where.

    `message` is lower case, has no full stop and quotes identifiers in backticks. `notes` are shown as
    ``= text``, `help` as ``= help: text``. `place` names the cause for telling findings apart: two
    diagnostics with equal code and place have one cause. `origin` takes the place of both where the cause is known by
    the library's own line, whichever check saw it. `coarse` is the cause that a check which sees less tells of the
    same fault. `site` is the library's own instruction that faulted, where no line of it is known: a module, ``+`` and
    an offset. `subject` is the function to blame, where that is known.
    """

    code: Code
    message: str
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
    place: str = ""
    origin: tuple[str, str] | None = None
    coarse: tuple[str, str] | None = None
    site: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        # Where the contract says nothing of a function, the place of the promise is that of its declaration.
        seen = [label.span for label in self.labels]
        labels = [each for n, each in enumerate(self.labels) if each.text or each.span not in seen[:n]]
        if len(labels) < len(self.labels):
            object.__setattr__(self, "labels", tuple(labels))

    @property
    def span(self) -> Span | None:
        """Return the primary place, if there is one."""
        return self.labels[0].span if self.labels else None

    @property
    def cause(self) -> tuple[str, str]:
        """Return what two diagnostics of one cause in one library share."""
        return self.origin or (self.code.id, self.place)


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic about one function of one library, with how to see it again.

    `builds` holds every build on which the same fault was seen. `call` is the minimal failing call as C,
    `case` the id that `abidance replay` accepts. `repeats` is how often it came back of how many tries.
    `details["seen_by"]` names what saw it, such as ``the guard page``, and `details["side"]` the one of two libraries
    that are compared in which the cause lies. `defined` is where the library defines the function, if no label is its
    own and debug information has it.
    """

    diagnostic: Diagnostic
    function: str
    phase: str
    library: str
    builds: tuple[str, ...]
    call: str = ""
    case: str = ""
    found_after: int = 0
    repeats: tuple[int, int] = (0, 0)
    details: dict[str, str] = field(default_factory=dict)
    defined: Span | None = None

    @property
    def compares(self) -> bool:
        """Tell whether this is about two libraries, or two builds, side by side."""
        return any(VERSUS in name for name in (self.library, *self.builds))

    @property
    def subject(self) -> str:
        """Return what an exception of the contract names: the function to blame, or what the item is about."""
        return self.diagnostic.subject or self.function

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what two sightings of one fault share.

        A place names the fault wherever it is met: a call that prepares a handle may fail under many
        functions.
        """
        return self._key(self.diagnostic.cause)

    @property
    def coarse_key(self) -> tuple[str, str, str, str] | None:
        """Return the key of a sighting of the same fault by what sees less of it, where there is such a check."""
        coarse = self.diagnostic.coarse
        return None if coarse is None else self._key(coarse)

    @property
    def site_key(self) -> tuple[str, str, str, str] | None:
        """Return what all sightings of one fault share that ended at one instruction, whichever function was called."""
        diagnostic = self.diagnostic
        return self._key((diagnostic.code.id, diagnostic.site)) if diagnostic.site else None

    def _key(self, cause: tuple[str, str]) -> tuple[str, str, str, str]:
        kind, place = cause
        return (kind, "" if place else self.function, self.details.get("side", self.library), place)
