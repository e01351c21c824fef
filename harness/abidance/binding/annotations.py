"""What type checkers are told of a written module's functions: declarations that nothing runs."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.binding.line_wrapping import wrapped
from abidance.binding.number_kinds import number_kind
from abidance.ir.declarations import spell
from abidance.ir.types import Basic, EnumRef, FunctionType, Pointer, RecordRef, Void

if TYPE_CHECKING:
    from abidance.binding.spelling import Spelling
    from abidance.ir.declarations import Function
    from abidance.ir.types import Type

_ANY_POINTER = "ctypes.c_void_p"


@dataclass(frozen=True, slots=True)
class Annotations:
    """Writes one function of Python for each of C, with the types that its arguments and its result have."""

    spelling: Spelling

    def function(self, function: Function, name: str) -> str:
        """Return the declaration of a function, indented by one level."""
        taken: set[str] = set()
        listed = []
        for number, parameter in enumerate(function.parameters, 1):
            called = parameter.name
            if (
                not called.isidentifier()
                or keyword.iskeyword(called)
                or called[:2] == "__"
                or called in taken
            ):
                called = f"arg{number}"
            taken.add(called)
            listed.append(f"{called}: {self.taken(parameter.type)}")
        signature = ", ".join([*listed, "/"] if listed else [])
        types = tuple(parameter.type for parameter in function.parameters)
        declared = spell(FunctionType(function.returns, types), function.name, self.spelling.declarations)
        head = wrapped(f"def {name}({signature})", "    ", f" -> {self.given(function.returns)}:")
        return f'{head}\n        """`{declared}`"""\n'

    def taken(self, type_: Type) -> str:
        """Return what a parameter takes."""
        resolved = self.spelling.declarations.resolve(type_)
        match resolved:
            case Basic() | EnumRef() if (plain := self._scalar(resolved)) is not None:
                return "bytes | int" if plain == "bytes" else plain
            case RecordRef():
                return self.spelling.spell(type_)
            case Pointer() | FunctionType():
                return self._pointer(self.spelling.spell(type_, parameter=True))
        kind = number_kind(type_, self.spelling.declarations, self.spelling.layouts)
        return kind.takes if kind else "Any"

    def given(self, type_: Type) -> str:
        """Return what a result is."""
        resolved = self.spelling.declarations.resolve(type_)
        match resolved:
            case Void():
                return "None"
            case Basic() | EnumRef() if (plain := self._scalar(resolved)) is not None:
                return plain
            case RecordRef():
                return self.spelling.spell(type_)
            case Pointer() | FunctionType():
                spelled = self.spelling.spell(type_)
                if spelled == _ANY_POINTER:
                    return "int | None"
                return f"_Pointer[{spelled[8:-1]}]" if _is_plain_pointer(spelled) else "Any"
        kind = number_kind(type_, self.spelling.declarations, self.spelling.layouts)
        return kind.gives if kind else "Any"

    def _scalar(self, resolved: Type) -> str | None:
        """Return Python's type of a scalar that ctypes has."""
        scalar = self.spelling.layouts.number(resolved)
        if resolved == Basic("char"):
            return "bytes"
        match scalar.kind if scalar else None, scalar.size if scalar else 0:
            case "bool", 1:
                return "bool"
            case "int", 1 | 2 | 4 | 8:
                return "int"
            case "float", _ if resolved in (Basic("float"), Basic("double")):
                return "float"
        return None

    def _pointer(self, spelled: str) -> str:
        if spelled == "ctypes.c_char_p":
            return "bytes | _To[ctypes.c_char]"
        return f"_To[{spelled[8:-1]}]" if _is_plain_pointer(spelled) else "Any"


def _is_plain_pointer(spelled: str) -> bool:
    """Tell whether the type that a pointer points at has a name that is a type to type checkers."""
    inner = spelled[8:-1]
    return spelled.startswith("POINTER(") and inner.replace(".", "").replace("_", "a").isalnum()
