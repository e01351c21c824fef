"""Reads a contract: file, YAML, tables, references inside the contract."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.contract.cross_clause_checks import disagreements
from abidance.contract.includes import combine, mapping
from abidance.contract.language.reader import ContractReader
from abidance.contract.model.contract import Contract
from abidance.contract.source.compose import compose
from abidance.core.catalogue import FILE_NOT_FOUND, HEADER_NOT_FOUND
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from abidance.contract.source.nodes import MappingNode


def load_contract(path: Path, texts: Mapping[Path, str] | None = None) -> Contract:
    """Return the contract in a file; `texts` stand for what files hold that are not written yet, by their whole paths.

    Raises one UsageError with everything that is wrong in it, also when the header or a folder that it
    names is not there. Libraries are not looked for: each one that is missing has its own finding.
    """
    path = path.absolute()
    combined = combine(path, texts)
    contract = replace(_read(combined.root, path), shared=combined.shared, files=combined.files)
    missing = tuple(_missing(contract))
    if missing:
        raise UsageError(*missing)
    return contract


def load_text(text: str, path: Path) -> Contract:
    """Return the contract in a text; `path` is where relative paths start and what messages name.

    Nothing is read from disk, so what it builds on is left out.
    """
    return _read(mapping(compose(text, path), path), path)


def _read(root: MappingNode, path: Path) -> Contract:
    reader = ContractReader()
    contract = reader.record(Contract, root)
    if contract is None or reader.problems:
        raise UsageError(*_in_order(reader.problems))
    problems = tuple(disagreements(contract))
    if problems:
        raise UsageError(*_in_order(problems))
    return replace(contract, path=path, not_judged=tuple(reader.not_judged))


_RELATIVE = "paths in a contract are relative to the contract"


def _missing(contract: Contract) -> Iterator[Diagnostic]:
    if not str(contract.header).startswith("<") and not contract.header.is_file():
        what = "is a folder" if contract.header.is_dir() else "does not exist"
        label = Label(contract.value_span("header"))
        yield Diagnostic(
            HEADER_NOT_FOUND,
            f"the header `{_shown(contract.header, contract)}` {what}",
            (label,),
            help=_where(contract),
        )
    for folder in contract.include_dirs:
        if not folder.is_dir():
            what = "is no folder" if folder.exists() else "does not exist"
            label = Label(contract.value_span("include_dirs"))
            message = f"the include folder `{_shown(folder, contract)}` {what}"
            yield Diagnostic(FILE_NOT_FOUND, message, (label,), help=_RELATIVE)


def _where(contract: Contract) -> str:
    """Return what to write for a header that is not where the contract says: where a folder for includes has it."""
    written = os.path.relpath(contract.header, contract.path.parent)
    for folder in contract.include_dirs:
        if (folder / written).is_file():
            place = os.path.relpath(folder / written, contract.path.parent)
            return f"{_RELATIVE}: write `header: {place}`, or `header: <{written}>` to have it searched for"
    return f"{_RELATIVE}; one in angle brackets, such as `<{written}>`, is searched for by the compiler"


def _shown(path: Path, contract: Contract) -> str:
    """Return a path as the contract most likely writes it."""
    relative = os.path.relpath(path, contract.path.parent)
    return min(relative, str(path), key=len) if path.is_absolute() else relative


def _in_order(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(dict.fromkeys(problems), key=_place)


def _place(problem: Diagnostic) -> tuple[str, int, int]:
    span = problem.span
    return (str(span.path), span.line, span.column) if span else ("", 0, 0)
