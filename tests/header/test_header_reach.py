"""Only what is asked for is read, and what is asked for by file is that file's own."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.header import cached_headers, loader
from abidance.ir.tables import declared_in, matching
from abidance.ir.types import Pointer, TypedefRef

OTHER = """
    typedef struct { int inside; } hidden;
    struct theirs { hidden h; };
    enum theirs_too { THEIRS };
    typedef struct theirs theirs_t;
    int their_function(void);
    extern int their_variable;
    #define THEIR_MACRO 1
"""
OWN = """
    #include "other.h"
    struct own { theirs_t *t; }; typedef struct { int y; } *handle;
    enum own_too { OWN };
    int own_function(struct own *o, handle h);
    extern struct theirs own_variable;
    #define OWN_MACRO THEIR_MACRO
    #define OWN_CALL(x) (x)
    int own_broken(@);
"""


@pytest.fixture
def parsed(monkeypatch):
    """Return the list of the pieces' texts that have been parsed."""
    texts = []
    read = loader.Loader._read

    def noted(self, number):
        piece = self._index.pieces[number]
        texts.append(" ".join(self._code[piece[0] : piece[1]].split()))
        read(self, number)

    monkeypatch.setattr(loader.Loader, "_read", noted)
    return texts


def test_a_function_costs_its_types_and_nothing_else(read, parsed):
    declarations = read(
        "typedef int a; typedef a b; typedef long c; int f(b x); int g(c x); struct s { c y; };"
    )

    assert declarations.functions["f"].name == "f"
    assert parsed == ["typedef int a;", "typedef a b;", "int f(b x);"]


def test_a_name_that_is_not_there_costs_nothing(read, parsed):
    declarations = read("int f(void); typedef int t; struct s { t x; };")

    assert "g" not in declarations.functions
    assert declarations.find_type("nothing") is None
    assert parsed == []


def test_a_prefix_costs_what_has_it(read, parsed):
    declarations = read("int a_one(void); int b_one(void); int a_two(void);")

    assert matching(declarations.functions, lambda name: name.startswith("a_")) == ["a_one", "a_two"]
    assert parsed == ["int a_one(void);", "int a_two(void);"]


def test_a_long_chain_of_types_is_no_recursion(read):
    chain = "typedef int t0;\n" + "".join(f"typedef t{n} t{n + 1};\n" for n in range(4000))
    declarations = read(f"{chain}t4000 f(t4000 x);")

    assert str(declarations.resolve(declarations.functions["f"].returns)) == "Basic(spelling='int')"


def test_a_header_has_its_own_declarations(read):
    declarations = read(OWN, other=OTHER)

    def own(path):
        return path.endswith("api.h")

    tables = ("functions", "records", "enums", "typedefs", "variables", "macros", "function_macros")
    assert {table: declared_in(getattr(declarations, table), own) for table in tables} == {
        "functions": ["own_function"],
        "records": ["struct own", "struct <api.h:3:49>"],
        "enums": ["enum own_too"],
        "typedefs": ["handle"],
        "variables": ["own_variable"],
        "macros": ["OWN_MACRO"],
        "function_macros": ["OWN_CALL"],
    }
    assert declared_in(declarations.enumerators, own) == ["OWN"]
    assert declared_in(declarations.lost, own) == ["own_broken"]


def test_the_order_of_the_questions_does_not_matter(read):
    header = (
        "#define BOTH typedef struct { int x; } one; typedef struct { long y; } two;\nBOTH\n"
        "extern struct { char c; } v;\n"
    )
    forward, backward = read(header), None
    keys = [str(forward.typedefs[name].type) for name in ("one", "two")]
    cached_headers._headers.clear()
    backward = read(header)
    assert [str(backward.typedefs[name].type) for name in ("two", "one")] == keys[::-1]
    assert len(set(forward.records)) == 3


def test_a_contract_that_needs_what_is_lost_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "api.h").write_text("int fine(int x);\nint broken(void (^block)(void));\n")
    (tmp_path / "api.contract.yaml").write_text(
        "abidance: 1\nboundary: api\nheader: api.h\nlibraries: {c: {path: ./libapi.so}}\n"
        "functions:\n  fine: {}\n  broken: {}\n"
    )

    with pytest.raises(UsageError) as caught:
        join(load_contract(tmp_path / "api.contract.yaml"))

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message == "`api.h` does not parse: blocks are not modelled, so `broken` is unavailable"
    assert [(each.span.path.name, each.span.line) for each in diagnostic.labels] == [
        ("api.h", 2),
        ("api.contract.yaml", 7),
    ]


def test_what_a_text_mentions_is_not_declared_there(read):
    declarations = read(
        'int old(void) __attribute__((deprecated("use struct foo, union bar { int x } or enum kind { A, B }")));\n'
        "struct foo;\nunion bar { int y; };\nenum kind { C };\nint f(struct foo *p, union bar *b, enum kind k);\n"
    )

    assert declarations.records["struct foo"].fields is None
    assert [each.name for each in declarations.records["union bar"].fields] == ["y"]
    assert list(declarations.enumerators) == ["C"]
    assert declarations.enums["enum kind"].span.line == 4


def test_a_tag_is_not_the_typedef_that_comes_later(read):
    header = (
        "typedef struct item *item_p;\ntypedef int (*make)(item_p *place);\n"
        "typedef struct kind { make make; } kind;\ntypedef struct item { const kind *kind; } item;\n"
    )
    for first in ("item_p", "make", "kind", "item"):  # whichever is asked for first
        declarations = read(header)
        assert declarations.typedefs[first].name == first
        assert declarations.records["struct kind"].fields[0].type == TypedefRef("make")
        assert declarations.typedefs["make"].type.to.parameters == (Pointer(TypedefRef("item_p")),)


def test_attributes_may_have_parentheses_to_any_depth(read):
    declarations = read(
        "struct __attribute__((aligned(((((((8))))))))) deep { int x; };\nstruct deep *make(void);\n"
        "union __attribute__((aligned(((((((8))))))))) __attribute__((packed)) both { int x; char y; };\n"
    )

    assert [each.name for each in declarations.records["struct deep"].fields] == ["x"]
    assert [each.name for each in declarations.records["union both"].fields] == ["x", "y"]


def test_what_is_taken_for_a_part_of_something_else_is_lost_by_name(read):
    declarations = read("int broken(int x @) { return 1; } int after(void); int sound(void);\n")

    assert {"broken", "after"} <= {*declarations.lost, *declarations.functions}
    assert "sound" in declarations.functions
