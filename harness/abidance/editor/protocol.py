"""Proposals and places in the terms of the Language Server Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    Diagnostic,
    DiagnosticSeverity,
    InsertTextFormat,
    InsertTextMode,
    Location,
    MarkupContent,
    MarkupKind,
    Range,
    TextEdit,
)

from abidance.editor import snippets as snippet_texts
from abidance.editor.problems import SOURCE, naming

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.editor.outline import Tree
    from abidance.editor.positions import Document
    from abidance.editor.proposals import Proposal

_KINDS = {
    "key": CompletionItemKind.Property,
    "function": CompletionItemKind.Function,
    "builtin": CompletionItemKind.Function,
    "parameter": CompletionItemKind.Variable,
    "variable": CompletionItemKind.Variable,
    "field": CompletionItemKind.Field,
    "type": CompletionItemKind.Struct,
    "handle": CompletionItemKind.Class,
    "library": CompletionItemKind.Module,
    "enumerator": CompletionItemKind.EnumMember,
    "constant": CompletionItemKind.Constant,
    "keyword": CompletionItemKind.Keyword,
    "value": CompletionItemKind.Value,
    "code": CompletionItemKind.Reference,
    "snippet": CompletionItemKind.Snippet,
    "file": CompletionItemKind.File,
    "folder": CompletionItemKind.Folder,
}
_DOCUMENTED = 100
"""How many of the first proposals have their documentation with them; thousands of it would take long to send."""


def completion_item(proposal: Proposal, place: Range, at: int, *, snippets: bool) -> CompletionItem:
    """Return a proposal for the text at a place; `at` is its number among all."""
    text = proposal.insert or proposal.label
    is_snippet = proposal.snippet and snippets
    if proposal.snippet and not snippets:
        text = snippet_texts.plain(text)
    documentation = proposal.documentation if at < _DOCUMENTED else ""
    return CompletionItem(
        label=proposal.label,
        kind=_KINDS[proposal.sort],
        detail=proposal.detail or None,
        documentation=MarkupContent(MarkupKind.Markdown, documentation) if documentation else None,
        sort_text=f"{proposal.rank}{at:05}",
        text_edit=TextEdit(place, text),
        insert_text_format=InsertTextFormat.Snippet if is_snippet else InsertTextFormat.PlainText,
        insert_text_mode=InsertTextMode.AdjustIndentation if "\n" in text else None,
    )


def location(span: Span, document: Document) -> Location:
    """Return a place in a document."""
    return Location(span.path.as_uri(), document.range_of(span))


def note(document: Document, tree: Tree | None, words: str) -> Diagnostic:
    """Return what is to be known of a header as a whole, where the contract names it."""
    return Diagnostic(naming(document, tree), words, DiagnosticSeverity.Information, source=SOURCE)
