from __future__ import annotations

import pytest

from abidance.header import read_header
from abidance.ir.declarations import Attribute, spell
from abidance.ir.types import Basic, Pointer, Unsupported
from abidance.toolchain.compiler import find_compiler


def declared(declarations, name):
    """Return the function as C, from what was read."""
    function = declarations.functions[name]
    parameters = [spell(each.type, each.name, declarations) for each in function.parameters]
    more = ["..."] if function.variadic else []
    return spell(function.returns, f"{name}({', '.join(parameters + more)})", declarations)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("int f(int a, const char *b);", "int f(int a, const char *b)"),
        ("int f(const unsigned char *restrict p);", "int f(const unsigned char *restrict p)"),
        ("int printf_like(const char *, ...);", "int printf_like(const char *, ...)"),
        ("unsigned long int long f(short unsigned);", "unsigned long long f(unsigned short)"),
        ("int (*f(int sig, void (*handler)(int)))(int);", "int (*f(int sig, void (*handler)(int)))(int)"),
        ("void f(int (*(*table)[3])(void));", "void f(int (*(*table)[3])(void))"),
        ("char *const *f(void **const p);", "char *const *f(void **const p)"),
        ("__int128 f(unsigned __int128 x);", "__int128 f(unsigned __int128 x)"),
        ("typedef unsigned char byte; byte f(byte byte);", "byte f(byte byte)"),
    ],
)
def test_a_prototype_is_read_as_it_is_written(read, header, expected):
    declarations = read(header)

    (name,) = declarations.functions
    assert declared(declarations, name) == expected


def test_void_in_parentheses_means_no_parameters(read):
    function = read("int f(void);").functions["f"]

    assert function.parameters == ()
    assert function.prototype


def test_a_typedef_of_void_in_parentheses_means_no_parameters_too(read):
    assert read("typedef void nothing; int f(nothing);").functions["f"].parameters == ()


def test_empty_parentheses_are_no_prototype(read):
    assert not read("int f();").functions["f"].prototype


def test_array_parameters_are_pointers(read):
    header = "typedef int triple[3]; void f(int a[static 4], char grid[][8], const triple t, int p[const]);"

    assert declared(read(header), "f") == "void f(int *a, char (*grid)[8], const int *t, int *const p)"


def test_function_parameters_are_pointers(read):
    header = "typedef int callback(void *ctx, int n); void f(callback one, callback *two, int three(int));"

    parameters = read(header).functions["f"].parameters
    assert [type(each.type) for each in parameters] == [Pointer, Pointer, Pointer]


def test_a_function_may_be_declared_by_its_typedef(read):
    declarations = read("typedef int callback(void *ctx, int n); callback on_event;")

    assert declared(declarations, "on_event") == "int on_event(void *, int)"


def test_an_asm_label_is_the_symbol(read):
    functions = read('int open_it(void) __asm__("open" "64"); int plain(void);').functions

    assert functions["open_it"].symbol == "open64"
    assert functions["plain"].symbol == "plain"


@pytest.mark.parametrize(
    "header",
    [
        "__attribute__((nonnull (1), __warn_unused_result__)) int *f(char *p);",
        "extern int * __attribute__((nonnull(1), warn_unused_result)) f(char *p);",
        "int *f(char *p) __attribute__((__nonnull__(1))) __attribute__((warn_unused_result));",
        "int *__attribute__((nonnull(1))) (f)(char *p) __attribute__((warn_unused_result));",
    ],
)
def test_attributes_are_kept_wherever_gcc_takes_them(read, header):
    attributes = read(header).functions["f"].attributes

    assert set(attributes) == {Attribute("nonnull", "1"), Attribute("warn_unused_result")}


def test_noreturn_is_an_attribute(read):
    assert Attribute("noreturn") in read("_Noreturn void die(void);").functions["die"].attributes


def test_standard_attributes_are_read(read):
    assert read("[[gnu::cold]] int f(void);").functions["f"].attributes == (Attribute("cold"),)


