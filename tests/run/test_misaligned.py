"""Pointers that need not be aligned are passed so where the contract says `misaligned`, and nowhere else."""

from __future__ import annotations

import re

import pytest
from families import SOUND, found_in, spared_in

from abidance.cli.main import main
from tiers import sample

pytestmark = pytest.mark.full

# What must be found in the release build, and in the one with UBSan; empty where x86 does what was meant.
DEFECTS = {
    "ak_sum32": ("", "ABD303"),
    "ak_xor": ("ABD301", "ABD303"),
    "ak_add": ("ABD321", "ABD321"),
    "ak_store": ("", "ABD303"),
    "ak_count": ("ABD321", "ABD321"),
    "ak_copy": ("ABD321", "ABD321"),
    "ak_log_put": ("ABD301", "ABD301"),
}
SILENT = ("ak_plain", "ak_loud", "ak_log")
KEPT = ("ABD321",)


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_only_aligned_pointers_agree_with_is_found(function, build, code, judge):
    found, reasons = judge("misaligned", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, *SILENT, keep=KEPT))
def test_code_that_takes_any_address_is_left_alone(function, build, judge):
    assert judge.in_turn(SOUND, "misaligned", function, build) == ([], [])


@pytest.mark.parametrize("build", sample(["wrong", "wrong_asan"], keep=["wrong"]))
@pytest.mark.parametrize("function", ["ak_plain", "ak_loud"])
def test_nothing_else_is_moved_from_where_its_type_or_the_contract_wants_it(function, build, judge):
    assert judge("misaligned", function, build, seed=3) == ([], [])


@pytest.mark.full
def test_a_sequence_of_calls_has_them_too(judge):
    found, _ = judge("misaligned", "ak_log", "wrong", seed=4)

    assert [finding.diagnostic.code.id for finding in found] == ["ABD301"]
    last = found[0].call.splitlines()[-1]
    assert re.match(r"ak_log_put\(log, xs /\* [1-7] past a multiple of 8 \*/, 1\);", last), last


def test_the_smallest_call_says_which_pointer_is_not_aligned(judge):
    (found,), _ = judge("misaligned", "ak_copy", "wrong", seed=1)

    call = found.call.splitlines()[-1]
    assert call.startswith("ak_copy(to /* 1 past a multiple of 4 */, from, 1);")


@pytest.mark.parametrize("function", sample(["ak_copy", "ak_log_put"], keep=[]))
def test_the_emitted_program_lays_memory_out_alike(function, built, tmp_path, monkeypatch, capsys, execute):
    monkeypatch.chdir(tmp_path)
    options = ["--library", "wrong", "--function", function, "--seed", "1"]
    main(["run", str(built / "misaligned.contract.yaml"), *options])
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]

    assert main(["replay", case]) == 1
    main(["replay", case, "--emit", "c", "--output", "case.c"])

    for sanitizers in ([], ["-fsanitize=address"]):
        assert execute("misaligned_wrong", *sanitizers) not in (0, 2)
        assert execute("misaligned_sound", *sanitizers) == 0
