"""What an editor can do about a place: names that were meant, and drafts of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Diagnostic,
    OptionalVersionedTextDocumentIdentifier,
    Range,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from abidance.core.catalogue import POINTER_UNSPECIFIED
from abidance.editor.context import context_at
from abidance.editor.outline import Pairs
from abidance.ir.types import Pointer, Void

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.editor.known_header import KnownHeader
    from abidance.editor.outline import Tree
    from abidance.editor.positions import Document
    from abidance.ir.declarations import Function

_MOST = 50
"""Functions that are drafted in one go: `abidance init` is for more."""


def mends(uri: str, document: Document, problems: Sequence[Diagnostic], place: Range) -> list[CodeAction]:
    """Return an edit for each problem at a place that says which name was meant."""
    made = []
    for problem in problems:
        data = problem.data if isinstance(problem.data, dict) else {}
        wrong, right = data.get("replace"), data.get("with")
        if not (wrong and right and _touches(problem.range, place)):
            continue
        start, end = document.offset(problem.range.start), document.offset(problem.range.end)
        at = document.text.find(wrong, start, end)
        if at < 0:
            continue
        edit = TextEdit(document.range(at, at + len(wrong)), right)
        made.append(
            CodeAction(
                f"Change `{wrong}` to `{right}`",
                CodeActionKind.QuickFix,
                diagnostics=[problem],
                is_preferred=True,
                edit=workspace_edit(uri, None, [edit]),
            )
        )
    return made


def drafts(
    uri: str,
    document: Document,
    tree: Tree | None,
    facts: KnownHeader | None,
    place: Range,
    problems: Sequence[Diagnostic],
) -> list[CodeAction]:
    """Return drafts of what the contract does not say yet of the functions at a place; their edits come later.

    The data of one has where a colon is missing yet behind the function's name.
    """
    if facts is None or not isinstance(tree, Pairs):
        return []
    listed = {each.key.text for each in tree.below("functions").pairs if each.colon}
    section = tree.pair("functions")
    offset = document.offset(place.start)
    context = context_at(tree, offset)
    way = context.way if context is not None else ()
    if context is not None and context.is_key:
        way = (*way, context.scalar.text)
    name = way[1] if way[:1] == ("functions",) and len(way) > 1 else _around(tree, offset)
    made = []
    function = facts.declarations.functions.get(name) if name else None
    about = [each for each in problems if each.code == POINTER_UNSPECIFIED.id and _touches(each.range, place)]
    if function is not None and (about or _says_less(tree, function, facts)):
        kind = CodeActionKind.QuickFix if about else CodeActionKind.RefactorRewrite
        title = f"Draft what the header tells of `{name}`"
        data: dict[str, object] = {"uri": uri, "functions": [name]}
        word = next((each for each in tree.below("functions").pairs if each.key.text == name), None)
        if word is not None and not word.colon:
            data["colon"] = word.key.end
        made.append(CodeAction(title, kind, diagnostics=about or None, data=data))
    missing = [each.name for each in facts.functions() if each.name not in listed][:_MOST]
    if missing and (section is None or section.key.start <= offset <= section.key.end or name == ""):
        several = f"{len(missing)} more functions" if len(missing) > 1 else f"`{missing[0]}` as well"
        title = f"Draft {several}, which the contract does not list"
        made.append(
            CodeAction(title, CodeActionKind.RefactorRewrite, data={"uri": uri, "functions": missing})
        )
    return made


def _says_less(tree: Pairs, function: Function, facts: KnownHeader) -> bool:
    """Tell whether a contract says nothing of some pointer of a function, or of its result."""
    promise = tree.below("functions").below(function.name)
    params = promise.below("params")
    for each in function.parameters:
        said = params.get(each.name)
        empty = said is None or (isinstance(said, Pairs) and not said.pairs)
        if each.name and empty and isinstance(facts.bare(each.type), Pointer):
            return True
    return promise.get("returns") is None and not isinstance(facts.bare(function.returns), Void)


def _around(tree: Pairs, offset: int) -> str:
    """Return the function of the contract around an offset."""
    for pair in tree.below("functions").pairs:
        end = pair.value.end if pair.value is not None else pair.key.end
        if pair.key.start <= offset <= end:
            return pair.key.text
    return ""


def change(document: Document, text: str) -> TextEdit:
    """Return the smallest edit in one piece that makes a document another text."""
    before = document.text
    start = _same(before, text)
    end = _same(before[start:][::-1], text[start:][::-1])
    return TextEdit(document.range(start, len(before) - end), text[start : len(text) - end])


def _same(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def workspace_edit(uri: str, version: int | None, edits: list[TextEdit]) -> WorkspaceEdit:
    """Return edits of one document."""
    document = OptionalVersionedTextDocumentIdentifier(uri, version)
    return WorkspaceEdit(changes={uri: edits}, document_changes=[TextDocumentEdit(document, edits)])


def _touches(one: Range, other: Range) -> bool:
    first, second = sorted(
        ((each.start.line, each.start.character), (each.end.line, each.end.character))
        for each in (one, other)
    )
    return first[1] >= second[0]
