from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from following import Reader
from shown_output import cases, difference, matches, plain

EXAMPLES = Path(__file__).parents[2] / "examples"
FEWER = "--max-examples 25"
"""Sound libraries hold for few calls as for many; the outcome is what is compared."""
RUN = "abidance run request_guard.contract.yaml"
RUN_MARKET = "abidance run market_data.contract.yaml"
RUN_FLOW = "abidance run flow_control.contract.yaml"
RUN_ZLIB = "abidance run zlib.contract.yaml"


@pytest.fixture
def copied(tmp_path):
    """Somebody who has copied an example."""

    def copy(name):
        folder = tmp_path / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("build", "target", ".*"))
        return Reader(folder, tmp_path / "cache")

    return copy


@pytest.fixture
def copy(copied):
    return copied("01-request-guard")


@pytest.fixture
def zlib_in_rust(copied, needs_cargo):
    if not Path("/usr/include/zlib.h").exists():
        pytest.skip("zlib.h is not here: install zlib1g-dev")
    return copied("03-zlib-in-rust")


def prints(reader, typed, name, status):
    """Assert that a command prints what the file says; ABIDANCE_ACCEPT=1 writes the file."""
    ran = reader.run(typed)
    assert ran.returncode == status, ran.stdout
    expected = EXAMPLES / reader.folder.name / "expected" / name
    if os.environ.get("ABIDANCE_ACCEPT"):
        expected.write_text(ran.stdout)
    shown, printed = expected.read_text(), ran.stdout
    for old, new in zip(cases(shown), cases(printed), strict=True):
        shown = shown.replace(old, new)
    wanted, had = plain(shown), plain(printed)
    assert matches(wanted, had), difference(wanted, had)


def findings(text):
    """Return the first lines of findings, but for their numbers."""
    found = [line for line in text.splitlines() if line.startswith("error[") and "not-measured" not in line]
    return {re.sub(r"[\d.,]+ ?([num]?s|[kM])?\b", "N", line) for line in found}


@pytest.mark.full
def test_both_libraries_hold_as_expected(copy, needs_cargo):
    prints(copy, f"{RUN} {FEWER}", "sound.txt", 0)


@pytest.mark.full
def test_the_defect_that_the_readme_proposes_is_found_as_expected(copy):
    source = copy.folder / "c" / "request_guard.c"
    text = source.read_text()
    assert text.count(">= RG_PAYLOAD_LIMIT") == 1
    source.write_text(text.replace(">= RG_PAYLOAD_LIMIT", "> RG_PAYLOAD_LIMIT"))
    prints(copy, f"{RUN} --library c", "broken.txt", 1)


@pytest.mark.full
def test_the_market_data_libraries_hold_and_answer_alike(copied, needs_cargo):
    prints(copied("02-market-data-gateway"), f"{RUN_MARKET} {FEWER}", "sound.txt", 0)


@pytest.mark.full
def test_a_handler_that_is_not_heard_is_found_as_expected(copied):
    reader = copied("02-market-data-gateway")
    source = reader.folder / "c" / "market_data.c"
    text = source.read_text()
    assert text.count("while (answer == 0 && ") == 1
    source.write_text(text.replace("while (answer == 0 && ", "while ("))
    prints(reader, f"{RUN_MARKET} --library c", "broken.txt", 1)


@pytest.mark.full
def test_a_replacement_that_tells_something_else_is_found_as_expected(copied, needs_cargo):
    reader = copied("02-market-data-gateway")
    source = reader.folder / "rust" / "src" / "lib.rs"
    text = source.read_text()
    assert text.count("sequence: u32::from_be_bytes") == 1
    source.write_text(text.replace("sequence: u32::from_be_bytes", "sequence: u32::from_le_bytes"))
    prints(reader, f"{RUN_MARKET} --function md_scan", "differs.txt", 1)


@pytest.mark.full
def test_both_ways_to_control_a_flow_hold(copied, needs_cargo):
    ran = copied("04-high-throughput-service").run(f"{RUN_FLOW} {FEWER}")
    # On a machine that the tests share, not every budget of threads is judged.
    assert ran.returncode in (0, 3), ran.stdout
    assert findings(ran.stdout) == set(), ran.stdout


@pytest.mark.full
@pytest.mark.parametrize(
    ("change", "function", "name"),
    [
        ("take_forgets_other_threads", "fc_bucket_take", "races.txt"),
        ("push_allocates", "fc_ring_push", "allocates.txt"),
        ("take_waits_for_its_turn", "fc_bucket_take", "convoy.txt"),
    ],
)
def test_what_shows_only_under_load_is_found_as_expected(change, function, name, copied):
    if not shutil.which("patch"):
        pytest.skip("patch is not here")
    reader = copied("04-high-throughput-service")
    patch = EXAMPLES.parent / "native_fixtures" / "flow_control" / "c" / change / "change.patch"
    assert reader.run(f"patch -p1 < {patch}").returncode == 0
    ran = reader.run(f"{RUN_FLOW} --library c --function {function}")
    assert ran.returncode == 1, ran.stdout
    # Figures are others each time, and on a busy machine not every clause is judged.
    expected = (EXAMPLES / "04-high-throughput-service" / "expected" / name).read_text()
    assert findings(ran.stdout)
    assert findings(ran.stdout) <= findings(expected), ran.stdout


@pytest.mark.unit
def test_the_evidence_of_a_flow_says_what_to_move_first_as_its_page_does():
    folder = EXAMPLES / "04-high-throughput-service"
    page, plan = (folder / "README.md").read_text(), (folder / "evidence" / "plan.md").read_text()
    verdict = next(line for line in plan.splitlines() if line.startswith("**"))

    assert verdict.startswith("**1 of 2 units needs change: `fc_bucket`, for a broken promise")
    assert "`fc_bucket_take` moves first" in page
    named = set(re.findall(r"`evidence/([\w.]+)`", page))
    assert named <= {file.name for file in (folder / "evidence").iterdir()}
    assert len(named) >= 6
    places = re.compile(r"/(root|home|tmp|work)/")
    assert [file.name for file in (folder / "evidence").iterdir() if places.search(file.read_text())] == []


@pytest.mark.full
def test_zlib_and_its_replacement_in_rust_hold_and_answer_alike(zlib_in_rust):
    prints(zlib_in_rust, f"{RUN_ZLIB} {FEWER}", "sound.txt", 0)


@pytest.mark.full
def test_the_defect_of_an_old_zlib_rs_is_found_as_expected(zlib_in_rust):
    manifest = zlib_in_rust.folder / "rust" / "Cargo.toml"
    text = manifest.read_text()
    assert text.count('version = "0.6"') == 1
    manifest.write_text(text.replace('version = "0.6"', 'version = "=0.5.5"'))
    (manifest.parent / "Cargo.lock").unlink()
    ran = zlib_in_rust.run(f"{RUN_ZLIB} --library rust")
    assert ran.returncode == 1, ran.stdout
    # Lines of zlib.h are another on another machine.
    expected = (EXAMPLES / "03-zlib-in-rust" / "expected" / "zlib-rs-0.5.5.txt").read_text()
    wanted, had = (
        [line for line in text.splitlines() if line.startswith("error[")] for text in (expected, ran.stdout)
    )
    assert had == wanted
