"""Functions for a library to call back, as C: the compiler takes their arguments apart, whatever their types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.binding.loaded_library import CALLBACK, INSTANCES, INVOKED
from abidance.binding.stub_source import StubSource, StubWriter, included, same_size
from abidance.binding.value_passing import is_va_list
from abidance.ir.types import Void

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abidance.ir.declarations import Declarations
    from abidance.ir.types import FunctionType


@dataclass(frozen=True, slots=True)
class CallbackKind:
    """A type of function that a library calls. `sizes` are those of its parameters, `width` that of its result.

    `printf` is the parameter, a format, in whose place the text is noted that it makes of what comes last.
    """

    number: int
    type: FunctionType
    sizes: tuple[int, ...]
    width: int
    printf: int | None = None


def callback_source(kinds: Sequence[CallbackKind], header: Path, declarations: Declarations) -> StubSource:
    """Return the text of several functions of each kind; every line but the first ones is about one kind."""
    writer = StubWriter(declarations)
    lines = [*included(header), f"void (*{INVOKED})(unsigned, void **, void *, unsigned long);"]
    numbers: dict[int, str] = {}
    for kind in kinds:
        lines.append(" ".join(_function(kind, each, writer, declarations) for each in range(INSTANCES)))
        numbers[len(lines)] = str(kind.number)
    return StubSource("\n".join(lines) + "\n", numbers)


LONGEST_TEXT = 4096
"""A text that a format makes is cut off there."""


def text_of_format(
    kind: FunctionType, names: Sequence[str], printf: int, declarations: Declarations, text: str
) -> str:
    """Return C that puts what a format makes into `text`, a pointer, NULL where there is none.

    The function's parameters have these `names`, and `printf` is the number of the format.
    """
    own, format_ = f"abidance_in_{text}", names[printf]
    types = zip(names, kind.parameters, strict=True)
    given = next((name for name, type_ in types if is_va_list(type_, declarations)), "abidance_list")
    parts = [
        f"char {own}[{LONGEST_TEXT}], *{text} = {format_} ? {own} : 0;",
        f"if ({text}) __builtin_vsnprintf({text}, sizeof {own}, (const char *){format_}, {given});",
    ]
    if kind.variadic:
        parts.insert(1, f"__builtin_va_list {given}; __builtin_va_start({given}, {names[-1]});")
        parts.append(f"__builtin_va_end({given});")
    return " ".join(parts)


def _function(kind: CallbackKind, instance: int, writer: StubWriter, declarations: Declarations) -> str:
    given = [f"abidance_{index}" for index in range(len(kind.sizes))]
    named = [writer.spell(type_, name) for type_, name in zip(kind.type.parameters, given, strict=True)]
    listed = ", ".join([*named, *["..."] * kind.type.variadic]) or "void"
    name = f"{CALLBACK}{kind.number}_{instance}({listed})"
    lists = [
        local
        for local, type_ in zip(given, kind.type.parameters, strict=True)
        if is_va_list(type_, declarations)
    ]
    parts = [
        same_size(local, size) for local, size in zip(given, kind.sizes, strict=True) if local not in lists
    ]
    if lists:
        parts.append("void *abidance_unread = 0;")
    if kind.printf is not None:
        parts.append(text_of_format(kind.type, given, kind.printf, declarations, "abidance_text"))
        given[kind.printf] = "abidance_text"
    given = ["abidance_unread" if each in lists else each for each in given]
    parts.append(f"void *abidance_given[] = {{{', '.join(f'(void *)&{local}' for local in given) or '0'}}};")
    number = kind.number * INSTANCES + instance
    if isinstance(declarations.resolve(kind.type.returns), Void):
        parts.append(f"{INVOKED}({number}, abidance_given, 0, 0);")
        return f"void {name} {{ {' '.join(parts)} }}"
    local = "abidance_result"
    parts.append(f"{writer.spell(kind.type.returns, local)}; {same_size(local, kind.width)}")
    parts.append(f"{INVOKED}({number}, abidance_given, (void *)&{local}, sizeof {local}); return {local};")
    return f"{writer.spell(kind.type.returns, name)} {{ {' '.join(parts)} }}"
