"""A contract that was damaged in any way loads or is refused; nothing else ever happens."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from abidance.contract.load import load_text
from abidance.contract.source import compose
from abidance.core.errors import UsageError
from tiers import depth

pytestmark = pytest.mark.unit

WHOLE = Path(__file__).parent / "whole_language.yaml"
TEXT = WHOLE.read_text(encoding="utf-8")
LINES = TEXT.splitlines(keepends=True)
PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "[",
            "]",
            "{",
            "}",
            ": ",
            "- ",
            "null",
            "true",
            "3",
            "''",
            " #",
            "\n",
            "\t",
            "&a ",
            "*a",
            "!x ",
            "|",
            "9" * 99,
        ]
    ),
)


def loads_or_is_refused(text):
    try:
        load_text(text, WHOLE)
    except UsageError as error:
        for diagnostic in error.diagnostics:
            assert diagnostic.labels[0].span.line >= 1
            assert diagnostic.labels[0].span.column >= 1
            assert diagnostic.message


@settings(max_examples=depth(60), deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 12), PIECES)
def test_with_some_characters_replaced(start, length, piece):
    loads_or_is_refused(TEXT[:start] + piece + TEXT[start + length :])


@settings(max_examples=depth(50), deadline=None)
@given(
    st.lists(st.integers(0, len(LINES) - 1), max_size=3), st.integers(0, len(LINES) - 1), st.integers(0, 8)
)
def test_with_lines_lost_or_moved(lost, moved, indent):
    lines = [line for n, line in enumerate(LINES) if n not in lost]
    lines.insert(moved % (len(lines) + 1), " " * indent + LINES[moved].lstrip(" "))

    loads_or_is_refused("".join(lines))


@settings(max_examples=depth(40), deadline=None)
@given(
    st.sampled_from([line.split(":")[0].strip(" -{") for line in LINES if ":" in line and "#" not in line]),
    st.sampled_from(
        [
            "",
            "3",
            "-1",
            "text",
            "[]",
            "[1]",
            "{}",
            "{a: 1}",
            "null",
            "yes",
            "true",
            "'a b'",
            "1.5",
            "[[]]",
            "[{}]",
        ]
    ),
)
def test_with_any_value_for_any_key(key, value):
    lines = [
        f"{line[: line.index(key)]}{key}: {value}\n" if line.strip(" -").startswith(f"{key}:") else line
        for line in LINES
    ]

    loads_or_is_refused("".join(lines))


def test_it_loads_alike_without_libyaml(monkeypatch):
    with_libyaml = load_text(TEXT, WHOLE)
    monkeypatch.setattr(compose, "LOADER", yaml.SafeLoader)

    assert load_text(TEXT, WHOLE) == with_libyaml
