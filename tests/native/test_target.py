"""A contract compiled to C finds what is planted in a library, and nothing in the sound one."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from native_twins import CONTRACTS, ROOT

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.native.target import emit

GUARD = ROOT / "examples/01-request-guard"
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1")
QUIET = {"ASAN_OPTIONS": "detect_leaks=0:symbolize=0:handle_abort=0", "UBSAN_OPTIONS": "symbolize=0"}


def cc(*words):
    ended = subprocess.run(["gcc", *map(str, words)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    """Return what runs one entry of the request guard's target on a twin of the library."""
    if not shutil.which("patch"):
        pytest.skip("needs patch")
    folder = tmp_path_factory.mktemp("guard")
    target = emit(join(load_contract(CONTRACTS["request_guard"])))
    assert target.left == ()
    (folder / "target.c").write_text(target.source)
    cc(
        "-O1",
        "-fsanitize=address",
        "-DABIDANCE_STATIC",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-c",
        folder / "target.c",
        "-o",
        folder / "target.o",
    )
    cc("-O1", "-c", ROOT / "tests/native/driver.c", "-o", folder / "driver.o")

    def run(twin, entry, runs=20_000):
        there = folder / twin
        if not there.is_dir():
            there.mkdir()
            shutil.copy(GUARD / "c/request_guard.c", there)
            change = ROOT / "native_fixtures/request_guard/c" / twin / "change.patch"
            if change.exists():
                subprocess.run(["patch", "-s", "request_guard.c", change], cwd=there, check=True)
            objects = [folder / "target.o", folder / "driver.o", there / "request_guard.c"]
            cc(*SANITIZED, "-I", GUARD / "include", *objects, "-o", there / "fuzz", "-ldl")
        environment = {**QUIET, "ABIDANCE_ENTRY": entry}
        return subprocess.run(
            [there / "fuzz", str(runs), "1"], env=environment, capture_output=True, text=True, check=False
        )

    return run


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
    ended = guard(twin, entry)

    assert ended.returncode != 0
    assert words in ended.stderr


@pytest.mark.parametrize(
    "twin",
    ["request_guard_c", "near_miss_fills_capacity", "near_miss_reads_last_byte", "near_miss_unsigned_wraps"],
)
def test_nothing_is_found_in_what_is_sound(guard, twin):
    for entry in ("rg_guard", "rg_admit", "rg_format_reason", "rg_guard_free"):
        ended = guard(twin, entry)

        assert (ended.returncode, ended.stderr) == (0, "")
