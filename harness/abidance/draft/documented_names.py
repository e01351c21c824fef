"""The names that a header's functions and their parameters have in programs, documentation and contracts.

A macro makes `__gmpz_add` of `mpz_add` for compilers, and a parameter may be called `__size`, as nothing of a program
is. A contract may have either. A draft has what stands in the header for callers: `mpz_add`, `size`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from abidance.ir.reserved_names import as_written
from abidance.ir.tables import Table, declared_in, matching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abidance.ir.declarations import Declarations, Function


def by_documented_names(declarations: Declarations, own: Callable[[str], bool]) -> Declarations:
    """Return declarations whose functions, of files that are `own`, have the names that stand there.

    A macro may as well call a function by the name that it once had: what counts is where the header declares it.
    Parameters of any function are called as contracts write them.
    """
    functions = declarations.functions
    named: dict[str, Function] = {}
    for name in declared_in(declarations.macros, own):
        function = functions.get(declarations.macros[name].text.strip())
        if function is not None and name not in functions and _is_declared_as(name, function):
            named[name] = replace(function, name=name)
    names = {declarations.macros[name].text.strip(): name for name in named}
    return replace(
        declarations,
        functions=Table(
            lambda key: _with_written_parameters(named.get(key) or functions.get(key)),
            lambda: (names.get(key, key) for key in matching(functions, lambda _: True)),
            lambda wanted: (names.get(key, key) for key in declared_in(functions, wanted)),
        ),
    )


def _with_written_parameters(function: Function | None) -> Function | None:
    if function is None or not any(each.name.startswith("__") for each in function.parameters):
        return function
    names = as_written([each.name for each in function.parameters])
    parameters = zip(function.parameters, names, strict=True)
    return replace(function, parameters=tuple(replace(each, name=name) for each, name in parameters))


def _is_declared_as(name: str, function: Function) -> bool:
    """Tell whether the header has a name in the line that declares a function, and not the one that this is."""
    written = _lines(function.span.path)
    line = written[function.span.line - 1] if 0 < function.span.line <= len(written) else ""
    words = re.findall(r"\w+", line)
    return name in words and function.name not in words


@cache
def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except OSError:
        return []
