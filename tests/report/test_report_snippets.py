from __future__ import annotations

from textwrap import dedent

import pytest

from abidance.core.codes import Code, Severity
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.span import Span
from abidance.report.text.block import render
from abidance.report.text.chars import one_line, width
from abidance.report.text.style import Style

pytestmark = pytest.mark.unit

CODE = Code("ABD999", "some-name")


@pytest.fixture
def shown(tmp_path):
    """Return the lines that show one source line with labels, without what frames them."""
    file = tmp_path / "x.yaml"

    def show(line, *labels, columns=140):
        file.write_text(line + "\n")
        made = tuple(Label(Span.at(file, 1, at + 1, size), text) for at, size, text in labels)
        text = render(Diagnostic(CODE, "m", made), Style(width=columns, base=tmp_path))
        return [each[5:] for each in text.splitlines()[3:]]

    return show


def test_words_stand_beside_the_underline_where_they_fit(shown):
    assert shown("first  second    third", (0, 5, ""), (7, 6, "b"), (17, 5, "ccc")) == [
        "first  second    third",
        "^^^^^  ------ b  ----- ccc",
    ]


def test_words_that_do_not_fit_hang_below(shown):
    assert shown("one two three", (0, 3, "a long story"), (4, 3, "another story"), (8, 5, "the end")) == [
        "one two three",
        "^^^ --- ----- the end",
        "|   |",
        "|   another story",
        "a long story",
    ]


def test_hanging_words_share_a_row_when_there_is_room(shown):
    assert shown("aaaa    bbbbb ccccc", (0, 4, "one"), (8, 5, "two"), (14, 5, "three")) == [
        "aaaa    bbbbb ccccc",
        "^^^^    ----- ----- three",
        "|       |",
        "one     two",
    ]


def test_outer_spans_are_drawn_below_inner_ones(shown):
    assert shown("r == (a and b < 4)", (0, 1, "true"), (12, 1, "9"), (12, 5, "false"), (5, 13, "false")) == [
        "r == (a and b < 4)",
        "^ true      - 9",
        "            ----- false",
        "     ------------- false",
    ]


def test_the_primary_label_is_first_even_around_others(shown):
    assert shown("a < b", (0, 5, "false"), (0, 1, "3"), (4, 1, "2")) == [
        "a < b",
        "^^^^^ false",
        "-   - 2",
        "|",
        "3",
    ]


def test_tabs_are_stops(shown):
    assert shown("\tint\tx;", (1, 3, "type"), (5, 1, "")) == [
        "    int x;",
        "    ^^^ -",
        "    |",
        "    type",
    ]


def test_wide_and_combining_characters_take_the_columns_they_take(shown):
    assert shown("漢字 e\u0301x y", (6, 1, "here")) == ["漢字 e\u0301x y", "       ^ here"]
    assert shown("漢字 x", (0, 2, "wide")) == ["漢字 x", "^^^^ wide"]


def test_what_a_terminal_would_obey_is_shown_and_not_sent(shown):
    assert shown("\x1b[31m \u202e\x7f x", (9, 1, "here")) == ["␛[31m \ufffd␡ x", "         ^ here"]
    assert one_line("a\nb\x1b\tc\u2028") == "a b␛ c\ufffd"


def test_a_long_line_is_cut_around_the_span(shown):
    line = "x" * 100 + " target " + "y" * 100
    top, under = shown(line, (101, 6, "here"), columns=65)
    assert len(top) == 60
    assert top.startswith("...x")
    assert top.endswith("y...")
    assert top[under.index("^") :].startswith("target")
    assert under.strip() == "^^^^^^ here"


def test_a_cut_line_leaves_room_for_the_words(shown):
    top, under = shown("x" * 100 + " target", (101, 6, "these words fit on the line"), columns=65)
    assert len(under) <= 60, under
    assert top.endswith("target")


def test_a_label_outside_the_window_points_at_the_edge(shown):
    line = "first " + "x" * 200 + " second"
    top, under = shown(line, (207, 6, "primary"), (0, 5, "far"), columns=65)
    assert top.startswith("...x")
    assert under.startswith("--- far  ")
    assert under.endswith("^^^^^^ primary")
    top, under = shown(line, (0, 5, "primary"), (207, 6, "far"), columns=65)
    assert top == "first " + "x" * 51 + "..."
    assert under == "^^^^^ primary" + " " * 44 + "--- far"


