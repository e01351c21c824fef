"""What is read of C from the debug information of several compilers, levels and formats."""

# ruff: noqa: E501  lines of the sources that are compiled

from __future__ import annotations

import pytest
from binaries import C_BUILDS, binary_facts, declaration, gaps, level, library, members

from abidance.abi.facts import UNKNOWN

SOURCE = """\
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
struct opaque;
struct point { int x; double y; };
union number { long whole; double real; char bytes[24]; };
enum mode { OFF, ON = 5, BOTH = -1 };
enum flags { READ = 1, WRITE = 2 };
struct flags_of { unsigned a : 3; unsigned b : 7; int : 0; signed c : 1; unsigned char d; };
typedef struct { struct { int inner; float deep; }; union { int i; void *p; } either; enum { RED, GREEN } colour; } holder;
typedef int (*compare)(const void *, const void *);
typedef struct node { struct node *next; compare order; char name[8][4]; int tail[]; } node;
typedef uint32_t id;
struct wide { _Alignas(64) int a; };
struct __attribute__((packed)) tight { char a; int b; };

int add(int a, long b) { return a + (int)b; }
void nothing(void) {}
const char *name_of(const struct opaque *o, const char *const list[]) { return o ? list[0] : 0; }
struct point moved(struct point p, union number u, enum mode m) { p.x += u.whole + m; return p; }
id count(node *n, holder *h, struct flags_of *f, enum flags g) { return n->next == 0 && h && f && g; }
int form(const char *text, ...) { return text[0]; }
int formed(const char *text, va_list more) { return text[0] + va_arg(more, int); }
void sort(void *base, size_t n, int (*order)(const void *, const void *), void (*each)(int, struct point *)) { order(base, base); each(n, 0); }
unsigned char bytes(signed char a, unsigned short b, _Bool c, char d, float e, long double f, unsigned long long g) { return a + b + c + d + e + f + g; }
int (*pick(int which))(double) { return which ? (int (*)(double))add : 0; }
void aligned(struct wide *w, struct tight *t) { w->a = t->b; }
_Noreturn void stop(void) { for (;;) ; }
volatile int counter;
const int table[3] = {1, 2, 3};
__thread int per_thread = 4;
static int hidden(int a) { return a; }
int calls_hidden(int a) { return hidden(a) + hidden(a + 1); }
"""


@pytest.fixture(scope="module", params=C_BUILDS, ids=" ".join)
def facts(request, tmp_path_factory):
    compiler, *flags = request.param
    return binary_facts(library(tmp_path_factory.mktemp("c"), SOURCE, *flags, compiler=compiler))


@pytest.mark.parametrize(
    "text",
    [
        "int add(int a, long b)",
        "void nothing(void)",
        "const char *name_of(const struct opaque *o, const char *const *list)",
        "struct point moved(struct point p, union number u, enum mode m)",
        "id count(node *n, holder *h, struct flags_of *f, enum flags g)",
        "int form(const char *text, ...)",
        "void sort(void *base, size_t n, int (*order)(const void *, const void *), void (*each)(int, struct point *))",
        "unsigned char bytes(signed char a, unsigned short b, bool c, char d, float e, long double f, unsigned long long g)",
        "int (*pick(int which))(double)",
        "void stop(void)",
        "int calls_hidden(int a)",
    ],
)
def test_a_function_is_what_was_written(facts, text):
    name = next(name for name in facts.functions if f"{name}(" in text)

    assert declaration(facts, name) == text


def test_all_exports_are_there_with_all_that_can_be_known(facts):
    assert sorted(facts.functions) == sorted(
        [
            "add",
            "aligned",
            "bytes",
            "calls_hidden",
            "count",
            "form",
            "formed",
            "moved",
            "name_of",
            "nothing",
            "pick",
            "sort",
            "stop",
        ]
    )
    assert sorted(facts.variables) == ["counter", "per_thread", "table"]
    assert level(facts) == "LAYOUTS"
    assert gaps(facts) == ()


def test_members_are_where_the_compiler_put_them(facts):
    assert members(facts, "struct point") == [("int x", 0, 4), ("double y", 8, 8)]
    assert members(facts, "union number") == [
        ("long whole", 0, 8),
        ("double real", 0, 8),
        ("char bytes[24]", 0, 24),
    ]
    assert members(facts, "struct node") == [
        ("struct node *next", 0, 8), ("compare order", 8, 8), ("char name[8][4]", 16, 32), ("int tail[]", 48, 0),
    ]  # fmt: skip
    assert [facts.records[key].size for key in ("struct point", "union number", "struct node")] == [
        16,
        24,
        48,
    ]


def test_bit_fields_have_their_bits(facts):
    assert members(facts, "struct flags_of") == [
        ("unsigned int a", "bit 0", "3 bits"),
        ("unsigned int b", "bit 3", "7 bits"),
        ("int c", "bit 32", "1 bits"),
        ("unsigned char d", 5, 1),
    ]


def test_members_of_anonymous_members_are_the_hosts(facts):
    assert members(facts, "struct <holder>") == [
        ("int inner", 0, 4), ("float deep", 4, 4), ("union <holder.either> either", 8, 8), ("enum <holder.colour> colour", 16, 4),
    ]  # fmt: skip
    assert members(facts, "union <holder.either>") == [("int i", 0, 4), ("void *p", 0, 8)]


def test_alignment_is_told_or_shown(facts):
    assert facts.records["struct point"].align == 8
    assert facts.records["struct tight"].size == 5
    assert facts.records["struct tight"].align in {1, UNKNOWN}
    assert facts.records["struct wide"].size == 64


def test_enums_have_values_and_sign(facts):
    mode, flags = facts.enums["enum mode"], facts.enums["enum flags"]

    assert [(each.name, each.value) for each in mode.enumerators] == [("OFF", 0), ("ON", 5), ("BOTH", -1)]
    assert (mode.size, mode.signed) == (4, True)
    assert [(each.name, each.value) for each in flags.enumerators] == [("READ", 1), ("WRITE", 2)]
    assert flags.size == 4


def test_an_undefined_record_is_opaque(facts):
    assert facts.records["struct opaque"].fields is None


def test_variables_have_types_and_storage(facts):
    assert facts.variables["per_thread"].tls is True
    assert facts.variables["table"].tls is False
    assert facts.variables["table"].size == 12


def test_a_declaration_says_where_it_stands(facts):
    span = facts.functions["add"].span

    assert span.path.name == "source.c"
    assert SOURCE.splitlines()[span.line - 1].startswith("int add(")
