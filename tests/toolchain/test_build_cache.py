"""The cache that processes share: made once, locked, cleared without touching what is not ours."""

from __future__ import annotations

import multiprocessing
import os
import time
from typing import TYPE_CHECKING

import pytest

from abidance.core.errors import UsageError
from abidance.toolchain.cache import Cache, default_cache, digest
from abidance.toolchain.cache_entries import (
    CachePlace,
    cached_shared_object,
    cached_text,
    load,
    publish,
    read_value,
    save,
    write_value,
)
from abidance.toolchain.inputs import BuildRecord

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


STAMP = {"a.c": ((1, 2, 3, 4), "digest", "built")}


SPOILT = {
    "empty": lambda file: spoil(file, b""),
    "cut": lambda file: spoil(file, file.read_bytes()[:-3]),
    "last bit": lambda file: spoil(file, file.read_bytes()[:-1] + bytes([file.read_bytes()[-1] ^ 1])),
    "foreign": lambda file: spoil(file, b"not ours at all" * 9),
    "a pipe": lambda file: (file.unlink(), os.mkfifo(file)),
    "a link": lambda file: (file.rename(file.parent / "other"), file.symlink_to("other")),
    "a directory": lambda file: (file.unlink(), file.mkdir()),
    "writable by others": lambda file: file.chmod(0o666),
    "another user's": lambda file: os.chown(file, 1234, 1234),
}


@pytest.fixture(params=SPOILT)
def spoilt(request):
    """Return what makes a file of the cache one that cannot be trusted."""
    if request.param == "another user's" and os.geteuid():
        pytest.skip("only root can have files of other users")
    return SPOILT[request.param]


def test_a_value_that_cannot_be_trusted_is_none(cache, spoilt):
    place = CachePlace(cache, "facts", "libbox.so", ("key",))
    save(place, ("all", {"that": 1}))
    assert load(place) == ("all", {"that": 1})
    (file,) = cache.root.glob("v1/facts/*/value.bin")

    spoilt(file)

    assert load(place) is None


def test_a_value_under_another_key_is_none(cache):
    one, other = (CachePlace(cache, "facts", "libbox.so", (key,)) for key in ("one", "other"))
    save(one, 1)
    save(other, 2)
    for each in cache.root.glob("v1/facts/*/value.bin"):
        each.write_bytes(next(cache.root.glob("v1/facts/*/value.bin")).read_bytes())

    assert {load(one), load(other)} in ({1, None}, {2, None})


def test_values_are_stored_whatever_files_are_private_by_default(cache):
    before = os.umask(0o002)  # that of most desktops
    try:
        save(CachePlace(cache, "facts", "libbox.so", ("key",)), 7)
    finally:
        os.umask(before)

    assert load(CachePlace(cache, "facts", "libbox.so", ("key",))) == 7


def test_a_text_that_cannot_be_trusted_is_written_anew(monkeypatch, tmp_path, spoilt):
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "cache"))
    file = cached_text("prototypes", "api.h", "int f(void);\n")
    spoilt(file)

    again = cached_text("prototypes", "api.h", "int f(void);\n")

    assert again.read_text() == "int f(void);\n"
    assert again.stat().st_uid == os.geteuid()
    assert again.stat().st_mode & 0o022 == 0


def test_a_record_of_inputs_that_cannot_be_trusted_is_none(tmp_path, spoilt):
    file = tmp_path / "abidance-inputs" / "target.bin"
    write_value(file, (STAMP, {}, {"CC": None}, (), True, 5))
    assert BuildRecord.load(file).entries["a.c"].digest == "digest"

    spoilt(file)

    assert BuildRecord.load(file) is None


def test_a_record_of_another_form_is_none(tmp_path):
    file = tmp_path / "abidance-inputs" / "target.bin"
    for other in ((STAMP, {}), 3, ((), {}, {}, (), True, 0), ({"a": ()}, {}, {}, (), True, 0)):
        write_value(file, other)

        assert read_value(file) == other
        assert BuildRecord.load(file) is None


def test_a_stamp_that_cannot_be_trusted_has_the_library_copied_anew(tmp_path, spoilt):
    built = tmp_path / "lib.so"
    built.write_bytes(b"first")
    first = publish(built, tmp_path)
    spoilt(tmp_path / "stamp.bin")

    assert publish(built, tmp_path) == first
    assert first.read_bytes() == b"first"


def test_of_each_kind_those_used_last_stay(cache, monkeypatch):
    monkeypatch.setattr("abidance.toolchain.cache._MOST", {"facts": 2, "objects": 2})
    day = 24 * 3600
    for kind in ("facts", "objects"):
        for number, age in enumerate((9, 8, 7, 0.1)):
            path = cache.directory(kind, str(number))
            cache.directory(kind, "0")  # is used by and by
            if number:
                os.utime(path, (time.time() - age * day,) * 2)

    def stay(kind):
        return sorted(path.name[0] for path in (cache.home / kind).iterdir() if path.is_dir())

    cache.directory("facts", "new")
    cache.directory("objects", "new")

    assert stay("facts") == ["0", "n"]
    assert stay("objects") == ["0", "1", "2", "3", "n"], "of what stays for a day it is seen once in an hour"

    os.utime(cache.home / "objects" / ".looked-through", (time.time() - 2 * 3600,) * 2)
    cache.directory("objects", "other")

    assert stay("objects") == ["0", "3", "n", "o"], "what was taken today may be in use"
