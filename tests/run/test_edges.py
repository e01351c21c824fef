"""Bugs at the edges are found from the contract alone, with nothing set; sound code beside them is left alone.

`edges.c` is one source and three libraries: sound, as near to the defects as sound code can come, and wrong.
"""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

from tiers import sample

# What must be found in the release build, and in the build with AddressSanitizer and UBSan; empty where only
# the other one can see it (a write that is undone before the call returns; an overflow inside the heap).
DEFECTS = {
    "ed_checksum": ("ABD312", "ABD312"),
    "ed_label": ("ABD311", "ABD311"),
    "ed_copy_name": ("ABD322", "ABD322"),
    "ed_rtrim": ("ABD312", "ABD312"),
    "ed_tag": ("ABD311", "ABD311"),
    "ed_quote": ("ABD324", "ABD324"),
    "ed_words": ("ABD312", "ABD312"),
    "ed_last": ("ABD312", "ABD312"),
    "ed_sum16": ("ABD312", "ABD312"),
    "ed_utf8_count": ("ABD312", "ABD312"),
    "ed_hex": ("ABD311", "ABD311"),
    "ed_base64": ("ABD311", "ABD311"),
    "ed_find": ("ABD312", "ABD312"),
    "ed_has_prefix": ("ABD312", "ABD312"),
    "ed_reverse": ("ABD312", "ABD312"),
    "ed_insert": ("ABD311", "ABD311"),
    "ed_pixels": ("ABD312", "ABD312"),
    "ed_slice": ("ABD321", "ABD321"),
    "ed_header": ("ABD312", "ABD312"),
    "ed_gather": ("ABD312", "ABD312"),
    "ed_rename": ("ABD321", "ABD321"),
    "ed_count": ("ABD311", "ABD311"),
    "ed_width": ("ABD311", "ABD311"),
    "ed_inside": ("ABD321", "ABD321"),
    "ed_field": ("ABD313", "ABD313"),
    "ed_varint": ("ABD321", "ABD321"),
    "ed_is_text": ("ABD321", "ABD321"),
    "ed_locate": ("ABD321", "ABD321"),
    "ed_median": ("ABD321", "ABD303"),
    "ed_put": ("ABD322", "ABD322"),
    "ed_room": ("ABD322", "ABD322"),
    "ed_samples": ("ABD322", "ABD322"),
    "ed_spell": ("ABD322", "ABD322"),
    "ed_squeeze": ("ABD311", "ABD311"),
    "ed_first_word": ("ABD313", ""),
    "ed_sorted_max": ("ABD313", "ABD313"),
    "ed_mid": ("ABD321", "ABD303"),
    "ed_bit": ("ABD321", "ABD303"),
    "ed_divide": ("ABD301", "ABD303"),
    "ed_to_int": ("ABD321", "ABD321"),
    "ed_bucket": ("ABD301", "ABD301"),
    "ed_class": ("ABD322", "ABD303"),
    "ed_add8": ("ABD321", "ABD321"),
    "ed_align": ("ABD321", "ABD321"),
    "ed_length8": ("ABD321", "ABD321"),
    "ed_array_size": ("ABD321", "ABD321"),
    "ed_find_byte": ("ABD321", "ABD321"),
    "ed_abs": ("ABD321", "ABD303"),
    "ed_compare": ("ABD321", "ABD303"),
    "ed_days": ("ABD321", "ABD321"),
    "ed_mean": ("ABD321", "ABD321"),
    "ed_percent": ("ABD321", "ABD321"),
    "ed_clamp": ("ABD321", "ABD321"),
    "ed_sum": ("ABD321", "ABD321"),
    "ed_search": ("ABD321", "ABD321"),
    "ed_unique": ("ABD321", "ABD321"),
    "ed_bytes_compare": ("ABD321", "ABD321"),
    "ed_overlap": ("ABD321", "ABD321"),
    "ed_max": ("ABD321", "ABD321"),
    "ed_sorted": ("ABD321", "ABD321"),
    "ed_has": ("ABD322", "ABD303"),
    "ed_join": ("ABD322", "ABD322"),
    "ed_parse": ("ABD321", "ABD321"),
    "ed_kind_name": ("ABD322", "ABD322"),
    "ed_next_state": ("ABD322", "ABD322"),
    "ed_bits": ("ABD321", "ABD321"),
    "ed_apply": ("ABD321", "ABD321"),
    "ed_value_int": ("ABD321", "ABD321"),
    "ed_steps": ("ABD302", "ABD302"),
    "ed_depth": ("ABD321", "ABD321"),
    "ed_level": ("ABD304", "ABD304"),
    "ed_get": ("ABD301", "ABD301"),
    "ed_null": ("ABD301", "ABD303"),
    "ed_null_out": ("ABD323", "ABD323"),
    "ed_view": ("ABD301", "ABD301"),
    "ed_view_of": ("ABD301", "ABD303"),
    "ed_view_span": ("ABD301", "ABD301"),
    "ed_push_many": ("", "ABD303"),
    "ed_peek": ("ABD321", "ABD321"),
}


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS))
def test_a_defect_is_found_under_its_code(function, build, code, judge):
    found, _ = judge("edges", function, build, seed=3)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.function == function for finding in found)
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS))
def test_sound_code_is_left_alone(function, build, judge):
    found, reasons = judge.in_turn(SOUND, "edges", function, build)

    assert found == []
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize(
    "function",
    [
        "ed_base64",
        "ed_is_text",
        "ed_locate",
        "ed_median",
        "ed_squeeze",
        "ed_varint",
        "ed_has_prefix",
        "ed_slice",
        "ed_rename",
        "ed_divide",
        "ed_view",
        "ed_view_of",
        "ed_view_span",
    ],
)
def test_what_random_values_seldom_meet_is_found_from_every_seed(function, seed, judge):
    found, _ = judge("edges", function, "wrong", seed=seed)

    assert found


SMALLEST = {
    "ed_label": 'ed_label(out, 0, "");',
    "ed_divide": "ed_divide((-2147483647 - 1), -1, &quotient);",
    "ed_bucket": "ed_bucket(NAN);",
    "ed_days": "ed_days(1700, 2);",
    "ed_last": 'ed_last("", 0);',
    "ed_parse": 'ed_parse("-", &out);',
    "ed_kind_name": "ed_kind_name(ED_BOTH);",
    "ed_level": "ed_level(9);",
}


@pytest.mark.slow
@pytest.mark.parametrize("function", sample(SMALLEST, keep=["ed_label", "ed_kind_name"]))
def test_the_smallest_call_is_as_small_as_it_gets(function, judge):
    found, _ = judge("edges", function, "wrong", seed=3)

    assert SMALLEST[function] in found[0].call
