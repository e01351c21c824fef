"""`abidance fuzz`: a campaign, as somebody runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from abidance.boundary.model.values import Case
from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.core.events import Campaigning, ItemFinished, ItemId
from abidance.core.outcome import Outcome
from abidance.native.seeds import encode
from abidance.report.campaign_line import text
from abidance.run.commands.fuzz import together

HEADER = """\
#include <stddef.h>
#include <stdint.h>
int parse(const uint8_t *data, size_t size);
int twice(int x);
"""
SOURCE = """\
#include "box.h"
static int deep(const uint8_t *d, size_t n)
{
    int depth = 0;
    for (size_t i = 0; i < n; i++) {
        if (d[i] == '[') depth++;
        else if (d[i] == ']') depth--;
        else if (d[i] == ',' && depth == 3) return DEFECT;
    }
    return depth;
}
int parse(const uint8_t *d, size_t n)
{
    if (n < 8 || d[0] != 'B' || d[1] != 'O' || d[2] != 'X' || d[3] != 0x1a)
        return -1;
    return deep(d + 4, n - 4);
}
int twice(int x) { return x < 0x40000000 && x > -0x40000000 ? 2 * x : 0; }
"""
CONTRACT = """\
abidance: 1
boundary: box
header: box.h
libraries:
  c: {command: [make, -s], artifact: "box-{build}.so"}
builds: [release, asan+ubsan]
functions:
  parse:
    params:
      data: {in: bytes, length: size}
  twice:
    ensures:
      - result % 2 == 0
"""
MAKEFILE = """\
.PHONY: all
all:
	$(CC) $(CFLAGS) -shared -fPIC -o box-$(ABIDANCE_BUILD).so box.c $(LDFLAGS)
