"""The gate on small changes: what is no change, what is one change, and what the summary says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from gate_builds import c_library, compared, headers

from abidance.cli.main import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def texts(tmp_path, capsys):
    """Compare two headers."""

    def judged(old, new, *options):
        for name, text in (("old.h", old), ("new.h", new)):
            (tmp_path / name).write_text(text)
        return compared(capsys, tmp_path / "old.h", tmp_path / "new.h", *options)

    return judged


@pytest.mark.parametrize(
    ("old", "new"),
    [("_Bool on", "unsigned char on"), ("unsigned char on", "_Bool on"), ("_Bool *on", "unsigned char *on")],
)
def test_a_bool_and_a_byte_are_risky_at_most(texts, old, new):
    assert texts(f"int f({old});\n", f"int f({new});\n")[:2] == (0, {"parameter-type-changed": "risky"})
    assert (
        texts(
            f"struct s {{ {old}; }};\nint f(struct s *s);\n", f"struct s {{ {new}; }};\nint f(struct s *s);\n"
        )[0]
        == 0
    )


def test_a_bool_and_an_int_are_not_alike(texts):
    assert texts("int f(_Bool *on);\n", "int f(int *on);\n")[0] == 1


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("#define M(a,b) ((a)+(b))", "#define M(a, b) ( ( a ) + ( b ) )", True),
        ("#define M (x + 1)", "#define M ( x+1 )", True),
        ("#define M f( x,y )", "#define M f(x, y)", True),
        ('#define M f("a b")', '#define M f("ab")', False),
        ("#define M x - -1", "#define M x --1", False),
    ],
)
def test_white_space_between_tokens_means_nothing(texts, old, new, same):
    declared = "int f(const char *, int); extern int x;\n"
    _, _, document = texts(f"{declared}{old}\n", f"{declared}{new}\n")
    assert (document["changes"] == []) == same


def test_an_enum_without_a_sign_is_an_integer_of_its_size(tmp_path, capsys):
    flags = ("-gdwarf-2", "-gstrict-dwarf")
    old = c_library(tmp_path / "old", "enum e { A, B };\nint f(enum e e) { return e; }\n", *flags)
    new = c_library(tmp_path / "new", "int f(unsigned e) { return e; }\n", *flags)
    wide = c_library(tmp_path / "wide", "int f(unsigned long e) { return e; }\n", *flags)
    assert compared(capsys, old, new)[:2] == (0, {})
    assert compared(capsys, old, wide)[0] == 1


def test_a_function_without_any_type_is_described(tmp_path, capsys):
    old = c_library(tmp_path / "old", "void f() {}\n")
    assert compared(capsys, old, old)[:2] == (0, {})
    bare = c_library(tmp_path / "bare", "void f() {}\n", "-g1")
    assert compared(capsys, bare, bare)[0] == 3


def test_two_types_of_one_spelling_are_told_apart(tmp_path, capsys):
    text = "struct s { char a; };\nint f(struct s s) { return s.a; }\n"
    old = c_library(tmp_path / "old", text, "-fsigned-char")
    new = c_library(tmp_path / "new", text, "-funsigned-char")
    _, told, document = compared(capsys, old, new)
    assert told
    for each in document["changes"]:
        assert each["old"] != each["new"], each["message"]


def test_what_one_field_moves_is_one_change(texts):
    old = "struct s { int a; int b; int c; int d; };\nint f(struct s *s);\n"
    code, _, document = texts(old, old.replace("int a;", "int a; int z[4];"))
    moved = [each["message"] for each in document["changes"] if each["name"] == "record-field-offset-changed"]
    assert code == 1
    assert len(moved) == 1
    assert "everything from field `struct s.b` on moved by 16 bytes (3 fields)" in moved[0]


def test_what_moves_otherwise_is_a_change_of_its_own(texts):
    old = "struct s { int a; int b; int c; int d; };\nint f(struct s *s);\n"
    new = "struct s { int a; int z; int b; int y; int c; int d; };\nint f(struct s *s);\n"
    _, _, document = texts(old, new)
    moved = [each for each in document["changes"] if each["name"] == "record-field-offset-changed"]
    assert [each["subject"] for each in moved] == ["struct s.b", "struct s.c"]


def test_each_side_has_its_own_includes(tmp_path, capsys):
    for name, type_ in (("old", "int"), ("new", "long")):
        (tmp_path / name / "include").mkdir(parents=True)
        (tmp_path / name / "include" / "kinds.h").write_text(f"typedef {type_} kind;\n")
        (tmp_path / name / "lib.h").write_text("#include <kinds.h>\nint f(kind k);\n")
    old, new = tmp_path / "old", tmp_path / "new"
    ways = ("--old-include", old / "include", "--new-include", new / "include")
    code, told, _ = compared(capsys, old / "lib.h", new / "lib.h", *ways)
    assert (code, told) == (1, {"typedef-type-changed": "breaking"})
    assert compared(capsys, old / "lib.h", new / "lib.h")[0] not in (0, 1)


def test_a_snapshots_place_is_the_records_line(tmp_path, capsys):
    for name, more in (("old", ""), ("new", "long b;")):
        (tmp_path / f"{name}.h").write_text(f"typedef struct {{ int a; {more} }} X;\nint f(X *x);\n")
    kept = tmp_path / "old.abi.json"
    main(["abi", "snapshot", str(tmp_path / "old.h"), "--output", str(kept)])
    _, _, document = compared(capsys, kept, tmp_path / "new.h")
    size = next(each for each in document["changes"] if each["name"] == "record-size-changed")
    lines = kept.read_text().splitlines()
    place = next(each for each in size["locations"] if str(each).find(".abi.json") >= 0)
    assert '"struct <X>"' in lines[place["line"] - 1]


def test_a_summary_does_not_contradict_its_exit_status(tmp_path, capsys):
    sound = c_library(tmp_path / "old", "int f(int a) { return a; }\n", header="int f(int a);\n")
    drifted = c_library(tmp_path / "new", "int f(int a, int b) { return a; }\n", header="int f(int a);\n")
    given = ("--old-header", sound.with_name("lib.h"), "--new-header", drifted.with_name("lib.h"))
    code = main(["abi", "diff", str(sound), str(drifted), *map(str, given)])
    last = capsys.readouterr().out.splitlines()[-1]
    assert code == 1
    assert "compatible   0 changes" not in last


def test_the_hooks_see_headers():
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        for name in ("codec.contract.yaml", "include/codec.h", "include/codec.hpp"):
            assert re.search(hook["files"], name), (hook["id"], name)
        assert not hook["pass_filenames"]  # a header is no contract


def test_the_help_of_check_says_what_it_builds(capsys):
    main(["abi", "check", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert all(word in said for word in ("cmake", "cargo", "`command:`", "--no-build"))


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("OK, BAD, E_maxCode, E_unused", "OK, BAD, WORSE, E_maxCode, E_unused", "risky"),
        ("OK, BAD, E_maxCode", "OK, BAD, WORSE, E_maxCode", "risky"),
        ("RED, GREEN, BLUE", "RED, CYAN, GREEN, BLUE", "breaking"),
        ("E_max, OK, BAD", "NEW, E_max, OK, BAD", "breaking"),
        ("E_max64k = 4, E_max1m, E_max4m", "E_max64k = 3, E_max1m, E_max4m", "breaking"),
        ("E_max_a = 4, E_max_b, E_max", "E_max_a = 3, E_max_b = 5, E_max", "breaking"),
    ],
    ids=["and one behind it", "last", "not an end", "a first one", "sizes", "a greatest"],
)
def test_what_counts_the_enumerators_may_move(texts, old, new, verdict):
    code, told, _ = texts(f"enum e {{ {old} }};\nint f(enum e);\n", f"enum e {{ {new} }};\nint f(enum e);\n")

    assert code == (verdict == "breaking")
    assert verdict == "breaking" or told["enumerator-value-changed"] == verdict


@pytest.mark.parametrize(
    ("type_", "verdict"), [("const char", "risky"), ("char", "breaking"), ("const int", "breaking")]
)
def test_a_text_of_another_length_is_risky(tmp_path, capsys, type_, verdict):
    """Such as the version of a library, which grows from 1.9 to 1.10."""
    value = ("{1, 2, 3, 0}", "{1, 2, 3, 4, 0}")
    old, new = (
        c_library(tmp_path / name, f"{type_} version[] = {each};\n")
        for name, each in zip(("old", "new"), value, strict=True)
    )
    assert compared(capsys, old, new)[1] == {"variable-type-changed": verdict}


@pytest.mark.slow
def test_an_enumerator_of_another_name_may_be_a_macro_that_no_header_shows(tmp_path, capsys):
    """As libusb keeps `LIBUSB_OPTION_WEAK_AUTHORITY`; with the headers the macro is seen, or that there is none."""
    old, new, gone = (
        c_library(
            tmp_path / name,
            '#include "lib.h"\nint f(enum e e) { return e; }\n',
            header=f"enum e {{ A, {second} }};\n{more}int f(enum e e);\n",
        )
        for name, second, more in (("old", "B", ""), ("new", "C", "#define B C\n"), ("gone", "C", ""))
    )
    assert compared(capsys, old, new)[:2] == (0, {"enumerator-renamed": "risky"})
    assert compared(capsys, old, new, *headers(old, new))[0] == 0
    assert compared(capsys, old, gone, *headers(old, gone))[:2] == (1, {"enumerator-renamed": "breaking"})


@pytest.mark.parametrize(
    ("gone", "verdict"),
    [
        ("#define _DARWIN_USE_64_BIT_INODE 1", "risky"),
        ("#define EVENT__HAVE_SYSCTL 1", "risky"),
        ("#define LIB_HAVE_MOST 3", "breaking"),
        ("#define LIB_DARWIN 1", "breaking"),
        ("static inline void _lib_checks(void) {}", "risky"),
        ("static inline void lib_checks(void) {}", "breaking"),
        ("void _lib_checks(void);", "breaking"),
    ],
)
def test_names_that_are_not_for_callers_may_go(texts, gone, verdict):
    code, told, _ = texts(f"{gone}\nint f(int);\n", "int f(int);\n")
    assert (code, {*told.values()}) == (int(verdict == "breaking"), {verdict})


def test_an_end_may_have_enumerators_behind_it_that_are_kept_for_later(texts):
    old, new = "OK, BAD, CODE_LAST", "OK, BAD, WORSE, CODE_LAST, RESERVED_115 = 115"
    assert texts(f"enum e {{ {old} }};\nint f(enum e);\n", f"enum e {{ {new} }};\nint f(enum e);\n")[:2] == (
        0,
        {"enumerator-value-changed": "risky"},
    )


@pytest.mark.slow
def test_a_field_of_another_name_may_be_a_macro_that_no_header_shows(tmp_path, capsys):
    """As `st_mtime` of a `struct stat` is `st_mtim.tv_sec`."""
    old, new, gone = (
        c_library(
            tmp_path / name,
            '#include "lib.h"\nint f(struct s *s) { return s->a; }\n',
            header=f"struct s {{ int a; int {second}; }};\n{more}int f(struct s *s);\n",
        )
        for name, second, more in (("old", "b", ""), ("new", "c", "#define b c\n"), ("gone", "c", ""))
    )
    assert compared(capsys, old, new)[:2] == (0, {"record-field-renamed": "risky"})
    assert compared(capsys, old, new, *headers(old, new))[0] == 0
    assert compared(capsys, old, gone, *headers(old, gone))[:2] == (1, {"record-field-renamed": "breaking"})
