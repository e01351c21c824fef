"""Every node knows where it stands, whichever parser PyYAML has."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from abidance.contract.source.compose import compose
from abidance.contract.source.nodes import ListNode, MappingNode, ScalarNode
from abidance.core.errors import UsageError

pytestmark = pytest.mark.unit

WHERE = Path("c.contract.yaml")
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/*.contract.yaml"))
both = pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])

EVERYTHING = """\
# a comment
plain: some text   # and another
é: "quoted \\" with \\x41 escapes"
single: 'it''s'
list: [a, {b: c, d: }, 'e']
block: |  # kept
  one
  two

folded: >-
  long
  text
several: plain text
  over lines
nothing:
anchored: &a [1, 2]
again: *a
? asked
: answered
items:
- p
- q: 1
  r: 2
-
- &b   named
- &c
  below
last: end"""


def scalars(node):
    match node:
        case ScalarNode():
            yield node
        case ListNode():
            for item in node.items:
                yield from scalars(item)
        case MappingNode():
            for key, value in node.entries:
                yield key
                yield from scalars(value)


def cut(text, span):
    lines = text.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = lines[span.line : span.end_line - 1]
    return "\n".join(
        [lines[span.line - 1][span.column - 1 :], *middle, lines[span.end_line - 1][: span.end_column - 1]]
    )


@both
def test_a_span_cuts_out_what_was_written(loader):
    written = [cut(EVERYTHING, node.span) for node in scalars(compose(EVERYTHING, WHERE, loader))]

    assert written == [
        "plain", "some text",
        "é", '"quoted \\" with \\x41 escapes"',
        "single", "'it''s'",
        "list", "a", "b", "c", "d", ":", "'e'",
        "block", "|  # kept\n  one\n  two",
        "folded", ">-\n  long\n  text",
        "several", "plain text\n  over lines",
        "nothing", ":",
        "anchored", "1", "2", "again", "1", "2",
        "asked", "answered",
        "items", "p", "q", "1", "r", "2", "-", "named", "below",
        "last", "end",
    ]  # fmt: skip


@both
def test_lists_and_mappings_reach_from_their_first_to_their_last_character(loader):
    text = "a: [1, 2]\nb:\n  - x: 1\n    y: 2\n  - z\n\n# far away\nc: {d: e}\n"

    values = [value for _, value in compose(text, WHERE, loader).entries]

    assert [cut(text, value.span) for value in values] == ["[1, 2]", "- x: 1\n    y: 2\n  - z", "{d: e}"]


@pytest.mark.parametrize("text", [EVERYTHING, *(path.read_text(encoding="utf-8") for path in EXAMPLES)])
def test_libyaml_and_pure_python_agree_on_every_node(text):
    assert compose(text, WHERE, yaml.CSafeLoader) == compose(text, WHERE, yaml.SafeLoader)


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize(("text", "column"), [("? a", 3), ("- ?", 3), ("a: b\nc:", 2), ("---", 3)])
def test_a_value_that_is_left_out_at_the_end_is_where_the_text_ends(text, column, loader):
    node = compose(text, WHERE, loader)
    while not isinstance(node, ScalarNode):
        node = node.entries[-1][1] if isinstance(node, MappingNode) else node.items[-1]

    assert (node.text, node.span.line, node.span.column) == ("", text.count("\n") + 1, column)


def test_carriage_returns_end_lines():
    (_, (key, _)) = compose("a: 1\r\nb: 2\r\n", WHERE).entries

    assert (key.span.line, key.span.column) == (2, 1)


ATOM = st.one_of(
    st.text(string.ascii_letters + string.digits + "_-.<>=()é ", min_size=1, max_size=12).map(str.strip),
    st.text(string.printable[:-3] + "é\U0001f600", max_size=12).map(
        lambda text: yaml.dump(text, width=9)[:-1]
    ),
    st.text("ab '\"\\\t\u00e9", max_size=10).map(lambda text: "'" + text.replace("'", "''") + "'"),
)
FLOW = st.recursive(
    ATOM,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(
            lambda xs: f"{{{', '.join(f'k{i}: {x}' for i, x in enumerate(xs))}}}"
        ),
    ),
    max_leaves=8,
)


@given(
    st.lists(FLOW, min_size=1, max_size=4),
    st.sampled_from(["- {}\n", "k{n}: {}\n", "k{n}:\n  {}\n", "-   {}  # c\n"]),
)
def test_libyaml_and_pure_python_agree_on_any_text(values, shape):
    agree_on("".join(shape.format(value, n=n) for n, value in enumerate(values)))


def agree_on(text):
    """Compose a text with both loaders: what both take has one meaning."""
    one, other = composed(text, yaml.CSafeLoader), composed(text, yaml.SafeLoader)
    assert "refused" in {str(one), str(other)} or one == other


def composed(text, loader):
    try:
        return compose(text, WHERE, loader)
    except UsageError:
        return "refused"  # libyaml takes a little more than PyYAML, such as `...` in brackets


@given(st.text())
def test_any_text_composes_or_is_refused(text):
    agree_on(text)


@given(st.text("{}[]:-,&*!|>'\"\n\t ab#?%@`", max_size=40))
def test_any_heap_of_indicators_composes_or_is_refused(text):
    agree_on(text)
