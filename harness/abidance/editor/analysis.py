"""What takes a compiler and time: a contract against its header, and the facts of the header. Nothing is built or run.

It happens in a process of its own (`analyst`), so that no header and no contract keeps the editor waiting.
"""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.contract.source.files import read_text
from abidance.core.catalogue import INTERNAL_ERROR
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import AbidanceError
from abidance.core.system import refusal
from abidance.draft.documentation.comments import CommentedFile
from abidance.draft.source import DraftSource
from abidance.editor.known_header import KnownHeader, facts_of
from abidance.editor.outline import Items, Pairs, ScalarText
from abidance.editor.outline_reader import read_outline
from abidance.toolchain.compiler import find_compiler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.ir.declarations import Declarations, Function

_MOST_BASES = 8
_LONGEST_COMMENT = 4000
NEVER_READ = "not judged: "


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is wrong with a contract, what its header has, if that could be read, and the files that decide both.

    `notes` tell what was not judged. Without `facts`, they are those of the last analysis where `same` says so.
    """

    problems: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    facts: KnownHeader | None = None
    files: tuple[Path, ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True)
class HeaderQuestion:
    """Which header a document is about, so far as that can be told while it is being written.

    `header` is as written where it is in angle brackets. `files` are the contracts that this is from.
    """

    header: str
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
    patterns: tuple[str, ...] = ()
    prefix: str = ""
    files: tuple[Path, ...] = ()


class FactsCache:
    """What was told of the headers of contracts: making it and sending it takes long for a large one."""

    def __init__(self) -> None:
        self._told: dict[Path, tuple[HeaderQuestion, Declarations, KnownHeader]] = {}

    def find(self, path: Path, question: HeaderQuestion, declarations: Declarations) -> KnownHeader | None:
        """Return what was told for a contract, if the header is still what it was."""
        known = self._told.get(path)
        return known[2] if known is not None and known[0] == question and known[1] is declarations else None

    def forget(self, path: Path) -> None:
        """Tell everything of a contract's header the next time."""
        self._told.pop(path, None)

    def keep(
        self, path: Path, question: HeaderQuestion, declarations: Declarations, facts: KnownHeader
    ) -> None:
        """Remember what is told for a contract."""
        self._told[path] = (question, declarations, facts)


def analyse(path: Path, opened: Mapping[Path, str], cache: FactsCache) -> Analysis:
    """Return what is to be said of a contract; `opened` has the texts that the editor has of it and others."""
    boundary = None
    notes: tuple[str, ...] = ()
    try:
        from abidance.run.commands.check import check_contract  # noqa: PLC0415 - it takes most of the start
        from abidance.run.inputs.settings import Settings  # noqa: PLC0415

        Settings.load(Path.cwd())
        found = check_contract(path, opened)
        problems, boundary, notes = found.diagnostics, found.boundary, found.unread
    except AbidanceError as error:
        problems = error.diagnostics
    except Exception as error:  # noqa: BLE001 - whatever it is, the editor goes on
        problems = _broken(error)
    question = question_of(path, opened)
    files = [path, *question.files]
    facts, same = None, False
    try:
        facts, same = _facts(path, question, boundary, cache)
    except (AbidanceError, OSError):
        pass  # `check` has said why
    except Exception:  # noqa: BLE001
        traceback.print_exc(file=sys.stderr)
    if facts is not None:
        files += map(Path, sorted(facts.own))
    elif question.header and not question.header.startswith("<"):
        files.append(Path(question.header))
    told = tuple(f"{NEVER_READ}{note}" for note in notes)
    return Analysis(problems, told, None if same else facts, tuple(dict.fromkeys(files)), same)


def _broken(error: Exception) -> tuple[Diagnostic, ...]:
    refused = refusal(error)
    if refused is not None:
        return refused.diagnostics
    traceback.print_exc(file=sys.stderr)
    what = "".join(traceback.format_exception_only(error)).strip().split("\n")[0]
    words = f"abidance itself broke: {what}; its traceback is in the editor's log of the language server"
    return (Diagnostic(INTERNAL_ERROR, words, help="please report it"),)


