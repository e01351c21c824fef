"""Functions that belong to a boundary and that stand nowhere in its contract: nothing calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.header.own import Own
from abidance.ir.tables import matching

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary


def unlisted(boundary: Boundary, own: Own | None = None) -> tuple[str, ...]:
    """Return the header's own functions of which the contract says nothing, of those that its names choose, if any do.

    What makes, prepares and ends handles is called for them, whether `functions` lists it or not.
    """
    contract, declared = boundary.contract, boundary.declarations.functions
    called = {*contract.functions}
    for life in boundary.handles.values():
        called |= {*life.creates, *(name for name, _ in life.prepare)}
        called |= {name for name in (life.create, life.destroy, life.acquire) if name is not None}
    named = bool(contract.prefix or contract.select)
    found = matching(declared, lambda name: name not in called and (not named or contract.owns(name)))
    own = own or Own(contract.header, contract.include_dirs)
    found = [name for name in found if own.has(str(declared[name].span.path))]
    symbols = {declared[name].symbol for name in called if name in declared}  # by another name, perhaps
    return tuple(name for name in found if declared[name].symbol not in symbols)
