"""Reads a contract: file, YAML, tables, references inside the contract."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.contract.agreement import disagreements
from abidance.contract.language.reader import Reader
from abidance.contract.model.contract import Contract
from abidance.contract.source.compose import compose
from abidance.contract.source.nodes import MappingNode, describe
from abidance.core.catalogue import FILE_NOT_FOUND, HEADER_NOT_FOUND, NOT_YAML, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def load_contract(path: Path) -> Contract:
    """Return the contract in a file.

    Raises one UsageError with everything that is wrong in it, also when the header or a folder that it
    names is not there. Libraries are not looked for: each one that is missing has its own finding.
    """
    path = path.absolute()
    contract = load_text(_text(path), path)
    missing = tuple(_missing(contract))
    if missing:
        raise UsageError(*missing)
    return contract


def load_text(text: str, path: Path) -> Contract:
    """Return the contract in a text; `path` is where relative paths start and what messages name.

    Nothing is read from disk.
    """
    root = compose(text, path)
    start = Span.at(path, 1)
    if root is None:
        hint = "it begins with `abidance: 1`, `boundary:`, `header:` and `functions:`"
        raise UsageError(Diagnostic(WRONG_VALUE, "the contract is empty", (Label(start),), help=hint))
    if not isinstance(root, MappingNode) or not root.entries:
        message = f"a contract is a mapping of clauses, not {describe(root)}"
        raise UsageError(
            Diagnostic(WRONG_VALUE, message, (Label(root.span),), help="begin with `abidance: 1`")
        )
    reader = Reader(path.parent)
    contract = reader.record(Contract, root)
    if contract is None or reader.problems:
        raise UsageError(*_in_order(reader.problems))
    problems = tuple(disagreements(contract))
    if problems:
        raise UsageError(*_in_order(problems))
    return replace(contract, path=path, not_judged=tuple(reader.not_judged))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _unreadable(path, "does not exist") from None
    except IsADirectoryError:
        raise _unreadable(path, "is a folder, not a contract") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(path, f"cannot be read: {reason.lower()}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="replace").split("\n")
        span = Span.at(path, len(before), len(before[-1]) + 1)
        message = f"a contract is UTF-8, and the byte 0x{raw[error.start]:02x} here is not"
        raise UsageError(Diagnostic(NOT_YAML, message, (Label(span),))) from None


def _unreadable(path: Path, why: str) -> UsageError:
    return UsageError(Diagnostic(FILE_NOT_FOUND, f"`{path}` {why}"))


def _missing(contract: Contract) -> Iterator[Diagnostic]:
    hint = "paths in a contract are relative to the contract"
    if not str(contract.header).startswith("<") and not contract.header.is_file():
        what = "is a folder" if contract.header.is_dir() else "does not exist"
        label = Label(contract.value_span("header"))
        yield Diagnostic(
            HEADER_NOT_FOUND, f"the header `{_shown(contract.header, contract)}` {what}", (label,), help=hint
        )
    for folder in contract.include_dirs:
        if not folder.is_dir():
            what = "is no folder" if folder.exists() else "does not exist"
            label = Label(contract.value_span("include_dirs"))
            message = f"the include folder `{_shown(folder, contract)}` {what}"
            yield Diagnostic(FILE_NOT_FOUND, message, (label,), help=hint)


def _shown(path: Path, contract: Contract) -> str:
    """Return a path as the contract most likely writes it."""
    relative = os.path.relpath(path, contract.path.parent)
    return min(relative, str(path), key=len) if path.is_absolute() else relative


def _in_order(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(dict.fromkeys(problems), key=_line_and_column)


def _line_and_column(problem: Diagnostic) -> tuple[int, int]:
    return (problem.span.line, problem.span.column) if problem.span else (0, 0)
