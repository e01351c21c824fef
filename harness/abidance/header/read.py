"""Reading a header: preprocessed by the compiler, parsed, lowered, with one clear error when it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import HEADER_NOT_FOUND, HEADER_NOT_PARSED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.span import Span
from abidance.header.lower import lower
from abidance.header.parser import GnuParser, HeaderSyntaxError
from abidance.header.unit import read_unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.header.unit import Unit
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

    Raises UsageError with one diagnostic when the header does not exist, does not preprocess, or has a syntax
    that the parser does not know. Nothing of the header is ever run.
    """
    path = path.absolute()
    if not path.is_file():
        raise UsageError(Diagnostic(HEADER_NOT_FOUND, f"there is no header `{path.name}` at `{path}`"))
    unit = read_unit(compiler.preprocess(path, include_dirs, defines), path)
    try:
        return lower(GnuParser(c23=unit.c23).parse(unit.text), unit, Span.at(path, 1))
    except HeaderSyntaxError as error:
        raise UsageError(_not_parsed(path, unit, error.words, error.offset)) from None
    except RecursionError:
        raise UsageError(_not_parsed(path, unit, "types are nested too deeply", 0)) from None


def _not_parsed(path: Path, unit: Unit, words: str, offset: int) -> Diagnostic:
    return Diagnostic(
        HEADER_NOT_PARSED,
        f"`{path.name}` does not parse: {words}",
        labels=(Label(unit.span(offset), words),),
        help="a compiler that accepts it makes this a limit of abidance: please report the line",
    )
