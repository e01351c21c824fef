"""Which function has to answer for a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.contract.load import load_text
from abidance.core.codes import Code
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.span import Span
from abidance.draft.rendering import render
from abidance.draft.trial.objections import objections
from abidance.draft.trial.trying import Trial

pytestmark = pytest.mark.unit

PATH = Path("/p/draft.contract.yaml")
CRASHED = Code("ABD301", "crashed")
HEADER = """
typedef struct box box;
box *box_new(void);
void box_free(box *b);
void box_grow(box *b);
int box_fill(box *b);
int box_size(const box *b);
long box_sum(const box *b, const int *values, size_t count);
box *box_copy_new(box *b);
"""


@pytest.fixture
def blamed(drafted):
    """Return a function that tells the functions that are to blame, with the place, for findings."""
    draft = drafted(HEADER).draft
    text = render(draft)
    contract = load_text(text, PATH)

    def blame(*findings):
        return {each.function: each.place for each in objections(Trial(contract, findings), draft)}

    blame.contract = contract
    return blame


def finding(function, call="", *, subject="", place="", span=None, phase="properties"):
    labels = (Label(span),) if span else ()
    told = Diagnostic(CRASHED, f"`{subject or function}` crashed", labels, place=place, subject=subject)
    return Finding(told, function, phase, "c", ("prebuilt",), call)


def test_a_function_answers_for_its_own_calls(blamed):
    assert blamed(finding("box_fill", place="box_fill")) == {"box_fill": ""}


def test_the_place_is_that_of_the_contracts_line(blamed):
    where = blamed.contract.functions["box_sum"].params["values"]
    assert blamed(finding("box_sum", span=where.span)) == {"box_sum": "values"}
    assert blamed(finding("box_sum", span=where.key_span("length"))) == {"box_sum": "values"}
    elsewhere = Span.at(Path("/p/box.h"), where.span.line, where.span.column)
    assert blamed(finding("box_sum", span=elsewhere)) == {"box_sum": ""}


def test_what_several_functions_meet_is_what_they_need(blamed):
    several = [
        finding(each, subject="box_new", place="box_new+4") for each in ("box_fill", "box_size", "box_grow")
    ]
    assert blamed(*several) == {"box_new": ""}
    assert blamed(*several[:1]) == {"box_fill": ""}


def test_of_a_sequence_the_call_answers_without_which_it_cannot_be_explained(blamed):
    """The handle's creator and destroyer are in each sequence, and are to blame for none that needs more."""
    first = finding("box", "box *b = box_new();\nbox_grow(b);\nbox_fill(b);", subject="box_fill")
    other = finding("box", "box *b = box_new();\nbox_grow(b);\nbox_size(b);", subject="box_size")
    freed = finding("box", "box *b = box_new();\nbox_fill(b);\nbox_free(b);", subject="box_free")
    assert blamed(first) == {"box_fill": ""}
    assert blamed(first, other) == {"box_grow": ""}
    assert blamed(freed) == {"box_fill": ""}
    assert blamed(finding("box", "box *b = box_new();\nbox_free(b);", subject="box_free")) == {"box_free": ""}


def test_a_creator_that_takes_such_a_handle_is_a_call_like_others(blamed):
    copied = [
        finding("box", f"box *b = box_new();\n{each}(b);\nbox *c = box_copy_new(b);", subject="box_copy_new")
        for each in ("box_begin", "box_draw")
    ]
    assert blamed(*copied) == {"box_copy_new": ""}


def test_a_function_of_which_nothing_could_be_called_answers_for_that(drafted):
    draft = drafted(HEADER).draft
    contract = load_text(render(draft), PATH)
    trial = Trial(contract, unjudged=(("box_sum", Diagnostic(CRASHED, "no valid call could be generated")),))
    (one,) = objections(trial, draft)
    assert (one.function, one.message) == ("box_sum", "no valid call could be generated")
