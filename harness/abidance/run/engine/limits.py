"""When a run is over before all items were judged, and what it says of those that are left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.core.catalogue import NOT_REACHED
from abidance.core.codes import Severity
from abidance.core.diagnostic import VERSUS, Diagnostic, Label
from abidance.core.events import ItemFinished
from abidance.core.internal_errors import internal_error
from abidance.core.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from abidance.core.events import ItemId
    from abidance.core.span import Span
    from abidance.run.engine.items import Item
    from abidance.run.inputs.deadline import Deadline

_FEW = 8
"""So many functions of a library are named as not reached."""


@dataclass(slots=True)
class RunLimits:
    """The limits of all contracts of a command together, and what counts against them."""

    deadline: Deadline | None = None
    max_failures: int | None = None
    _found: set[tuple[str, ...]] = field(default_factory=set)

    def note(self, result: ItemFinished) -> None:
        """Count what an item found: a cause that several items meet is one failure."""
        self._found |= {
            (result.item.boundary, *finding.key)
            for finding in result.findings
            if finding.diagnostic.code.severity is Severity.ERROR
        }

    @property
    def is_over(self) -> bool:
        """Tell whether the run is over, whatever is under way."""
        return self.max_failures is not None and len(self._found) >= self.max_failures

    @property
    def reached(self) -> str:
        """Return why no further item is to begin; nothing while one may."""
        if self.is_over:
            found = len(self._found)
            return f"the run ended at its {'first finding' if found == 1 else f'{found} findings'}"
        return self.deadline.words if self.deadline is not None and self.deadline.passed else ""


def never_begun(item: Item, why: str) -> ItemFinished:
    """Return how an item ends that was not begun; `left_over` says it of all of them together."""
    return ItemFinished(item.id, Outcome.ERRORED, span=item.span, reasons=(Diagnostic(NOT_REACHED, why),))


def broken(item: Item, error: Exception, root: Path) -> ItemFinished:
    """Return how an item ends in which abidance itself did something wrong."""
    told = internal_error(error, root)
    if item.span is not None:
        told = replace(told, labels=(Label(item.span),))
    return ItemFinished(item.id, Outcome.ERRORED, span=item.span, reasons=(told,))


def was_begun(result: ItemFinished) -> bool:
    """Tell whether an item was judged, or could not be for a reason of its own."""
    return not any(reason.code == NOT_REACHED for reason in result.reasons)


def left_over(
    items: Sequence[ItemId], left: Mapping[ItemId, Span | None], why: str
) -> Iterator[ItemFinished]:
    """Yield how each item ends that a run did not come to, with one reason that names them all.

    `left` are those of the `items`, each with the contract's line of its function where that is known.
    """
    if not left:
        return
    reason = Diagnostic(
        NOT_REACHED,
        f"{why}: {len(left):,} of {len(items):,} items were not reached",
        notes=tuple(_named(items, left)),
    )
    for item, span in left.items():
        yield ItemFinished(item, Outcome.ERRORED, span=span, reasons=(reason,))


def _named(items: Sequence[ItemId], left: Collection[ItemId]) -> Iterator[str]:
    """Yield a line for each library and build: the functions, those of which something was judged with their phases."""
    places: dict[tuple[str, str], dict[str, list[ItemId]]] = {}
    for item in items:
        places.setdefault((item.library, item.build), {}).setdefault(item.function, []).append(item)
    for (library, build), functions in places.items():
        words = []
        for name, those in functions.items():
            missing = [item.phase for item in those if item in left]
            if missing:
                words.append(f"`{name}`" + (f" ({', '.join(missing)})" if len(missing) < len(those) else ""))
        if words:
            more = f" and {len(words) - _FEW} more" if len(words) > _FEW else ""
            where = " ".join(filter(None, (library, build))).replace(VERSUS, f" {VERSUS} ")
            yield f"not reached{f' in {where}' if where else ''}: {', '.join(words[:_FEW])}{more}"
