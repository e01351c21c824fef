"""What was laid out once is printed again, and only while it would be printed the same."""

from __future__ import annotations

import time

import pytest

from abidance.header import cached_headers, read_header
from abidance.header.layouts import layouts_of
from abidance.toolchain import probe
from abidance.toolchain.cache_entries import write_value
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest

API = '#include "deep.h"\n#if __has_include("extra.h")\nstruct extra { int x; };\n#endif\nstruct api { deep_t d; };\n'
SETTLED = 0.04  # seconds; see `tests/header/test_header_cache.py`


@pytest.fixture
def again(layout, monkeypatch, tmp_path):
    """Return a function that runs the command as a new process does, and tells whether that made a new report."""
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "deep.h").write_text("typedef int deep_t;\n")
    (tmp_path / "api.h").write_text(API)
    made = []
    collect = pytest.importorskip("abidance.layout.collect")
    whole = collect.report
    monkeypatch.setattr(collect, "report", lambda *a, **k: made.append(1) or whole(*a, **k))

    def run(*words):
        time.sleep(SETTLED)
        cached_headers.forget()
        made.clear()
        ran = layout("", "api.h", *words)
        return ran, bool(made)

    return run


@pytest.mark.slow
def test_a_report_is_made_once_for_each_way_to_write_it(again):
    first, anew = again()
    assert anew
    assert again() == (first, False)
    for words in (["--format", "json"], ["--all"], ["struct api"], ["--emit", "c-asserts"], ["-D", "X"]):
        assert again(*words)[1]
        assert not again(*words)[1]


@pytest.mark.slow
def test_a_changed_header_and_a_changed_include_are_seen(again, tmp_path):
    again()
    (tmp_path / "deep.h").write_text("typedef long deep_t;\n")
    ran, anew = again()
    assert anew
    assert "struct api   8 bytes" in ran.out
    (tmp_path / "api.h").write_text(API + "struct more { char c; };\n")
    assert "struct more   1 byte" in again()[0].out


def test_a_header_that_is_new_where_one_was_asked_for_is_seen(again, tmp_path):
    assert "struct extra" not in again()[0].out
    (tmp_path / "extra.h").write_text("")
    assert "struct extra   4 bytes" in again()[0].out


def test_problems_are_told_again(again, tmp_path):
    (tmp_path / "api.h").write_text(f"struct good {{ int x; }};\nstruct deep {{ int {'*' * 300}x; }};\n")
    first, _ = again()
    second, anew = again()
    assert not anew
    assert (second.code, second.err, second.out) == (first.code, first.err, first.out)
    assert "api.h:2" in second.err


def test_a_report_that_somebody_else_wrote_is_not_believed(again, tmp_path):
    first, _ = again()
    for entry in (tmp_path / "cache").rglob("layouts/*/value.bin"):
        raw = entry.read_bytes()
        entry.write_bytes(raw.replace(b"4 bytes", b"5 bytes"))
    assert again() == (first, True)
    for entry in (tmp_path / "cache").rglob("layouts/*/value.bin"):
        write_value(entry, ("no", "such", "thing"))
    assert again() == (first, True)


@pytest.mark.slow
def test_the_compiler_is_asked_once_about_one_text(monkeypatch, tmp_path):
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "cache"))
    asked = []
    whole = probe.probe_layouts
    monkeypatch.setattr(probe, "probe_layouts", lambda *a, **k: asked.append(1) or whole(*a, **k))
    header, compiler = tmp_path / "api.h", find_compiler()

    def layouts(text, *functions):
        header.write_text(text)
        time.sleep(SETTLED)
        cached_headers.forget()
        asked.clear()
        declarations = read_header(header, compiler=compiler)
        found = layouts_of(declarations, ProbeRequest(functions), header=header, compiler=compiler)
        return found, bool(asked)

    text = "struct s { int a; union { long b; char c; }; unsigned d : 3; };\nint f(struct s *s);\nint g(float x);\n"
    first, anew = layouts(text, "f")
    assert anew
    assert layouts(text, "f") == (first, False)
    assert layouts(text, "g")[1]
    changed, anew = layouts(text.replace("int a", "long a"), "f")
    assert anew
    assert changed.records["struct s"].fields["a"].size == 8
    assert layouts(text, "f") == (first, False)  # the content decides, and not the time of the file
