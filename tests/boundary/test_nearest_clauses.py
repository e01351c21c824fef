"""What the language cannot say is told as such, with what comes nearest, and never with a clause that does not help."""

from __future__ import annotations

import re
import textwrap

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.run.findings.open_questions import unasked

HEADER = """
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
typedef int (*step)(int x);
typedef void (*logs)(void *mine, const char *format, ...);
typedef void (*lists)(const char *format, va_list arguments);
typedef step (*steps)(int x);
typedef void (*old)();
typedef int (*slots)(char **slot);
typedef struct node { struct node *next; void *data; char **names; step done; } node;
typedef struct later later;
int ev_print(const char *format, ...);
int ev_vprint(const char *format, va_list arguments);
void ev_exit(int status) __attribute__((noreturn));
int ev_far(int x) __attribute__((ms_abi));
int ev_later(later it);
void ev_lists(lists each);
void ev_steps(steps each);
void ev_old(old each);
void ev_logs(logs each, void *mine);
int ev_table(step *table, size_t n);
step ev_step(int x);
const void *ev_data(int x);
void ev_slots(slots each);
int ev_rows(int n, int m, int rows[n][m]);
int ev_read(FILE *file);
int ev_walk(const node *first);
extern int ev_count;
#define ev_limit 3
"""
REFUSED = """
functions:
  ev_print: {params: {format: {in: string}}}
  ev_vprint: {params: {format: {in: string}}}
  ev_exit:
  ev_far:
  ev_later:
  ev_lists: {params: {each: {callback: {}}}}
  ev_steps: {params: {each: {callback: {}}}}
  ev_old: {params: {each: {callback: {}}}}
  ev_logs: {params: {each: {callback: {params: {format: {nullable: true}}}, user_data: mine}}}
  ev_table: {params: {table: {in: array, length: n}}}
  ev_step:
  ev_data:
"""
SHIM = "a function of C around it"


@pytest.fixture(scope="module")
def boundary(tmp_path_factory):
    return join(load_contract(written(tmp_path_factory.mktemp("subject"), REFUSED)))


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What is said of pointers without a clause, and of names that are no function's."""
    with pytest.raises(UsageError) as caught:
        join(
            load_contract(
                written(
                    tmp_path_factory.mktemp("subject"),
                    """
                    functions:
                      ev_table:
                      ev_rows:
                      ev_read:
                      ev_walk: {params: {first: {in: node}}}
                      ev_slots: {params: {each: {callback: {params: {slot: {out: char *}}}}}}
                      ev_count:
                      ev_limit:
                    """,
                )
            )
        )
    return {diagnostic.message: diagnostic.help or "" for diagnostic in caught.value.diagnostics}


def written(folder, contract):
    (folder / "subject.h").write_text("#pragma once\n#include <stddef.h>\n" + HEADER)
    head = "abidance: 1\nboundary: subject\nheader: subject.h\nlibraries: {c: {path: libsubject.so}}\n"
    file = folder / "subject.contract.yaml"
    file.write_text(head + textwrap.dedent(contract))
    return file


@pytest.mark.parametrize(
    ("function", "why", "nearest"),
    [
        ("ev_print", "variadic", "`prototype: int ev_print(const char *format, int value)`"),
        ("ev_vprint", "va_list", "`prototype: int ev_vprint(const char *format, int value)`"),
        ("ev_exit", "does not return", "in a child process"),
        ("ev_far", "calling convention", SHIM),
        ("ev_later", "incomplete", "include the header that has the members of `struct later`"),
        ("ev_steps", "returns a function", "`returns: {nullable: true}`; else a function of C around it"),
        ("ev_old", "old-style declaration", "in the header"),
        ("ev_table", "the elements of `table` are functions", SHIM),
    ],
)
def test_a_function_is_refused_with_what_comes_nearest(function, why, nearest, boundary):
    (refused,) = boundary.functions[function].refused

    assert why in refused.message
    assert nearest in refused.help


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("`table` of `ev_table`", f"the language has no clause for it: .* {SHIM}"),
        ("`rows` of `ev_rows`", f"the language has no clause for it: .* {SHIM}"),
        ("`ev_read` takes a `FILE *`", f"no value of it can be made up: .* {SHIM}"),
        (
            "`next`, `data` and `done` of `struct node` are pointers",
            "`struct node: {fields: {next: {to: struct node}, data: {to: bytes, length: SIZE}, done: {callback: {",
        ),
        ("`names` is a `char **`", f"the language has no clause for it: .* {SHIM}"),
        ("a callback cannot write pointers", SHIM),
        ("`ev_count` is a variable, no function", "a function of C that reads or sets it"),
        ("`ev_limit` is a macro without parameters, no function", "expressions can use it by its name"),
    ],
)
def test_a_pointer_or_a_name_gets_the_nearest_clause(words, nearest, complaints):
    (remedy,) = [remedy for message, remedy in complaints.items() if message.startswith(words)]

    assert re.search(nearest.replace("{", r"\{"), remedy), remedy


def test_what_a_call_answers_and_nothing_looks_at_is_not_judged(boundary):
    told = [*unasked(boundary, ["ev_step", "ev_data", "ev_logs"])]

    assert told == [
        "what the result of `ev_data` points at; say `returns: {to: ...}`",
        "the function that `ev_step` returns, for which the language has no clause: nothing calls it",
        "`...` of `each` of `ev_logs`: say `printf: true` of the format that tells what is given there, if one does",
    ]


def test_what_callbacks_of_several_functions_are_given_is_told_once(joined):
    header = """
        typedef void (*heard)(void *mine, const char *text);
        void t_on_start(heard start);
        void t_on_text(heard text);
        void t_on_both(heard start, heard end);
    """
    functions = """
functions:
  t_on_start: {params: {start: {callback: {}}}}
  t_on_text: {params: {text: {callback: {}}}}
  t_on_both: {params: {start: {callback: {}}, end: {callback: {}}}}
"""
    boundary = joined(header, functions)
    say = "say `to: ...`, or `nullable: true` if it may be NULL"

    assert [*unasked(boundary, ["t_on_start"])] == [
        f"what `mine`, `text` of `start` of `t_on_start` point at; {say}"
    ]
    assert [*unasked(boundary, ["t_on_both"])] == [
        f"what `mine`, `text` of `start`, `end` of `t_on_both` point at; {say}"
    ]
    assert [*unasked(boundary, ["t_on_start", "t_on_text", "t_on_both"])] == [
        f"what `mine`, `text` of the callbacks of `t_on_start`, `t_on_text`, `t_on_both` point at; {say}"
    ]


def test_what_destroys_or_frees_is_told_where_it_is_named(joined):
    header = """
        typedef struct t t;
        t *t_new(void);
        void t_free(void *it);
        int t_text(t *it, char **out);
        void t_drop(char *text);
    """
    contract = """
        handles: {t: {create: t_new, destroy: t_free}}
        functions:
          t_new:
          t_free:
          t_text: {params: {out: {out: {to: string, owner: caller, free: t_drop}}}}
          t_drop:
    """

    with pytest.raises(UsageError) as caught:
        joined(header, contract)

    assert {each.help for each in caught.value.diagnostics} == {
        "where `it` is one, say `t_free: {params: {it: {handle: t}}}`",
        "leave it out of `functions`: it is called where a contract says `free: t_drop`",
    }
