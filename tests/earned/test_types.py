"""What a header says in words that are not known here is refused by name, never bound as something else."""

from __future__ import annotations

import pytest

from abidance.header import foreign, read_header, type_attributes
from abidance.ir.types import Unsupported
from abidance.toolchain.compiler import find_compiler
from tiers import first

UNKNOWN = """
#include <stddef.h>
int __keyword g(int x);
const char * STDC name(void);
unsigned FASTC cnt(void), many(void);
typedef int (__keyword *cb)(int);
int CDEC *ptr(int);
DEPRECATED(1) int t(int a);
EXPORT_THING int f(void);
extern EXPORT_THING int f2(void);
static INLINE int f3(void) { return 1; }
int f4(int a) TRAILER;
int f5(NOT_NULL char *p);
struct API point { int x; };
int KEYWORD v;
int good(int x);
"""
LOST = {
    "g": "__keyword", "name": "STDC", "cnt": "FASTC", "many": "FASTC", "cb": "__keyword", "ptr": "CDEC",
    "t": "1", "f": "EXPORT_THING", "f2": "", "f4": "TRAILER",
    "f5": "NOT_NULL", "f3": "",
}  # fmt: skip


@pytest.fixture
def declared(tmp_path):
    def read(text):
        (tmp_path / "api.h").write_text(text)
        return read_header(tmp_path / "api.h", compiler=find_compiler(None))

    return read


def test_a_word_that_nobody_knows_loses_no_function_without_a_word(declared):
    declarations = declared(UNKNOWN)

    for name, word in LOST.items():
        assert name not in declarations.functions
        assert (f"`{word}`" if word else "") in declarations.lost[name].message, (
            name,
            declarations.lost[name].message,
        )
    assert "good" in declarations.functions


ORDER = """
struct __attribute__((scalar_storage_order("big-endian"))) swapped { int a; short b; };
struct __attribute__((scalar_storage_order("little-endian"))) plain { int a; short b; };
#pragma scalar_storage_order big-endian
struct pragma_swapped { int a; };
#pragma scalar_storage_order default
struct after { int a; };
struct holder { struct swapped inner; };
"""
FUNCTIONS = {
    "swapped": ("struct swapped", "scalar_storage_order"),
    "pragma_swapped": ("struct pragma_swapped", "#pragma scalar_storage_order big-endian"),
    "holder": ("struct holder", "scalar_storage_order"),
    "plain": ("struct plain", ""),
    "after": ("struct after", ""),
}


@pytest.mark.parametrize("name", first(FUNCTIONS, 2))
@pytest.mark.parametrize("way", first(["by_value", "by_pointer"], 2))
def test_a_record_with_another_order_of_bytes_is_refused_by_name(name, way, small):
    type_, word = FUNCTIONS[name]
    pointer = "" if way == "by_value" else "*"
    params = f"{{p: {{in: {type_}}}}}" if pointer else "{}"
    small.write(f"{ORDER}\nint f({type_} {pointer}p);\n", f"functions:\n  f: {{params: {params}}}\n")
    small.compile(f"int f({type_} {pointer}p) {{ return 0; }}")
    ended = small.command("check")

    assert (ended.status, ended.codes) == ((2, ["ABD204"]) if word else (0, [])), ended.text
    assert word in ended.text
    assert not word or "it.h:" in ended.text


ATTRIBUTES = """
#include <stddef.h>
typedef int lanes __attribute__((vector_size(8)));
typedef unsigned char byte_t __attribute__((may_alias, aligned(1), deprecated));
typedef int wide_t __attribute__((mode(DI)));
struct __attribute__((packed, aligned(4), designated_init)) both { char c; int i; } __attribute__((unused));
int calls(int a) __attribute__((nothrow, leaf, pure, warn_unused_result, visibility("default"), unknown_to_all(3)));
void *gives(size_t n) __attribute__((malloc, alloc_size(1), returns_nonnull, assume_aligned(16)));
int takes(struct both b, wide_t w, byte_t x, const char *s __attribute__((unused))) __attribute__((nonnull(4)));
int sysv(int a) __attribute__((sysv_abi, cdecl, stdcall, no_caller_saved_registers));
int ms(int a) __attribute__((ms_abi));
int strubbed(int a) __attribute__((no_callee_saved_registers));
[[gnu::const, nodiscard, vendor::whatever]] int modern(int a);
"""


def test_an_attribute_that_is_known_to_leave_types_alone_does_and_so_does_one_that_no_compiler_has(declared):
    declarations = declared(ATTRIBUTES)
    refused = {
        name
        for name, function in declarations.functions.items()
        for type_ in (function.returns, *(each.type for each in function.parameters))
        if isinstance(declarations.resolve(type_), Unsupported)
    }

    assert dict(declarations.lost) == {}
    assert refused == {"ms"}


def test_an_attribute_that_the_compiler_has_and_nobody_here_knows_refuses_by_its_name(declared, monkeypatch):
    # As a compiler of tomorrow would: an attribute that changes what a parameter holds.
    monkeypatch.setattr(
        foreign, "_KNOWN", foreign._KNOWN - {"nonstring", "may_alias", "leaf", "designated_init"}
    )
    declarations = declared("""
typedef unsigned char odd_t __attribute__((may_alias));
struct __attribute__((designated_init)) record { int a; };
int by_type(odd_t x);
int by_call(int x) __attribute__((leaf));
int fine(int x);
""")
    spelled = {name: function.returns for name, function in declarations.functions.items()}

    assert "`leaf`" in spelled["by_call"].reason
    assert "`may_alias`" in declarations.resolve(declarations.functions["by_type"].parameters[0].type).reason
    assert [
        each.arguments for each in declarations.records["struct record"].attributes if each.name == "foreign"
    ] == ["__attribute__((designated_init))"]


@pytest.mark.slow
def test_a_number_that_is_another_to_the_compiler_is_refused(small, monkeypatch):
    """As clang's `matrix_type` is, or what an attribute that is taken for harmless makes of a typedef."""
    monkeypatch.setattr(
        type_attributes, "_MODE", frozenset()
    )  # so that the front end believes that these are `int`
    header = """
typedef int wide_t __attribute__((mode(TI)));
typedef int near_t __attribute__((mode(SI)));
int odd(wide_t x);
int pointed(wide_t *x);
int near_(near_t x);
"""
    for function, refused in (
        ("odd: {}", True),
        ("pointed: {params: {x: {in: wide_t}}}", True),
        ("near_: {}", False),
    ):
        small.write(header, f"functions:\n  {function}\n")
        small.compile("int odd(wide_t x) {} int pointed(wide_t *x) {} int near_(near_t x) {}")
        ended = small.command("check")
        assert (ended.status, ended.codes) == ((2, ["ABD204"]) if refused else (0, [])), ended.text
        assert not refused or "`wide_t`" in ended.text


def test_a_long_double_of_another_format_is_refused(small, monkeypatch):
    small.write(
        "long double twice(long double x);\ndouble half(double x);\n", "functions:\n  twice: {}\n  half: {}\n"
    )
    small.compile(
        "long double twice(long double x) { return 2 * x; } double half(double x) { return x / 2; }"
    )
    assert small.command("check").status == 0

    monkeypatch.setenv("CC", "gcc -mlong-double-64")
    ended = small.command("check")
    assert (ended.status, ended.codes) == (3, ["ABD204"]), ended.text
    assert "53 bits" in ended.text
