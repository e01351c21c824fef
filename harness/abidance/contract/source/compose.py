"""Text to nodes, through libyaml's events where PyYAML has it, otherwise through PyYAML's own.

Nodes are built from events, not by a constructor or composer: nothing in a contract can make a Python
object, an alias cannot grow without bound, and depth is limited before anything recurses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from abidance.contract.source.builder import NodeBuilder
from abidance.contract.source.nodes import SourceText
from abidance.core.catalogue import NOT_YAML
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.span import Span

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.contract.source.nodes import Node

MAX_TEXT = 4 << 20

_LINE = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # YAML 1.1's line breaks, which libyaml keeps to
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_QUOTING = (
    "quote a text that begins with a quote or one of `[{!*&%@`, or that has `: ` or ` #` in it; inside "
    "`[...]` and `{...}` also one with a comma or a bracket"
)

_ESCAPES = (
    "in double quotes a `\\` begins an escape of YAML's: write the text in single quotes, where it is itself"
)

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose(text: str, path: Path, loader: Any = None) -> Node | None:
    """Return the one document in `text`, or None when there is none.

    `loader` is a PyYAML loader class. Raises UsageError for what is not YAML, for duplicate keys, tags,
    merge keys and endless aliases.
    """
    source = SourceText(path, tuple(_LINE.split(text)))
    _refuse_strange_characters(text, source)
    events = (loader or LOADER)(text)
    builder = NodeBuilder(source)
    try:
        while not isinstance(event := events.get_event(), yaml.StreamEndEvent):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise UsageError(*builder.problems, _syntax_error(error, source)) from None
    finally:
        events.dispose()
    if builder.problems:
        raise UsageError(*builder.problems)
    return builder.root


def _refuse_strange_characters(text: str, source: SourceText) -> None:
    if len(text) > MAX_TEXT:
        span = Span.at(source.path, 1)
        raise UsageError(Diagnostic(NOT_YAML, f"longer than {MAX_TEXT >> 20} MiB of text", (Label(span),)))
    strange = _FORBIDDEN.search(text)
    if strange:
        before = _LINE.split(text[: strange.start()])
        span = Span.at(source.path, len(before), len(before[-1]) + 1)
        message = f"the character U+{ord(strange[0]):04X} is not allowed in YAML"
        raise UsageError(Diagnostic(NOT_YAML, message, (Label(span),)))


def _syntax_error(error: yaml.MarkedYAMLError, source: SourceText) -> Diagnostic:
    where = _place(error.problem_mark or error.context_mark, source)
    line = source.lines[where.line - 1]
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        span = Span.at(source.path, where.line, indent.index("\t") + 1)
        label = Label(span, "YAML indents with spaces")
        return Diagnostic(NOT_YAML, "a tab indents this line", (label,))
    labels = [Label(where)]
    if error.context_mark is not None and error.context and error.context_mark is not error.problem_mark:
        begin = _place(error.context_mark, source)
        if begin != where:
            labels.append(Label(begin, _quoted(error.context)))
    message = f"not valid YAML: {_quoted(error.problem or 'no reason given')}"
    hint = _ESCAPES if "escape character" in message else None if "indicator" in message else _QUOTING
    return Diagnostic(NOT_YAML, message, tuple(labels), help=hint)


def _place(mark: Any, source: SourceText) -> Span:
    """Return where the mark points, or the end of the last line with text when that is past the end."""
    if mark is None:
        return Span.at(source.path, 1)
    line, column = mark.line, mark.column
    while line > 0 and (line >= len(source.lines) or not source.lines[line].strip()):
        line -= 1
        column = len(source.lines[line]) if line < len(source.lines) else 0
    return Span.at(source.path, line + 1, column + 1)


def _quoted(words: str) -> str:
    return re.sub(r"'([^']+)'", r"`\1`", words)
