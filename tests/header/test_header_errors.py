from __future__ import annotations

from pathlib import Path

import pytest

from abidance.core.errors import UsageError
from abidance.header import read_header


def complaint(read, header, **others):
    with pytest.raises(UsageError) as caught:
        read(header, **others)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def test_a_missing_header_is_said_to_be_missing(compiler):
    with pytest.raises(UsageError) as caught:
        read_header(Path("no/such.h"), compiler=compiler)

    assert caught.value.diagnostics[0].code.name == "header-not-found"
    assert "no/such.h" in caught.value.diagnostics[0].message


def test_a_missing_include_is_told_in_the_compilers_words_at_its_line(read):
    diagnostic = complaint(read, "int a;\n#include <no_such_header.h>\n")

    assert diagnostic.code.name == "header-does-not-preprocess"
    assert "no_such_header.h" in diagnostic.message
    assert (diagnostic.span.path.name, diagnostic.span.line) == ("api.h", 2)


def test_an_error_directive_of_an_included_file_is_placed_there(read):
    diagnostic = complaint(read, '#include "other.h"\n', other="\n#error not on this machine\n")

    assert "not on this machine" in diagnostic.message
    assert (diagnostic.span.path.name, diagnostic.span.line) == ("other.h", 2)


@pytest.mark.parametrize(
    ("header", "words", "place"),
    [
        ("int f(int a, foo_t b);", "`foo_t` is not declared as a type", "1:14"),
        ("typedef foo_t *ref;", "`foo_t` is not declared as a type", "1:9"),
        ("struct s {\n  size_t  n;\n};", "`size_t` is not declared as a type", "2:3"),
        ("API int f(void);", "`API` is not declared as a type", "1:1"),
        ("int  foo  bar;", "`bar` is unexpected here", "1:11"),
        ("int f(int &x);", "`&` is unexpected here", "1:11"),
        ("int a;\n}", "`}` is unexpected here", "2:1"),
        ("int f(void", "the header ends inside a declaration", "1:7"),
        ("static inline int f(void) { if (1) {", "this brace is never closed", "1:27"),
        ("int @;", "`@` is unexpected here", "1:5"),
    ],
)
def test_a_syntax_error_is_placed_in_the_header_with_few_words(read, header, words, place):
    declarations = read(f"int before(void);\n{header}")

    (diagnostic,) = set(declarations.lost.values())
    assert diagnostic.code.name == "header-does-not-parse"
    assert diagnostic.message == f"`api.h` does not parse: {words}"
    assert f"{diagnostic.span.line - 1}:{diagnostic.span.column}" == place
    assert "before" in declarations.functions


@pytest.mark.parametrize(
    "header",
    [
        "int " + "(" * 5000 + "x" + ")" * 5000 + ";",
        "void f(" + "void (*)(" * 3000 + "int" + ")" * 3001 + ";",
        "struct { " * 3000 + "int x; " + "} a; " * 3000,
        "int " + "*" * 3000 + "p;",
        "int a" + "[2]" * 3000 + ";",
        "struct s { int x : " + "(" * 3000 + "1" + ")" * 3000 + "; };",
    ],
    ids=["parentheses", "parameters", "records", "pointers", "arrays", "width"],
)
def test_deep_nesting_is_an_error_if_anything(read, header):
    declarations = read(f"{header}\nint after(void);")

    assert all(diagnostic.span for diagnostic in declarations.lost.values())
    assert "after" in declarations.functions


@pytest.mark.slow
def test_a_macro_bomb_is_stopped(read, monkeypatch):
    monkeypatch.setattr("abidance.toolchain.compiler._MAX_TEXT", 1 << 20)
    bomb = "#define A0 x x x x x x x x x x\n" + "".join(
        f"#define A{n + 1} {' '.join([f'A{n}'] * 10)}\n" for n in range(9)
    )

    assert complaint(read, bomb + "A9\n").code.name == "header-does-not-preprocess"


def test_a_backtick_in_a_hostile_header_runs_nothing(read, tmp_path):
    header = (
        "#pragma GCC system_header\n#define X `touch here`; $(touch here)\n"
        '__asm__(".incbin \\"/etc/hostname\\"");\nint f(void);'
    )

    assert list(read(header).functions) == ["f"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["api.h"]


def test_a_define_cannot_be_an_option_of_the_compiler(read, tmp_path):
    read("int f(void);", defines={"X": f"1 -o {tmp_path}/out -wrapper touch"})

    assert sorted(each.name for each in tmp_path.iterdir()) == ["api.h"]
