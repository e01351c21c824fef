"""Macros that are strings or floating constants, with the values that the compiler gives them. Nothing is run."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from abidance.toolchain.questions import FLAGS, SOURCE, objects_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.toolchain.compiler import Compiler

_TRIES = 8  # at dropping what the compiler blames
_TEXT = "const char abidance_{number}[] = {name};"
# A long double would lose digits.
_REAL = (
    '_Static_assert(_Generic(({name}), float: 1, double: 1, default: 0), "");'
    " const double abidance_{number} = {name};"
)


def constant_values(
    texts: Iterable[str], reals: Iterable[str], *, compiler: Compiler, flags: Sequence[str]
) -> dict[str, bytes | float]:
    """Return the values of macros by name; those that are no constants to the compiler are left out.

    `texts` are those that look like strings, whose bytes come without the zero at their end. `flags` bring the
    declarations in.
    """
    asked = dict.fromkeys(texts, _TEXT) | dict.fromkeys(reals, _REAL)
    for _ in range(_TRIES):
        names = list(asked)
        if not names:
            break
        lines = (asked[name].format(number=number, name=name) for number, name in enumerate(names))
        source = "\n".join((*lines, ""))
        compiled = compiler.compile_object(source, (*FLAGS, *flags))
        if compiled.image is not None:
            objects, order = objects_of(compiled.image)
            found: dict[str, bytes | float] = {}
            for number, name in enumerate(names):
                raw = objects[f"abidance_{number}"]
                if asked[name] is _TEXT:
                    found[name] = raw.partition(b"\0")[0]
                else:
                    (found[name],) = struct.unpack_from("<d" if order == "little" else ">d", raw)
            return found
        blamed = {error.line for error in compiled.errors if error.path == SOURCE}
        if not blamed:
            return {}
        asked = {name: asked[name] for number, name in enumerate(names, 1) if number not in blamed}
    return {}
