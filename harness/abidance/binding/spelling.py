"""C types in ctypes' terms, and C names in Python's."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.binding.binding_method import BindingKind, how
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    RecordRef,
    Type,
    Unsupported,
    Vector,
    Void,
)

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations, Record
    from abidance.ir.layout import Layouts, Scalar

_ANY_POINTER = "ctypes.c_void_p"


def _copied(name: str) -> str:
    """Return what modules have of a file of this folder."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return text.partition("# <- all above is written anew\n")[2].strip("\n")


SUPPORT = _copied("written_support.py")
"""The text that every module has: what fields and arguments are made of."""
STUB_SUPPORT = _copied("written_stub_support.py")
"""The text that a module has besides where functions take a call stub, or fields are numbers that ctypes lacks."""
_TEXTS = f"{SUPPORT}\n{STUB_SUPPORT}"
# Names that these texts use or give, which nothing else in a module may have.
_TAKEN = frozenset(re.findall(r"[A-Za-z_]\w*", _TEXTS)) & frozenset(dir(builtins)) | {
    *re.findall(r"^(?:class|def) (\w+)", _TEXTS, re.MULTILINE),
    *("ctypes", "enum", "math", "os", "Callable", "Sequence", "Any", "CFUNCTYPE", "POINTER", "Structure"),
    *("Context", "Decimal", "Fraction", "MAX_EMAX", "MIN_EMIN", "NamedTuple", "TYPE_CHECKING", "TypeAlias"),
    *("TypeVar", "Library", "STUBS", "load"),
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """Spells the types of a header as a module of ctypes has them."""

    declarations: Declarations
    layouts: Layouts

    def leads(self, *types: Type, whole: bool = False) -> list[str]:
        """Return the records that types name as they are spelled here; with `whole`, only those inside them."""
        found: list[str] = []
        for type_ in types:
            match self.declarations.resolve(type_):
                case RecordRef(key):
                    found.append(key)
                case Array(of, _, _):
                    found += self.leads(of, whole=whole)
                case Pointer(to) if not whole and self._pointer(to, parameter=False) != _ANY_POINTER:
                    found += self.leads(to)
                case FunctionType() as function:
                    found += self.leads(function.returns, *function.parameters)
        return found

    def spell(self, type_: Type, *, parameter: bool = False) -> str:
        """Return a type in ctypes' terms; `parameter` allows bytes for ``const char *``."""
        match self.declarations.resolve(type_):
            case Void():
                return "None"
            case Basic(spelling):
                return scalar_name(spelling, self.layouts.scalars[spelling])
            case EnumRef(key):
                return scalar_name(key, self.layouts.enums[key])
            case RecordRef(key):
                return record_name(self.declarations.records.get(key), key)
            case Array(of, count, text):
                return f"{self.spell(of)} * {self.layouts.arrays[text] if count is None else count}"
            case Pointer(to):
                return self._pointer(to, parameter=parameter)
            case FunctionType() as function:
                return self._callback(function)
            case Unsupported(spelling, _):
                raise AssertionError(spelling)
            case Vector():
                pass
        raise AssertionError(type_)

    def _pointer(self, to: Type, *, parameter: bool) -> str:
        target = self.declarations.resolve(to)
        match target:
            case Void() | Unsupported() | Vector():
                return _ANY_POINTER
            case Basic() if how(target, self.declarations, self.layouts).kind is not BindingKind.CTYPES:
                return _ANY_POINTER
            case FunctionType():
                return self._callback(target)
            case Basic("char") if parameter and self.declarations.is_const(to):
                return "ctypes.c_char_p"
            case Array(_, None, _):
                return _ANY_POINTER
            case Array() if self.leads(target):  # whose size ctypes would take when it is not known yet
                return _ANY_POINTER
        return f"POINTER({self.spell(to)})"

    def _callback(self, function: FunctionType) -> str:
        types = (function.returns, *function.parameters)
        if function.variadic or any(
            how(t, self.declarations, self.layouts).kind is not BindingKind.CTYPES for t in types
        ):
            return _ANY_POINTER
        return f"CFUNCTYPE({', '.join(self.spell(t) for t in types)})"


def scalar_name(spelling: str, scalar: Scalar) -> str:
    """Return ctypes' type of a scalar."""
    named = {"char": "c_char", "_Bool": "c_bool", "float": "c_float", "double": "c_double"}
    if spelling in named:
        return f"ctypes.{named[spelling]}"
    return f"ctypes.c_{'' if scalar.signed else 'u'}int{scalar.size * 8}"


def record_name(record: Record | None, key: str) -> str:
    """Return the name of a record's class."""
    return top_name(record.spelling if record and record.spelling else key)


def top_name(name: str) -> str:
    """Return the name of what a module itself has, which is not one that its own text needs."""
    safe = identifier(name)
    return f"{safe}_" if safe in _TAKEN else safe


def identifier(name: str) -> str:
    """Return a Python name for a C one: ``struct tm`` is ``tm``, characters of anonymous keys become ``_``."""
    bare = name.removeprefix("struct ").removeprefix("union ").removeprefix("enum ")
    safe = "".join(c if c.isalnum() or c == "_" else "_" for c in bare)
    return f"{safe}_" if keyword.iskeyword(safe) else safe
