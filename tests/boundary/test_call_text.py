"""The smallest call is shown as C that a compiler takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.model.values import Case, NewHandle
from abidance.boundary.print_c.call import call_text
from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.generate.sweep import edge_cases
from tiers import full

SUBJECTS = Path(__file__).parents[1] / "run"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["shapes", full("edges")])
def test_every_call_compiles(name, tmp_path):
    for file in (f"{name}.h", f"{name}.contract.yaml"):
        shutil.copy(SUBJECTS / file, tmp_path)
    boundary = join(load_contract(tmp_path / f"{name}.contract.yaml"))
    texts = []
    for function in boundary.functions.values():
        if function.signature is None:
            continue
        cases = edge_cases(boundary, function)
        for case in (*cases[:4], *cases[len(cases) // 2 :: 9]):
            text = call_text(boundary, encode(boundary, case), "comment")
            if " bytes */" not in text:  # long memory is shown by its ends only
                texts.append(text)
    calls = "\n".join(f"void f{number}(void)\n{{\n{text}\n}}" for number, text in enumerate(texts))
    (tmp_path / "calls.c").write_text(f'#include <math.h>\n#include "{name}.h"\n{calls}\n')

    done = subprocess.run(
        ["gcc", "-std=gnu11", "-fsyntax-only", "-w", "-Werror=implicit", "calls.c"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(texts) > 300
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("clause", "declared"),
    [(", zeroed: true", "box box1 = {0};"), ("", "box box1;")],
    ids=["cleared", "as it comes"],
)
def test_memory_that_the_caller_clears_is_shown_cleared(joined, clause, declared):
    boundary = joined(
        "typedef struct { int n; } box; void box_open(box *b); void box_close(box *b); int box_count(const box *b);",
        f"handles: {{box: {{create: box_open, destroy: box_close{clause}}}}}\nfunctions: {{box_count: {{}}}}",
    )
    case = edge_cases(boundary, boundary.functions["box_count"])[0]

    assert call_text(boundary, encode(boundary, case)).splitlines()[0] == declared


def test_two_handles_of_one_kind_have_names_of_their_own(joined):
    boundary = joined(
        """
        typedef struct thing thing;
        thing *thing_new(int size);
        void thing_free(thing *t);
        int thing_same(const thing *a, const thing *b);
        """,
        "handles: {thing: {create: thing_new, destroy: thing_free}}\nfunctions: {thing_same: {}}",
    )
    case = edge_cases(boundary, boundary.functions["thing_same"])[0]

    text = call_text(boundary, encode(boundary, case))

    assert text.splitlines() == [
        "thing *thing1 = thing_new(0);",
        "thing *thing2 = thing_new(0);",
        "thing_same(thing1, thing2);",
    ]


def test_a_handle_in_a_record_is_its_variable(joined):
    boundary = joined(
        """
        typedef struct thing thing;
        typedef struct job { int level; thing *on; } job;
        thing *thing_new(int size);
        void thing_free(thing *t);
        int job_run(const job *j);
        """,
        """
        types: {job: {fields: {on: {handle: thing}}}}
        handles: {thing: {create: thing_new, destroy: thing_free}}
        functions: {job_run: {params: {j: {in: job}}}}
        """,
    )
    arguments = {"j": {"level": 1, "on": NewHandle("thing", {"size": 2}, destroyed=True)}}

    assert call_text(boundary, encode(boundary, Case("job_run", arguments))).splitlines() == [
        "thing *thing1 = thing_new(2);",
        "thing_free(thing1);",
        "const job j = {.level = 1, .on = thing1};",
        "job_run(&j);",
    ]


def test_a_handle_that_a_condition_asks_about_is_its_variable(joined):
    boundary = joined(
        "typedef struct thing thing; thing *thing_new(int size); void thing_free(thing *t); int thing_size(thing *t);",
        """
        handles: {thing: {create: thing_new, destroy: thing_free}}
        functions: {thing_new: {ensures: [thing_size(result) == size]}, thing_size: {}}
        """,
    )
    encoded = encode(boundary, Case("thing_new", {"size": 2}))

    assert call_text(boundary, encoded, at=encoded.plan.subject + 2).splitlines() == [
        "thing *thing1 = thing_new(2);",
        "thing_size(thing1);",
        "thing_free(thing1);",
    ]


def test_a_handle_that_a_later_call_ends_is_its_variable(joined):
    boundary = joined(
        """
        typedef struct thing thing;
        thing *thing_new(int size);
        int thing_open(int size, thing **out);
        void thing_free(thing *t);
        """,
        """
        handles: {thing: {create: [thing_new, thing_open], destroy: thing_free}}
        functions: {thing_new: {}, thing_open: {params: {out: {out: thing}}}}
        """,
    )
    functions = (boundary.functions[name] for name in ("thing_new", "thing_open"))
    new, opened = (encode(boundary, edge_cases(boundary, function)[0]) for function in functions)

    assert call_text(boundary, new) == "thing_new(0);"
    assert call_text(boundary, new, "crashes", 1).splitlines() == [
        "thing *thing1 = thing_new(0);",
        "thing_free(thing1);        // crashes",
    ]
    assert call_text(boundary, opened, "crashes", 1).splitlines() == [
        "thing *thing1;",
        "thing_open(0, &thing1);",
        "thing_free(thing1);        // crashes",
    ]


def test_what_a_call_that_was_left_out_would_have_left_is_not_given_back(joined):
    boundary = joined(
        """
        void thing_free(char *text);
        char *thing_name(int n);
        """,
        "functions: {thing_name: {returns: {to: string, owner: caller, free: thing_free}}}",
    )
    case = edge_cases(boundary, boundary.functions["thing_name"])[0]
    encoded = encode(boundary, case)

    assert call_text(boundary, encoded, at=1).splitlines() == [
        "char *made = thing_name(0);",
        "thing_free(made);",
    ]
    assert call_text(boundary, encoded, at=1, skipped={0}) == ""


_PAIR = "typedef struct { int a; double b; } pair; typedef double grid[2][3];"


@pytest.mark.parametrize(
    ("clause", "declared"),
    [
        ("out: double", "double data;"),
        ("inout: double", "double data = 0.0;"),
        ("out: pair", "pair data;"),
        ("inout: pair", "pair data = {.a = 0, .b = 0.0};"),
        ("out: grid", "double data[2][3];"),
        ("in: grid", "double data[2][3] = {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}};"),
        ("out: bytes, capacity: 3", "unsigned char data[3];"),
        ("out: void, variant: {tag: what, members: {0: pair, 1: int}}", "pair data;"),
        ("out: void, variant: {tag: what, members: {0: {to: double, length: 3}, 1: int}}", "double data[3];"),
    ],
)
def test_what_lies_behind_a_pointer_to_void_is_declared_as_what_it_is_described_as(joined, clause, declared):
    boundary = joined(
        f"{_PAIR} int ask(int what, void *data);",
        f"functions: {{ask: {{params: {{what: {{one_of: [0, 1]}}, data: {{{clause}}}}}}}}}",
    )
    case = edge_cases(boundary, boundary.functions["ask"])[0]

    assert call_text(boundary, encode(boundary, case)).splitlines()[0] == declared
