"""What a call leaves behind is found from the contract alone; what sound code leaves is no finding.

`leaves.c` is one source and three libraries: sound, as near to the defects as sound code can come, and wrong.
"""

from __future__ import annotations

import pytest

# By function: the code, and whether the build with AddressSanitizer sees it as well.
DEFECTS = {
    "lv_squares": ("ABD325", True),
    "lv_half": ("ABD325", True),
    "lv_measure": ("ABD325", True),
    "lv_copy": ("ABD325", True),
    "lv_parse": ("ABD326", True),
    "lv_wide": ("ABD325", True),
    "lv_find": ("ABD325", True),
    "lv_fresh_heap": ("ABD327", False),
    "lv_fresh_branch": ("ABD327", False),
    "lv_fresh_stack": ("ABD327", False),
    "lv_mark": ("ABD327", True),
    "lv_open_level": ("ABD361", True),
    "lv_quiet": ("ABD362", True),
    "lv_quiet_zero": ("ABD362", True),
    "lv_round_up": ("ABD363", True),
    "lv_flush": ("ABD363", True),
    "lv_format": ("ABD364", True),
    "lv_enter": ("ABD364", True),
    "lv_mask": ("ABD364", True),
    "lv_set": ("ABD364", True),
    "lv_watch": ("ABD364", True),
    "lv_block": ("ABD364", True),
    "lv_probe": ("ABD365", True),
    "lv_shut": ("ABD365", True),
    "lv_start": ("ABD367", True),
    "lv_debug": ("ABD366", True),
    "lv_next": ("ABD368", True),
    "lv_scratch": ("ABD369", True),
    "lv_since": ("ABD382", False),
    "lv_level": ("ABD382", False),
    "lv_handled": ("ABD369", True),
}
SILENT = (*DEFECTS, "lv_ticks", "lv_id")
SOUND = ("sound", "sound_asan", "near", "near_asan")
BUILDS = [
    (function, build, code)
    for function, (code, everywhere) in DEFECTS.items()
    for build in (["wrong", "wrong_asan"] if everywhere else ["wrong"])
]


@pytest.mark.parametrize(("function", "build", "code"), BUILDS, ids=lambda value: value)
def test_what_is_left_behind_is_found_under_its_code(function, build, code, judge):
    found, reasons = judge("leaves", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.parametrize("build", SOUND)
@pytest.mark.parametrize("function", SILENT)
def test_what_sound_code_leaves_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "leaves", function, build) == ([], [])


def test_what_is_allowed_by_name_is_no_finding(judge):
    assert judge("leaves", "lv_id", "wrong", seed=1) == ([], [])
