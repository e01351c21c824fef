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

from abidance.plan.signature import ArrayClass, CallSignature, MemoryClass, RecordClass, ScalarClass

if TYPE_CHECKING:
    from abidance.binding.loaded_library import Loaded
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
def bind(loaded: Loaded, symbol: str, signature: str) -> BoundFunction:
    """Return the way to call `symbol` with `signature`; made once for each.

    Raises AttributeError when the library has no such symbol, ValueError when the signature is malformed,
    names a stub that is not there, or ctypes would lay a record out differently than the compiler did.
    """
    classes = CallSignature.parse(signature)
    parameters = tuple(as_ctype(class_) for class_ in classes.parameters)
    width = classes.returns.size
    result = as_ctype(classes.returns) if width else None
    if classes.stub:
        function: Any = _through(loaded, symbol, classes, len(parameters), result)
    else:
        # The C library's own is the process's, which may be watched: not the one that the library is linked to.
        library = ctypes.CDLL(None) if symbol == "free" else loaded.library
        function = library[symbol]  # a new object for each signature, unlike attribute access
        function.argtypes = parameters
        function.restype = result
    return BoundFunction(function, parameters, width)


class StubbedCall:
    """A call through a stub, which is given where the arguments and the result are.

    ctypes swaps `errno` around the stub, which does nothing but the call that could change it.
    """

    __slots__ = ("rest", "stub")

    def __init__(self, stub: Any, target: Any, addresses: Any, result: Any) -> None:
        self.stub = stub
        self.rest = target, addresses, result

    def __call__(self, *arguments: Any) -> Any:
        """Make the call; the arguments are ctypes objects, and so is what comes back."""
        target, addresses, result = self.rest
        given = addresses(*[ctypes.addressof(argument) for argument in arguments])
        if result is None:
            self.stub(target, given, None)
            return None
        room = result()
        self.stub(target, given, ctypes.byref(room))
        return room


def entry_of(function: Any) -> int:
    """Return the address that is called first for a bound function: its own, or that of its stub."""
    called = function.stub if isinstance(function, StubbedCall) else function
    return ctypes.cast(called, ctypes.c_void_p).value or 0


def entered_at(function: Any, address: int) -> Any:
    """Return what is called like a bound function, by another address that is entered in place of its own."""
    if isinstance(function, StubbedCall):
        return StubbedCall(entered_at(function.stub, address), *function.rest)
    other = type(function)(address)
    other.argtypes, other.restype = function.argtypes, function.restype
    return other


def through(function: Any, gate: int) -> tuple[Any, int]:
    """Return what is called in place of a bound function for the gate to enter it, and what address it is to enter.

    A stub that is handed the library's function is handed the gate; one that names what it calls is entered by it.
    """
    if not gate:
        return function, 0
    if isinstance(function, StubbedCall) and function.rest[0] is not None:
        target, *rest = function.rest
        return StubbedCall(function.stub, ctypes.c_void_p(gate), *rest), target.value
    return entered_at(function, gate), entry_of(function)


def _through(loaded: Loaded, symbol: str, classes: CallSignature, count: int, result: Any) -> StubbedCall:
    stub = loaded.stub(classes.stub, direct=classes.direct)
    stub.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    stub.restype = None
    target = None if classes.direct else ctypes.cast(loaded.library[symbol], ctypes.c_void_p)
    return StubbedCall(stub, target, ctypes.c_void_p * count, result)


@functools.cache
def as_ctype(class_: Class) -> Any:
    """Return the ctypes class of a register class.

    Raises ValueError for void, and for a record that ctypes gives another size.
    """
    match class_:
        case ScalarClass("v"):
            raise ValueError("void is not a parameter type")
        case ScalarClass(name):
            return type(name, (_SCALARS[name],), {})
        case ArrayClass(count, of):
            return as_ctype(of) * count
        case MemoryClass(size):
            return ctypes.c_ubyte * size
        case RecordClass(size, members):
            record = structure(members)
            if ctypes.sizeof(record) != size:
                raise ValueError(f"ctypes makes {ctypes.sizeof(record)} bytes of a record of {size} bytes")
            return record
        case _:
            assert_never(class_)


@functools.cache
def structure(members: tuple[Class, ...]) -> Any:
    """Return ctypes' record of these members, as ctypes lays it out."""
    fields = [(f"m{index}", as_ctype(member)) for index, member in enumerate(members)]
    return type("Record", (ctypes.Structure,), {"_fields_": fields})
