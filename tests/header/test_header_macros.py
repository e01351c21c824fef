from __future__ import annotations


def test_object_like_macros_have_their_text_and_place(read, place):
    header = '#define  LIMIT  (16 * 2) /* bytes */\n#define NAME "zlib"\n  #  define EMPTY\n'

    macros = read(header).macros
    assert {name: macros[name].text for name in ("LIMIT", "NAME", "EMPTY")} == {
        "LIMIT": "(16 * 2)",
        "NAME": '"zlib"',
        "EMPTY": "",
    }
    assert place(macros["LIMIT"].span) == "1:LIMIT"
    assert place(macros["EMPTY"].span) == "3:EMPTY"


def test_macros_with_parameters_are_left_out(read):
    assert list(read("#define SQUARE(x) ((x) * (x))\n#define ONE 1\n").macros) == ["ONE"]


def test_what_is_undefined_is_gone(read):
    header = (
        "#define GONE 1\n#undef GONE\n#define BACK 1\n#undef BACK\n#define BACK 2\n"
        "#define CALL 1\n#undef CALL\n#define CALL() 2\n"
    )

    macros = read(header).macros
    assert {name: macro.text for name, macro in macros.items()} == {"BACK": "2"}


def test_the_compilers_own_macros_are_left_out(read):
    macros = read("#define MINE __INT_MAX__\n", defines={"GIVEN": "1"}).macros

    assert "__INT_MAX__" not in macros
    assert "GIVEN" not in macros
    assert macros["MINE"].text == "__INT_MAX__"


def test_macros_of_included_files_are_read(read, place):
    macros = read('#include "other.h"\n', other="\n#define DEPTH 3\n").macros

    assert place(macros["DEPTH"].span) == "2:DEPTH"


def test_what_the_compiler_defines_may_be_taken_back_and_given_again(read):
    header = "#undef __INT_MAX__\n#define __INT_MAX__ 7\n#undef GIVEN\n"
    macros = read(header, defines={"GIVEN": "1"}).macros

    assert {name: macro.text for name, macro in macros.items()} == {"__INT_MAX__": "7"}


def test_a_standard_that_a_header_takes_back_is_not_the_one_it_is_read_in(read):
    header = "#undef __STDC_VERSION__\n#define __STDC_VERSION__ 202311L\nint bool;\n"

    assert list(read(header).variables) == ["bool"]
