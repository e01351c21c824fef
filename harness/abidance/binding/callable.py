"""A function of a loaded library as something to call with raw bytes.

ctypes converts Python numbers on the way in and out, silently cutting what does not fit, and takes floats
through `double`, which quiets signalling NaNs. So no Python number takes part here: every argument is a
ctypes object made from its bytes, and the result is an instance of a subclass, which ctypes leaves unopened.
"""

from __future__ import annotations

import ctypes
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from abidance.plan.signature import ArrayClass, RecordClass, ScalarClass, Signature

if TYPE_CHECKING:
    from abidance.plan.signature import Class

_SCALARS: dict[str, Any] = {
    "i8": ctypes.c_int8,
    "u8": ctypes.c_uint8,
    "i16": ctypes.c_int16,
    "u16": ctypes.c_uint16,
    "i32": ctypes.c_int32,
    "u32": ctypes.c_uint32,
    "i64": ctypes.c_int64,
    "u64": ctypes.c_uint64,
    "f32": ctypes.c_float,
    "f64": ctypes.c_double,
    "p": ctypes.c_void_p,
}


@dataclass(frozen=True, slots=True)
class BoundFunction:
    """One way of calling one symbol. `parameters` are ctypes classes; `width` is the result's in bytes."""

    function: Any
    parameters: tuple[Any, ...]
    width: int


@functools.cache
def bind(library: ctypes.CDLL, symbol: str, signature: str) -> BoundFunction:
    """Return the way to call `symbol` with `signature`; made once for each.

    Raises AttributeError when the library has no such symbol, ValueError when the signature is malformed or
    ctypes would lay a record out differently than the compiler did.
    """
    classes = Signature.parse(signature)
    function = library[symbol]  # a new object for each signature, unlike attribute access
    parameters = tuple(_ctype(class_) for class_ in classes.parameters)
    function.argtypes = parameters
    width = classes.returns.size
    function.restype = _ctype(classes.returns) if width else None
    return BoundFunction(function, parameters, width)


@functools.cache
def _ctype(class_: Class) -> Any:
    match class_:
        case ScalarClass("v"):
            raise ValueError("void is no type of a parameter")
        case ScalarClass(name):
            return type(name, (_SCALARS[name],), {})
        case ArrayClass(count, of):
            return _ctype(of) * count
        case RecordClass(size, members):
            fields = [(f"m{index}", _ctype(member)) for index, member in enumerate(members)]
            record: Any = type("Record", (ctypes.Structure,), {"_fields_": fields})
            if ctypes.sizeof(record) != size:
                raise ValueError(f"ctypes makes {ctypes.sizeof(record)} bytes of a record of {size} bytes")
            return record
        case _:
            assert_never(class_)
