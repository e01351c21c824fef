"""What every module of `abidance bindings` begins with: its text is copied there, so it imports ctypes alone."""
# ruff: noqa: SLF001 - the class of all simple types is private to ctypes

from __future__ import annotations

import ctypes
import enum  # noqa: F401 - what is written below uses it
from collections.abc import Callable  # noqa: TC003 - one list of imports for every module
from ctypes import CFUNCTYPE, POINTER, Structure  # noqa: F401 - as above
from typing import Any

# <- all above is written anew


def _fitting(kind: Any, value: Any) -> Any:
    """Return `value` when the integer type `kind` holds it; ctypes would cut it without a word."""
    if (
        not issubclass(kind, ctypes._SimpleCData)
        or str(kind._type_) not in "bBhHiIlLqQ"
    ):
        return value
    number = value.value if isinstance(value, ctypes._SimpleCData) else value
    if not isinstance(number, int):
        raise TypeError(f"an integer expected, not {type(number).__name__}")
    bits = 8 * ctypes.sizeof(kind)
    _in_range(number, bits, signed=str(kind._type_).islower())
    return value


def _in_range(number: int, bits: int, *, signed: bool) -> None:
    low, high = (
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    )
    if not low <= number <= high:
        raise OverflowError(
            f"{number} does not fit {bits} {'signed' if signed else 'unsigned'} bits"
        )


class Record(Structure):
    """A record that ctypes lays out as the compiler does. Integers that do not fit are an OverflowError."""

    def __setattr__(self, name: str, value: Any) -> None:
        for field in type(self)._fields_:
            if field[0] == name:
                _fitting(field[1], value)
        super().__setattr__(name, value)


class Raw(Structure):
    """The bytes of a record that ctypes cannot lay out, with its fields at the compiler's places.

    By pointer, or through a call stub: ctypes passes such records by value wrongly.
    """


class _Member:
    """A field that is an object of its own, at byte `offset`. Its type may be named later than the record."""

    def __init__(self, offset: int, kind: Callable[[], Any]) -> None:
        self.offset, self.named = offset, kind

    @property
    def kind(self) -> Any:
        """Return the field's type."""
        return self.named()

    def __get__(self, record: Any, _owner: Any = None) -> Any:
        if record is None:
            return self
        here = self.kind.from_buffer(record, self.offset)
        return here.value if isinstance(here, ctypes._SimpleCData) else here

    def __set__(self, record: Any, value: Any) -> None:
        here = self.kind.from_buffer(record, self.offset)
        if isinstance(here, ctypes._SimpleCData):
            here.value = _fitting(self.kind, value)
        elif isinstance(here, ctypes.Array):
            here[:] = value
        elif isinstance(value, self.kind):
            ctypes.memmove(
                ctypes.addressof(here), ctypes.addressof(value), ctypes.sizeof(here)
            )
            # What it points at must live as long as the record, as in ctypes' own.
            vars(record).setdefault("_kept", {})[self.offset] = value
        else:
            raise TypeError(
                f"a {self.kind.__name__} expected, not {type(value).__name__}"
            )


class _Bits:
    """An integer of `width` bits, the first of which is bit `first` of the record.

    Bits are counted in the order in which bytes are filled: with `swapped`, from the highest of the first byte on.
    """

    def __init__(
        self, first: int, width: int, *, signed: bool, swapped: bool = False
    ) -> None:
        self.first, self.width, self.signed = first, width, signed
        self.low, self.high = first // 8, (first + width + 7) // 8
        self.order: Any = "big" if swapped else "little"
        self.shift = 8 * self.high - first - width if swapped else first - 8 * self.low

    def __get__(self, record: Any, _owner: Any = None) -> Any:
        if record is None:
            return self
        whole = int.from_bytes(bytes(record)[self.low : self.high], self.order)
        number = whole >> self.shift & ((1 << self.width) - 1)
        return (
            number - (1 << self.width)
            if self.signed and number >> (self.width - 1)
            else number
        )

    def __set__(self, record: Any, value: int) -> None:
        if not isinstance(value, int):
            raise TypeError(f"an integer expected, not {type(value).__name__}")
        _in_range(value, self.width, signed=self.signed)
        mask = (1 << self.width) - 1
        here = (ctypes.c_uint8 * (self.high - self.low)).from_buffer(record, self.low)
        whole = int.from_bytes(bytes(here), self.order) & ~(mask << self.shift)
        whole |= (value & mask) << self.shift
        here[:] = list(whole.to_bytes(len(here), self.order))


class _Bytes:
    """A field of a type that ctypes lacks, as `size` bytes at byte `offset`."""

    def __init__(self, offset: int, size: int) -> None:
        self.offset, self.size = offset, size

    def __get__(self, record: Any, _owner: Any = None) -> Any:
        return (
            self
            if record is None
            else bytes(record)[self.offset : self.offset + self.size]
        )

    def __set__(self, record: Any, value: bytes) -> None:
        if len(value) != self.size:
            raise ValueError(f"{self.size} bytes expected, not {len(value)}")
        ctypes.memmove(ctypes.addressof(record) + self.offset, value, self.size)


def _swapped(kind: Any) -> Any:
    """Return a type of numbers with its bytes the other way round."""
    return kind.__ctype_be__


def _checked(kind: Any) -> Any:
    """Return an integer type as an argument's: what does not fit is an OverflowError, no other number."""

    class Checked(kind):  # type: ignore[misc]
        @classmethod
        def from_param(cls, value: Any) -> Any:
            return kind.from_param(_fitting(kind, value))

    return Checked


class _Refused:
    """A function that cannot be called: calling it says why. ``library["name"]`` is ctypes' own idea of it."""

    def __init__(self, name: str, why: str) -> None:
        self.__name__, self.why = name, why

    def __call__(self, *_arguments: Any) -> Any:
        raise TypeError(f"`{self.__name__}` cannot be called: {self.why}")
