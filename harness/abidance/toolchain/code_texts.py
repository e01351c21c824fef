"""The texts that machine code hands to what it calls, on x86-64: conditions of assertions, and messages with such."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.toolchain.elf_image import Image

_SET_FIRST, _SET_FOURTH = b"\x48\x8d\x3d", b"\x48\x8d\x0d"  # lea disp32(%rip),%rdi and %rcx
# The format of what prints to a stream, and then what is put in, as long as that is in registers (psABI 3.2.3): lea
# disp32(%rip) to %rsi, %rdx, %rcx, %r8, %r9.
_ARGUMENTS = (b"\x48\x8d\x35", b"\x48\x8d\x15", b"\x48\x8d\x0d", b"\x4c\x8d\x05", b"\x4c\x8d\x0d")
PRINTS = {"fprintf": _ARGUMENTS, "__fprintf_chk": _ARGUMENTS[1:]}
_PUSHED_FROM = b"\x48\x8d\x05"
_PUSHED = re.compile(_PUSHED_FROM + rb"(?=....\x50)", re.DOTALL)  # lea disp32(%rip),%rax; push %rax
_AROUND = 4096
"""As far from a call is looked for what the compiler has made one with it."""
_BETWEEN = 20
"""So many bytes may stand between the text and the jump: other arguments that differ, such as a line's number."""
_CONVERSION = re.compile(r"%[-+ #0-9.]*[hlzjt]*([a-zA-Z])")
_ASSERTS = re.compile(r"assert|precondition|invariant|requirement|check", re.IGNORECASE)
"""What a message says of what is printed last, where that is a condition which did not hold."""
CALL_SIZE = 5
"""The bytes of a call, call rel32."""
_JUMP, _SHORT_JUMP = 0xE9, 0xEB  # jmp rel32, jmp rel8
_NEAR = 80
"""Arguments of a call are made ready in so many bytes before it, as far as that is looked at."""
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class CodeTexts:
    """The texts of one image, by the code that leads to them: `code` begins at the address `base`."""

    _image: Image

    def at(self, base: int, code: bytes, at: int) -> str:
        """Return the text that a displacement leads to."""
        place = at - base
        address = at + 4 + int.from_bytes(code[place : place + 4], "little", signed=True)
        try:
            raw = self._image.part(self._image.file_offset(address), _LONGEST)
        except ValueError:
            return ""
        return raw.partition(b"\0")[0].decode("utf-8", errors="replace")

    def asserted(self, base: int, code: bytes, call: int) -> tuple[list[str], str]:
        """Return the condition that a call of `__assert_fail` says, empty where it cannot be read, and the function."""
        return [self._argument(_SET_FIRST, base, code, call)], self._argument(_SET_FOURTH, base, code, call)

    def printed(self, name: str, base: int, code: bytes, call: int) -> tuple[list[str], str]:
        """Return the conditions that a message says did not hold, and the function that it names.

        Assertions of a library's own are a message that is printed, with the condition last, and `abort`. There are
        several where the compiler has made one of the ends of several; there is none where it is no such message.
        """
        format_, *given = PRINTS[name]
        message = self._argument(format_, base, code, call)
        kinds = _CONVERSION.findall(message)
        if not kinds or kinds[-1] != "s" or not _ASSERTS.search(message) or len(kinds) > len(given) + 1:
            return [], ""
        texts = [self._argument(each, base, code, call) for each in given][: len(kinds)]
        pushed = [each.end() for each in _PUSHED.finditer(code, max(call - _NEAR, 0), call)]
        if len(kinds) > len(given):  # the last is on the stack
            texts += [self.at(base, code, base + each) for each in pushed]
        if len(texts) != len(kinds) or not texts[-1]:
            return [], ""
        load = _PUSHED_FROM if len(kinds) > len(given) else given[len(kinds) - 1]
        names = [text for text, kind in zip(texts[:-1], kinds, strict=False) if kind == "s"]
        return [texts[-1], *self._merged(load, base, code, call)], names[-1] if names else ""

    def _merged(self, load: bytes, base: int, code: bytes, call: int) -> Iterator[str]:
        """Yield the texts that are put into a register just before a jump to where a call is made ready."""
        at = code.find(load, max(call - _AROUND, 0), call + _AROUND)
        while at >= 0:
            behind = at + len(load) + 4
            goals = (_goal(code, each) for each in range(behind, behind + _BETWEEN))
            if any(goal is not None and call - _NEAR <= goal < call for goal in goals):
                yield self.at(base, code, base + at + len(load))
            at = code.find(load, at + 1, call + _AROUND)

    def _argument(self, load: bytes, base: int, code: bytes, call: int) -> str:
        """Return the text that was put into the register of an argument last before a call; empty where none was."""
        at = code.rfind(load, max(call - _NEAR, 0), call)
        return self.at(base, code, base + at + len(load)) if at >= 0 else ""


def _goal(code: bytes, at: int) -> int | None:
    """Return where a jump that is always made leads to; None where there is no such jump at a place."""
    if at + CALL_SIZE > len(code) or code[at] not in (_JUMP, _SHORT_JUMP):
        return None
    size = 1 if code[at] == _SHORT_JUMP else 4
    return at + 1 + size + int.from_bytes(code[at + 1 : at + 1 + size], "little", signed=True)
