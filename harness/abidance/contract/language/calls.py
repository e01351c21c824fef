"""Calls that a law writes out: `a = rg_admit(guard, request)`."""

from __future__ import annotations

import ast
import re
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression.environment import spelling
from abidance.contract.expression.expression import Expression, parse
from abidance.contract.language.clauses import Define, FreeingCall, Name, Schema, ValueKind
from abidance.contract.language.flow import joined
from abidance.contract.language.kinds import FUNCTION_NAME
from abidance.contract.source.nodes import ListNode, Node, ScalarNode
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from abidance.contract.language.reader import ContractReader
    from abidance.core.span import Span

_REST = re.compile(r"\s*(?:(?P<times>\S.*?)\s+times\b)?\s*(?:if\s+(?P<when>\S.*?))?\s*")
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_FIELD = re.compile(r"(?<=[(,])(\s*[A-Za-z_]\w*)\.(\w+\s*=)(?!=)")
_ARGUMENT = re.compile(r"[(,]\s*([A-Za-z_]\w*)\s*=(?!=)")
_CALL = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*)\s*=\s*)?(?:(?P<library>\w[\w.-]*)\.)?(?P<function>[A-Za-z_]\w*)\s*\("
)


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call of a law. Arguments have the name of their parameter, or none where their place tells it.

    It is made so many `times`, once where that is None, and only `when` that holds. `library` says whose function it
    is, where one of the contract's libraries stands before it.
    """

    name: Name | None
    function: Name
    arguments: tuple[tuple[Name | None, Expression], ...]
    span: Span
    times: Expression | None = None
    when: Expression | None = None
    library: Name | None = None


@dataclass(frozen=True)
class CallOf(ValueKind):
    """A call whose arguments are expressions, in their order or by name, and perhaps how often and when it is made."""

    _: KW_ONLY
    words: str = "a call such as `a = rg_admit(guard, request)`"

    def read(self, node: Node, reader: ContractReader) -> WrittenCall | None:
        """Return the call."""
        text = node.text if isinstance(node, ScalarNode) else ""
        found = _CALL.match(text)
        if found is None or not isinstance(node, ScalarNode):
            reader.wrong(node, self.words)
            return None
        start, close = found.start("function"), _end_of_call(text, found.end() - 1)
        # A field of a parameter is no name to Python: `strm.next_in=text`.
        code = _FIELD.sub(r"\1_\2", text[start:close])
        try:
            tree = ast.parse(code, mode="eval").body
        except SyntaxError:
            tree = None
        rest = _REST.fullmatch(text, close)
        if not isinstance(tree, ast.Call) or rest is None or "\n" in text:
            taken = next((each for each in _ARGUMENT.findall(code) if spelling(each) != each), None)
            hint = (
                f"a parameter `{taken}` is written `{spelling(taken)}`, as in expressions" if taken else None
            )
            reader.wrong(node, self.words, hint=hint)
            return None
        conditions: list[Expression | None] = []
        for part in ("times", "when"):
            condition = self._expression(node, *rest.span(part), reader) if rest[part] else None
            if rest[part] and condition is None:
                return None
            conditions.append(condition)
        written: list[tuple[Name | None, Expression]] = []
        given = [(None, each) for each in tree.args] + [(each, each.value) for each in tree.keywords]
        for keyword, each in given:
            at, end = (
                start + _characters(code, each.col_offset),
                start + _characters(code, each.end_col_offset or 0),
            )
            expression = self._expression(node, at, end, reader)
            if expression is None:
                return None
            name = None
            if keyword is not None:
                place = start + _characters(code, keyword.col_offset)
                there = place, place + len(str(keyword.arg))
                name = Name(text[slice(*there)], node.at(*there))
            written.append((name, expression))
        name, library, called = (
            Name(found[part], node.at(*found.span(part))) if found[part] else None
            for part in ("name", "library", "function")
        )
        assert called is not None
        times, when = conditions
        return WrittenCall(name, called, tuple(written), node.span, times, when, library)

    def items(self, node: ListNode) -> tuple[Node, ...]:
        """Return the calls of a list, with those whole that YAML has split at a comma between parentheses."""
        return joined(node)

    def _expression(self, node: ScalarNode, at: int, end: int, reader: ContractReader) -> Expression | None:
        try:
            return parse(node.text[at:end], node.at(at, end), lambda a, b: node.at(at + a, at + b))
        except UsageError as error:
            reader.problems.extend(error.diagnostics)
            return None

    def schema(self, _define: Define) -> Schema:
        """Return text that looks like a call."""
        return {
            "type": "string",
            "pattern": r"^\s*([A-Za-z_]\w*\s*=\s*)?(\w[\w.-]*\.)?[A-Za-z_]\w*\s*\(.*\).*$",
        }


@dataclass(frozen=True)
class FreedBy(ValueKind):
    """A function that frees something, or a call of one, where it needs more than that: a Name, or a `FreeingCall`."""

    _: KW_ONLY
    words: str = "the name of a C function, or a call such as `st_free(result, n)`"
    several: str = ""
    """What to say where there is more than one."""

    def read(self, node: Node, reader: ContractReader) -> Name | None:
        """Return the function, with what it is called with."""
        text = node.text if isinstance(node, ScalarNode) and isinstance(node.value, str) else ""
        if isinstance(node, ScalarNode) and re.search(FUNCTION_NAME.pattern, text):
            return Name(text, node.span)
        if isinstance(node, ListNode) and self.several:
            reader.wrong(node, self.words, hint=self.several)
            return None
        call = CallOf(words=self.words).read(node, reader)
        if call is None:
            return None
        if call.name or call.library or call.times or call.when:
            reader.wrong(node, self.words)
            return None
        return FreeingCall(call.function.text, call.function.span, call.arguments)

    def schema(self, define: Define) -> Schema:
        """Return text of either form."""
        return {
            "type": "string",
            "pattern": f"({FUNCTION_NAME.pattern})|({CallOf().schema(define)['pattern']})",
        }


FREED_BY = FreedBy()
DESTROYED_BY = FreedBy(
    several="one of them stands here, and each of the others says that it takes the handle over: "
    "`params: {NAME: {handle: HANDLE, owner: callee}}`; `transitions` say in which states each may be called"
)


def _characters(code: str, column: int) -> int:
    """Return how many characters stand before a column of Python's, which counts bytes."""
    return len(code.encode()[:column].decode())


def _end_of_call(text: str, opening: int) -> int:
    """Return where the call ends whose arguments begin with the bracket at `opening`."""
    plain = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    depth = 0
    for at in range(opening, len(plain)):
        depth += (plain[at] in "([{") - (plain[at] in ")]}")
        if depth == 0:
            return at + 1
    return len(text)
