"""A header and one of its functions, as the rules look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.ir.types import Array, Basic, EnumRef, FunctionType, Pointer, RecordRef, Void

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.draft.source import DraftSource
    from abidance.ir.declarations import Declarations, Function, Parameter, Record
    from abidance.ir.types import Type

BYTES = frozenset(("char", "signed char", "unsigned char"))
"""Types of which a buffer is `bytes`."""


@dataclass(frozen=True, slots=True)
class HeaderView:
    """What the header declares. `functions` are its own, in order; `handles` C types by what names them."""

    source: DraftSource
    declarations: Declarations
    functions: tuple[str, ...]

    def bare(self, type_: Type) -> Type:
        """Return a type without typedefs and qualifiers."""
        return self.declarations.resolve(type_)

    def target(self, type_: Type) -> Type | None:
        """Return what a pointer points to, as it is written; None for what is no pointer."""
        bare = self.bare(type_)
        return bare.to if isinstance(bare, Pointer) else None

    def record(self, type_: Type) -> Record | None:
        """Return the record that a type is."""
        bare = self.bare(type_)
        return self.declarations.records.get(bare.key) if isinstance(bare, RecordRef) else None

    def is_opaque(self, type_: Type) -> bool:
        """Tell whether a type is a record of which the header shows no fields."""
        bare = self.bare(type_)
        if not isinstance(bare, RecordRef):
            return False
        record = self.declarations.records.get(bare.key)
        return record is None or record.fields is None

    def is_const(self, type_: Type) -> bool:
        """Tell whether an object of this type may not be written."""
        return self.declarations.is_const(type_)

    def is_integer(self, type_: Type) -> bool:
        """Tell whether a type is an integer other than a bool or an enum."""
        bare = self.bare(type_)
        return (
            isinstance(bare, Basic)
            and bare.spelling != "_Bool"
            and not any(
                word in bare.spelling for word in ("float", "double", "_Decimal", "va_list", "_Complex")
            )
        )

    def is_byte(self, type_: Type) -> bool:
        """Tell whether a pointer to this type points to bytes: a character type, or nothing in particular."""
        bare = self.bare(type_)
        return isinstance(bare, Void) or (isinstance(bare, Basic) and bare.spelling in BYTES)

    def is_char(self, type_: Type) -> bool:
        """Tell whether a type is plain `char`, of which strings are made."""
        return self.bare(type_) == Basic("char")

    def is_function(self, type_: Type) -> bool:
        """Tell whether a type is a pointer to a function, or a function."""
        bare = self.bare(type_)
        return isinstance(bare, FunctionType) or (
            isinstance(bare, Pointer) and isinstance(self.bare(bare.to), FunctionType)
        )

    def is_data(self, type_: Type) -> bool:
        """Tell whether a type is complete data that a pointer may point to one of."""
        bare = self.bare(type_)
        return isinstance(bare, Basic | EnumRef | Array) or (
            isinstance(bare, RecordRef) and not self.is_opaque(type_)
        )

    def type_name(self, type_: Type) -> str:
        """Return how a contract names a type."""
        from abidance.ir.spelling import spell  # noqa: PLC0415 - few ask
        from abidance.ir.traversal import unqualified  # noqa: PLC0415

        return spell(unqualified(type_), "", self.declarations)


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function with its parameters by the names that the contract gives them, and the header around it."""

    header: HeaderView
    function: Function
    parameters: Mapping[str, Parameter]

    @classmethod
    def of(cls, header: HeaderView, function: Function) -> FunctionView:
        """Return the view of a function; parameters without a name are `arg1`, `arg2`, as contracts have it."""
        named = {p.name or f"arg{i}": p for i, p in enumerate(function.parameters, 1)}
        return cls(header, function, named)

    def before(self, name: str) -> tuple[str, Parameter] | None:
        """Return the parameter before one."""
        return self._beside(name, -1)

    def after(self, name: str) -> tuple[str, Parameter] | None:
        """Return the parameter after one."""
        return self._beside(name, 1)

    def _beside(self, name: str, step: int) -> tuple[str, Parameter] | None:
        listed = list(self.parameters.items())
        place = next(i for i, (each, _) in enumerate(listed) if each == name) + step
        return listed[place] if 0 <= place < len(listed) else None
