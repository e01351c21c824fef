"""Calls that are refused memory, in a compiled contract: they fail as promised, or go on as if nothing had happened."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from built_contract import BuiltContract, cc, of_family
from native_twins import ROOT

from abidance.native.seeds import encode
from abidance.native.shown_calls import read

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
import test_memory_in_sequences as sequences  # noqa: E402 - it has them
from subjects import VARIANTS  # noqa: E402 - it lies with the sources

FOUND = {
    "wa_twice": "null pointer",
    "wa_join": "ABD371 wa_join",
    "wa_sort": "ABD389 wa_sort",
    "wa_count": "ABD389 wa_count",
    "wa_pair": "ABD322 wa_pair",
    "wa_both": "null pointer",
    "wa_list_new": "ABD371 wa_list",
    "wa_list_add": "ABD371 wa_list_add",
}


@pytest.fixture(scope="module")
def wants(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("wants"), "wants", VARIANTS.index)


@pytest.mark.slow
def test_nothing_of_them_is_left_to_run(wants):
    assert wants.target.left == ()


@pytest.mark.parametrize("function", FOUND)
def test_what_does_not_live_without_memory_is_found(function, wants):
    ended = wants.run("wrong", function)

    assert ended.returncode != 0
    assert FOUND[function] in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_tells_of_it_or_does_without_is_left_alone(library, wants):
    for entry in wants.target.entries:
        ended = wants.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
@pytest.mark.parametrize("library", VARIANTS)
def test_the_same_holds_without_a_sanitizer(library, wants):
    """The target's own allocator refuses it then."""
    fuzz = wants.folder / f"plain_{library}"
    flags = ("-O1", "-w", f"-DVARIANT={VARIANTS.index(library)}", "-I", RUN)
    sources = (wants.folder / "target.c", wants.folder / "driver.o", RUN / "wants.c")
    cc("-DABIDANCE_STATIC", *flags, *sources, "-o", fuzz, "-ldl", "-lm")
    for function in FOUND:
        command, environment = [fuzz, "20000", "1"], {"ABIDANCE_ENTRY": function}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (function, ended.returncode != 0) == (function, library == "wrong")


@pytest.mark.slow
def test_a_case_says_which_block_is_refused(wants):
    source = random.Random(3)  # noqa: S311 - bytes to begin with
    refused = set()
    for number in range(60):
        file = wants.folder / f"bytes{number}"
        file.write_bytes(bytes(source.randrange(256) for _ in range(40)))
        shown = wants.run("sound", "wa_join", file, ABIDANCE_SHOW="1").stdout
        case = read(wants.boundary, "wa_join", shown).case
        file.write_bytes(encode(wants.boundary, "wa_join", case))
        again = wants.run("sound", "wa_join", file, ABIDANCE_SHOW="1").stdout
        assert read(wants.boundary, "wa_join", again).case == case
        refused.add(case.refuses)

    assert min(refused) < 0 < max(refused)
    assert 0 in refused


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    (folder / "ms.h").write_text(sequences.HEADER)
    (folder / "ms.contract.yaml").write_text(sequences.CONTRACT)
    (folder / "ms.c").write_text(sequences.SOURCE)
    return BuiltContract(
        folder, folder / "ms.contract.yaml", folder, lambda name: (folder / "ms.c", None, f"-DWRONG={name}")
    )


@pytest.mark.slow
@pytest.mark.parametrize("wrong", sequences.DEFECTS)
def test_what_a_call_leaves_that_was_refused_memory_is_used(wrong, lists):
    assert lists.run(wrong, "ms_list").returncode != 0


@pytest.mark.slow
@pytest.mark.parametrize("near", ["SOUND", "NEAR", "STUCK"])
def test_a_list_that_stays_as_it_was_is_left_alone(near, lists):
    ended = lists.run(near, "ms_list")

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_a_case_says_which_call_of_a_sequence_is_refused_which_block(lists):
    source = random.Random(5)  # noqa: S311 - bytes to begin with
    refused = set()
    for number in range(60):
        file = lists.folder / f"bytes{number}"
        file.write_bytes(bytes(source.randrange(256) for _ in range(60)))
        shown = lists.run("SOUND", "ms_list", file, ABIDANCE_SHOW="1").stdout
        case = read(lists.boundary, "ms_list", shown).case
        written = encode(lists.boundary, "ms_list", case)
        made = [step for step in case.steps if step.function == "ms_new"]
        if written is None or any(step.refuses for step in made):
            continue  # what is written takes it that each handle came into being
        file.write_bytes(written)
        again = lists.run("SOUND", "ms_list", file, ABIDANCE_SHOW="1").stdout
        assert read(lists.boundary, "ms_list", again).case == case
        refused |= {step.refuses for step in case.steps}

    assert min(refused) < 0 < max(refused)
    assert 0 in refused