"""
BEYOND = "d[n + 3]"


def write(folder, defect=BEYOND):
    (folder / "box.h").write_text(HEADER)
    (folder / "box.c").write_text(SOURCE.replace("DEFECT", defect))
    (folder / "box.contract.yaml").write_text(CONTRACT)
    (folder / "Makefile").write_text(MAKEFILE)


@pytest.fixture
def project(tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fuzz(*words):
    return main(["fuzz", "box.contract.yaml", *words])


@pytest.mark.slow
def test_what_only_coverage_leads_to_is_a_finding_as_a_run_prints_it_and_is_kept(project, capsys):
    status = fuzz("--time", "3s", "--format", "terminal", "--format", "json=report.json")

    out = capsys.readouterr().out
    assert status == 1
    assert re.search(r"error\[ABD312\] out-of-bounds-read: `parse` read past the end of `data`", out)
    assert out.count("error[") == 1
    assert 'parse("BOX' in out
    item = json.loads((project / "report.json").read_text())["findings"][0]
    assert item["function"] == "parse"
    assert list((project / ".abidance" / "corpus").rglob("*"))
    case = re.search(r"abidance replay (\w+)", out)[1]
    assert main(["replay", case]) == 1


@pytest.mark.full
def test_sound_code_is_explored_in_silence_by_several_engines_at_a_time(project, capsys):
    write(project, "depth")

    assert fuzz("--time", "3s", "--jobs", "2", "--seed", "4") == 0

    out = capsys.readouterr().out
    assert "error" not in out
    assert not (project / ".abidance").exists()


@pytest.mark.full
def test_several_engines_on_one_function_end_with_what_they_reached_together(project, capsys):
    assert fuzz("--function", "parse", "--time", "4s", "--jobs", "2") == 1
    assert capsys.readouterr().out.count("error[ABD312]") == 1


@pytest.mark.slow
def test_a_campaign_begins_with_what_a_fuzzing_service_kept(project, capsys):
    contract = load_contract(project / "box.contract.yaml")
    crash = Case("parse", {"data": b"BOX\x1a[[[,", "size": 8}, flush=1)
    folder = project / "corpora" / "cifuzz-crashes-box_c_parse_fuzzer"
    folder.mkdir(parents=True)
    (folder / "crash-1").write_bytes(encode(join(contract), "parse", crash))

    assert fuzz("--function", "parse", "--build", "release", "--corpus", "corpora", "--time", "1s") == 1
    assert 'parse("BOX\\032[[[,", 8)' in capsys.readouterr().out


@pytest.mark.slow
def test_an_interrupted_campaign_tells_and_keeps_what_it_has(project):
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "abidance", "fuzz", "box.contract.yaml", "--time", "10m"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if "again:" in line:
                time.sleep(0.5)
                process.send_signal(signal.SIGINT)
                break
        said += process.stdout.readlines()
    out = "".join(said)

    assert process.returncode == 1
    assert out.count("error[ABD312]") == 1
    assert "interrupted" in out
    assert list((project / ".abidance" / "corpus").rglob("*"))


@pytest.mark.slow
def test_one_function_is_explored_on_its_own_and_what_is_not_there_is_said(project, capsys):
    write(project, "depth")

    assert fuzz("--function", "twice", "--time", "1s", "-v") == 0
    assert "parse" not in capsys.readouterr().out
    assert fuzz("--function", "thrice", "--time", "1s") == 5
    assert "nothing of `box` is left to explore" in capsys.readouterr().out


@pytest.mark.slow
def test_a_library_that_cannot_be_built_with_coverage_is_explored_without_and_it_is_said(project, capsys):
    write(project, "depth")
    refused = "ifneq (,$(findstring edges,$(ABIDANCE_BUILD)))\n$(error no such build)\nendif\n"
    (project / "Makefile").write_text(refused + MAKEFILE)

    assert fuzz("--function", "twice", "--time", "1s") == 0
    out = capsys.readouterr().out
    assert "what only coverage leads to in `c`: `box-" in out
    assert "does not tell which of its code is reached" in out


@pytest.mark.skipif(not shutil.which("clang"), reason="clang is not installed")
@pytest.mark.full
@pytest.mark.parametrize("engine", ["libfuzzer", "afl++"])
def test_other_engines_find_it_too(project, capsys, engine):
    if engine == "afl++" and not shutil.which("afl-fuzz"):
        pytest.skip("AFL++ is not installed")
    # AFL++ goes from byte to byte, and would take longer than a test may.
    source = (
        (project / "box.c").read_text().replace("d[1] != 'O' || d[2] != 'X' || d[3] != 0x1a", "d[2] == 0")
    )
    (project / "box.c").write_text(source.replace("depth == 3", "depth == 0"))

    status = fuzz("--function", "parse", "--time", "25s", "--engine", engine)

    assert (status, capsys.readouterr().out.count("error[ABD312]")) == (1, 1)


@pytest.mark.unit
def test_an_engine_that_does_not_exist_is_a_mistake(project, capsys):
    assert fuzz("--engine", "libfuzer") == 2
    assert "did you mean `libfuzzer`?" in capsys.readouterr().err


@pytest.mark.unit
def test_the_live_line_says_how_fast_it_is_and_how_long_it_takes():
    now = Campaigning("b", ("parse[c]",), 1234567, 61728.4, 210, 45, 1, 492.0)

    assert text(now) == (
        "parse[c]   61,728/s   1,234,567 executions   210 edges   corpus 45   1 finding   8:12 left"
    )


@pytest.mark.unit
def test_what_is_judged_bit_by_bit_is_one_result():
    item = ItemId("b", "f", "explore", "c", "release")
    one = ItemFinished(item, Outcome.FAILED, cases=2, calls=3, reasons=())
    other = ItemFinished(item, Outcome.PASSED, cases=5, calls=5)

    both = together(one, other)

    assert (both.outcome, both.cases, both.calls) == (Outcome.FAILED, 7, 8)
    assert together(other, one).outcome is Outcome.FAILED
