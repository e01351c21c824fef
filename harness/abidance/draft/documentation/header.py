"""What is written about the functions and enumerators of a header, wherever it is written."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from abidance.draft.documentation.comments import CommentedFile
from abidance.draft.documentation.manual import page_of
from abidance.draft.documentation.markup import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.draft.documentation.markup import Documentation
    from abidance.ir.declarations import Enum, Enumerator, Function


class HeaderDocumentation:
    """Comments and manual pages of some functions. Files are read when the first is asked for."""

    def __init__(self, functions: Mapping[str, Function], header: str = "") -> None:
        """Take in the functions by their names, and the name of the header, which a manual page is known by."""
        self._functions = functions
        self._header = header
        self._files: dict[Path, CommentedFile] = {}
        self._known: dict[str, tuple[Documentation, ...]] = {}

    def about(self, name: str) -> tuple[Documentation, ...]:
        """Return what is written about a function, the best first."""
        if name not in self._known:
            function = self._functions[name]
            comment = self._file(function.span.path).about(function)
            texts = (
                parse(comment.text, comment.span) if comment else None,
                page_of(name, frozenset((self._header, name))),
            )
            self._known[name] = tuple(each for each in texts if each is not None)
        return self._known[name]

    def on_enumerator(self, enumerator: Enumerator) -> str:
        """Return the comment on an enumerator."""
        return self._file(enumerator.span.path).on_enumerator(enumerator.name, enumerator.span)

    def on_enum(self, enum: Enum) -> str:
        """Return the comment above an enum."""
        return self._file(enum.span.path).on_type(enum.span)

    def initializer(self, enumerator: Enumerator) -> str:
        """Return how the value of an enumerator is written."""
        return self._file(enumerator.span.path).initializer(enumerator.name, enumerator.span)

    @cached_property
    def _by_file(self) -> Mapping[Path, list[Function]]:
        found: dict[Path, list[Function]] = {}
        for each in self._functions.values():
            found.setdefault(each.span.path, []).append(each)
        return found

    def _file(self, path: Path) -> CommentedFile:
        if path not in self._files:
            file = self._files[path] = CommentedFile(path)
            file.learn(self._by_file.get(path, []))
        return self._files[path]
