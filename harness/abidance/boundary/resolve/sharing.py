"""What a contract takes from others by `include`: the part of it that its own header has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.contract.model import Contract
    from abidance.contract.model.types import HandlePromise
    from abidance.ir.declarations import Declarations


def without_absent(contract: Contract, declarations: Declarations) -> Contract:
    """Return the contract without shared types and handles of which its header says nothing."""
    if not contract.shared:
        return contract

    def there(name: str, handle: HandlePromise) -> bool:
        type_ = str(handle.type or name)
        known = type_ == "void" or declarations.find_type(type_) is not None
        return known and handle.create.text in declarations.functions

    types = {
        name: promise
        for name, promise in contract.types.items()
        if ("types", name) not in contract.shared or declarations.find_type(name) is not None
    }
    handles = {
        name: promise
        for name, promise in contract.handles.items()
        if ("handles", name) not in contract.shared or there(name, promise)
    }
    return replace(contract, types=types, handles=handles)
