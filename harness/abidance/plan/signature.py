"""How a call passes its values: register classes, with no C names left.

The text form is what travels to the worker: ``p,u64,{16:p,u64}>u8`` takes a pointer, an unsigned 64-bit
integer and a 16-byte record by value, and returns one byte. A class is

    v                      void, only as a result
    i8 i16 i32 i64         signed integers of so many bits
    u8 u16 u32 u64         unsigned ones; ``_Bool`` is u8, so that a byte other than 0 and 1 can be seen
    f32 f64                float and double
    p                      a pointer
    {SIZE:c,c,...}         a record by value, its members in order; SIZE in bytes is asserted when bound
    [N*c]                  an array inside a record
    mSIZE                  SIZE bytes of memory, for a value that only a compiler can pass: a stub's, never ctypes'

A call through a stub begins with ``stub NAME:``; ``direct NAME:`` is a stub that needs no function of the
library, since what it calls is in the header. A stub takes the addresses of its arguments and of its result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import assert_never

SCALAR_SIZES = {
    "i8": 1, "u8": 1, "i16": 2, "u16": 2, "i32": 4, "u32": 4, "i64": 8, "u64": 8, "f32": 4, "f64": 8, "p": 8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScalarClass:
    """A value that fits one register, or ``v`` for none."""

    name: str

    @property
    def size(self) -> int:
        """Return the size in bytes; 0 for void."""
        return SCALAR_SIZES.get(self.name, 0)


@dataclass(frozen=True, slots=True)
class RecordClass:
    """A plain record passed by value."""

    size: int
    members: tuple[Class, ...]


@dataclass(frozen=True, slots=True)
class ArrayClass:
    """An array inside a record that is passed by value."""

    count: int
    of: Class

    @property
    def size(self) -> int:
        """Return the size in bytes."""
        return self.count * self.of.size


@dataclass(frozen=True, slots=True)
class MemoryClass:
    """The bytes of a value that a call stub passes as the compiler does."""

    size: int


Class = ScalarClass | RecordClass | ArrayClass | MemoryClass
_STUB = re.compile(r"(stub|direct) ((?:[^\W\d]|\$)[\w$]*):")


@dataclass(frozen=True)
class CallSignature:
    """The classes of one call. A variadic function has one signature for each way of calling it.

    `stub` names the call stub to go through, if any. With `direct`, the stub needs no function of the library.
    Not slotted: the text is kept, for every plan has it.
    """

    parameters: tuple[Class, ...]
    returns: Class
    stub: str = ""
    direct: bool = False

    def __str__(self) -> str:
        return self.text

    @cached_property
    def text(self) -> str:
        """Return the text form."""
        through = f"{'direct' if self.direct else 'stub'} {self.stub}:" if self.stub else ""
        return f"{through}{','.join(map(_text, self.parameters))}>{_text(self.returns)}"

    @classmethod
    def parse(cls, text: str) -> CallSignature:
        """Read the text form; raises ValueError when it is none."""
        through = _STUB.match(text)
        reader = _Reader(text, through.end() if through else 0)
        parameters: list[Class] = []
        while not reader.accept(">"):
            if parameters:
                reader.expect(",")
            parameters.append(reader.read())
        returns = reader.read()
        reader.finish()
        if not through and any(isinstance(each, MemoryClass) for each in (*parameters, returns)):
            raise ValueError(f"only a stub takes memory, and signature `{text}` names none")
        return cls(
            tuple(parameters),
            returns,
            through[2] if through else "",
            through is not None and through[1] == "direct",
        )


def _text(class_: Class) -> str:
    match class_:
        case ScalarClass(name):
            return name
        case RecordClass(size, members):
            return f"{{{size}:{','.join(map(_text, members))}}}"
        case ArrayClass(count, of):
            return f"[{count}*{_text(of)}]"
        case MemoryClass(size):
            return f"m{size}"
        case _:
            assert_never(class_)


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._at = at

    def accept(self, token: str) -> bool:
        if self._text.startswith(token, self._at):
            self._at += len(token)
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.accept(token):
            raise ValueError(f"`{token}` expected at {self._at} in signature `{self._text}`")

    def finish(self) -> None:
        if self._at != len(self._text):
            raise ValueError(f"unexpected text at {self._at} in signature `{self._text}`")

    def _number(self) -> int:
        start = self._at
        while self._text[self._at : self._at + 1].isdecimal():
            self._at += 1
        if start == self._at:
            raise ValueError(f"a number expected at {start} in signature `{self._text}`")
        return int(self._text[start : self._at])

    def read(self) -> Class:
        if self.accept("{"):
            size = self._number()
            self.expect(":")
            members = [self.read()]
            while self.accept(","):
                members.append(self.read())
            self.expect("}")
            return RecordClass(size, tuple(members))
        if self.accept("["):
            count = self._number()
            self.expect("*")
            of = self.read()
            self.expect("]")
            return ArrayClass(count, of)
        if self.accept("m"):
            return MemoryClass(self._number())
        for name in ("v", *SCALAR_SIZES):
            if self.accept(name):
                return ScalarClass(name)
        raise ValueError(f"no register class at {self._at} in signature `{self._text}`")
