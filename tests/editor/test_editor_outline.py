"""The outline of a document: that of YAML where it is YAML, and as much as possible of it elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from abidance.contract.language.flow import joined
from abidance.contract.source.compose import compose
from abidance.contract.source.nodes import ListNode, MappingNode, ScalarNode
from abidance.editor.outline import Items, Pairs, ScalarText, spots
from abidance.editor.outline_reader import read_outline

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]


def has_anchors(path):
    """Tell whether a contract says something once and names it, which an outline passes over."""
    return any(isinstance(token, yaml.AnchorToken) for token in yaml.scan(path.read_text(encoding="utf-8")))


REAL = [
    path
    for path in (
        ROOT / "tests" / "contract" / "whole_language.yaml",
        *sorted(ROOT.glob("contracts/*.contract.yaml")),
        *sorted(ROOT.glob("examples/*/*.contract.yaml")),
    )
    if not has_anchors(path)
]


def of_yaml(node):
    match node:
        case MappingNode():
            return {key.text: of_yaml(value) for key, value in node.entries}
        case ListNode():
            return [of_yaml(item) for item in joined(node)]
        case ScalarNode():
            return _words(node.text)


def of_outline(node):
    match node:
        case Pairs():
            return {pair.key.text: of_outline(pair.value) for pair in node.pairs}
        case Items():
            return [of_outline(item) for item in node.items]
        case ScalarText():
            return _words(node.text)
        case None:
            return ""


def _words(text):
    return " ".join(text.split())  # lines of text are folded by YAML, and are left as they are here


@pytest.mark.parametrize("path", REAL, ids=[path.stem for path in REAL])
def test_what_is_yaml_comes_out_as_yaml_means_it(path):
    text = path.read_text(encoding="utf-8")
    assert of_outline(read_outline(text)) == of_yaml(compose(text, path))


@pytest.mark.parametrize(
    "text",
    [
        "a: 'it''s'\nb: \"x\\\"y\"\n",
        "a: {b: [1, {c: d}], e: }\nf: [g(x, y), h]\n",
        "a:\n- b\n- c: 1\n  d: 2\n-\n  e: 3\n",
        "a: b\n  c\nd: |\n  e: f\n\n  # g\nh: >-\n  i\n",
        "? a\n",
        "'a b': c # d\n\"e: f\": g#h\n-1: i\n..-1: j\n",
        "a: {b: c,\n    d: e}\nf: &x g\n",
        "- - a\n  - b\n- c\n",
        "a: b\r\nc: d\r\n",
    ],
)
def test_forms_of_yaml(text):
    if text.startswith("?"):
        assert read_outline(text) is not None
        return
    assert of_outline(read_outline(text)) == of_yaml(compose(text, Path("a.yaml")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {b: c\nd: e\n", {"a": {"b": "c"}, "d": "e"}),
        ("a:\n  b: [c, d\n  e: f\n", {"a": {"b": ["c", "d"], "e": "f"}}),
        ("a: 'b\nc: d\n", {"a": "b", "c": "d"}),
        ("a:\n  bc\nd: e\n", {"a": "bc", "d": "e"}),
        ("a:\n  b: c\n  de\nf: g\n", {"a": {"b": "c", "de": ""}, "f": "g"}),
        ("a:\n    b: c\n  d: e\n", {"a": {"b": "c", "d": "e"}}),
        ("a: }{][\nb: c\n", {"a": "}{][", "b": "c"}),
        ("", ""),
    ],
)
def test_what_is_no_yaml(text, expected):
    assert of_outline(read_outline(text)) == expected


def test_places_are_those_of_the_text():
    text = "a: {b: 'c', d: e}\nf:\n  - g  # h\n"
    assert [text[each.scalar.start : each.scalar.end] for each in spots(read_outline(text))] == [
        "a", "b", "'c'", "d", "e", "f", "g",
    ]  # fmt: skip
