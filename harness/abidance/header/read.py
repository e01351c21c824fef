"""Reading a header: preprocessed by the compiler, cut into declarations, each parsed when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import HEADER_NOT_FOUND
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.span import Span
from abidance.header.index import index_of
from abidance.header.loader import Loader
from abidance.header.unit import read_unit
from abidance.toolchain.compiler import search_flags
from abidance.toolchain.questions import pointer_to

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.ir.declarations import Declarations
    from abidance.toolchain.compiler import Compiler


def read_header(
    path: Path,
    *,
    include_dirs: tuple[Path, ...] = (),
    defines: Mapping[str, str] | None = None,
    compiler: Compiler,
) -> Declarations:
    """Return everything that the header and what it includes declare, as `compiler` preprocesses it.

    Its mappings parse what is looked up in them, and everything when they are iterated over. What does not
    parse is in none of them; `lost` says why. Raises UsageError with one diagnostic when the header does not
    exist or does not preprocess. Nothing of the header is ever run.
    """
    path = path.absolute()
    if not path.is_file():
        raise UsageError(Diagnostic(HEADER_NOT_FOUND, f"there is no header `{path.name}` at `{path}`"))
    unit = read_unit(compiler.preprocess(path, include_dirs, defines), path)
    index, code = index_of(unit.code, c23=unit.c23)
    flags = (*search_flags(include_dirs, defines or {}), "-include", str(path))

    def type_of(expression: str) -> str | None:
        return pointer_to(expression, compiler=compiler, flags=flags)

    return Loader(unit, code, index, Span.at(path, 1), type_of).declarations
