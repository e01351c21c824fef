"""Functions by other names: `#define mpz_add __gmpz_add`, as documentation and programs call them.

What a macro without parameters comes to, the preprocessor tells: in a unit that includes the header it stands where the
tag of a record does, which may be any name. So it is found behind macros that put a version behind a name, as ICU's do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.ir.types import Pointer, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.ir.declarations import Declarations, Function

_PREFIX = "abidance_prototype_of_"


def other_names(names: Iterable[str], declarations: Declarations) -> list[str]:
    """Return those of the names that are macros without parameters, and no functions."""
    wanted = dict.fromkeys(names)
    return [name for name in wanted if name in declarations.macros and name not in declarations.functions]


def asking(names: Iterable[str]) -> Iterator[str]:
    """Yield the lines of C that tell what is behind some names."""
    yield from (f"struct {name} *{_PREFIX}{name}(void);" for name in names)


def behind(name: str, declarations: Declarations) -> Function | None:
    """Return the function that a name stands for, by that name; None where it is something else."""
    told = declarations.functions.get(f"{_PREFIX}{name}")
    pointed = told.returns if told is not None else None
    if not isinstance(pointed, Pointer) or not isinstance(pointed.to, RecordRef):
        return None
    found = declarations.functions.get(pointed.to.key.removeprefix("struct "))
    return None if found is None else replace(found, name=name)
