"""What abidance compiles of its own, for caches that tests begin with.

Each object is named by all that it depends on, so a cache that has it already answers as one that compiles it: seconds
later. That an empty cache is filled is for tests/watch and tests/earned/test_instruments.py to show.
"""

from __future__ import annotations

import shutil

from abidance.core.errors import AbidanceError
from abidance.native.executable import engine_object
from abidance.toolchain.compiler import find_compiler
from abidance.watch.build import arena_path, heap_path


def with_own_objects(cache):
    """Give a cache the watcher, the allocator and the engine, where there is a compiler; return its folder."""
    try:
        made = (arena_path(), heap_path(), engine_object(find_compiler()))
    except AbidanceError:
        return cache
    for folder in (cache, cache / "v1", cache / "v1" / "objects"):
        folder.mkdir(mode=0o700, exist_ok=True)
    for file in filter(None, made):
        entry = file.parent.parent
        shutil.copytree(entry, cache / "v1" / "objects" / entry.name, dirs_exist_ok=True)
    return cache
