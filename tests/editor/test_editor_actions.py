from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import Range

from abidance.core.catalogue import UNKNOWN_NAME
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.span import Span
from abidance.editor.actions import change, drafts, mends
from abidance.editor.outline_reader import read_outline
from abidance.editor.positions import Document
from abidance.editor.problems import carried, shown

pytestmark = pytest.mark.unit

PATH = Path("/p/c.contract.yaml")
BEGIN = "abidance: 1\nheader: api.h\nprefix: rg_\nfunctions:\n"


@pytest.fixture
def offered(knowledge):
    """Return the titles of what can be drafted where ``@`` stands."""

    def ask(text):
        at = text.index("@")
        text = text[:at] + text[at + 1 :]
        document = Document(text)
        place = Range(document.position(at), document.position(at))
        return [each.title for each in drafts("u", document, read_outline(text), knowledge.facts, place, [])]

    return ask


def test_a_function_of_which_little_is_said(offered):
    assert offered(f"{BEGIN}  rg_ad@mit:\n") == ["Draft what the header tells of `rg_admit`"]
    assert offered(f"{BEGIN}  rg_admit:\n    params: {{guard: {{handle: rg_guard}}, @}}\n") == [
        "Draft what the header tells of `rg_admit`"
    ]


def test_a_function_of_which_all_is_said(offered):
    params = "{guard: {handle: g}, request: {in: r}, reason: {out: k}}"
    assert offered(f"{BEGIN}  rg_admit:\n    params: {params}\n    returns: {{bo@ol: true}}\n") == []


def test_a_name_without_its_colon(knowledge):
    document = Document(f"{BEGIN}  rg_new: {{}}\n  rg_admit\n")
    at = document.text.index("admit")
    place = Range(document.position(at), document.position(at))
    (draft,) = drafts("u", document, read_outline(document.text), knowledge.facts, place, [])
    assert document.text[: draft.data["colon"]].endswith("rg_admit")


def test_functions_that_are_not_listed(offered):
    assert offered(f"{BEGIN}  rg_new: {{}}\n  rg_free: {{}}\n".replace("functions", "func@tions")) == [
        "Draft 3 more functions, which the contract does not list"
    ]


def test_a_name_that_was_meant_takes_the_place_of_the_wrong_one_alone():
    text = "functions: {rg_admt: {}, x: 'rg_admt'}\n"
    document = Document(text)
    for start, end in ((12, 19), (text.index("'"), text.rindex("'") + 1)):
        span = Span(PATH, 1, start + 1, 1, end + 1)
        label = Label(span, "did you mean `rg_admit`?")
        problem = Diagnostic(UNKNOWN_NAME, "function `rg_admt` is not in `api.h`", (label,))
        (found,) = shown([problem], PATH, document, read_outline(text))
        (mend,) = mends("u", document, [found], found.range)
        (edit,) = mend.edit.changes["u"]
        begin, stop = document.offset(edit.range.start), document.offset(edit.range.end)
        assert (text[begin:stop], edit.new_text) == ("rg_admt", "rg_admit")


def test_what_stands_in_the_header_is_shown_where_the_contract_names_it(tmp_path):
    header = tmp_path / "api.h"
    header.write_text("int é🎉 f;\n")
    place = Label(Span(header, 1, 8, 1, 9), "here")
    document = Document("abidance: 1\nheader: api.h\n")
    (found,) = shown([Diagnostic(UNKNOWN_NAME, "x", (place,))], PATH, document, read_outline(document.text))
    assert (found.range.start.line, found.range.start.character) == (1, 8)
    (related,) = found.related_information
    assert related.location.uri == header.as_uri()
    assert related.location.range.start.character == 8  # one of two units before it


@pytest.mark.parametrize(
    ("before", "after"), [("a\nb\nc\n", "a\nB\nc\n"), ("ab", "aab"), ("", "x"), ("x", ""), ("aXa", "aXaXa")]
)
def test_an_edit_makes_one_text_the_other(before, after):
    document = Document(before)
    edit = change(document, after)
    start, end = document.offset(edit.range.start), document.offset(edit.range.end)
    assert before[:start] + edit.new_text + before[end:] == after


def test_problems_of_lines_that_did_not_change_are_kept():
    old = Document("a\nb\nc\nd\n")
    lines = [Span(PATH, line, 1, line, 2) for line in (1, 2, 4)]
    found = shown([Diagnostic(UNKNOWN_NAME, "x", (Label(each),)) for each in lines], PATH, old, None)
    kept = carried(found, old, Document("a\nB\nnew\nc\nd\n"))
    assert [each.range.start.line for each in kept] == [0, 4]
