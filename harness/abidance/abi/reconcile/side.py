"""One witness's facts, with the questions that a comparison asks of its types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, EnumFacts, Facts, RecordFacts
from abidance.ir.spelling import spell
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
    Unsupported,
)

if TYPE_CHECKING:
    from abidance.abi.facts import Unknown
    from abidance.ir.layout import Scalar

_DEEPEST = 128


@dataclass(frozen=True, slots=True)
class WitnessTypes:
    """The facts of one witness. `fallback` has the sizes of scalars that they do not tell."""

    facts: Facts
    fallback: Facts

    def bare(self, type_: Type) -> Type:
        """Return the type without names and qualifiers at its outermost level."""
        for _ in range(_DEEPEST):
            match type_:
                case Qualified(of, _):
                    type_ = of
                case TypedefRef(name):
                    typedef = self.facts.typedefs.get(name)
                    if typedef is None or typedef.type is UNKNOWN:
                        return Unsupported(name, "a name that is not known")
                    type_ = typedef.type
                case _:
                    return type_
        return type_

    def named(self, type_: Type) -> str:
        """Return the outermost name of a type, or nothing."""
        while isinstance(type_, Qualified):
            type_ = type_.of
        return type_.name if isinstance(type_, TypedefRef) else ""

    def scalar(self, type_: Basic) -> Scalar | None:
        """Return how an arithmetic type is represented."""
        return self.facts.scalars.get(type_.spelling) or self.fallback.scalars.get(type_.spelling)

    def record(self, type_: RecordRef) -> RecordFacts | None:
        """Return a record's facts, or None where there are none."""
        return self.facts.records.get(type_.key)

    def enum(self, type_: EnumRef) -> EnumFacts | None:
        """Return an enum's facts, or None where there are none."""
        return self.facts.enums.get(type_.key)

    def size(self, type_: Type) -> int | None:
        """Return a type's size in bytes, or None where it is not known."""
        match self.bare(type_):
            case Basic() as basic:
                scalar = self.scalar(basic)
                return scalar.size if scalar else None
            case Pointer():
                pointer = self.facts.scalars.get("void *") or self.fallback.scalars.get("void *")
                return pointer.size if pointer else None
            case EnumRef() as ref:
                return _known(enum.size) if (enum := self.enum(ref)) else None
            case RecordRef() as ref:
                return _known(record.size) if (record := self.record(ref)) else None
            case Array(of, count, _):
                one = self.size(of)
                return None if one is None or count is None else one * count
            case _:
                return None

    def words(self, type_: Type) -> str:
        """Return a type as it is shown, with its size where that is known."""
        size = self.size(type_)
        text = spell(type_)
        bare = self.bare(type_)
        shown = f" = `{spell(bare)}`" if spell(bare) != text and isinstance(bare, Basic) else ""
        return f"`{text}`{shown}" + (f" ({size} byte{'s' * (size != 1)})" if size is not None else "")


def _known(value: int | Unknown | None) -> int | None:
    return value if isinstance(value, int) else None