@pytest.mark.parametrize(
    ("header", "inline"),
    [
        ("static inline int f(int x) { return ({ int y = x; y; }) + '}' + sizeof \"}\"; }", True),
        ("inline int f(int x) { return x; }", True),
        ("int f(int x); inline int f(int x) { return x; }", False),
        ("extern inline __attribute__((gnu_inline)) int f(int x) { return x; }", False),
        ("int f(int x) { return x; }", False),
        ("static int f(int x);", True),
    ],
)
def test_inline_functions_need_no_symbol(read, header, inline):
    assert read(header).functions["f"].inline is inline


def test_redeclarations_are_one_function_with_the_names_and_attributes_of_all(read):
    header = """
        int f();
        int f(int, char *) __attribute__((nonnull(2)));
        int f(int count, char *text) __asm__("f_v2");
        int f(int, char *p) __attribute__((cold));
    """

    declarations = read(header)
    function = declarations.functions["f"]
    assert declared(declarations, "f") == "int f(int count, char *text)"
    assert function.symbol == "f_v2"
    assert {each.name for each in function.attributes} == {"nonnull", "cold"}


def test_old_style_definitions_are_no_prototype(read):
    function = read("int f(a, b) int a; char b; { return a + b; }").functions["f"]

    assert not function.prototype


def test_a_foreign_calling_convention_is_refused_by_name(read):
    functions = read("double __attribute__((ms_abi)) f(int a); int g(void);").functions

    assert functions["f"].returns == Unsupported("double", "calling convention `ms_abi`")
    assert functions["g"].returns == Basic("int")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("__builtin_ms_va_list f(void);", "the variable argument list of another system"),
        (
            "struct { int x; } g; __typeof__(*&g) *f(void);",
            "the type of an expression that the compiler does not name",
        ),
    ],
)
def test_what_is_not_modelled_costs_only_the_functions_that_need_it(read, header, reason):
    declarations = read(f"{header}\nint sound(int x);")

    refused = declarations.resolve(declarations.functions["f"].returns)
    refused = refused.to if isinstance(refused, Pointer) else refused
    assert isinstance(refused, Unsupported)
    assert refused.reason == reason
    assert declared(declarations, "sound") == "int sound(int x)"


def test_gnu_spellings_are_the_standard_words(read):
    header = (
        "__extension__ extern __inline__ __signed__ char f(__const char *__restrict p, __volatile__ int *q);"
    )

    expected = "signed char f(const char *restrict p, volatile int *q)"
    assert declared(read(header), "f") == expected


def test_file_scope_assembly_and_pragmas_are_read_over(read):
    header = (
        '__asm__(".globl x");\n#pragma GCC visibility push(default)\nint f(int a,\n#pragma STDC foo\nint b);'
    )

    assert declared(read(header), "f") == "int f(int a, int b)"


def test_defines_reach_the_header(read):
    header = "#ifdef WITH_EXTRA\nint extra(char buffer[SIZE]);\n#endif\nint always(void);"

    assert list(read(header).functions) == ["always"]
    assert list(read(header, defines={"WITH_EXTRA": "", "SIZE": "16"}).functions) == ["extra", "always"]


def test_c23_has_bool_as_a_word_and_no_old_style(tmp_path, compiler):
    header = tmp_path / "api.h"
    header.write_text("bool f(bool on); int g(); static_assert(sizeof(bool) == 1);", encoding="utf-8")

    declarations = read_header(header, compiler=find_compiler(f"{compiler.family} -std=c2x"))
    assert declarations.functions["f"].returns == Basic("_Bool")
    assert declarations.functions["g"].prototype


def test_before_c23_bool_is_a_name_like_any_other(tmp_path, compiler):
    header = tmp_path / "api.h"
    header.write_text("typedef int bool; bool f(bool on);", encoding="utf-8")

    declarations = read_header(header, compiler=find_compiler(f"{compiler.family} -std=gnu11"))
    assert declarations.resolve(declarations.functions["f"].returns) == Basic("int")
