"""Parameters in one memory, in a compiled contract: what reads its own writes is found, what minds is left alone."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys

import pytest
from built_contract import of_family
from native_twins import ROOT

from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.contract.load import load_contract
from abidance.native.shown_calls import read
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import depth

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
from subjects import VARIANTS  # noqa: E402 - it lies with the sources

FUNCTIONS = ("ov_move", "ov_upper", "ov_delta", "ov_swapped", "ov_sum", "ov_mix", "ov_add")


@pytest.fixture(scope="module")
def overlaps(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("overlaps"), "overlaps", VARIANTS.index)


@pytest.mark.slow
def test_nothing_of_them_is_left_to_run(overlaps):
    assert overlaps.target.left == ()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_reads_its_own_writes_is_found(function, overlaps):
    ended = overlaps.run("wrong", function)

    assert ended.returncode != 0
    assert f"ABD390 {function}" in ended.stderr or f"ABD321 {function}" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_minds_is_left_alone(library, overlaps):
    for function in FUNCTIONS:
        ended = overlaps.run(library, function)
        assert (function, ended.returncode, ended.stderr) == (function, 0, "")


@pytest.mark.slow
def test_calls_are_shown_with_what_lies_where(overlaps):
    source = random.Random(3)  # noqa: S311 - bytes to begin with
    files = [overlaps.folder / f"bytes{number}" for number in range(depth(250))]
    for file in files:
        file.write_bytes(bytes(source.randrange(256) for _ in range(100)))
    for function in FUNCTIONS:
        shown = overlaps.run("sound", function, *files, ABIDANCE_SHOW="1").stdout
        found = [text for text in shown.split('{"begin"')[1:] if '"function"' in text]
        cases = [read(overlaps.boundary, function, '{"begin"' + text).case for text in found]
        distances = {case.overlap and case.overlap[2] for case in cases}

        at_its_address = function in ("ov_mix", "ov_add")
        assert distances == {None, 0} if at_its_address else distances > {None, 0}
        assert [case for case in cases if not is_lawful(overlaps.boundary, case)] == []


@pytest.mark.slow
def test_a_run_makes_the_call_again_that_exploring_has_found(overlaps, tmp_path):
    for name in ("overlaps.h", "overlaps.c"):
        shutil.copy(RUN / name, tmp_path)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-DVARIANT=2", "overlaps.c", "-o", "liboverlaps.so"],
        cwd=tmp_path,
        check=True,
    )
    text = (RUN / "overlaps.contract.yaml").read_text()
    listed = text[text.index("libraries:") : text.index("functions:")]
    (tmp_path / "overlaps.contract.yaml").write_text(
        text.replace(listed, "libraries: {c: {path: liboverlaps.so}}\n")
    )
    contract = load_contract(tmp_path / "overlaps.contract.yaml")
    with Session(Settings(tmp_path, seed=1, explore=0.5)) as session:
        (item,) = list_items(contract, Selection(functions=("ov_mix",), phases=("explore",)), explore=0.5)
        done = session.run(contract, item, lambda _: None)

    assert [each.diagnostic.code.id for each in done.findings] == ["ABD390"]
    assert "`to` and `from` begin at the same byte of one memory" in done.findings[0].call
