"""What was read of libraries and headers before is taken again while nothing that it came from has changed."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import replace

import pytest

from abidance.abi.gate.sides import SideArguments, side
from abidance.abi.store import surface_key
from abidance.abi.store.columns import decode, encode
from abidance.abi.witnesses import binary, stored_header
from abidance.abi.witnesses import header as header_witness
from abidance.header import cached_headers

HEADER = """\
#include "more.h"
enum colour { RED = -1, GREEN };
typedef struct { unsigned a : 3; union { float f; long l[2]; }; enum colour c; struct deep *next; } box;
#define BOXES 4
box *box_new(const box *of, int (*each)(void *with, box *one), ...);
extern volatile int box_count;
int box_size(more_t m);
"""
MORE = "typedef int more_t;\n"
SOURCE = """\
#include "box.h"
volatile int box_count;
box *box_new(const box *of, int (*each)(void *with, box *one), ...) { return each ? (box *)of : 0; }
int box_size(more_t m) { return (int)sizeof(box) + m; }
"""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "cache"))
    yield tmp_path / "cache"
    cached_headers.forget()


@pytest.fixture
def project(tmp_path):
    (tmp_path / "box.h").write_text(HEADER)
    (tmp_path / "more.h").write_text(MORE)
    (tmp_path / "box.c").write_text(SOURCE)
    return tmp_path


def build(project, *flags):
    path = project / "libbox.so"
    command = ["gcc", "-shared", "-fPIC", *(flags or ("-g",)), project / "box.c", "-o", path]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.fixture
def reads(monkeypatch):
    """Count what is really read: ``binary`` and ``header``."""
    seen = []

    def counted(module, name, word):
        whole = getattr(module, name)

        def read(*arguments, **options):
            seen.append(word)
            return whole(*arguments, **options)

        monkeypatch.setattr(module, name, read)

    counted(binary, "facts_of_file", "binary")
    counted(header_witness, "read", "header")

    def taken():
        found = [*seen]
        seen.clear()
        cached_headers.forget()
        return found

    return taken


def learn(given):
    """Look in two processes: what is met for the first time is only noted."""
    side(given)
    stored_header.forget()
    found = side(given)
    stored_header.forget()
    return found


@pytest.mark.slow
def test_facts_are_the_same_again(project):
    for given in (
        SideArguments(build(project)),
        SideArguments(project / "box.h"),
        SideArguments(build(project), project / "box.h"),
    ):
        first, again = learn(given), side(given)

        assert again == first
        assert encode(again.facts) == encode(first.facts), "places count too"


def test_columns_hold_all_that_facts_have(project):
    facts = side(SideArguments(build(project), project / "box.h")).facts

    assert decode(encode(facts)) == facts
    assert encode(decode(encode(facts))) == encode(facts)
    with pytest.raises(KeyError):
        encode(replace(facts, target=object()))


def test_a_library_is_read_once(project, reads):
    path = build(project)
    learn(SideArguments(path))
    assert reads() == ["binary", "binary"]
    side(SideArguments(path))
    assert reads() == []

    moved = project / "moved" / path.name
    moved.parent.mkdir()
    moved.write_bytes(path.read_bytes())
    side(SideArguments(moved))
    assert reads() == [], "its content counts, and not where it lies"


def test_another_content_is_read_anew(project, reads):
    path = build(project)
    stamp = path.stat()
    learn(SideArguments(path))
    reads()
    path.write_bytes(path.read_bytes().replace(b"box_size", b"box_mass"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    facts = side(SideArguments(path)).facts
    assert reads() == ["binary"]
    assert "box_mass" in facts.functions


@pytest.mark.slow
def test_another_surface_is_another_question(project, reads):
    path = build(project)
    learn(SideArguments(path))
    reads()
    side(SideArguments(path, project / "box.h"))
    assert reads() == ["header", "binary"]

    assert len({surface_key(None), surface_key([]), surface_key(["a", "b"]), surface_key(["ab"])}) == 4


@pytest.mark.parametrize("changed", ["box.h", "more.h"])
def test_a_changed_header_is_read_anew(project, reads, changed):
    time.sleep(0.1)
    learn(SideArguments(project / "box.h"))
    assert reads() == ["header", "header"]
    side(SideArguments(project / "box.h"))
    assert reads() == []

    text = (project / changed).read_text()
    (project / changed).write_text(text.replace("int more_t", "long more_t").replace("BOXES 4", "BOXES 5"))
    side(SideArguments(project / "box.h"))
    assert reads() == ["header"]


def test_a_header_that_both_sides_have_is_read_once(project, reads):
    time.sleep(0.1)
    assert side(SideArguments(project / "box.h")) == side(SideArguments(project / "box.h"))
    assert reads() == ["header"]

    text = (project / "box.h").read_text()
    (project / "box.h").write_text(text.replace("BOXES 4", "BOXES 5"))
    side(SideArguments(project / "box.h"))
    assert reads() == ["header"]


def test_a_header_that_hides_another_is_seen(project, reads):
    (project / "sub").mkdir()
    (project / "sub" / "api.h").write_text("#include <more.h>\nmore_t f(void);\n")
    given = SideArguments(project / "sub" / "api.h", include_dirs=(project / "first", project))
    time.sleep(0.1)
    assert "more_t" in learn(given).facts.typedefs
    reads()

    (project / "first").mkdir()
    (project / "first" / "more.h").write_text("typedef long more_t;\n")
    found = side(given).facts.typedefs["more_t"].type
    assert reads() == ["header"]
    assert found.spelling == "long"


def test_a_library_without_debug_information_is_looked_at_each_time(project, reads):
    """Such information may be installed at any time."""
    path = build(project, "-g")
    debug = project / "libbox.debug"
    subprocess.run(["objcopy", "--only-keep-debug", path, debug], check=True)
    subprocess.run(["strip", path], check=True)
    subprocess.run(["objcopy", f"--add-gnu-debuglink={debug}", path], check=True)
    debug.rename(project / "away")
    assert not learn(SideArguments(path)).facts.records
    reads()
    (project / "away").rename(debug)

    assert side(SideArguments(path)).facts.records
    assert reads() == ["binary"]


def test_split_debug_information_is_read_each_time(project, reads):
    path = build(project, "-g", "-gsplit-dwarf")
    assert learn(SideArguments(path)).facts.records
    reads()
    for each in project.glob("*.dwo"):
        each.unlink()

    assert not side(SideArguments(path)).facts.records
    assert reads() == ["binary"]


def test_a_given_debug_file_is_read_each_time(project, reads, monkeypatch):
    path = build(project)
    given = SideArguments(path, debug_files=(path,))

    assert side(given) == side(SideArguments(path))
    assert reads() == ["binary"], "of the second alone: the first does not ask what is kept"


def test_a_file_that_changes_while_it_is_read_is_not_kept(project, monkeypatch, reads):
    path = build(project)
    whole = binary.facts_of_file

    def changed(path_, names):
        found = whole(path_, names)
        with path.open("ab") as file:
            file.write(b"\0")
        return found

    side(SideArguments(path))  # notes it
    monkeypatch.setattr(binary, "facts_of_file", changed)
    side(SideArguments(path))
    monkeypatch.setattr(binary, "facts_of_file", whole)
    path.write_bytes(path.read_bytes()[:-1])
    reads()
    side(SideArguments(path))
    assert reads() == ["binary"]


@pytest.mark.parametrize("damage", [b"", b"not ours at all"], ids=["empty", "foreign"])
def test_what_is_broken_is_not_trusted(project, cache, reads, damage):
    path = build(project)
    learn(SideArguments(path))
    reads()
    for each in cache.glob("v1/facts/*/value.bin"):
        each.write_bytes(damage)

    assert side(SideArguments(path)).facts.records
    assert reads() == ["binary"]


def test_a_cache_that_cannot_be_written_does_no_harm(project, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "file" / "cache"))

    assert learn(SideArguments(build(project), project / "box.h")).facts.functions
