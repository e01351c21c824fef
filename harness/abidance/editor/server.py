"""The language server: documents as the editor has them, and what is answered about each."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import traceback
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

import abidance
from abidance.core.catalogue import NOT_YAML
from abidance.core.errors import AbidanceError
from abidance.editor import actions
from abidance.editor.analysis import Analysis
from abidance.editor.analyst import Analyst, AnalystQuestion, Unanswered
from abidance.editor.completion import complete
from abidance.editor.lookup import look_up
from abidance.editor.names import Knowledge
from abidance.editor.outline_reader import read_outline
from abidance.editor.positions import Document
from abidance.editor.problems import carried, questions, read_document, shown
from abidance.editor.protocol import completion_item, location, note
from abidance.editor.symbols import symbols
from abidance.toolchain.cache_entries import cached_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.core.codes import Code
    from abidance.editor.known_header import KnownHeader
    from abidance.editor.outline import Tree

SUFFIX = ".contract.yaml"
PAUSE = 0.15
"""Seconds without a key stroke after which a contract is checked."""
WATCH = 1.0
"""Seconds between two looks at whether header or contracts changed on the disk."""
MAX_TEXT = 4 << 20
_TRIGGERS = [".", " ", ":", "{", "[", ",", "(", "/"]


@dataclass(slots=True, eq=False)
class OpenContract:
    """A contract that the editor has open. `problems` are those that it was told of the text `shown`."""

    uri: str
    path: Path
    document: Document
    version: int | None = None
    analysis: Analysis = field(default_factory=Analysis)
    problems: list[lsp.Diagnostic] = field(default_factory=list)
    shown: Document | None = None
    seen: dict[Path, tuple[int, int] | None] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    _tree: tuple[Document, Tree | None] | None = None

    @property
    def tree(self) -> Tree | None:
        """Return the outline of the document, which is read once it is asked for."""
        if self._tree is None or self._tree[0] is not self.document:
            text = self.document.text
            self._tree = (self.document, read_outline(text) if len(text) <= MAX_TEXT else None)
        return self._tree[1]

    @property
    def facts(self) -> KnownHeader | None:
        """Return what the header has."""
        return self.analysis.facts


class ContractServer(LanguageServer):
    """Answers an editor."""

    def __init__(self, codes: Callable[[], tuple[Code, ...]], analyst: Analyst | None = None) -> None:
        super().__init__(
            "abidance", abidance.__version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full
        )
        self.analyst = analyst or Analyst()
        self.codes = codes
        self.contracts: dict[str, OpenContract] = {}
        self.watching: asyncio.Task[None] | None = None

    @cached_property
    def _by_id(self) -> dict[str, Code]:
        return {code.id: code for code in self.codes()}

    # -- documents

    def take(self, uri: str, version: int | None) -> None:
        """Take in the text that a document has now, and have it checked soon."""
        path = _path_of(uri)
        if path is None:
            return
        text = self.workspace.get_text_document(uri).source
        encoding = lsp.PositionEncodingKind(self.workspace.position_encoding or "utf-16")
        known = self.contracts.get(uri)
        document = Document(text, encoding)
        if known is None:
            known = self.contracts[uri] = OpenContract(uri, path, document)
        known.document, known.version = document, version
        self.check_soon(known)
        for other in self.contracts.values():
            if other is not known and known.path in other.analysis.files:
                self.check_soon(other)
        if self.watching is None:
            self.watching = asyncio.get_running_loop().create_task(self.watch())

    def drop(self, uri: str) -> None:
        """Forget a document that the editor has closed."""
        known = self.contracts.pop(uri, None)
        if known is not None:
            if known.task is not None:
                known.task.cancel()
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def check_soon(self, contract: OpenContract, pause: float = PAUSE) -> None:
        """Check a contract after a pause; one that is waiting already waits anew."""
        waiting = contract.task
        contract.task = asyncio.get_running_loop().create_task(self._check(contract, pause, waiting))

    async def _check(self, contract: OpenContract, pause: float, before: asyncio.Task[None] | None) -> None:
        await asyncio.sleep(pause)
        if contract.task is not asyncio.current_task():  # the text has changed since
            return
        if before is not None and not before.done():
            await asyncio.wait([before])
        if contract.task is not asyncio.current_task() or contract.uri not in self.contracts:
            return
        try:
            await self.check(contract)
        except Exception as error:  # noqa: BLE001 - nobody waits for this task
            traceback.print_exc(file=sys.stderr)
            words = f"abidance itself broke: {error!r}; the traceback is in the editor's log of the language server"
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, words))

    async def check(self, contract: OpenContract) -> None:
        """Check a contract, and tell the editor."""
        document, tree = contract.document, contract.tree
        opened = {each.path: each.document.text for each in self.contracts.values()}
        contract.seen = {path: _stamp(path) for path in contract.analysis.files}
        found = await self.analyst.ask(
            AnalystQuestion("analyse", contract.path, opened, anew=contract.facts is None)
        )
        if isinstance(found, Unanswered):
            found = Analysis((found.problem,), (), contract.facts, contract.analysis.files)
        before = contract.analysis
        contract.analysis = found if found.facts is not None else _with_facts(found, before.facts)
        contract.seen = {path: contract.seen.get(path, _stamp(path)) for path in contract.analysis.files}
        if document is not contract.document:
            return  # this is about a text that is no more; its check is under way
        problems = shown(found.problems, contract.path, document, tree, _link)
        if any(each.code == NOT_YAML.id for each in problems) and contract.shown is not None:
            # What was wrong elsewhere still is, although nobody can tell while this is no YAML.
            known = [each for each in contract.problems if each.code != NOT_YAML.id]
            problems += carried(known, contract.shown, document)
        else:
            problems += [note(document, tree, words) for words in found.notes]
            problems += questions(document)
        contract.problems, contract.shown = problems, document
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(contract.uri, contract.problems, contract.version)
        )

    async def watch(self) -> None:
        """Check contracts again whose header, or another file that they depend on, changed on the disk."""
        while True:
            await asyncio.sleep(WATCH)
            opened = {each.path for each in self.contracts.values()}
            for contract in list(self.contracts.values()):
                changed = [
                    path
                    for path, stamp in contract.seen.items()
                    if path not in opened and _stamp(path) != stamp
                ]
                if changed:
                    contract.seen |= {path: _stamp(path) for path in changed}
                    self.check_soon(contract)

    # -- answers

    def knowledge(self, contract: OpenContract) -> Knowledge:
        """Return what is known beside a document."""
        return Knowledge(contract.facts, self.codes)

    def completion(self, params: lsp.CompletionParams) -> lsp.CompletionList | None:
        """Return what may be written."""
        contract = self.contracts.get(params.text_document.uri)
        if contract is None:
            return None
        document = contract.document
        offset = document.offset(params.position)
        found = complete(document.text, offset, self.knowledge(contract), contract.path.parent)
        place = document.range(found.start, offset)
        snippets = _has_snippets(self.client_capabilities)
        items = [
            completion_item(each, place, at, snippets=snippets) for at, each in enumerate(found.proposals)
        ]
        return lsp.CompletionList(is_incomplete=contract.facts is None or not found.whole, items=items)

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        """Return what stands at a place, and what is wrong there."""
        contract = self.contracts.get(params.text_document.uri)
        if contract is None:
            return None
        document = contract.document
        offset = document.offset(params.position)
        found = look_up(document.text, contract.tree, offset, self.knowledge(contract))
        parts = [found.markdown] if found is not None and found.markdown else []
        for problem in contract.problems:
            if _holds(problem.range, params.position) and isinstance(problem.code, str):
                code = self._by_id.get(problem.code)
                if code is not None:
                    parts.append(explanation(code))
        if not parts:
            return None
        place = document.range(found.start, found.end) if found is not None else None
        text = "\n\n---\n\n".join(dict.fromkeys(parts))
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), place)

    def definition(self, params: lsp.DefinitionParams) -> lsp.Location | None:
        """Return where what stands at a place is declared."""
        contract = self.contracts.get(params.text_document.uri)
        if contract is None:
            return None
        document = contract.document
        found = look_up(
            document.text, contract.tree, document.offset(params.position), self.knowledge(contract)
        )
        if found is None:
            return None
        if found.own is not None:
            return lsp.Location(contract.uri, document.range(found.own, found.own))
        if found.described is not None and found.described.span is not None:
            span = found.described.span
            other = document if span.path == contract.path else read_document(span.path, document.encoding)
            return location(span, other)
        if found.path:
            return _file(found.path, contract)
        return None

    def symbols(self, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
        """Return what a contract consists of."""
        contract = self.contracts.get(params.text_document.uri)
        return None if contract is None else symbols(contract.document, contract.tree)

    async def code_actions(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        """Return what can be done at a place."""
        contract = self.contracts.get(params.text_document.uri)
        if contract is None:
            return None
        document = contract.document
        made = actions.mends(contract.uri, document, contract.problems, params.range)
        offered = actions.drafts(
            contract.uri, document, contract.tree, contract.facts, params.range, contract.problems
        )
        if _resolves(self.client_capabilities):
            return [*made, *offered]
        return [*made, *[each for action in offered if (each := await self.resolve(action)).edit is not None]]

    async def resolve(self, action: lsp.CodeAction) -> lsp.CodeAction:
        """Return an action with its edit."""
        data: Any = action.data
        contract = self.contracts.get(data["uri"]) if isinstance(data, dict) and "uri" in data else None
        if contract is None:
            return action
        document, version = contract.document, contract.version
        opened = {each.path: each.document.text for each in self.contracts.values()}
        if isinstance(at := data.get("colon"), int):
            opened[contract.path] = f"{document.text[:at]}:{document.text[at:]}"
        text = await self.analyst.ask(
            AnalystQuestion("draft", contract.path, opened, tuple(data["functions"]))
        )
        if isinstance(text, Unanswered):
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, text.problem.message))
        elif text is None:
            words = "there is nothing to add: the contract says all that a draft would"
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, words))
        elif document is contract.document:
            action.edit = actions.workspace_edit(contract.uri, version, [actions.change(document, text)])
        return action


def _with_facts(found: Analysis, facts: KnownHeader | None) -> Analysis:
    """Return an analysis with what was known of the header before it could not be read."""
    return Analysis(found.problems, found.notes, facts, found.files)


def _path_of(uri: str) -> Path | None:
    path = to_fs_path(uri)
    return Path(path).absolute() if path is not None and path.endswith(SUFFIX) else None


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except (OSError, ValueError):
        return None
    return facts.st_mtime_ns, facts.st_size


def _holds(place: lsp.Range, position: lsp.Position) -> bool:
    start, end = place.start, place.end
    at = (position.line, position.character)
    return (start.line, start.character) <= at <= (end.line, end.character)


def _file(name: str, contract: OpenContract) -> lsp.Location | None:
    """Return a file that a contract names; a header in angle brackets is where its declarations are."""
    top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    if name.startswith("<"):
        facts = contract.facts
        return lsp.Location(facts.declarations.header.path.as_uri(), top) if facts is not None else None
    path = (contract.path.parent / name).absolute()
    with contextlib.suppress(OSError, ValueError):
        if path.is_file():
            return lsp.Location(path.resolve().as_uri(), top)
    return None


def explanation(code: Code) -> str:
    """Return what `abidance explain` says of a code, in Markdown."""
    text = code.explain.strip().replace("\n## ", "\n#### ")
    return f"**{code.id} {code.name}** (`abidance explain {code.id}`)\n\n{text}"


@cache
def _link(code: Code) -> str | None:
    """Return a file with the explanation of a code, which editors open."""
    try:
        return cached_text(
            "explanations", f"{code.id}.md", f"# {code.id} {code.name}\n\n{code.explain}"
        ).as_uri()
    except AbidanceError:
        return None


def _has_snippets(client: lsp.ClientCapabilities) -> bool:
    completion = client.text_document.completion if client.text_document else None
    item = completion.completion_item if completion else None
    return bool(item and item.snippet_support)


def _resolves(client: lsp.ClientCapabilities) -> bool:
    action = client.text_document.code_action if client.text_document else None
    return bool(action and action.resolve_support and "edit" in action.resolve_support.properties)


def serve(codes: Callable[[], tuple[Code, ...]]) -> None:
    """Answer an editor on stdin and stdout until it ends the server."""
    server = new_server(codes)
    # The protocol has streams of its own: whatever else is printed goes to the editor's log.
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        server.start_io(asked, answers)
    finally:
        server.analyst.kill()


def new_server(codes: Callable[[], tuple[Code, ...]]) -> ContractServer:
    """Return a server that knows what to answer."""
    server = ContractServer(codes)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.take(params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.take(params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        contract = server.contracts.get(params.text_document.uri)
        if contract is not None:
            server.check_soon(contract, 0.0)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.drop(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=_TRIGGERS))
    def completion(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        return server.completion(params)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        return server.hover(params)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> lsp.Location | None:
        return server.definition(params)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def document_symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
        return server.symbols(params)

    kinds = [lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.RefactorRewrite]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(kinds, resolve_provider=True))
    async def code_actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        return await server.code_actions(params)

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    async def resolve(action: lsp.CodeAction) -> lsp.CodeAction:
        return await server.resolve(action)

    return server
