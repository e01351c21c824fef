"""A record behind which a function leads is never passed alone."""

from __future__ import annotations

import pytest

from abidance.toolchain.call_graph import CallGraph

HEADER = """\
struct part { unsigned short size, kind; };
struct list { struct part first; unsigned char rest[3]; };
int pa_value(const struct part *part);
void pa_mark(const struct list *list, int mark);
void *pa_data(const struct part *part);
"""


def leading(**distances):
    """Return the code of a library of which these functions return what they are given, so many bytes further on."""
    starts = {name: 16 * i for i, name in enumerate(distances, 1)}
    return CallGraph(tuple(starts.values()), starts, leads_behind=distances)


def test_what_takes_a_record_behind_which_a_function_leads_is_not_called(drafted):
    made = drafted(HEADER, calls=leading(pa_data=4))

    assert made.why_not("pa_value") == "how much lies behind the record at `part`, where `pa_data` leads"
    assert "pa_mark" in made.called
    assert "pa_value" in drafted(HEADER).called


@pytest.mark.parametrize("distance", [2, 3])
def test_what_leads_to_a_member_says_nothing(drafted, distance):
    assert "pa_value" in drafted(HEADER, calls=leading(pa_data=distance)).called


def test_what_leads_to_the_next_of_its_kind_says_nothing(drafted):
    header = HEADER.replace("void *pa_data", "const struct part *pa_data")

    assert "pa_value" in drafted(header, calls=leading(pa_data=4)).called


def test_the_end_of_a_record_is_behind_its_padding(drafted):
    header = f"{HEADER} void *pa_rest(const struct list *list);"

    assert "pa_mark" in drafted(header, calls=leading(pa_rest=7)).called
    assert "pa_mark" not in drafted(header, calls=leading(pa_rest=8)).called


def test_a_record_with_bit_fields_or_of_unknown_layout_says_nothing(drafted):
    header = "struct part { unsigned a : 3; }; int pa_value(const struct part *p); void *pa_data(const struct part *p);"

    assert "pa_value" in drafted(header, calls=leading(pa_data=64)).called
