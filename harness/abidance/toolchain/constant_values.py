"""Macros that are strings, floating constants or pointers, with the values that the compiler gives. Nothing is run."""

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


# 5 is the class of pointers (GCC manual, "Other Builtins"). The address of an object is no constant yet.
_POINTER = (
    '_Static_assert(__builtin_classify_type({name}) == 5, "");'
    " const unsigned long long abidance_{number}[] = {{"
    "__builtin_constant_p((unsigned long long)({name})), (unsigned long long)({name})}};"
)


def constant_values(
    texts: Iterable[str],
    reals: Iterable[str],
    pointers: Iterable[str] = (),
    *,
    compiler: Compiler,
    flags: Sequence[str],
) -> dict[str, bytes | float | int]:
    """Return the values of macros by name; those that are no constants to the compiler are left out.

    `texts` are those that look like strings, whose bytes come without the zero at their end; the value of one of
    `pointers` is its address. `flags` bring the declarations in.
    """
    asked = dict.fromkeys(texts, _TEXT) | dict.fromkeys(reals, _REAL) | dict.fromkeys(pointers, _POINTER)
    for _ in range(_TRIES):
        names = list(asked)
        if not names:
            break
        lines = (asked[name].format(number=number, name=name) for number, name in enumerate(names))
        source = "\n".join((*lines, ""))
        compiled = compiler.compile_object(source, (*FLAGS, *flags))
        if compiled.image is not None:
            objects, order = objects_of(compiled.image)
            found: dict[str, bytes | float | int] = {}
            for number, name in enumerate(names):
                raw = objects[f"abidance_{number}"]
                sign = "<" if order == "little" else ">"
                if asked[name] is _TEXT:
                    found[name] = raw.partition(b"\0")[0]
                elif asked[name] is _REAL:
                    (found[name],) = struct.unpack_from(f"{sign}d", raw)
                else:
                    known, address = struct.unpack_from(f"{sign}QQ", raw)
                    found |= {name: address} if known else {}
            return found
        blamed = {error.line for error in compiled.errors if error.path == SOURCE}
        if not blamed:
            return {}
        asked = {name: asked[name] for number, name in enumerate(names, 1) if number not in blamed}
    return {}
