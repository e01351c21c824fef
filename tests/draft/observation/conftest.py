from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path

import pytest

from abidance.draft.drafting import view_of
from abidance.draft.observation.session import observe
from abidance.draft.source import DraftSource
from abidance.toolchain.call_graph import call_graph
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import Artifact

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def observed(tmp_path_factory):
    """Return a function that compiles a C file and observes some of its functions, or all."""
    if platform.machine() != "x86_64":
        pytest.skip("accesses are traced on x86-64")

    def observe_one(header: Path, source: Path, functions=None, *, everything=False):
        compiler = find_compiler()
        library = tmp_path_factory.mktemp("observed") / "libobserved.so"
        made = compiler.compile_shared([source], library, ("-O2", "-w"), ())
        assert made.ok, made.words
        view = view_of(DraftSource(header, compiler, calls=call_graph(library)))
        if functions is not None:
            view = replace(view, functions=tuple(functions))
        artifact = Artifact("observed", "release", library, library)
        return observe(view, artifact, everything=everything, told=lambda _: None)

    return observe_one
