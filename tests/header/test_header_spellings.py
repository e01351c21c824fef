"""A header is read as a program that includes it has it, with every spelling that C has for a name or a bracket."""

from __future__ import annotations

import pytest

from abidance.header import read_header
from abidance.ir.declarations import spell
from abidance.toolchain.compiler import find_compiler

PRIVATE = """
#if defined(__INCLUDE_LEVEL__) && __INCLUDE_LEVEL__ <= 1
#  error "never include this one directly"
#endif
typedef int inner_t;
"""


def test_a_header_is_included_and_not_a_program_of_its_own(read):
    declarations = read('#include "private.h"\n#pragma once\ninner_t f(inner_t x);\n', private=PRIVATE)

    assert spell(declarations.functions["f"].returns) == "inner_t"


def test_a_private_header_by_itself_is_refused_as_its_users_have_it(tmp_path, compiler):
    header = tmp_path / "private.h"
    header.write_text(PRIVATE)

    with pytest.raises(Exception, match="never include this one directly"):
        read_header(header, compiler=compiler)


@pytest.mark.parametrize("name", ["a b.h", "qu'ote.h", 'qu"ote.h', "back\\slash.h", "ü.h", "an>gle.h"])
def test_whatever_the_file_is_called(name, tmp_path, compiler):
    header = tmp_path / name
    header.write_text("int f(void);\n")

    function = read_header(header, compiler=compiler).functions["f"]
    assert (function.span.path, function.span.line) == (header, 1)


def test_names_may_have_any_letter_of_unicode(read, place):
    declarations = read(
        "struct größe { int länge; };\nunion é { int x; };\nenum 色 { 赤, 青 };\n"
        "typedef struct größe größe_t;\nint zähle(größe_t *wert, enum 色 c);\n"
        "int caf\\u00e9(union \\u00e9 *u);\n#define MÄCHTIG 3\n"
    )

    assert [each.name for each in declarations.records["struct größe"].fields] == ["länge"]
    assert declarations.records["union é"].fields
    assert [each.name for each in declarations.enums["enum 色"].enumerators] == ["赤", "青"]
    counting = declarations.functions["zähle"]
    assert [spell(each.type, each.name) for each in counting.parameters] == ["größe_t *wert", "enum 色 c"]
    assert place(counting.span) == "5:zähle"
    assert spell(declarations.functions["café"].parameters[0].type) == "union é *"
    assert declarations.macros["MÄCHTIG"].text == "3"


def test_digraphs_are_brackets(read):
    declarations = read(
        "%:define SIZE 4\nstruct d <% int a<:SIZE:>; char b<:2:><:3:>; %>;\n"
        "typedef enum <% ONE, TWO %> number;\nstatic inline int f(int x) <% return x <: (int *) 0 :>; %>\n"
        'int g(int v<::>) __attribute__((deprecated("<% %> <: :>")));\n'
    )

    record = declarations.records["struct d"]
    assert [spell(each.type, each.name) for each in record.fields] == ["int a[4]", "char b[2][3]"]
    assert list(declarations.enumerators) == ["ONE", "TWO"]
    assert declarations.functions["f"].inline
    assert declarations.functions["g"].attributes[0].arguments == '"<% %> <: :>"'


def test_two_digraphs_begin_an_attribute(read):
    function = read("<:<:__deprecated__:>:> int f(void);\n").functions["f"]

    assert [each.name for each in function.attributes] == ["deprecated"]


TRIGRAPHS = "struct t ??< int a??(3??); ??>;\n??=define N 7\n"


def test_trigraphs_are_brackets_where_the_dialect_has_them(read, tmp_path, compiler):
    (tmp_path / "tri.h").write_text(TRIGRAPHS)
    strict = find_compiler(f"{compiler.command[0]} -std=c99")

    declarations = read_header(tmp_path / "tri.h", compiler=strict)
    assert spell(declarations.records["struct t"].fields[0].type) == "int [3]"
    assert declarations.macros["N"].text == "7"


def test_trigraphs_are_no_brackets_in_gnu_c(read):
    declarations = read(f"int before(void);\n{TRIGRAPHS}")

    assert not declarations.macros
    assert declarations.records["struct t"].fields is None
