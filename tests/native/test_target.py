"""A contract compiled to C finds what is planted in a library, and nothing in the sound one."""

from __future__ import annotations

import json
import random
import shutil

import pytest
from built_contract import BuiltContract, made
from native_twins import CONTRACTS, ROOT

from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences
from abidance.generate.strategies import cases
from abidance.native.seeds import encode
from abidance.native.shown_calls import read

GUARD = ROOT / "examples/01-request-guard"


def sources(twin):
    """Return the source of the request guard, and what makes a twin of it."""
    change = ROOT / "native_fixtures/request_guard/c" / twin / "change.patch"
    return GUARD / "c/request_guard.c", change if change.exists() else None


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    """Return the request guard's target."""
    if not shutil.which("patch"):
        pytest.skip("needs patch")
    folder = tmp_path_factory.mktemp("guard")
    built = BuiltContract(folder, CONTRACTS["request_guard"], GUARD / "include", sources)
    assert built.target.left == ()
    return built


@pytest.mark.slow
@pytest.mark.parametrize(
    ("twin", "entry", "words"),
    [
        ("admit_limit_off_by_one", "rg_admit", "ABIDANCE-FINDING ABD321 rg_admit"),
        ("bool_not_0_1", "rg_guard", "ABIDANCE-FINDING ABD322 rg_admit"),
        ("input_modified", "rg_admit", "ABIDANCE-FINDING ABD313 rg_admit"),
        ("reason_write_past_end", "rg_admit", "use-after-poison"),
        ("route_read_past_end", "rg_guard_add_route", "use-after-poison"),
        ("format_writes_past_capacity", "rg_format_reason", "use-after-poison"),
        ("null_request_crash", "rg_admit", "null pointer"),
        ("status_undeclared", "rg_guard_add_route", "ABIDANCE-FINDING ABD322 rg_guard_add_route"),
    ],
)
def test_what_is_planted_is_found(guard, twin, entry, words):
    ended = guard.run(twin, entry)

    assert ended.returncode != 0
    assert words in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "twin",
    ["request_guard_c", "near_miss_fills_capacity", "near_miss_reads_last_byte", "near_miss_unsigned_wraps"],
)
def test_nothing_is_found_in_what_is_sound(guard, twin):
    for entry in ("rg_guard", "rg_admit", "rg_format_reason", "rg_guard_free"):
        ended = guard.run(twin, entry)

        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_a_case_becomes_bytes_and_the_same_case_again(guard, tmp_path):
    boundary = guard.boundary
    for entry in (name for name in guard.target.entries if name not in boundary.laws):
        function = boundary.functions.get(entry)
        if function is None:
            wanted = [
                (c, "") for c in made(sequences(boundary, SequenceModel.of(boundary, entry), FilterLog()))
            ]
        else:
            wanted = [(case, "") for case in made(cases(boundary, function))]
            for clause in function.rejects:
                refused = made(cases(boundary, function, given=clause.given, lawful=False), 10)
                wanted += [(case, clause.text) for case in refused]
        inputs = [(case, text, encode(boundary, entry, case, text)) for case, text in wanted]
        encoded = [(case, text, raw) for case, text, raw in inputs if raw is not None]
        files = [tmp_path / f"{entry}{number}" for number in range(len(encoded))]
        for file, (_, _, raw) in zip(files, encoded, strict=True):
            file.write_bytes(raw)
        shown = guard.run("request_guard_c", entry, *files, ABIDANCE_SHOW="1").stdout
        again = [read(boundary, entry, '{"begin"' + text) for text in shown.split('{"begin"')[1:]]

        assert len(encoded) * 2 > len(wanted)
        assert [(each.case, each.rejects) for each in again] == [(case, text) for case, text, _ in encoded]


@pytest.mark.slow
def test_a_handle_that_a_repeated_call_takes_is_created_once(guard):
    source = random.Random(1)  # noqa: S311 - bytes to begin with
    files = [guard.folder / f"burst{number}" for number in range(300)]
    for file in files:
        file.write_bytes(source.randbytes(48))

    shown = guard.run("sound", "rg_guard", *files, ABIDANCE_SHOW="1").stdout.splitlines()
    calls = [json.loads(line) for line in shown if '"function"' in line]
    many = {call["function"] for call in calls if call.get("times", 1) > 1}
    assert many
    assert "rg_guard_new" not in many
