"""What an expression looks at, and names that nobody declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.contract.expression import FieldReferences, declared, parse, spelling
from abidance.core.catalogue import UNKNOWN_NAME
from abidance.core.span import Span

pytestmark = pytest.mark.unit

HEADER = Path("guard.h")
FIELDS = {"route": Span.at(HEADER, 3, 5), "payload_bytes": Span.at(HEADER, 4, 5)}


def parsed(text):
    return parse(text, Span.at(Path("c.yaml"), 1, 1, len(text)))


def resolve(parts):
    match parts:
        case ("request",) | ("rows", "[]"):
            return FieldReferences("`rg_request`", FIELDS, FIELDS)
        case ("n",):
            return FieldReferences("", ())
    return None


def unknown(text, known=("request", "rows", "n", "RG_OK")):
    shown = []
    for diagnostic in parsed(text).unknown_names(known, resolve):
        assert diagnostic.code is UNKNOWN_NAME
        first = diagnostic.labels[0]
        place = text[first.span.column - 1 : first.span.end_column - 1]
        also = [str(label.span) for label in diagnostic.labels[1:]]
        shown.append((place, diagnostic.message, first.text, *also))
    return shown


def test_paths_are_what_the_expression_looks_at():
    text = "len(request.route) > 0 and old(n) < rows[n].size and [1, 2][i] == 1 and null != p"

    paths = parsed(text).paths

    assert [path for path, _ in paths] == ["request.route", "n", "rows[].size", "n", "i", "p"]
    assert [text[span.column - 1 : span.end_column - 1] for _, span in paths] == [
        "request.route", "n", "rows[n].size", "n", "i", "p",
    ]  # fmt: skip
    assert parsed(text).names == {"request", "n", "rows", "i", "p"}


def test_loop_variables_are_the_elements_they_run_over():
    expression = parsed("all(x.size > y for x in rows for y in x.parts if i < 3 for i in range(n))")

    assert [path for path, _ in expression.paths] == [
        "rows",
        "rows[].parts",
        "i",
        "n",
        "rows[].size",
        "rows[].parts[]",
    ]


def test_what_an_index_inside_old_looks_at_is_known_where_old_is_indexed():
    assert [each.path for each in parsed("old(xs[i:j])[:1] == old(xs[k])").references] == [
        "xs",
        "i",
        "j",
        "xs[]",
        "k",
    ]


def test_what_is_inside_old_is_known():
    expression = parsed("old(request).route == old(request.route) and n > 0")

    assert [(reference.path, reference.old) for reference in expression.references] == [
        ("request.route", True), ("request.route", True), ("n", False),
    ]  # fmt: skip


def test_each_part_of_a_path_has_its_place():
    text = "  request.route.n"
    (reference,) = parsed(text).references

    assert reference.parts == ("request", "route", "n")
    assert [text[s.column - 1 : s.end_column - 1] for s in reference.spans] == ["request", "route", "n"]


def test_places_count_characters_not_bytes():
    text = '"é€" == request.route'
    ((_, span),) = parsed(text).paths

    assert text[span.column - 1 : span.end_column - 1] == "request.route"


def test_a_known_expression_has_nothing_to_complain_about():
    assert unknown("request.route == rows[0].route and n < RG_OK and all(r.route for r in rows)") == []


def test_an_unknown_name_suggests_the_nearest():
    assert unknown("n < RG_KO") == [("RG_KO", "unknown name `RG_KO`", "did you mean `RG_OK`?")]
    assert unknown("zzz") == [("zzz", "unknown name `zzz`", "")]


def test_an_unknown_field_is_shown_at_both_places():
    assert unknown("request.payload_byte < 4096") == [
        (
            "payload_byte",
            "`payload_byte` is not a field of `rg_request`",
            "did you mean `payload_bytes`?",
            "guard.h:4:5",
        )
    ]


def test_a_field_of_an_element_is_checked_through_the_loop_variable():
    assert [place for place, *_ in unknown("all(r.rout == n for r in rows)")] == ["rout"]


def test_a_number_has_no_fields():
    assert unknown("n.x > 0") == [("x", "`n` has no fields, so no `x`", "")]


def test_a_name_that_is_wrong_everywhere_is_one_mistake():
    assert len(unknown("m > 0 and m < 3 and l == m")) == 2


def test_names_that_python_keeps_are_written_with_an_underscore():
    pairs = [
        ("in", "in_"),
        ("in_", "in__"),
        ("from", "from_"),
        ("result", "result_"),
        ("errno", "errno_"),
        ("null", "null_"),
    ]
    for name, written in pairs:
        assert spelling(name) == written
        assert declared(written) == name
    for name in ("n", "n_", "len", "route", "_in", "print", "match"):
        assert spelling(name) == declared(name) == name
