"""What a module of `abidance bindings` has besides where functions take a call stub: its text is copied there."""
# ruff: noqa: SLF001, PTH100, PTH118, PTH120 - the class of all simple types is private to ctypes, and modules import little

from __future__ import annotations

import ctypes
import math
import os
from collections.abc import Sequence  # noqa: TC003 - one list of imports for every module
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from abidance.binding.written_support import _fitting, _in_range

# <- all above is written anew


class StubsMissingError(RuntimeError):
    """A function was called that takes a call stub, and its stub is not there."""


def _beside(path: str) -> str:
    """Return a path that is told from this module's folder."""
    return os.path.abspath(os.path.join(os.path.dirname(__file__), path))


class _Companion:
    """The call stubs of the functions whose values only a compiler passes right."""

    def __init__(
        self, library: ctypes.CDLL, path: str, *, key: str, remedy: str
    ) -> None:
        self.library = library
        self.stubs: Any = None
        self.trouble, self.remedy = "", remedy
        if not path:
            self.trouble = "this module was written without any"
            return
        try:
            self.stubs = ctypes.CDLL(os.path.abspath(path), use_errno=True)
            known = ctypes.c_char.in_dll(self.stubs, "abidance_stubs_of")
            if ctypes.string_at(ctypes.addressof(known)).decode() != key:
                self.trouble = (
                    f"`{path}` was compiled for another version of this module"
                )
            elif hasattr(self.stubs, "abidance_imports"):
                self._import_all(library)
        except OSError as error:
            self.trouble = str(error)
        except ValueError:
            self.trouble = f"`{path}` holds no call stubs"

    def _import_all(self, library: ctypes.CDLL) -> None:
        """Have what inline functions and macros call be the library's own, however many have the name."""
        # Objects that they name are found by the dynamic linker, which looks no further than this.
        ctypes.CDLL(library._name, mode=os.RTLD_NOW | os.RTLD_NOLOAD | os.RTLD_GLOBAL)
        names = ctypes.c_char.in_dll(self.stubs, "abidance_imports")
        for name in ctypes.string_at(ctypes.addressof(names)).decode().split():
            word = ctypes.c_void_p.in_dll(self.stubs, f"abidance_import_{name}")
            word.value = _address_in(library, name)
            if word.value is None:
                self.trouble = f"the library has no `{name}`, which the header calls"

    def stub(self, name: str, why: str) -> Any:
        """Return a stub; raises StubsMissingError."""
        if self.trouble:
            raise StubsMissingError(
                f"`{name}` takes a call stub ({why}): {self.trouble}; {self.remedy}"
            )
        stub = self.stubs[f"abidance_stub_{name}"]
        stub.restype = None
        return stub


