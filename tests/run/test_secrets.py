"""Copies of secrets in freed memory and on the stack are found; those that are wiped, or of no secrets, are not."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

pytestmark = pytest.mark.full

DEFECTS = {
    "se_mac": "ABD394",  # on the stack: a `memset` that the compiler leaves out
    "se_deep": "ABD394",  # some kilobytes further down
    "se_login": "ABD394",  # in a block that is freed, text
    "se_collect": "ABD394",  # in a block that `realloc` frees
    "se_make": "ABD394",  # an out parameter
    "se_scramble": "ABD394",
    "se_ctx_new": "ABD394",  # in what the handle is made of, once that is destroyed
    "se_ctx_rekey": "ABD394",
    "se_box_init": "ABD394",  # in the caller's memory, where the handle was
    "se_box_clear": "ABD394",  # a field of it
    "se_token": "ABD394",  # a result, in what frees it
    "se_issue": "ABD394",  # behind a pointer that the call leaves
    "se_given": "ABD394",  # behind a pointer that it is given
}
KEPT = ("ABD394",)
NO_SECRETS = ("se_public", "se_export", "se_half", "se_ctx_sum", "se_ctx_free")
WRONG, SOUND = ("wrong",), ("sound", "near")


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, WRONG, keep=KEPT))
def test_a_copy_that_is_left_behind_is_found(function, build, code, judge):
    found, reasons = judge("secrets", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.native
@pytest.mark.parametrize("function", ["se_issue", "se_given"])
def test_a_secret_behind_a_pointer_is_that_which_it_leads_to(function, judge):
    (found, *_), reasons = judge("secrets", function, "wrong", seed=1, phases=("secrets",))
    sound = judge("secrets", function, "near", seed=1, phases=("secrets",))

    name = "token" if function == "se_issue" else "password"
    assert found.diagnostic.message.startswith(f"`{function}` leaves a copy of `{name}` in a block of")
    assert (reasons, sound) == ([], ([], []))


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, wrong=WRONG, builds=SOUND, keep=KEPT))
def test_what_is_wiped_is_sound(function, build, judge):
    assert judge.in_turn(SOUND, "secrets", function, build) == ([], [])


@pytest.mark.parametrize("function", NO_SECRETS)
@pytest.mark.parametrize("build", [*SOUND, *WRONG])
def test_a_copy_of_what_is_no_secret_of_the_call_is_sound(function, build, judge):
    assert judge("secrets", function, build, seed=1) == ([], [])