def question_of(path: Path, opened: Mapping[Path, str]) -> HeaderQuestion:
    """Return which header a contract is about, itself or by what it extends; nothing is reported."""
    found = HeaderQuestion("")
    here: Path | None = path
    files: list[Path] = []
    while here is not None and here not in files and len(files) < _MOST_BASES:
        files.append(here)
        try:
            text = opened[here] if here in opened else read_text(here)
        except AbidanceError:
            break
        tree = read_outline(text)
        if not isinstance(tree, Pairs):
            break
        found = _over(found, _said(tree, here.parent))
        base = tree.text("extends")
        here = Path(os.path.normpath(here.parent / base)) if base else None
    return replace(found, files=tuple(files))


def _said(tree: Pairs, folder: Path) -> HeaderQuestion:
    header = tree.text("header")
    if header and not header.startswith("<"):
        header = os.path.normpath((folder / header).absolute())
    listed = tree.get("include_dirs")
    folders = _texts(listed)
    defines = tuple(
        (each.key.text, each.value.text if isinstance(each.value, ScalarText) else "1")
        for each in tree.below("defines").pairs
        if each.colon
    )
    prefix = tree.text("prefix")
    select = tree.below("select")
    patterns = (*_texts(select.get("functions")), *_texts(select.get("types")))
    return HeaderQuestion(
        header,
        tuple(Path(os.path.normpath((folder / each).absolute())) for each in folders),
        defines,
        (f"{prefix}*",) if prefix else patterns,
        prefix,
    )


def _over(own: HeaderQuestion, base: HeaderQuestion) -> HeaderQuestion:
    """Return what a contract says, with what it extends where it says nothing."""
    return HeaderQuestion(
        own.header or base.header,
        own.include_dirs or base.include_dirs,
        tuple(dict((*base.defines, *own.defines)).items()),
        own.patterns or base.patterns,
        own.prefix or base.prefix,
    )


def _texts(tree: object) -> list[str]:
    return (
        [each.text for each in tree.items if isinstance(each, ScalarText)] if isinstance(tree, Items) else []
    )


def source_of(question: HeaderQuestion) -> DraftSource | None:
    """Return the header to read; None where the contract names none, or none that there is."""
    from abidance.boundary.resolve.find_header import find_header  # noqa: PLC0415

    if not question.header:
        return None
    compiler = find_compiler()
    defines = dict(question.defines)
    header: Path | str = Path(question.header)
    if question.header.startswith("<"):
        header = find_header(question.header, question.include_dirs, defines, compiler)
    if isinstance(header, str) or not header.is_file():
        return None
    return DraftSource(header, compiler, question.include_dirs, defines, prefix=question.prefix or None)


def _facts(
    path: Path, question: HeaderQuestion, boundary: Boundary | None, cache: FactsCache
) -> tuple[KnownHeader | None, bool]:
    """Return what is needed of the header, and whether that was told already."""
    values: dict[str, int] = {}
    if boundary is not None:
        declarations = boundary.declarations
        values = {name: value for name, value in boundary.constants.items() if isinstance(value, int)}
    else:
        source = source_of(question)
        if source is None:
            return None, False
        from abidance.header import read_header  # noqa: PLC0415 - not needed where all is well

        declarations = read_header(
            source.header, include_dirs=source.include_dirs, defines=source.defines, compiler=source.compiler
        )
    known = cache.find(path, question, declarations)
    if known is not None and values.keys() <= known.values.keys():
        return known, True
    if known is not None:
        facts = replace(known, values={**known.values, **values})
    else:
        facts = facts_of(declarations, question.include_dirs, question.patterns, values)
        facts = replace(facts, comments=_comments(facts))
    cache.keep(path, question, declarations, facts)
    return facts, False


def _comments(facts: KnownHeader) -> dict[str, str]:
    """Return the comments on the boundary's functions."""
    by_file: dict[Path, list[Function]] = {}
    for function in facts.functions():
        by_file.setdefault(function.span.path, []).append(function)
    found: dict[str, str] = {}
    for path, functions in by_file.items():
        file = CommentedFile(path)
        file.learn(functions)
        for function in functions:
            comment = file.about(function)
            if comment is not None:
                found[function.name] = comment.text[:_LONGEST_COMMENT]
    return found
