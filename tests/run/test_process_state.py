"""What a call leaves behind is found from the contract alone; what sound code leaves is no finding.

`process_state.c` is one source and three libraries: sound, as near to the defects as sound code can come, and wrong.
"""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

# By function: the code, and that of the build with AddressSanitizer where it sees less.
DEFECTS = {
    "lv_squares": "ABD325",
    "lv_half": "ABD325",
    "lv_measure": "ABD325",
    "lv_copy": "ABD325",
    "lv_parse": "ABD326",
    "lv_wide": "ABD325",
    "lv_find": "ABD325",
    "lv_fresh_heap": ("ABD327", ""),
    "lv_fresh_branch": ("ABD327", ""),
    "lv_fresh_stack": ("ABD327", ""),
    "lv_mark": "ABD327",
    "lv_open_level": "ABD361",
    "lv_quiet": "ABD362",
    "lv_quiet_zero": "ABD362",
    "lv_round_up": "ABD363",
    "lv_flush": "ABD363",
    "lv_format": "ABD364",
    "lv_enter": "ABD364",
    "lv_mask": "ABD364",
    "lv_set": "ABD364",
    "lv_watch": "ABD364",
    "lv_block": "ABD364",
    "lv_probe": "ABD365",
    "lv_shut": "ABD365",
    "lv_start": "ABD367",
    "lv_debug": "ABD366",
    "lv_next": "ABD368",
    "lv_scratch": "ABD369",
    "lv_since": ("ABD382", ""),
    "lv_level": ("ABD382", ""),
    "lv_handled": "ABD369",
}


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS))
def test_what_is_left_behind_is_found_under_its_code(function, build, code, judge):
    found, reasons = judge("process_state", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, "lv_ticks", "lv_id"))
def test_what_sound_code_leaves_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "process_state", function, build) == ([], [])


@pytest.mark.slow
def test_what_is_allowed_by_name_is_no_finding(judge):
    assert judge("process_state", "lv_id", "wrong", seed=1) == ([], [])


# Its 64 bytes lie where whoever prepares a call was last, a few bytes below its caller: not for the tier `full` alone.
@pytest.mark.slow
@pytest.mark.parametrize(("build", "codes"), [("wrong", ["ABD327"]), ("sound", []), ("near", [])])
def test_a_small_local_that_nothing_has_set_is_found(build, codes, judge):
    found, reasons = judge("process_state", "lv_fresh_stack", build, seed=1)

    assert ([each.diagnostic.code.id for each in found], reasons) == (codes, [])
