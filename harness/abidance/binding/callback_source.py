"""Functions for a library to call back, as C: the compiler takes their arguments apart, whatever their types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.binding.loaded_library import CALLBACK, INSTANCES, INVOKED
from abidance.binding.stub_source import StubSource, StubWriter, included, same_size
from abidance.ir.types import Void

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abidance.ir.declarations import Declarations
    from abidance.ir.types import FunctionType


@dataclass(frozen=True, slots=True)
class CallbackKind:
    """A type of function that a library calls. `sizes` are those of its parameters, `width` that of its result."""

    number: int
    type: FunctionType
    sizes: tuple[int, ...]
    width: int


def callback_source(kinds: Sequence[CallbackKind], header: Path, declarations: Declarations) -> StubSource:
    """Return the text of several functions of each kind; every line but the first ones is about one kind."""
    writer = StubWriter(declarations)
    lines = [*included(header), f"void (*{INVOKED})(unsigned, void **, void *, unsigned long);"]
    numbers: dict[int, str] = {}
    for kind in kinds:
        lines.append(" ".join(_function(kind, each, writer, declarations) for each in range(INSTANCES)))
        numbers[len(lines)] = str(kind.number)
    return StubSource("\n".join(lines) + "\n", numbers)


def _function(kind: CallbackKind, instance: int, writer: StubWriter, declarations: Declarations) -> str:
    given = [f"abidance_{index}" for index in range(len(kind.sizes))]
    named = [writer.spell(type_, name) for type_, name in zip(kind.type.parameters, given, strict=True)]
    listed = ", ".join([*named, *["..."] * kind.type.variadic]) or "void"
    name = f"{CALLBACK}{kind.number}_{instance}({listed})"
    parts = [same_size(local, size) for local, size in zip(given, kind.sizes, strict=True)]
    parts.append(f"void *abidance_given[] = {{{', '.join(f'(void *)&{local}' for local in given) or '0'}}};")
    number = kind.number * INSTANCES + instance
    if isinstance(declarations.resolve(kind.type.returns), Void):
        parts.append(f"{INVOKED}({number}, abidance_given, 0, 0);")
        return f"void {name} {{ {' '.join(parts)} }}"
    local = "abidance_result"
    parts.append(f"{writer.spell(kind.type.returns, local)}; {same_size(local, kind.width)}")
    parts.append(f"{INVOKED}({number}, abidance_given, (void *)&{local}, sizeof {local}); return {local};")
    return f"{writer.spell(kind.type.returns, name)} {{ {' '.join(parts)} }}"
