"""A header of C++ is told as such, at its first line that C cannot have; what only looks like it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.core.errors import UsageError
from abidance.header.cplusplus import seems_cplusplus
from abidance.header.loader import HeaderReader
from abidance.toolchain.compile_errors import refused_header

pytestmark = pytest.mark.unit


def read(text):
    """Read what a preprocessor would print."""
    return HeaderReader(Path("api.h"), lambda _: None, False, lambda _: False).read(f'# 1 "api.h"\n{text}\n')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('extern "C" {\nint f(void);\n}', 'extern "C"'),
        ('extern "C" int f(void);', 'extern "C"'),
        ("namespace codec {\nint f(void);\n}", "namespace codec"),
        ("namespace codec::v1 { class A; }", "namespace codec::v1"),
        ("inline namespace v1 { int f(); }", "inline namespace v1"),
        ("namespace { int a; }", "namespace"),
        ("namespace fs = codec::fs;", "namespace fs"),
        ("template <typename T> T twice(T a);", "template"),
        ("class Codec { public: int level; };", "class Codec"),
        ("class Codec : public Base { int level; };", "class Codec"),
        ("struct Codec final : Base { int level; };", "struct Codec final"),
        ("class Codec;", "class Codec;"),
        ("enum class Mode : int { A };", "enum class Mode"),
        ("using level = int;", "using level ="),
        ("using namespace std;", "using namespace"),
        ("using std::size_t;", "using std::"),
    ],
)
def test_cplusplus_is_told_as_such(text, words):
    with pytest.raises(UsageError) as caught:
        read(f"int before(void);\n{text}")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message == f"`api.h` is C++: C has no `{words}`"
    assert diagnostic.span.line == 2
    assert "__cplusplus" in diagnostic.help


@pytest.mark.parametrize(
    "text",
    [
        "struct x { int class; int namespace : 3; int template[2]; };",
        "int using(int class, struct t *template);",
        "typedef struct class class;\nclass codec;\nclass *make(void);",
        "typedef int using;\nusing level = 3;",
        "enum class { A, B };\nenum class f(void);\nenum class mode;",
        "struct flags { unsigned a : 1, : 3, b : 2; };\nunion u { struct s *of : 1; };",
        "extern int a;\nextern const char *text;",
        '__attribute__((deprecated("use namespace x { }"))) int f(void);',
        "static inline int less(int template) { return template < 3 ? 1 : 0; }",
        "enum level : int { LOW };",  # C23
    ],
)
def test_names_that_are_words_of_cplusplus_are_fine(text):
    declarations = read(text).declarations

    assert any(
        (
            declarations.functions,
            declarations.records,
            declarations.enums,
            declarations.variables,
            declarations.typedefs,
        )
    )


@pytest.mark.parametrize(
    ("text", "seems"),
    [
        ("int f(int &out);", True),
        ("int f(const struct s &, int);", True),
        ("int f(int n = 3);", True),
        ("int f(char *text, int n = 3);", True),
        ("std::size_t f(void);", True),
        ("struct s { int level; virtual int get(); };", True),
        ("struct s { ~s(); };", True),
        ("struct s { public: int level; };", True),
        ("int f(int n, int m", False),
        ("int f(unknown n);", False),
        ("int f(int n) = 3;", False),
        ("enum e { A = B & C };", False),
        ("int a[X & Y] = 3 3;", False),
    ],
)
def test_a_declaration_that_does_not_parse_may_be_one_of_cplusplus(text, seems):
    assert seems_cplusplus(text) is seems


def test_a_library_header_of_cplusplus_is_told_as_such():
    for words in (
        "a.h:2:10: fatal error: cstdint: No such file or directory",
        "a.h:2:10: fatal error: 'cstdint' file not found",
    ):
        told = refused_header(Path("a.h"), ["cc"], words)
        assert "C++" in told.help
        assert "__cplusplus" in told.help


def test_another_header_that_is_missing_is_not():
    told = refused_header(Path("a.h"), ["cc"], "a.h:2:10: fatal error: png.h: No such file or directory")
    assert "C++" not in told.help


@pytest.mark.parametrize("words", ["#error define WIDTH first", "define WIDTH first"], ids=["gcc", "clang"])
def test_a_header_that_asks_for_a_macro_is_told_how_to_define_it(words, tmp_path):
    header = tmp_path / "wide.h"
    header.write_text("#ifndef WIDTH\n# error define WIDTH first\n#endif\n")

    told = refused_header(header, ["cc"], f"{header}:2:3: error: {words}")

    assert "`defines: {NAME: VALUE}`" in told.help
    assert "`-D NAME=VALUE`" in told.help
