"""Each rule that a compiled contract judges by, on a defect and its sound twin, with AddressSanitizer and without."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.native.target import emit
from tiers import full

HERE = Path(__file__).parent
SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
RUNS = 4000
FOUND = {
    "leak_some": "ABD371 leak_some",
    "fill_cache": "ABD371 fill_cache",
    "unwritten_field": "ABD325 unwritten_field step 0: out.count",
    "unwritten_by_chance": "ABD325 unwritten_by_chance step 0: out",
    "unwritten_tail": "ABD325 unwritten_tail step 0: out",
    "dictionary": "ABD325 dictionary step 0: out",
    "wrote_after_failure": "ABD326 wrote_after_failure step 0: out",
    "failure_writes_buffer": "ABD324 failure_writes_buffer step 0: out",
    "refuses": "ABD328 refuses step 0: `text: null`: out",
    "sets_errno": "ABD361 sets_errno",
    "keeps_errno": "ABD362 keeps_errno",
    "pure_sum": "ABD368 pure_sum",
    "no_heap": "ABD369 no_heap",
    "by_value": "ABD321 by_value",
    "swapped": "ABD321 swapped",
    "of_variant": "ABD321 of_variant",
    "item_changed": "ABD313 item_changed step 0: items.data",
    "next_color": "ABD322 next_color",
    "colored": "ABD322 colored step 0: in.c",
    "text_of": "ABD321 text_of",
    "give_text": "ABD371 give_text",
    "name_of": "ABD322 name_of",
    "latin": "ABD322 latin step 0: out",
    "half": "ABD321 half",
    "in_range": "ABD322 in_range",
    "sorted": "ABD321 sorted",
    "take": "ABD371 take",
    "counted": "ABD321 counted",
    "order": "ABD321 order",
    "size_of_value": "ABD321 size_of_value",
    "half_wide": "ABD321 half_wide",
    "printed": "ABD321 printed",
    "arena_keeps": "ABD378 arena_keeps step 0: a.alloc",
    "arena_astray": "ABD377 arena_astray step 0: a.alloc",
    "arena_other": "ABD377 arena_other step 0: a.release",
    "moves": "ABD377 moves step 0: resize",
}
CRASHES = ("total_of", "wide", "grid", "null_on", "upper", "box", "values_together")
WITH_ASAN = {"unended": "ABD322 unended step 0: result"}
"""What only AddressSanitizer tells: how far memory goes that the target was not given."""
SOUND = (
    "answers_by_chance",
    "tosses_a_coin",
    "keeps_by_chance",
    "time_of",
    "address_text",
    "orders_by_address",
    "caches_by_chance",
    "grows_with_time",
    "mixes",
    "token_new",
    "nonce",
    "box_new",
    "box_put",
    "box_get",
    "box_copy",
    "box_free",
    "mean_of",
    "levels",
    "bag",
    "excused",
    "point_of",
)
COMPARED = {
    "mean_of": "result",
    "levels": "out",
    "bag": "out",
    "excused": "result",
    "point_of": "out.n",
}
"""Where the defective library answers so that it is not the same any more."""


def cc(*words):
    ended = subprocess.run(["gcc", *map(str, words)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module", params=[full("asan"), "guard pages"])
def run(request, tmp_path_factory):
    """Return what runs an entry on the sound library, or on the defective one."""
    folder = tmp_path_factory.mktemp("rules")
    target = emit(join(load_contract(HERE / "rules.contract.yaml")))
    assert {*target.entries} == {*FOUND, *CRASHES, *SOUND, *WITH_ASAN}
    assert target.left == ()
    (folder / "target.c").write_text(target.source)
    asan = request.param == "asan"
    options = ("-fsanitize=address",) if asan else ("-rdynamic",)
    cc(
        "-O0",
        *options,
        "-Wall",
        "-Wextra",
        folder / "target.c",
        HERE / "driver.c",
        "-o",
        folder / "fuzz",
        "-ldl",
    )
    for name, defect in (("sound", ()), ("defect", ("-DDEFECT",)), ("near", ("-DNEAR",))):
        how = SANITIZED if asan else ("-O2",)
        cc(*how, "-w", "-fPIC", "-shared", *defect, HERE / "rules.c", "-o", folder / f"{name}.so")

    def ended(library, entry, runs=RUNS, **variables):
        named = {"ABIDANCE_ENTRY": entry, "ABIDANCE_LIBRARY": str(folder / f"{library}.so")}
        environment = {**os.environ, **named, **variables}
        command = [folder / "fuzz", str(runs), "5"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    ended.folder = folder
    ended.found = {**FOUND, **(WITH_ASAN if asan else {})}
    return ended


@pytest.mark.slow
def test_nothing_is_found_in_what_is_sound(run):
    loud = {}
    for entry in (*FOUND, *CRASHES, *SOUND, *WITH_ASAN):
        ended = run("sound", entry)
        if ended.returncode or ended.stderr:
            loud[entry] = ended.stderr[:300]

    assert loud == {}


@pytest.mark.slow
def test_what_is_planted_is_found_with_the_code_of_its_check(run):
    told = {entry: run("defect", entry).stderr for entry in run.found}

    assert [
        entry for entry, words in run.found.items() if f"ABIDANCE-FINDING {words}" not in told[entry]
    ] == []


@pytest.mark.slow
def test_what_crashes_ends_the_process(run):
    assert [entry for entry in CRASHES if run("defect", entry).returncode == 0] == []


@pytest.mark.slow
def test_a_known_finding_does_not_end_the_process(run):
    known = "ABD322:in_range:result;"

    assert run("defect", "in_range").returncode != 0
    assert run("defect", "in_range", ABIDANCE_KNOWN="ABD322:other:result;" + known).returncode == 0
    assert run("defect", "in_range", ABIDANCE_KNOWN="ABD322:in_range:resul;").returncode != 0


def test_what_a_known_finding_of_the_call_explains_is_not_told(run):
    assert "ABD322 name_of" in run("defect", "name_of").stderr
    assert run("defect", "name_of", ABIDANCE_KNOWN="ABD322:name_of:result;").returncode == 0


def test_two_libraries_are_compared_where_each_answers_alike_every_time(run):
    other = str(run.folder / "defect.so")

    assert (
        "ABIDANCE-FINDING ABD331 in_range step 0: result"
        in run("sound", "in_range", ABIDANCE_OTHER=other).stderr
    )
    assert "ABD331 colored step 0: in.c" in run("sound", "colored", ABIDANCE_OTHER=other).stderr
    by_chance = (
        "answers_by_chance",
        "tosses_a_coin",
        "time_of",
        "address_text",
        "orders_by_address",
        "mixes",
    )
    for same in (*by_chance, "token_new", "nonce", "text_of"):
        ended = run("sound", same, ABIDANCE_OTHER=str(run.folder / "sound.so"))
        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("entry", COMPARED)
def test_what_is_near_enough_or_known_to_differ_is_the_same_and_what_is_not_is_found(entry, run):
    near, defect = (
        run("sound", entry, ABIDANCE_OTHER=str(run.folder / f"{each}.so")) for each in ("near", "defect")
    )

    assert (near.returncode, near.stderr) == (0, "")
    assert f"ABIDANCE-FINDING ABD331 {entry} step 0: {COMPARED[entry]}\n" in defect.stderr
