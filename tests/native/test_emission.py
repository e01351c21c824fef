"""What `--emit` writes is what fuzzing services build and run without Python; it is stale when the contract changes."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile

import pytest
import yaml

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.native.emission import Emission, stale, write

HEADER = """
#include <stddef.h>
typedef struct box box;
box *box_new(void);
int box_put(box *b, unsigned char value);
void box_end(box *b);
int read_tag(const unsigned char *in, size_t n);
"""
CONTRACT = """
abidance: 1
boundary: tags
header: include/tags.h
libraries:
  c: {cmake: ., target: tags}
  other: {cmake: {source: ., defines: {TAGS_LEVEL: 3}}, target: tags_other}
equivalence: {except: {box_put: it may answer anything}}
handles:
  box: {type: box, create: box_new, destroy: box_end}
functions:
  box_new: {returns: {handle: box, nullable: true}}
  box_put: {params: {b: {handle: box}}}
  box_end: {params: {b: {handle: box}}}
  read_tag:
    params: {in: {in: bytes, length: n}}
    ensures: [result <= n]
    examples: [{in: "TAG:x", returns: 4}]
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
#include "tags.h"
struct box { int count; };
box *box_new(void) { return calloc(1, sizeof(box)); }
int box_put(box *b, unsigned char value) { return b->count++ * PUT + value; }
void box_end(box *b) { free(b); }
int read_tag(const unsigned char *in, size_t n)
{
    if (n < 4 || memcmp(in, "TAG:", 4) != 0) return 0;
    if (n > 4 && in[4] == 'Q') return ANSWER;
    return 4;
}
"""
CMAKE = """
cmake_minimum_required(VERSION 3.16)
project(tags C)
include_directories(include)
add_library(tags tags.c)
target_compile_definitions(tags PRIVATE ANSWER=999999 PUT=1)
add_library(tags_other SHARED tags.c)
target_compile_definitions(tags_other PRIVATE ANSWER=5 PUT=2)
"""
FLAGS = "-O1 -g -fsanitize=address -fsanitize=fuzzer-no-link"


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "project"
    (root / "include").mkdir(parents=True)
    (root / "include/tags.h").write_text(HEADER)
    (root / "tags.c").write_text(SOURCE)
    (root / "CMakeLists.txt").write_text(CMAKE)
    (root / "tags.contract.yaml").write_text(CONTRACT)
    return root


def emission(root):
    return Emission.of([join(load_contract(root / "tags.contract.yaml"))], root)


@pytest.mark.slow
def test_what_is_written_is_current_until_the_contract_changes(repository):
    write(emission(repository), repository)
    assert stale(emission(repository), repository) == []

    contract = repository / "tags.contract.yaml"
    contract.write_text(contract.read_text().replace("result <= n]", "n >= result]"))
    assert stale(emission(repository), repository) == [
        "fuzz/tags/target.c differs from what would be written now"
    ]

    (repository / "fuzz/tags/build.sh").unlink()
    (repository / "fuzz/tags/seeds/gone.zip").write_bytes(b"")
    found = stale(emission(repository), repository)
    assert found[0] == "fuzz/tags/build.sh is missing"
    assert found[-1] == "fuzz/tags/seeds/gone.zip is of no entry any more"


@pytest.mark.slow
def test_the_services_files_are_as_they_are_documented(repository):
    files = emission(repository).files
    assert yaml.safe_load(files[".clusterfuzzlite/project.yaml"]) == {"language": "c++"}
    assert b"FROM gcr.io/oss-fuzz-base/base-builder:v1\n" in files[".clusterfuzzlite/Dockerfile"]
    for name in ("pr", "build", "batch", "cron"):
        jobs = yaml.safe_load(files[f".github/workflows/cflite_{name}.yml"])["jobs"]
        assert all("google/clusterfuzzlite" in step["uses"] for job in jobs.values() for step in job["steps"])
    project = yaml.safe_load(files["fuzz/oss-fuzz/projects/tags/project.yaml"])
    assert {"homepage", "language", "primary_contact", "main_repo"} <= project.keys()
    with zipfile.ZipFile(io.BytesIO(files["fuzz/tags/seeds/read_tag.zip"])) as seeds:
        assert any(b"TAG:x" in seeds.read(name) for name in seeds.namelist())
    assert b'-DCMAKE_CXX_FLAGS="$CXXFLAGS" -DTAGS_LEVEL=3\n' in files["fuzz/tags/build.sh"]
    assert files == emission(repository).files


def test_a_library_outside_the_repository_is_refused(repository):
    (repository / "part").mkdir()
    with pytest.raises(UsageError, match="is not below"):
        Emission.of([join(load_contract(repository / "tags.contract.yaml"))], repository / "part")


@pytest.mark.slow
def test_the_command_writes_checks_and_explains(repository, capsys):
    contract = str(repository / "tags.contract.yaml")
    assert main(["fuzz", contract, "--emit", str(repository), "--check"]) == 1
    assert "fuzz/tags/target.c is missing" in capsys.readouterr().out
    assert main(["fuzz", contract, "--emit", str(repository)]) == 0
    assert str(repository / "fuzz/tags/target.c") in capsys.readouterr().out.splitlines()
    assert main(["fuzz", contract, "--emit", str(repository), "--check"]) == 0
    assert capsys.readouterr().out == ""

    assert main(["fuzz", contract, "--explain"]) == 0
    assert "functions.read_tag.ensures[0]" in capsys.readouterr().out
    assert main(["fuzz", contract, "--explain", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {each["treatment"] for each in told} == {"compiled", "run"}
    assert main(["fuzz", contract, "--check"]) == 2


@pytest.mark.full
@pytest.mark.skipif(
    not all(map(shutil.which, ("clang", "clang++", "cmake", "make"))), reason="needs clang and CMake"
)
def test_services_build_fuzzers_that_find_what_is_wrong(repository, tmp_path):
    write(emission(repository), repository)
    out, work = tmp_path / "out", tmp_path / "work"
    out.mkdir(), work.mkdir()
    compilers = {"CC": "clang", "CXX": "clang++", "CFLAGS": FLAGS, "CXXFLAGS": FLAGS}
    places = {
        "OUT": str(out),
        "WORK": str(work),
        "SRC": str(tmp_path),
        "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer",
    }
    script = ["bash", "-eux", repository / ".clusterfuzzlite/build.sh"]
    built = subprocess.run(
        script, env={**os.environ, **compilers, **places}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr[-2000:]

    moved = out.rename(tmp_path / "elsewhere")
    said = {}
    for name in ("c_read_tag", "other_read_tag", "other_box", "c_other_read_tag", "c_other_box"):
        fuzzer = moved / f"tags_{name}_fuzzer"
        with zipfile.ZipFile(f"{fuzzer}_seed_corpus.zip") as seeds:
            seeds.extractall(tmp_path / name)
        words = [fuzzer, "-runs=400000", "-seed=1", f"-dict={fuzzer}.dict", tmp_path / name]
        ended = subprocess.run(words, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
        said[name] = next(line for line in ended.stderr.splitlines() if "FINDING" in line or "DONE" in line)
    assert "ABD321 read_tag" in said["c_read_tag"]
    assert "DONE" in said["other_read_tag"]
    assert "DONE" in said["other_box"]
    assert "ABD331 read_tag" in said["c_other_read_tag"]
    assert "DONE" in said["c_other_box"]