def test_the_last_column_of_a_line_that_just_fits(shown):
    top, under = shown("x" * 60, (59, 1, ""), columns=65)
    assert top == "x" * 60
    assert under == " " * 59 + "^"


def test_a_span_wider_than_the_line_is_cut(shown):
    top, under = shown("a" * 300, (10, 280, ""), columns=65)
    assert len(top) == len(under) == 60
    assert under == "    " + "^" * 56


def test_a_span_past_the_end_of_the_line_is_shown_there(shown):
    assert shown("abc", (3, 1, "expected `;`")) == ["abc", "   ^ expected `;`"]
    assert shown("abc", (6, 1, "")) == ["abc", "      ^"]


def test_a_span_over_lines_is_underlined_to_the_end_of_its_first(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text("key:\n  a: 1\n  b: 2\n")
    text = render(Diagnostic(CODE, "m", (Label(Span(file, 1, 1, 3, 7), "all this"),)), Style(base=tmp_path))
    assert text.splitlines()[3:] == [" 1 | key:", "   | ^^^^ all this"]


def test_near_places_share_an_excerpt_and_far_ones_do_not(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text("".join(f"line {number}\n" for number in range(1, 200)))
    spans = (
        Span.at(file, 10, 1, 4),
        Span.at(file, 8, 6, 1),
        Span.at(file, 11, 1, 4),
        Span.at(file, 120, 1, 4),
    )
    text = render(
        Diagnostic(CODE, "m", tuple(Label(span, str(span.line)) for span in spans)), Style(base=tmp_path)
    )
    assert text == dedent("""\
        error[ABD999] some-name: m
           --> x.yaml:10:1
            |
          8 | line 8
            |      - 8
        ...
         10 | line 10
            | ^^^^ 10
         11 | line 11
            | ---- 11
            |
           ::: x.yaml:120:1
            |
        120 | line 120
            | ---- 120""")


@pytest.mark.parametrize("name", ["gone.c", ".", "<stdin>", "empty.c"])
def test_a_place_without_source_keeps_its_words(tmp_path, name):
    (tmp_path / "empty.c").write_text("")
    label = Label(Span.at(tmp_path / name, 3, 7), "this read")
    text = render(Diagnostic(CODE, "m", (label,), help="look"), Style(base=tmp_path))
    assert text == dedent(f"""\
        error[ABD999] some-name: m
          --> {name}:3:7   this read
           |
           = help: look""")


def test_bytes_that_are_no_text_do_not_stop_a_report(tmp_path):
    file = tmp_path / "latin.h"
    file.write_bytes(b"int caf\xe9;\r\nint next;\r\n")
    text = render(Diagnostic(CODE, "m", (Label(Span.at(file, 1, 5, 4)),)), Style(base=tmp_path))
    assert text.splitlines()[3:] == [" 1 | int caf\ufffd;", "   |     ^^^^"]


def test_a_diagnostic_without_a_place_is_a_line_and_its_notes():
    diagnostic = Diagnostic(
        Code("ABD450", "evidence-lost", Severity.WARNING),
        "no DWARF",
        notes=("one\ntwo", "three"),
        help="use `-g`",
    )
    assert render(diagnostic, Style()) == dedent("""\
        warning[ABD450] evidence-lost: no DWARF
           = one
             two
           = three
           = help: use `-g`""")


def test_paths_are_relative_to_the_working_directory_when_below_it(tmp_path):
    base = tmp_path / "here"
    (base / "contracts").mkdir(parents=True)
    look = Style(base=base)
    assert look.path(base / "a.h") == "a.h"
    assert look.path(base / "contracts/../include/a.h") == "include/a.h"
    assert look.path(base / "../a.h") == str(tmp_path / "a.h")
    assert look.path(tmp_path / "a.h") == str(tmp_path / "a.h")


def test_widths():
    assert [width(text) for text in ("abc", "漢", "e\u0301", "\u200d", "🦀")] == [3, 2, 1, 0, 2]