class _Place(ctypes.Structure):
    """``Dl_info`` of dladdr(3)."""

    _fields_ = [
        ("file", ctypes.c_char_p),
        ("base", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
    ]


def _address_in(library: ctypes.CDLL, name: str) -> int | None:
    """Return where the library's own function is, else the process's, else that of what it is linked to."""
    process, place = ctypes.CDLL(None), _Place()
    for handle, own in ((library, True), (process, False), (library, False)):
        try:
            address = ctypes.cast(handle[name], ctypes.c_void_p).value
        except AttributeError:
            continue
        if own:
            process.dladdr(ctypes.c_void_p(address), ctypes.byref(place))
            inside = os.path.realpath(os.fsdecode(place.file or b""))
            if inside != os.path.realpath(library._name):
                continue
        return address
    return None


class _Stub:
    """A function that is called through its stub: a compiler passes its values, wherever they go."""

    def __init__(
        self,
        companion: _Companion,
        name: str,
        why: str,
        argtypes: Sequence[Any],
        restype: Any,
        symbol: str = "",
    ) -> None:
        self.companion, self.__name__, self.why = companion, name, why
        self.argtypes, self.restype, self.symbol = argtypes, restype, symbol
        self.stub: Any = None
        self.function: Any = None

    def __call__(self, *arguments: Any) -> Any:
        if self.stub is None:
            if self.symbol:
                self.function = self.companion.library[self.symbol]
            self.stub = self.companion.stub(self.__name__, self.why)
        if len(arguments) != len(self.argtypes):
            raise TypeError(
                f"{self.__name__}() takes {len(self.argtypes)} arguments, not {len(arguments)}"
            )
        held = []
        for number, (kind, value) in enumerate(
            zip(self.argtypes, arguments, strict=True), 1
        ):
            try:
                held.append(_in_memory(kind, value))
            except (OverflowError, TypeError, ValueError) as error:
                raise ctypes.ArgumentError(
                    f"argument {number}: {type(error).__name__}: {error}"
                ) from None
        places = (ctypes.c_void_p * len(held))(*map(ctypes.addressof, held))
        room = None if self.restype is None else _room(self.restype)
        self.stub(self.function, places, None if room is None else ctypes.byref(room))
        return None if room is None else _value(self.restype, room)


def _in_memory(kind: Any, value: Any) -> Any:
    """Return an argument as an object in memory."""
    if isinstance(kind, _Number):
        return (ctypes.c_ubyte * kind.size).from_buffer_copy(kind.pack(value))
    if issubclass(kind, (ctypes.Structure, ctypes.Union)):
        if not isinstance(value, kind):
            raise TypeError(f"a {kind.__name__} expected, not {type(value).__name__}")
        return value
    if issubclass(kind, ctypes._SimpleCData) and kind._type_ not in "PzZ":
        return value if type(value) is kind else kind(_fitting(kind, value))
    converted = kind.from_param(value)
    # What stands for text there is nothing that may be cast; the text itself is.
    return ctypes.cast(value if kind is ctypes.c_char_p else converted, ctypes.c_void_p)


def _room(kind: Any) -> Any:
    return (ctypes.c_ubyte * kind.size)() if isinstance(kind, _Number) else kind()


def _value(kind: Any, room: Any) -> Any:
    """Return a result as Python has it."""
    if isinstance(kind, _Number):
        return kind.unpack(bytes(room))
    return room.value if isinstance(room, ctypes._SimpleCData) else room


class _Number:
    """A type of numbers that ctypes lacks: `size` bytes, packed and unpacked here."""

    size: int

    def pack(self, value: Any) -> bytes:
        raise NotImplementedError

    def unpack(self, raw: bytes) -> Any:
        raise NotImplementedError


class _Int(_Number):
    """An integer of any number of bits: an int."""

    def __init__(self, size: int, bits: int, *, signed: bool) -> None:
        self.size, self.bits, self.signed = size, bits, signed

    def pack(self, value: Any) -> bytes:
        if not isinstance(value, int):
            raise TypeError(f"an integer expected, not {type(value).__name__}")
        _in_range(value, self.bits, signed=self.signed)
        return value.to_bytes(self.size, "little", signed=self.signed)

    def unpack(self, raw: bytes) -> int:
        number = int.from_bytes(raw, "little") & ((1 << self.bits) - 1)
        negative = self.signed and number >> (self.bits - 1)
        return number - (1 << self.bits) if negative else number


# Wide enough for every digit of the smallest number of the widest format.
_EXACT = Context(prec=20_000, Emin=MIN_EMIN, Emax=MAX_EMAX)


def _as_exact(value: Any) -> Decimal | Fraction:
    if isinstance(value, (Decimal, Fraction)):
        return value
    if isinstance(value, (int, float)):
        return Decimal(value)
    raise TypeError(f"a number expected, not {type(value).__name__}")


class _Real(_Number):
    """A binary floating type (IEEE 754 3.4): a float where that has all its digits, else a Decimal, which has.

    It takes int, float, Decimal and Fraction, and rounds to the nearest, ties to even. With `explicit`, the leading
    bit is stored, as the x87 does.
    """

    def __init__(
        self, size: int, precision: int, highest: int, *, explicit: bool = False
    ) -> None:
        self.size, self.precision, self.highest = size, precision, highest
        self.explicit = explicit
        self.stored = precision if explicit else precision - 1
        self.endless = 2 * highest + 1

    @property
    def wide(self) -> bool:
        return self.precision > 53 or self.highest > 1023

    def pack(self, value: Any) -> bytes:
        number = _as_exact(value)
        negative = number.is_signed() if isinstance(number, Decimal) else number < 0
        if isinstance(number, Decimal) and not number.is_finite():
            whole = self.explicit << (self.precision - 1)
            whole |= number.is_nan() << (self.precision - 2)
            return self._joined(negative, self.endless, whole)
        if isinstance(number, Decimal) and number and abs(number.adjusted()) > 9999:
            if number.adjusted() > 0:  # a Fraction of it could fill the memory
                raise OverflowError(f"{value} is too large")
            number = Decimal(0)
        exact = abs(Fraction(number))
        if not exact:
            return self._joined(negative, 0, 0)
        exponent = exact.numerator.bit_length() - exact.denominator.bit_length()
        if exact < Fraction(2) ** exponent:
            exponent -= 1
        exponent = max(exponent, 1 - self.highest)
        whole = round(exact / Fraction(2) ** (exponent - self.precision + 1))
        if whole >> self.precision:
            whole, exponent = whole >> 1, exponent + 1
        if exponent > self.highest:
            raise OverflowError(f"{value} is too large")
        normal = whole >> (self.precision - 1)
        return self._joined(negative, exponent + self.highest if normal else 0, whole)

    def _joined(self, negative: bool, biased: int, whole: int) -> bytes:
        sign = negative << (self.stored + self.endless.bit_length())
        fraction = whole & ((1 << self.stored) - 1)
        return (sign | biased << self.stored | fraction).to_bytes(self.size, "little")

    def unpack(self, raw: bytes) -> Any:
        bits = int.from_bytes(raw, "little")
        fraction = bits & ((1 << self.stored) - 1)
        biased = bits >> self.stored & self.endless
        sign = bits >> (self.stored + self.endless.bit_length()) & 1
        if not self.explicit and biased:
            fraction |= 1 << self.stored
        behind = fraction & ((1 << (self.precision - 1)) - 1)
        # The x87 takes a number without its leading bit for none (Intel SDM 1, 8.2.2).
        if (biased and fraction == behind) or (biased == self.endless and behind):
            text = "nan"
        elif biased == self.endless:
            text = "-inf" if sign else "inf"
        else:
            exponent = max(biased, 1) - self.highest - self.precision + 1
            return self._number(fraction, exponent, negative=bool(sign))
        return Decimal(text) if self.wide else float(text)

    def _number(self, whole: int, exponent: int, *, negative: bool) -> Any:
        if not self.wide:
            return math.copysign(math.ldexp(whole, exponent), -1 if negative else 1)
        zeros = (whole & -whole).bit_length() - 1 if whole else 0
        whole, exponent = whole >> zeros, exponent + zeros if whole else 0
        if exponent >= 0:
            number = Decimal(whole << exponent)
        else:
            number = Decimal(whole * 5**-exponent).scaleb(exponent, _EXACT)
        return number.copy_negate() if negative else number


class _DecimalReal(_Number):
    """A decimal floating type with a binary integer inside (IEEE 754 3.5.2): a Decimal, with its exponent."""

    def __init__(self, size: int, digits: int, highest: int, width: int) -> None:
        self.size, self.digits, self.width = size, digits, width
        self.bias = highest + digits - 2
        self.context = Context(
            prec=digits, Emin=1 - highest, Emax=highest, clamp=1, traps=[]
        )

    def pack(self, value: Any) -> bytes:
        number = _as_exact(value)
        if isinstance(number, Fraction):
            made = self.context.divide(
                Decimal(number.numerator), Decimal(number.denominator)
            )
        else:
            made = self.context.create_decimal(number)
            if made.is_infinite() and number.is_finite():
                raise OverflowError(f"{value} is too large")
        sign, digits, exponent = made.as_tuple()
        bits = 8 * self.size
        top = sign << (bits - 1)
        if not isinstance(exponent, int):
            mark = 0b11110 if made.is_infinite() else 0b11111
            return (top | mark << (bits - 6)).to_bytes(self.size, "little")
        coefficient = int("".join(map(str, digits)))
        biased, below = exponent + self.bias, bits - 1 - self.width
        if coefficient >> below == 0:
            top |= biased << below | coefficient
        else:
            low = coefficient & ((1 << (below - 2)) - 1)
            top |= 0b11 << (bits - 3) | biased << (below - 2) | low
        return top.to_bytes(self.size, "little")

    def unpack(self, raw: bytes) -> Decimal:
        whole, bits = int.from_bytes(raw, "little"), 8 * self.size
        sign, rest = whole >> (bits - 1), whole & ((1 << (bits - 1)) - 1)
        marks, below = rest >> (bits - 6), bits - 1 - self.width
        if marks >= 0b11110:
            named = "nan" if marks == 0b11111 else "inf"
            return Decimal(f"-{named}" if sign else named)
        if rest >> (bits - 3) == 0b11:
            below -= 2
            coefficient = 0b100 << below | (rest & ((1 << below) - 1))
            biased = rest >> below & ((1 << self.width) - 1)
        else:
            coefficient, biased = rest & ((1 << below) - 1), rest >> below
        if coefficient >= 10**self.digits:  # which is zero to the processor
            coefficient = 0
        digits = tuple(map(int, str(coefficient)))
        return Decimal((sign, digits, biased - self.bias))


class Complex(NamedTuple):
    """A complex number of parts that a Python complex would round."""

    real: Any
    imag: Any


class _Complex(_Number):
    """A complex type: a complex where that has all digits, else a Complex. It takes whatever has both parts."""

    def __init__(self, part: _Number) -> None:
        self.part, self.size = part, 2 * part.size

    def pack(self, value: Any) -> bytes:
        if not hasattr(value, "real"):
            raise TypeError(f"a number expected, not {type(value).__name__}")
        return self.part.pack(value.real) + self.part.pack(value.imag)

    def unpack(self, raw: bytes) -> Any:
        half = self.part.size
        real, imag = self.part.unpack(raw[:half]), self.part.unpack(raw[half:])
        return complex(real, imag) if isinstance(real, float) else Complex(real, imag)


class _Row(_Number):
    """A vector: a tuple of its elements. It takes any sequence of as many."""

    def __init__(self, part: _Number, count: int) -> None:
        self.part, self.count, self.size = part, count, count * part.size

    def pack(self, value: Any) -> bytes:
        if len(value) != self.count:
            raise ValueError(f"{self.count} elements expected, not {len(value)}")
        return b"".join(map(self.part.pack, value))

    def unpack(self, raw: bytes) -> tuple[Any, ...]:
        step = self.part.size
        return tuple(
            self.part.unpack(raw[at : at + step]) for at in range(0, self.size, step)
        )


class _Packed:
    """A field of a type that ctypes lacks, at byte `offset`."""

    def __init__(self, offset: int, kind: _Number) -> None:
        self.offset, self.kind = offset, kind

    def __get__(self, record: Any, _owner: Any = None) -> Any:
        if record is None:
            return self
        raw = bytes(record)[self.offset : self.offset + self.kind.size]
        return self.kind.unpack(raw)

    def __set__(self, record: Any, value: Any) -> None:
        raw = self.kind.pack(value)
        ctypes.memmove(ctypes.addressof(record) + self.offset, raw, len(raw))
