"""What has its body in the header is called, and calls the library under test, whatever else the process knows."""

from __future__ import annotations

import pytest

from abidance.cli.main import main


@pytest.fixture
def run(contract_for, capsys, monkeypatch):
    """Run a contract and return the exit status and what was printed."""

    def run_(header, functions, source):
        contract = contract_for(header, functions, source)
        monkeypatch.chdir(contract.parent)
        status = main(["run", str(contract), "--seed", "1"])
        told = capsys.readouterr()
        return status, told.out + told.err

    return run_


@pytest.mark.slow
def test_an_inline_function_calls_the_librarys_own_function(run):
    status, told = run(
        """
        int getpagesize(void); /* the C library has one as well */
        static inline int through(int x) { return getpagesize() + x % 2 * 0; }
        """,
        "through: {ensures: [result == 7]}",
        "int getpagesize(void) { return 7; }",
    )

    assert (status, told.count("ok")) == (0, 3), told


@pytest.mark.slow
@pytest.mark.parametrize(
    "declared", ["static inline", "inline", "static", "static inline __attribute__((always_inline))"]
)
def test_every_way_of_saying_inline(declared, run):
    body = " ".join(f"sum = sum * {n} % 1000003 + (x ^ {n});" for n in range(1, 40))
    status, told = run(
        f"{declared} int mixed(int x) {{ long long sum = x & 7; {body} return sum ? 1 : 1; }}",
        "mixed: {ensures: [result == 1]}",
        "int unused;",
    )

    assert status == 0, told


@pytest.mark.slow
def test_an_inline_function_may_call_the_c_library(run):
    status, told = run(
        "#include <stdlib.h>\nstatic inline int through(int x) { return x > -100 ? abs(x) : 0; }",
        "through: {ensures: [result == (abs(x) if x > -100 else 0)]}",
        "int unused;",
    )

    assert status == 0, told


@pytest.mark.slow
def test_an_inline_function_reads_the_librarys_objects(run):
    status, told = run(
        "extern int own_level;\nstatic inline int level(void) { return own_level; }",
        "level: {ensures: [result == 42]}",
        "int own_level = 42;",
    )

    assert status == 0, told


@pytest.mark.slow
def test_what_an_inline_function_calls_and_nobody_has_is_told_and_not_passed(run):
    status, told = run(
        """
        int not_there(int x);
        int there(int x);
        static inline int through(int x) { return not_there(x); }
        """,
        "through: {}\nthere: {}",
        "int there(int x) { return x; }",
    )

    assert status != 0
    assert "not_there" in told


@pytest.mark.slow
def test_a_crash_inside_an_inline_function_names_the_headers_line(run):
    status, told = run(
        "static inline int first(const int *p, int n) { return p[n]; }",
        "first: {params: {p: {in: array, length: n}}}",
        "int unused;",
    )

    assert status == 1
    assert "ABD312" in told
    assert "- this read" in told


@pytest.mark.slow
def test_a_macro_needs_a_prototype_and_takes_one(run):
    status, told = run("#define TWICE(x) ((x) * 2L)", "TWICE: {ensures: [result == 2 * x]}", "int unused;")
    assert status == 2
    assert "`TWICE` is a macro" in told
    assert "`prototype`" in told

    status, told = run(
        "#define TWICE(x) ((x) * 2L)",
        'TWICE: {prototype: "long TWICE(int x)", ensures: [result == 2 * x]}',
        "int unused;",
    )
    assert status == 0, told


MISTAKES = [
    ("f: {prototype: int f(int x)}", "int f(long s, ...);", "has `s` as a `long`, not a `int`"),
    ("f: {prototype: long f(int x)}", "int f(int x);", "has the result as a `int`, not a `long`"),
    ("f: {prototype: 'int f(int x, int y)'}", "int f(int x);", "takes 1 parameters, and this names 2"),
    ("f: {prototype: 'int f(int s, ...)'}", "int f(int s, ...);", "`...` declares no arguments"),
    ("f: {prototype: int g(int x)}", "int f(int x);", "this declares no function `f`"),
    ("f: {prototype: int f(nothing x)}", "int f(int x);", "this declares no function `f`"),
    ("f: {prototype: int f}", "int f(int x);", "a C declaration without its `;`"),
    ("f: {prototype: 'int f(int x); int z'}", "int f(int x);", "a C declaration without its `;`"),
]


@pytest.mark.parametrize(("functions", "header", "words"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_prototype_that_the_header_denies_is_one_clear_error(functions, header, words, run):
    status, told = run(header, functions, "int unused;")

    assert status == 2
    assert words in told
    assert told.count("error[") == 1
    assert "prototype" in told


@pytest.mark.slow
def test_a_prototype_may_name_what_the_header_leaves_unnamed(run):
    status, told = run(
        "int sum(const int *, int);",
        'sum: {prototype: "int sum(const int *xs, int n)", params: {xs: {in: array, length: n}}}',
        "int sum(const int *x, int n) { int s = 0; for (int i = 0; i < n; i++) s ^= x[i]; return s; }",
    )

    assert status == 0, told


@pytest.mark.slow
def test_an_old_style_function_is_called_with_promoted_arguments(run):
    status, told = run(
        "int old();",
        'old: {prototype: "int old(short a, float b)", ensures: ["result == a"]}',
        "int old(a, b) short a; float b; { return a; }",
    )

    assert status == 0, told


@pytest.mark.slow
def test_a_static_function_of_the_header_may_call_the_library_beside_callbacks(run):
    """The functions of callbacks are compiled with the same header, and loaded before the library is."""
    status, told = run(
        """
        int of_library(int x);
        static int one_more(int x) { return of_library(x) + 1; }
        static int (*const table[])(int) = {one_more};
        int each(int n, void (*tell)(int x));
        """,
        """
        one_more: {params: {x: {range: [0, 9]}}, ensures: [result == x + 1]}
        each: {params: {n: {range: [0, 3]}, tell: {callback: {calls: n}}}}
        """,
        """
        int of_library(int x) { return x; }
        int each(int n, void (*tell)(int x)) { for (int i = 0; i < n; i++) tell(i); return n; }
        """,
    )

    assert status == 0, told
