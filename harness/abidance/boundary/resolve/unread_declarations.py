"""Declarations of the header that could not be read and that no clause asks for: nobody else would speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.header.own import Own
from abidance.ir.tables import declared_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary

FEW = 3


def unread(boundary: Boundary) -> Iterator[str]:
    """Yield, in a line for each reason, what the boundary's header declares and nobody could read."""
    contract, lost = boundary.contract, boundary.declarations.lost
    own = Own(contract.header, contract.include_dirs)
    by_reason: dict[str, list[str]] = {}
    for name in declared_in(lost, own.has):
        if (contract.prefix or contract.select) and not (contract.owns(name) or contract.owns_type(name)):
            continue
        why = lost[name]
        words = why.labels[0].text if why.labels and why.labels[0].text else why.message
        where = f"{why.span.path.name}:{why.span.line}: " if why.span else ""
        by_reason.setdefault(f"{where}{words}", []).append(name)
    for reason, names in by_reason.items():
        shown = ", ".join("a declaration" if name.startswith("<") else f"`{name}`" for name in names[:FEW])
        more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
        yield f"{shown}{more} of `{contract.header.name}`, which could not be read ({reason})"
