"""What a compiler says is wrong, and where; and what helps when it does not find what a header includes."""

from __future__ import annotations

import linecache
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import HEADER_NOT_PREPROCESSED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_ERROR = re.compile(
    r"^(?P<path>[^\n]*?):(?P<line>\d+):(?P<column>\d+): (?:fatal )?error: (?P<text>.*)$", re.MULTILINE
)
_NAMED = "in a contract with `include_dirs`, on the command line with `-I`"
_DEFINED = "in a contract with `defines: {NAME: VALUE}`, on the command line with `-D NAME=VALUE`"
_DIRECTIVE = re.compile(r"\s*#\s*error\b")
_ABSENT = re.compile(r"^(?P<gcc>.+): No such file or directory$|^'(?P<clang>.+)' file not found")


@dataclass(frozen=True, slots=True)
class CompileError:
    """One error line of the compiler, with the file as the compiler spelled it."""

    path: str
    line: int
    column: int
    text: str


def errors_in(words: str) -> tuple[CompileError, ...]:
    """Return the errors that gcc's or clang's `words` place in a file."""
    return tuple(
        CompileError(found["path"], int(found["line"]), int(found["column"]), found["text"])
        for found in _ERROR.finditer(words)
    )


def refused_header(source: Path | str, command: Sequence[str], words: str) -> Diagnostic:
    """Return the diagnostic for a header that the preprocessor refused, at the place that it names."""
    header = source.name if isinstance(source, Path) else "<stdin>"
    errors = errors_in(words)
    if errors:
        first = errors[0]
        label = Label(Span.at(Path(first.path), first.line, first.column), first.text)
        notes = tuple(f"{error.path}:{error.line}: {error.text}" for error in errors[1:4])
    else:
        label = Label(Span.at(source if isinstance(source, Path) else Path("<stdin>"), 1))
        notes = tuple(line.strip() for line in words.splitlines()[:3] if line.strip())
    return Diagnostic(
        HEADER_NOT_PREPROCESSED,
        f"`{shlex.join(command)} -E` refuses `{header}`" + (f": {errors[0].text}" if errors else ""),
        labels=(label,),
        notes=notes,
        help=_remedy(errors[0]) if errors else None,
    )


def _remedy(error: CompileError) -> str | None:
    """Return where the compiler should look for an include that it does not find, or how to give what is asked for."""
    if _DIRECTIVE.match(linecache.getline(error.path, error.line)):
        return f"a macro that it asks for is defined {_DEFINED}"
    absent = _ABSENT.match(error.text)
    if absent is None:
        return None
    wanted = absent["gcc"] or absent["clang"]
    # A header is mostly included by its path from a folder above it, of which its project keeps one.
    for folder in Path(error.path).absolute().parents:
        if (folder / wanted).is_file():
            return f"it is found from `{_short(folder)}`: name that folder, {_NAMED}"
    if "." not in wanted:  # as `<cstdint>`, `<string>` and `<QString>`; the headers of C have a suffix
        return (
            f"a name like `{wanted}` is one of C++, and the header is read as C: guard what only C++ has "
            f"with `#ifdef __cplusplus`; otherwise name the folder that it is found from, {_NAMED}"
        )
    return f"name the folder that it is found from, {_NAMED}"


def _short(folder: Path) -> str:
    return min(os.path.relpath(folder), str(folder), key=len)
