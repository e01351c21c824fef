from __future__ import annotations

import shutil

import pytest

from abidance.header import read_header
from abidance.toolchain.compiler import find_compiler


@pytest.fixture(scope="session")
def header_cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(header_cache, monkeypatch):
    """Keep the user's cache out of it; headers lie in each test's own directory, so nothing is reused."""
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(header_cache))


@pytest.fixture(params=["gcc", pytest.param("clang", marks=pytest.mark.full)])
def compiler(request):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return find_compiler(request.param)


@pytest.fixture
def read(tmp_path, compiler):
    """Return a function that writes a header (and others beside it) and reads it."""

    def read_text(text, defines=None, **others):
        for name, other in others.items():
            (tmp_path / f"{name}.h").write_text(other, encoding="utf-8")
        header = tmp_path / "api.h"
        header.write_text(text, encoding="utf-8")
        return read_header(header, include_dirs=(tmp_path,), defines=defines or {}, compiler=compiler)

    return read_text


@pytest.fixture
def place():
    """Return a function that says which characters of its line a span covers."""

    def covered(span):
        line = span.path.read_text(encoding="utf-8").split("\n")[span.line - 1]
        return f"{span.line}:{line[span.column - 1 : span.end_column - 1]}"

    return covered
