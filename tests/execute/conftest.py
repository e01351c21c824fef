from __future__ import annotations

from pathlib import Path

import pytest

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import Artifact
from abidance.toolchain.runtimes import runtime_of, try_preload
from own_objects import with_own_objects

SUBJECT = Path(__file__).with_name("subject.c")
SANITIZED = {
    "asan": ("-fsanitize=address",),
    "ubsan": ("-fsanitize=undefined", "-fno-sanitize-recover=all"),
    "tsan": ("-fsanitize=thread",),
}


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Keep the user's cache out of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ABIDANCE_CACHE_DIR", str(with_own_objects(tmp_path_factory.mktemp("cache"))))
        yield


@pytest.fixture(scope="session")
def compile_library(tmp_path_factory):
    """Return a function that compiles C text or a C file, sanitized or not, into an `Artifact`."""

    def compile_one(source, sanitizer="", command=None) -> Artifact:
        compiler = find_compiler(command)
        directory = tmp_path_factory.mktemp("library")
        if isinstance(source, str):
            (directory / "source.c").write_text(source, encoding="utf-8")
            source = directory / "source.c"
        output = directory / f"libsubject-{compiler.family}-{sanitizer or 'release'}.so"
        flags = ("-g", "-O1", "-w", *SANITIZED.get(sanitizer, ()))
        if sanitizer and compiler.family == "clang":
            flags += ("-shared-libsan",)
        made = compiler.compile_shared([source], output, flags, ("-lpthread",))
        assert made.ok, made.words
        preload = ()
        if sanitizer:
            runtime = runtime_of(compiler, sanitizer)
            if runtime is None or not try_preload(runtime).works:
                pytest.skip(f"no runtime of {compiler.family} for {sanitizer} works here")
            preload = (runtime,)
        return Artifact(
            "subject",
            sanitizer or "release",
            output,
            output,
            frozenset({sanitizer} - {""}),
            preload,
        )

    return compile_one


def _supervised(compile_library, sanitizer):
    with Supervisor(WorkerSpec.of(compile_library(SUBJECT, sanitizer))) as supervisor:
        yield supervisor


@pytest.fixture(scope="session")
def release(compile_library):
    yield from _supervised(compile_library, "")


@pytest.fixture(scope="session")
def asan(compile_library):
    yield from _supervised(compile_library, "asan")


@pytest.fixture(scope="session")
def ubsan(compile_library):
    yield from _supervised(compile_library, "ubsan")


@pytest.fixture(scope="session")
def tsan(compile_library):
    yield from _supervised(compile_library, "tsan")
