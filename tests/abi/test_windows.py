"""The gate on headers for Windows: layouts come from COFF, and a target is never taken for another."""

from __future__ import annotations

import shutil

import pytest

from abidance.cli.main import main

MINGW = "clang --target=x86_64-w64-mingw32"
POINT = "struct point { long x; int flags : 3; char more : 2; };\nlong measure(struct point p);\n"
UNION = "union u { float f; }; void take(union u u);"


@pytest.fixture(autouse=True)
def _windows(monkeypatch):
    if shutil.which("clang") is None:
        pytest.skip("clang is not installed")
    monkeypatch.setenv("CC", MINGW)


def test_layouts_are_those_of_windows(sides):
    facts = sides(POINT, POINT)[0].facts

    assert facts.target.machine == "x86_64-windows"
    assert facts.records["struct point"].size == 12  # 4 for `long`, and a unit for each type of bit-fields


def test_another_system_is_another_target(tmp_path, monkeypatch, capsys):
    (tmp_path / "thing.h").write_text(POINT)
    monkeypatch.delenv("CC")
    assert main(["abi", "snapshot", str(tmp_path / "thing.h"), "--output", str(tmp_path / "linux.json")]) == 0
    monkeypatch.setenv("CC", MINGW)

    main(["abi", "diff", str(tmp_path / "linux.json"), str(tmp_path / "thing.h")])
    told = "target-differs: the old side is for x86_64, 64 bits, the new one for x86_64-windows"
    assert told in capsys.readouterr().out


@pytest.mark.slow
def test_registers_are_not_those_of_the_system_v_abi(compare, monkeypatch):
    more = UNION.replace("float f;", "float f; int i;")

    on_windows = compare(UNION, more)
    monkeypatch.delenv("CC")
    elsewhere = compare(UNION, more)
    assert "ABD468" not in str(on_windows)
    assert "ABD468" in str(elsewhere)


def test_a_dll_is_said_not_to_be_read(tmp_path, capsys):
    (tmp_path / "thing.dll").write_bytes(b"MZ" + bytes(200))

    assert main(["abi", "snapshot", str(tmp_path / "thing.dll")]) in {2, 3}
    assert "libraries for Windows are not read" in capsys.readouterr().err
