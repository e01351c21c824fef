"""What a worker is started with, so that a sanitizer reports once and quickly."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.core.errors import UsageError
from abidance.execute.zygote import PRIVATE_VARIABLES
from abidance.toolchain.library import Artifact
from abidance.toolchain.preloading import preloadable
from abidance.toolchain.sanitizers import worker_environment

pytestmark = pytest.mark.unit

LIBRARY = Path("/x/libdemo.so")
PLAIN = Artifact("demo", "release", LIBRARY, LIBRARY)


@pytest.mark.parametrize("name", ["ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"])
def test_reports_are_unsymbolized_and_end_the_worker(name):
    options = worker_environment(PLAIN)[name].split(":")

    assert {"symbolize=0", "halt_on_error=1", "abort_on_error=0", "exitcode=86"} <= set(options)


def test_leaks_are_looked_for_only_when_asked():
    assert "detect_leaks=0" in worker_environment(PLAIN)["ASAN_OPTIONS"]
    looking = worker_environment(PLAIN, leaks=True)
    assert "detect_leaks=1:leak_check_at_exit=0" in looking["ASAN_OPTIONS"]
    assert looking["PYTHONMALLOC"] == "malloc"


def test_directories_of_neighbours_come_before_the_users(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/mine")
    made = Artifact("demo", "release", Path("/x/a.so"), Path("/y/a.so"), search=(Path("/y"),))

    assert worker_environment(made)["LD_LIBRARY_PATH"] == "/y:/mine"


def test_everything_that_changes_a_childs_start_is_private():
    given = worker_environment(Artifact("demo", "asan", LIBRARY, LIBRARY, preload=(Path("/rt"),)))

    early = {name for name in given if name.endswith("_OPTIONS") or name == "LD_PRELOAD"}
    assert early <= set(PRIVATE_VARIABLES)


def test_paths_that_the_dynamic_linker_would_take_apart_get_another_name(tmp_path):
    plain, odd = tmp_path / "a.so", tmp_path / "some: one$LIB" / "rt.so"
    odd.parent.mkdir()
    odd.touch()

    with preloadable([plain]) as value:
        assert value == str(plain)
    with preloadable([odd, plain]) as value:
        first, second = (Path(name) for name in value.split(":"))
        assert (first.resolve(), first.name, second.name) == (odd, "rt.so", "a.so")
        assert not set(value) & set(" $;")
    assert not first.parent.exists()


def test_a_path_for_which_there_is_no_other_name_is_refused(monkeypatch):
    monkeypatch.setattr("abidance.toolchain.preloading._PLACES", ())
    for name in ("TMPDIR", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(UsageError, match="cannot be preloaded"), preloadable([Path("/home/some one/rt.so")]):
        pass
