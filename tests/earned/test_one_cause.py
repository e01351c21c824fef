"""One cause is one finding, on whichever build and by whichever function it is met, and names who is to blame."""

from __future__ import annotations

import shutil

import pytest
from search_project import BOX, HANDLE, LIFE, SearchProject, codes

from abidance.cli.main import main
from tiers import first

pytestmark = pytest.mark.full


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return SearchProject(tmp_path)


FEW = ("--max-examples", "25")
TWO = "int q_one(int n);\nint q_two(int n);\n"
BOTH = "functions:\n  q_one: {params: {n: {range: [0, 9]}}}\n  q_two: {params: {n: {range: [0, 9]}}}\n"
INNER = (
    "__attribute__((noinline)) static int inner(int n) { if (n > 3) abort(); return n; }\n"
    "int q_one(int n) { return inner(n) + 1; }\nint q_two(int n) { return inner(n) + 2; }\n"
)


def test_a_line_that_two_functions_reach_is_one_finding_that_names_both(project):
    document = project.run(TWO, BOTH, *FEW, c=INNER)
    (found,) = document["findings"]
    assert (found["code"], found["functions"]) == ("ABD301", ["q_one", "q_two"])
    assert any("`q_two`" in note for note in found["notes"])


@pytest.mark.full
def test_an_exception_for_one_function_leaves_the_other_a_finding(project):
    excepted = "suppressions:\n  - {code: ABD301, subject: q_one, reason: known}\n"
    document = project.run(TWO, BOTH + excepted, *FEW, c=INNER)
    assert [each["function"] for each in document["findings"]] == ["q_two"]
    assert [each["function"] for each in document["suppressed"]] == ["q_one"]


@pytest.mark.full  # test_search_goes_on.py has two places of one function
def test_two_lines_of_one_function_are_two(project):
    body = (
        "int q_one(int n) {\n  if (n > 6) abort();\n  if (n > 3) *(volatile int *)0 = 1;\n  return n;\n}\n"
        "int q_two(int n) { return n; }\n"
    )
    assert codes(project.run(TWO, BOTH, c=body)) == ["ABD301", "ABD301"]


@pytest.mark.full
def test_a_crash_is_the_same_on_every_build_and_where_libraries_are_compared(project):
    sound = "int q_one(int n) { return n + 1; }\nint q_two(int n) { return n + 2; }\n"
    document = project.run(TWO, BOTH, builds="release, asan", c=INNER, other=sound)
    (found,) = document["findings"]
    assert (found["code"], found["library"], found["builds"]) == ("ABD301", "c", ["release", "asan"])
    assert any("give different results" in note for note in found["notes"])


RUST = """\
#[no_mangle]
pub extern "C" fn q_one(n: i32) -> i32 { if n > 3 { panic!("too many") } n + 1 }
#[no_mangle]
pub extern "C" fn q_two(n: i32) -> i32 { n + 2 }
"""


@pytest.mark.full
@pytest.mark.skipif(shutil.which("cargo") is None, reason="no cargo here")
def test_a_panic_is_one_finding_without_debug_information_too(project):
    document = project.run(TWO, BOTH, builds="release, asan", rust=RUST)
    (found,) = document["findings"]
    assert (found["code"], found["builds"]) == ("ABD301", ["release", "asan"])


@pytest.mark.full
def test_a_leak_is_told_of_the_function_that_asked_with_what_ends_the_handle(project, capsys):
    body = BOX % ("", "if (!box->extra) box->extra = malloc(5);", "")
    document = project.run(HANDLE, LIFE, *FEW, c=body)
    (found,) = document["findings"]
    assert (found["code"], found["subject"]) == ("ABD371", "q_add")
    assert found["message"].startswith("`q_add` returned 1 and leaves 1 block")
    assert found["call"].splitlines()[-1] == "q_free(box);"
    assert any("`q_free` has destroyed its owner" in note for note in found["notes"])
    assert main(["replay", found["case"]]) == 1
    assert "q_free(box);" in capsys.readouterr().out
    excepted = "suppressions:\n  - {code: ABD371, subject: q_add, reason: known}\n"
    document = project.run(HANDLE, LIFE + excepted, *FEW, c=body)
    assert (codes(document), project.code) == ([], 0)


@pytest.mark.full
def test_two_functions_that_leak_are_two_findings(project):
    body = BOX % ("", "box->extra = malloc(5);", "box->extra = malloc(6);")
    document = project.run(HANDLE, LIFE, *FEW, "--phase", "lifecycle", c=body)
    assert sorted(each["subject"] for each in document["findings"]) == ["q_add", "q_reset"]


DIE = """\
#include <stdio.h>
%s static void die(const char *why) { %s abort(); }
int q_one(int n)
{
    if (n == 9) die("nine");
    if (n > 6) die("large");
    return n;
}
int q_two(int n) { if (n > 3) die("above"); return n; }
"""


CALLED = ("__attribute__((noinline))", 'fprintf(stderr, "%s\\n", why);')


@pytest.mark.parametrize(
    ("how", "build"),
    first([(CALLED, "release"), (CALLED, "debug"), (("", "(void)why;"), "release")]),
    ids=["called", "called unoptimised", "inlined"],
)
def test_what_only_ends_the_process_is_no_cause(project, how, build):
    document = project.run(TWO, BOTH, builds=build, c=DIE % how)
    found = sorted(each["functions"] for each in document["findings"])
    # One call of `abort` is all that the compiler leaves of two in one function.
    assert found == ([["q_one"], ["q_one"], ["q_two"]] if how is CALLED else [["q_one"], ["q_two"]])


HEAP = """\
#include <string.h>
static void *volatile kept;
int q_one(int n)
{
    char *p = malloc(8);
    kept = p;
    if (n > 3) ((volatile char *)p)[8] = 1;
    free(p);
    return n;
}
int q_two(int n)
{
    char *p = malloc(8);
    kept = p;
    free(p);
    if (n > 3) ((volatile char *)kept)[2] = 1;
    return n;
}
"""


@pytest.mark.full
def test_a_heap_overflow_is_one_finding_whatever_watches(project):
    document = project.run(TWO, BOTH, builds="release, asan", c=HEAP)
    found = [(each["code"], each["functions"], sorted(each["builds"])) for each in document["findings"]]
    assert found == [("ABD303", [name], ["asan", "release"]) for name in ("q_one", "q_two")]


def test_another_library_is_one_cause_and_not_one_for_each_function(small):
    ended = small.run(
        "int first(int x); int second(int x); int third(int x);",
        "int other(int x) { return x; }",
        "functions: {first: , second: , third: }",
    )

    assert ended.text.count("symbol-missing") == 1
    assert "`libit.so` exports none of the 3 functions of `it`" in ended.text
    assert (
        "libit.so" in ended.text.partition("-->")[2].partition("= ")[0]
    )  # the library's line in the contract


def test_a_function_that_is_missing_among_others_is_named(small):
    ended = small.run(
        "int first(int x); int second(int x); int third(int x);",
        "int second(int x) { return x; }",
        "functions: {first: , second: , third: }",
    )

    assert "`libit.so` does not export `first`" in ended.text
    assert "`libit.so` does not export `third`" in ended.text
    assert "exports none" not in ended.text
