"""What is no YAML, or no YAML that a contract may have."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.unit

QUOTING = (
    " | = quote a text that begins with a quote or one of `[{!*&%@`, or that has `: ` or ` #` in it; "
    "inside `[...]` and `{...}` also one with a comma or a bracket"
)


def test_the_parser_speaks_for_itself(complaints):
    assert complaints("a: b: c\n") == [
        f"1:5 not valid YAML: mapping values are not allowed in this context{QUOTING}"
    ]
    assert complaints("a: @x\n") == [
        f"1:4 not valid YAML: found character that cannot start any token{QUOTING}"
    ]


def test_a_backslash_in_double_quotes_begins_an_escape(complaints):
    (complaint,) = complaints(r'a: ["matches(b, \d)"]' + "\n")

    assert "found unknown escape character" in complaint
    assert complaint.endswith("write the text in single quotes, where it is itself")


def test_an_open_bracket_is_shown_at_the_last_line_that_has_text(complaints):
    assert complaints("a: 1\nb: [1,\n\n\n") == [
        f"2:7 not valid YAML: did not find expected node content{QUOTING}"
    ]


def test_tabs_do_not_indent(complaints):
    assert complaints("a:\n\t- b\n") == ["2:1 a tab indents this line | YAML indents with spaces"]
    assert complaints("a:\n  b: 1\n \tc: 2\n") == ["3:2 a tab indents this line | YAML indents with spaces"]


def test_a_key_is_written_once(complaints):
    assert complaints("boundary: a\nheader: h\nboundary: b\n") == ["3:1 duplicate key `boundary`"]


def test_tags_aliases_and_keys_that_mean_nothing_here(complaints):
    assert complaints("a: !x y\n") == [
        "1:4 a contract has no YAML tags such as `!x` | = in an expression, write `not x` for `!x`"
    ]
    assert complaints("a: !!python/object:os.system x\n")[0].startswith(
        "1:4 a contract has no YAML tags such as `!!python"
    )
    assert complaints("a: *x\n") == ["1:4 the alias `*x` names no anchor `&x` above it"]
    assert complaints("a: &a [*a]\n") == ["1:8 the alias `*a` is inside what it names"]
    assert complaints("<<: {a: 1}\n") == [
        "1:1 merge keys (`<<`) are not part of YAML 1.2 | write the keys out"
    ]
    assert complaints("? [a]\n: b\n") == ["1:3 a key must be one word or text"]
    assert complaints("a: 1\n---\nb: 2\n") == ["2:1 a second document begins here | one contract a file"]
    assert complaints("a: 'x\x01'\n") == ["1:6 the character U+0001 is not allowed in YAML"]


def test_all_of_these_are_collected(complaints):
    assert len(complaints("a: !x 1\na: 2\nb: {c: 1, c: 2}\n")) == 3


def test_a_billion_laughs_are_refused_at_once(complaints):
    laughs = "l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
        f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 20)
    )
    start = time.process_time()

    assert complaints(laughs) == ["6:25 aliases make this more than 200000 values"]
    assert time.process_time() - start < 1


def test_depth_is_bounded_whichever_way_it_is_reached(complaints):
    assert complaints("a: " + "[" * 500) == ["1:43 nested deeper than 40 levels"]
    assert len(complaints("a: " + "[" * 100_000)) == 1
    deep = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60))
    assert complaints(deep) == ["39:12 nested deeper than 40 levels"]


def test_size_is_bounded(complaints):
    assert complaints("# " + "x" * (5 << 20)) == ["1:1 longer than 4 MiB of text"]
