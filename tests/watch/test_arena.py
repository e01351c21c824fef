from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import sys

import pytest

from abidance.plan.layout import BLOCK, MAX_ALIGN, MAX_BLOCKS, PLAN_HEADER, RELOCATION
from abidance.watch import status
from abidance.watch.arena import _DAMAGE, Arena
from abidance.watch.build import arena_path, heap_path, sources


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    arena_path.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield Arena(str(arena_path()))
    arena_path.cache_clear()


@pytest.mark.slow
def test_both_descriptions_of_the_layout_agree(arena):
    fields = status._STATUS.format.lstrip("<")
    assert arena.layout() == (
        status._STATUS.size,
        4 * status.CALL_WORD,
        struct.calcsize("<" + fields[: fields.index("Q")]),
        struct.calcsize("<" + fields.removesuffix(f"{status.MAX_FRAMES}Q")),
        _DAMAGE.size,
        status.TABLE_OFFSET,
        status.REPLY_OFFSET,
        status.REPLY_SIZE,
        status.REQUEST_OFFSET,
        MAX_BLOCKS,
        status.MAX_FRAMES,
        MAX_ALIGN,
        PLAN_HEADER.size,
        BLOCK.size,
        RELOCATION.size,
    )


@pytest.mark.parametrize("command", ["gcc", pytest.param("clang", marks=pytest.mark.full)])
def test_the_sources_are_clean(command, tmp_path):
    if shutil.which(command) is None:
        pytest.skip(f"no {command}")
    units = [str(source) for source in sources() if source.suffix == ".c"]
    warnings = ("-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared")
    subprocess.run([command, *warnings, *units, "-o", str(tmp_path / "watch.so")], check=True)


@pytest.mark.slow
def test_only_what_the_header_declares_is_exported(arena):
    library = ctypes.CDLL(str(arena_path()))
    assert hasattr(library, "abidance_prepare")
    assert not hasattr(library, "guarded_place")


@pytest.mark.slow
def test_the_watcher_is_compiled_once(arena):
    before = arena_path().stat().st_mtime_ns
    arena_path.cache_clear()
    assert arena_path().stat().st_mtime_ns == before


@pytest.mark.slow
def test_reading_through_any_pointer_is_harmless(arena):
    text = ctypes.create_string_buffer(b"some text")
    address = ctypes.addressof(text)
    assert arena.read(address, 100, string=True).contents == b"some text"
    assert arena.read(address, 4, string=False).contents == b"some"
    for wild in (1, 0x1000, (1 << 47) - 1, 1 << 62, (1 << 64) - 1):
        assert arena.read(wild, 100, string=True).contents == b""
    assert arena.read(address, 0, string=False).contents == b""


def test_the_table_holds_what_the_codec_allows():
    assert status.TABLE_OFFSET + 16 * MAX_BLOCKS <= status.REPLY_OFFSET


# In a process of its own, with the heap that is watched: from then on this Python counts what it maps.
MAPS = """
import ctypes, mmap, os
from abidance.watch.arena import Arena, Memory
from abidance.watch.status import MAILBOX_SIZE
mailbox = os.memfd_create("mailbox")
os.ftruncate(mailbox, MAILBOX_SIZE)
arena = Arena({path!r})
arena.map(mailbox)
arena.start(Memory.GUARDED, ctypes.CDLL(None), catch_faults=True, calls_back=False)
arena.watch_process()
objects = [bytes(400) for _ in range(6_000)]  # and a list of them that malloc does not map
print([change.kind for change in arena.changes(0) if change.kind != "file"])
region = mmap.mmap(-1, 1 << 20)
print([change.kind for change in arena.changes(0) if change.kind != "file"])
"""


def test_what_python_maps_for_its_own_objects_is_no_change_of_the_process(arena):
    program = [sys.executable, "-c", MAPS.format(path=str(arena_path()))]
    watched = {**os.environ, "LD_PRELOAD": str(heap_path())}
    ran = subprocess.run(program, env=watched, capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == ["[]", "['mapped']"], ran.stderr
