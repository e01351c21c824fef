"""A search goes on past what it has found: one finding, suppressed or not, hides no other."""

from __future__ import annotations

import pytest
from search_project import BOX, HANDLE, LIFE, SearchProject, codes

pytestmark = pytest.mark.full


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTEST_XDIST_TESTRUNUID", raising=False)  # one test run builds a library once
    return SearchProject(tmp_path)


def item(document, function, phase):
    return next(each for each in document["items"] if (each["function"], each["phase"]) == (function, phase))


ONE = "int q_one(int n);\n"
PROMISE = "functions:\n  q_one: {params: {n: {range: [0, 1000]}}, ensures: [result == n]}\n"
LEAK = "suppressions:\n  - {code: ABD371, subject: q_*, reason: known}\n"
ABORT = "suppressions:\n  - {code: ABD301, subject: q_*, reason: known}\n"
LEAKS = "static void *volatile kept; int q_one(int n) { kept = malloc(9); %s return n; }\n"


def test_what_always_leaks_hides_nothing(project):
    body = LEAKS % "if (n > 700) abort(); if (n == 613) return 1;"
    assert codes(project.run(ONE, PROMISE, c=body)) == ["ABD301", "ABD321", "ABD371"]
    document = project.run(ONE, PROMISE + LEAK, c=body)
    assert (codes(document), project.code) == (["ABD301", "ABD321"], 1)
    document = project.run(ONE, PROMISE + LEAK, c=LEAKS % "")
    assert (codes(document), project.code) == ([], 0)
    assert item(document, "q_one", "properties")["outcome"] == "suppressed"


def test_a_suppression_that_has_expired_hides_nothing_either(project):
    expired = LEAK.replace("known", "known, expires: 2020-01-01")
    document = project.run(ONE, PROMISE + expired, c=LEAKS % "if (n > 700) abort();")
    assert codes(document) == ["ABD301", "ABD371", "ABD456"]


@pytest.mark.slow
@pytest.mark.native
def test_two_crashes_at_two_places_are_both_met(project):
    body = (
        "__attribute__((noinline)) void first(void) { abort(); }\n"
        "__attribute__((noinline)) void second(void) { volatile int *p = 0; *p = 1; }\n"
        "int q_one(int n) { if (n > 300) first(); if (n > 200) second(); return n; }\n"
    )
    assert codes(project.run(ONE, PROMISE, c=body)) == ["ABD301", "ABD301"]


def test_what_nearly_always_ends_the_process_is_said_to_show_little_else(project, capsys):
    document = project.run(ONE, PROMISE + ABORT, c="int q_one(int n) { if (n) abort(); return n; }\n")
    assert item(document, "q_one", "properties")["outcome"] == "suppressed"
    assert "little else was observed" in capsys.readouterr().out
    assert any("little else was observed" in each for each in document["notes"])


@pytest.mark.slow
@pytest.mark.native
def test_what_always_ends_the_process_for_what_is_suppressed_is_not_judged(project):
    document = project.run(ONE, PROMISE + ABORT, c="int q_one(int n) { abort(); }\n")
    assert (item(document, "q_one", "properties")["outcome"], project.code) == ("errored", 3)


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_suppressed_leak_hides_no_abort_in_the_same_lifecycle(project, seed):
    body = BOX % ("", "if (!box->extra) box->extra = malloc(5);", "if (box->count > 1) abort();")
    options = ("--phase", "lifecycle", "--seed", seed)
    document = project.run(HANDLE, LIFE + LEAK, *options, c=body)
    assert codes(document) == ["ABD301"]
    assert [each["code"] for each in document["suppressed"]] == ["ABD371"]
    document = project.run(HANDLE, LIFE, *options, c=body)
    assert codes(document) == ["ABD301", "ABD371"]
    sound = BOX % ("free(box->extra);", "if (!box->extra) box->extra = malloc(5);", "")
    assert codes(project.run(HANDLE, LIFE, *options, c=sound)) == []


def test_calls_behind_a_crash_in_a_sequence_are_looked_at_without_it(project):
    body = BOX % ("", "abort();", "if (box->count++ == 3) *(volatile int *)0 = 1;")
    document = project.run(HANDLE, LIFE + ABORT.replace("q_*", "q_add"), "--phase", "lifecycle", c=body)
    assert [each["message"].split()[0] for each in document["findings"]] == ["`q_reset`"]


@pytest.mark.full
def test_a_destructor_that_always_crashes_hides_no_broken_promise(project):
    life = LIFE.replace("q_add: {", "q_add: {ensures: [result != 3], ")
    document = project.run(HANDLE, life, "--phase", "lifecycle", c=BOX % ("abort();", "", ""))
    assert codes(document) == ["ABD301", "ABD321"]
    document = project.run(HANDLE, LIFE, "--phase", "lifecycle", c=BOX % ("abort();", "", ""))
    assert codes(document) == ["ABD301"]


MANY = "".join(f"int q_use{n}(q_box *box, int n);\n" for n in range(7))


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_functions_that_always_crash_hide_no_other(project, seed):
    header = HANDLE + MANY
    uses = "".join(f"  q_use{n}: {{}}\n" for n in range(7))
    crashing = "".join(f"int q_use{n}(q_box *box, int n) {{ abort(); }}\n" for n in range(6))
    crash = "int q_use6(q_box *box, int n) { if (box->count > 3) abort(); return 0; }\n"
    body = BOX % ("", "", "") + crashing + crash
    document = project.run(header, LIFE + uses, "--phase", "lifecycle", "--seed", seed, c=body)
    assert {each["message"].split()[0] for each in document["findings"]} == {f"`q_use{n}`" for n in range(7)}


PAIR = "typedef struct { int a, b; } q_pair;\nint q_one(int n, q_pair *out);\n"
PAIRED = "functions:\n  q_one: {params: {n: {range: [0, 1000]}, out: {out: q_pair}}}\ntypes: {q_pair: {}}\n"


def test_the_first_answer_that_differs_hides_no_other(project):
    document = project.run(
        PAIR,
        PAIRED,
        "--phase",
        "equivalence",
        one="int q_one(int n, q_pair *out) { out->a = n; out->b = n; return 0; }\n",
        two="int q_one(int n, q_pair *out) { out->a = n + 1; out->b = n > 700 ? 0 : n; return n == 613; }\n",
    )
    assert [each["message"].split(" = ")[0] for each in document["findings"]] == [
        "`q_one` leaves `out.a`",
        "`q_one` leaves `out.b`",
        "`q_one` returns 0 in `one` and 1 in `two`",
    ]


def test_a_function_that_differs_hides_no_other_of_a_handle(project):
    document = project.run(
        HANDLE,
        LIFE,
        "--phase",
        "equivalence",
        "--function",
        "q_box",
        one=BOX % ("", "", ""),
        two=BOX % ("", "n = 2; box->count++;", "if (box->sum > 150) return 1;"),
    )
    found = {each["message"].split()[0] for each in document["findings"]}
    assert "`q_add`" in found
    assert codes(document)


def test_an_item_tells_so_many_causes_and_says_that_it_stopped_there(project, capsys):
    each = "".join(f"__attribute__((noinline)) void f{n}(void) {{ abort(); }}\n" for n in range(14))
    body = f"{each}int q_one(int n) {{ switch (n % 20) {{"
    body += "".join(f"case {n + 2}:\nf{n}(); break;" for n in range(14)) + "} return n; }\n"
    document = project.run(ONE, PROMISE, c=body)
    assert len(document["findings"]) >= 10
    assert "the search stopped early: it met" in capsys.readouterr().out
