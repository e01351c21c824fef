"""The cache that processes share: made once, locked, cleared without touching what is not ours."""

from __future__ import annotations

import multiprocessing
import os
import time
from typing import TYPE_CHECKING

import pytest

from abidance.core.errors import UsageError
from abidance.toolchain.cache import Cache, cached_shared_object, default_cache, digest, publish

pytestmark = pytest.mark.unit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def test_environment_names_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "here"))

    assert default_cache().root == tmp_path / "here"


def test_directories_are_told_apart_by_all_of_their_key(cache):
    one = cache.directory("builds", "demo: release", "a", "bc")
    two = cache.directory("builds", "demo: release", "ab", "c")

    assert one != two
    assert one.name.startswith("demo-release-")
    assert cache.directory("builds", "demo: release", "a", "bc") == one


def test_cache_is_private_and_tagged(cache):
    cache.directory("builds", "demo")

    assert cache.root.stat().st_mode & 0o077 == 0
    assert (cache.root / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_cache_that_cannot_be_written_says_what_to_set(tmp_path, complaint):
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file" / "cache")

    said = complaint(cache.directory, "builds", "demo")

    assert f"the cache `{cache.root}` cannot be written: not a directory" in said
    assert said.endswith("help: set `ABIDANCE_CACHE_DIR` to a directory that this user may write")
    with pytest.raises(UsageError):
        cache.directory("builds", "demo")


def test_clear_removes_what_is_ours_and_nothing_else(cache):
    (cache.directory("objects", "demo") / "a.so").write_bytes(bytes(100))
    (cache.root / "letter.txt").write_text("keep me")

    assert cache.clear() == 100
    assert sorted(path.name for path in cache.root.iterdir()) == ["CACHEDIR.TAG", "letter.txt"]
    assert cache.clear() == 0


def test_shared_object_is_built_once_for_a_key(cache):
    calls = []

    def build(output: Path) -> None:
        calls.append(output)
        output.write_bytes(b"object")

    paths = [cached_shared_object("thing", ["source", b"flags"], build, cache) for _ in range(2)]
    other = cached_shared_object("thing", ["source", b"others"], build, cache)

    assert paths[0] == paths[1] != other
    assert paths[0].name == "thing.so"
    assert paths[0].read_bytes() == b"object"
    assert len(calls) == 2


def test_build_that_fails_leaves_nothing_behind(cache):
    def fail(output: Path) -> None:
        output.write_bytes(b"half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cached_shared_object("thing", ["key"], fail, cache)

    made = cached_shared_object("thing", ["key"], lambda output: output.write_bytes(b"whole"), cache)

    assert made.read_bytes() == b"whole"
    assert [path.name for path in made.parent.iterdir()] == ["thing.so"]


def _slowly(root: Path, log: Path) -> None:
    def build(output: Path) -> None:
        with log.open("a") as file:
            file.write("built\n")
        time.sleep(0.3)
        output.write_bytes(b"object")

    cached_shared_object("thing", ["key"], build, Cache(root))


def test_processes_that_ask_at_once_build_once(cache, tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_slowly, args=(cache.root, tmp_path / "log")) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert (tmp_path / "log").read_text() == "built\n"


def test_lock_that_stays_held_is_told_and_not_waited_for(cache, complaint):
    directory = cache.directory("builds", "demo")

    def wait():
        with cache.lock(directory, 0.1):
            pytest.fail("two holders")

    with cache.lock(directory, 1):
        said = complaint(wait)

    assert "another process has been building `demo-" in said
    with cache.lock(directory, 1):
        pass


def test_published_file_keeps_its_bytes_when_the_build_writes_again(tmp_path):
    built = tmp_path / "lib.so"
    built.write_bytes(b"first")
    first = publish(built, tmp_path)
    with built.open("r+b") as file:  # as `cp` and `strip` write: into the same file
        file.write(b"other")

    second = publish(built, tmp_path)

    assert (first.read_bytes(), second.read_bytes()) == (b"first", b"other")
    assert first.name == second.name == "lib.so"


def test_published_file_that_did_not_change_is_not_copied(tmp_path):
    built = tmp_path / "lib.so"
    built.write_bytes(b"first")
    first = publish(built, tmp_path).stat()

    assert publish(built, tmp_path).stat() == first


def test_copies_that_nobody_uses_any_more_are_dropped(tmp_path):
    built = tmp_path / "lib.so"
    made = []
    for number in range(6):
        built.write_bytes(bytes([number]) * 10)
        made.append(publish(built, tmp_path))
        day = time.time() - (10 - number) * 24 * 3600
        os.utime(made[-1].parent, (day, day))
    built.write_bytes(b"last")
    made.append(publish(built, tmp_path))

    assert [path.exists() for path in made] == [False] * 4 + [True] * 3


def test_digest_is_stable():
    assert digest("a", b"b") == digest(b"a", "b")
    assert len(digest()) == 16


def spoil(file, contents):
    file.chmod(0o755)
    file.write_bytes(contents)


@pytest.mark.parametrize("contents", [b"", b"fir", b"FIRST"])
def test_a_published_file_that_was_spoiled_is_copied_anew(contents, tmp_path):
    built = tmp_path / "lib.so"
    built.write_bytes(b"first")
    spoil(publish(built, tmp_path), contents)

    assert publish(built, tmp_path).read_bytes() == b"first"


@pytest.mark.parametrize("contents", [b"", b"who", b"WHOLE"])
def test_a_shared_object_that_was_spoiled_is_made_anew(contents, cache):
    def build(output: Path) -> None:
        output.write_bytes(b"whole")

    spoil(cached_shared_object("thing", ["key"], build, cache), contents)

    assert cached_shared_object("thing", ["key"], build, cache).read_bytes() == b"whole"


def test_a_link_in_the_place_of_a_shared_object_is_not_followed(cache, tmp_path):
    def build(output: Path) -> None:
        output.write_bytes(b"whole")

    made = cached_shared_object("thing", ["key"], build, cache)
    elsewhere = tmp_path / "elsewhere.so"
    made.rename(elsewhere)
    made.symlink_to(elsewhere)

    again = cached_shared_object("thing", ["key"], build, cache)

    assert not again.is_symlink()
    assert again.read_bytes() == b"whole"


def test_what_others_may_write_to_is_left_for_a_directory_of_ones_own(cache):
    usual = cache.directory("objects", "demo").parent.parent
    assert cache.usual
    usual.chmod(0o777)

    mine = cache.directory("objects", "demo").parent.parent

    assert mine.name == f"v1-{os.geteuid()}"
    assert mine.stat().st_mode & 0o077 == 0
    assert not cache.usual
    mine.chmod(0o770)
    with pytest.raises(UsageError, match="others may write to it"):
        cache.directory("objects", "demo")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can have files of other users")
def test_what_another_user_owns_is_not_taken(cache):
    def build(output: Path) -> None:
        output.write_bytes(b"whole")

    made = cached_shared_object("thing", ["key"], build, cache)
    os.chown(made, 1234, 1234)

    again = cached_shared_object("thing", ["key"], build, cache)

    assert again.stat().st_uid == 0
