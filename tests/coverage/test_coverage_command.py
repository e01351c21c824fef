"""`abidance coverage`, as somebody runs it."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from abidance.cli.main import main

HEADER = """\
#ifndef BOX_H
#define BOX_H
#include <stddef.h>
#include <stdint.h>
enum color { RED, GREEN, VIOLET = 9 };
int parse(const uint8_t *data, size_t size);
int paint(enum color color, enum color *other);
static inline int clamp(int x)
{
    if (x == 123456789)
        return -5;
    return x;
}
#endif
"""
SOURCE = """\
#include "box.h"
#include <stdlib.h>
int parse(const uint8_t *data, size_t size)
{
    if (size > 1 && data[0] == 0x7f) {
        if (size == 77777)
            return 5;
        return 1;
    }
    if (size == 3) {
        *(volatile int *)0 = 1;
    }
    if (size == 5)
        exit(3);
    return 0;
}
static int unused(int x)
{
    return x + 1;
}
int paint(enum color color, enum color *other)
{
    switch (color) {
    case RED: *other = GREEN; return 1;
    case GREEN: *other = RED; return 1;
    default: break;
    }
    if (color == 77)
        return unused(color);
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: box
header: box.h
libraries:
  box: {command: [make, -s], artifact: libbox.so}
types:
  enum color: {enum: closed}
functions:
  parse:
    params:
      data: {in: bytes, length: size, max: 8}
  clamp: {}
  paint:
    params: {other: {out: enum color, on_failure: untouched}}
    returns: {status: {ok: [1], errors: {0: no such color}}}
"""
MAKEFILE = "libbox.so: .FORCE\n\t$(CC) $(CFLAGS) -shared -fPIC -o $@ box.c $(LDFLAGS)\n.FORCE:\n"
OWN_FLAGS = "libbox.so: .FORCE\n\t$(CC) -g -shared -fPIC -o $@ box.c\n.FORCE:\n"


def write(folder, source=SOURCE, makefile=MAKEFILE):
    for name, text in (
        ("box.h", HEADER),
        ("box.c", source),
        ("box.contract.yaml", CONTRACT),
        ("Makefile", makefile),
    ):
        (folder / name).write_text(text)


def cover(*words):
    return main(["coverage", "box.contract.yaml", "--seed", "1", "--max-examples", "10", *words])


@pytest.fixture(scope="module")
def covered(tmp_path_factory):
    """Run it once, with every format, and return the folder, the exit status and what was printed."""
    folder = tmp_path_factory.mktemp("covered")
    write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        status = cover(
            "--format", "text=told.txt", "--format", "json=told.json", "--format", "lcov=told.info"
        )
    return folder, status, (folder / "told.txt").read_text()


@pytest.mark.slow
def test_unreached_code_is_told_with_the_line_and_the_condition_before_it(covered):
    _, status, text = covered

    assert status == 0
    assert re.search(
        r"--> box\.c:6: come to (once|\d+ times), never (true|went on to line 7)\n"
        r" +\d+ +6 \|         if \(size == 77777\)\n"
        r"(?: +\| +\^+\n)?"
        r" +0 +7 \|             return 5;",
        text,
    )
    assert "`unused`" in text.partition("never entered")[2]
    assert "box.c:8:" not in text  # `return 1;` ran


@pytest.mark.slow
def test_functions_of_the_header_are_counted(covered):
    _, _, text = covered

    assert re.search(r"--> box\.h:10: come to \d+ times, never", text)


@pytest.mark.slow
def test_calls_that_end_the_process_lose_nothing(covered):
    folder, _, text = covered

    lines = json.loads((folder / "told.json").read_text())["contracts"][0]["libraries"][0]["files"][0][
        "lines"
    ]
    assert lines["11"] > 0  # the crash
    assert lines["14"] > 0  # the exit
    assert re.search(r"\d+ cases ended their process: what ran before that is counted", text)


@pytest.mark.slow
def test_what_of_the_contract_no_call_exercised_is_told(covered):
    folder, _, text = covered

    assert re.search(
        r"functions +3 of 3\n +parameters +4 of 4\n +enumerators +5 of 6\n +statuses +2 of 2", text
    )
    assert "`VIOLET` in `other` of `paint`: no call left it there" in text
    contract = json.loads((folder / "told.json").read_text())["contracts"][0]
    (never,) = [each for each in contract["exercises"] if each["never_in"]]
    assert (never["kind"], never["function"]) == ("enumerator", "paint")


def test_lcov_has_what_the_text_says(covered):
    folder, _, text = covered
    lcov = (folder / "told.info").read_text()

    assert re.findall("^SF:(.*)$", lcov, re.MULTILINE) == ["box.c", "box.h"]
    assert "\nDA:7,0\n" in lcov
    assert "\nFNDA:0,unused\n" in lcov
    reached, lines = (sum(map(int, re.findall(f"^{key}:(.*)$", lcov, re.MULTILINE))) for key in ("LH", "LF"))
    assert f"{reached} of {lines} lines" in text


SOUND = """\
#include "box.h"
int parse(const uint8_t *data, size_t size) { return size && data[0] ? 2 : 1; }
int paint(enum color color, enum color *other)
{
    if (color == VIOLET)
        return 0;
    *other = color == RED ? VIOLET : color == GREEN ? RED : GREEN;
    return 1;
}
"""


@pytest.mark.slow
def test_code_that_was_reached_is_not_told_of_and_little_reach_fails_where_that_is_asked(
    tmp_path, monkeypatch, capsys
):
    write(tmp_path, SOUND)
    monkeypatch.chdir(tmp_path)

    assert cover("--function", "pa*", "--exclude", "*.h", "--fail-under", "100") == 0
    out = capsys.readouterr().out
    assert "never reached" not in out
    assert "never entered" not in out
    assert "box.h" not in out
    assert cover("--function", "parse", "--exclude", "*.h", "--fail-under", "90") == 1
    told = capsys.readouterr()
    assert "never entered" in told.out
    assert "asks for 90 %" in told.err


@pytest.mark.slow
def test_what_has_no_counters_is_not_judged(tmp_path, monkeypatch, capsys):
    write(tmp_path, SOUND, OWN_FLAGS)
    monkeypatch.chdir(tmp_path)

    assert cover("--function", "pa*") == 3
    out = capsys.readouterr().out
    assert "lines not judged" in out
    assert "its build does not take `CFLAGS` and `LDFLAGS`" in out
    assert re.search(r"functions +2 of 2", out)
    (tmp_path / "Makefile").unlink()  # a shared object that is there already needs none
    assert cover("--function", "pa*", "--library", "mine=libbox.so") == 0
    assert "a shared object that is not built here has no counters" in capsys.readouterr().out
    assert cover("--function", "pa*", "--library", "mine=libbox.so", "--format", "lcov") == 3
    assert re.findall("^SF:(.*)$", capsys.readouterr().out, re.MULTILINE) == ["box.h"]


@pytest.mark.slow
def test_notes_that_are_gone_are_told(tmp_path, monkeypatch, capsys):
    write(tmp_path, SOUND, MAKEFILE.replace("$(LDFLAGS)", "$(LDFLAGS) && rm -f *.gcno"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CC", "gcc")

    assert cover("--function", "parse") == 3
    assert re.search(
        r"`\S*box\.gcno`, which gcc wrote, cannot be read: no such file", capsys.readouterr().out
    )


@pytest.mark.unit
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "xml"], "there is no format `xml`"),
        (["--format", "lcov", "--format", "json"], "`lcov` and `json` would go to one place"),
        (["--fail-under", "120"], "expected a number from 0 to 100, not `120`"),
        (["--library", "=x"], "`--library =x` names no library"),
    ],
)
def test_mistakes_are_told(tmp_path, monkeypatch, capsys, words, message):
    write(tmp_path)
    monkeypatch.chdir(tmp_path)

    assert cover(*words) == 2
    assert message in capsys.readouterr().err


MANIFEST = '[package]\nname = "box"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n'
RUST = """\
#[no_mangle]
pub unsafe extern "C" fn parse(data: *const u8, size: usize) -> i32 {
    if size > 1 && *data == 0x7f {
        if size == 77_777 {
            return 5;
        }
        return 1;
    }
    match size {
        3 => std::process::abort(),
        _ => 0,
    }
}
"""


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("cargo"), reason="cargo is not installed")
def test_rust_beside_c_is_told_by_itself(tmp_path, monkeypatch, capsys):
    write(tmp_path, SOUND)
    contract = CONTRACT.replace("types:", "  rust: {cargo: .}\ntypes:")
    (tmp_path / "box.contract.yaml").write_text(contract)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lib.rs").write_text(RUST)
    (tmp_path / "Cargo.toml").write_text(MANIFEST)
    monkeypatch.chdir(tmp_path)

    assert cover("--function", "parse") == 0
    out = capsys.readouterr().out
    assert re.search(
        r"never reached in `rust`: 1 line behind 1 condition\n\n  --> src/lib\.rs:4: come to", out
    )
    assert "never reached in `box`" not in out
    assert re.search(r" 1 of 1 function +src/lib\.rs\n", out)


@pytest.mark.full
def test_inputs_that_exploring_comes_by_are_counted(tmp_path, monkeypatch, capsys):
    magic = SOUND.replace(
        "{ return size && data[0] ? 2 : 1; }",
        "{\n    if (size == 6 && data[0] == 0xd3 && data[3] == 0x5e && data[4] == 0x91) {\n"
        "        hits++;\n        return 7;\n    }\n    return 1;\n}",
    ).replace("int parse(", "static volatile int hits;\nint parse(", 1)
    write(tmp_path, magic)
    monkeypatch.chdir(tmp_path)

    assert cover("--function", "parse") == 0
    assert "hits++;" in capsys.readouterr().out
    assert cover("--function", "parse", "--explore", "3") == 0
    assert "hits++;" not in capsys.readouterr().out
