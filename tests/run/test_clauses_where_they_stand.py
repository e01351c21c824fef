"""What a clause says is judged wherever the language lets it stand: in records, of handles, of what callbacks get."""

from __future__ import annotations

import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.run.findings.unlooked_lifetimes import unlooked_lifetimes

HEADER = """\
#include <stddef.h>
struct cw_view { const char *data; size_t size; int step; };
struct cw_span { int first, last; unsigned level : 4; };
struct cw_answer { int code; const char *text; };
struct cw_note { unsigned char size; unsigned char kind; char text[]; };
typedef struct cw_dial { const char *unit; int low, high; int own; } cw_dial;
void cw_view_of(int n, struct cw_view *view);
struct cw_view cw_view_at(int n);
int cw_name_of(int n, const char **name);
int cw_words_of(int n, struct cw_view *views);
void cw_each(int n, void (*each)(void *mine, const struct cw_span *span), void *mine);
void cw_notes(int n, void (*each)(void *mine, const char *notes, size_t size), void *mine);
void cw_dial_init(cw_dial *dial);
void cw_dial_turn(cw_dial *dial, int by);
void cw_dial_end(cw_dial *dial);
int cw_count(int n, int *count);
struct cw_answer cw_ask(int n);
"""
SOURCE = """\
#include "cw.h"
enum { NOTHING, VIEW, RETURNED, STEP, NAME, WORDS, ALIGNED, SPAN, LEVEL, KIND, NOTE, HIGH, UNIT, FORM, DIAL, ASKED };
static _Alignas(64) const char text[128] = "text";
static struct cw_view view(int n)
{
    return (struct cw_view){n ? text : NULL, n ? 4 : 0, n % 5};
}
void cw_view_of(int n, struct cw_view *out)
{
    *out = view(n);
    if (WRONG == VIEW && n == 7)
        out->data = NULL;
    if (WRONG == ALIGNED && n == 7)
        out->data = text + 8;
}
struct cw_view cw_view_at(int n)
{
    struct cw_view it = view(n);
    if (WRONG == RETURNED && n == 7)
        it.data = NULL;
    if (WRONG == STEP && n == 7)
        it.step = 5;
    return it;
}
int cw_name_of(int n, const char **name)
{
    *name = n == 0 || (WRONG == NAME && n == 7) ? NULL : "name";
    return 0;
}
int cw_words_of(int n, struct cw_view *views)
{
    for (int i = 0; i < n % 4; i++)
        views[i] = view(i + 1);
    if (WRONG == WORDS && n % 4 == 3)
        views[2].data = NULL;
    return n % 4;
}
void cw_each(int n, void (*each)(void *, const struct cw_span *), void *mine)
{
    for (int i = 0; i < n; i++)
        each(mine, &(struct cw_span){WRONG == SPAN && i == 2 ? 9 : i, i, WRONG == LEVEL && i == 2 ? 9 : i & 7});
}
void cw_notes(int n, void (*each)(void *, const char *, size_t), void *mine)
{
    char notes[] = {2, n > 5 && WRONG == KIND ? 7 : 1, 'a', 'b', 0, n > 5 && WRONG == NOTE ? 3 : 0};
    each(mine, notes, sizeof notes);
}
void cw_dial_init(cw_dial *dial)
{
    *dial = (cw_dial){"bar", 0, 9, 0};
}
void cw_dial_turn(cw_dial *dial, int by)
{
    dial->low = by;
    dial->high = WRONG == HIGH && by == 7 ? 100 : WRONG == DIAL && by == 7 ? 6 : 10 + by;
    dial->unit = WRONG == UNIT && by == 7 ? NULL : WRONG == FORM && by == 7 ? "BAR" : "psi";
    dial->own = 1000; /* nothing is said of it */
}
void cw_dial_end(cw_dial *dial)
{
    *dial = (cw_dial){NULL, 9, -1, 0}; /* it is the caller's memory again, whatever that holds */
}
int cw_count(int n, int *count)
{
    if (n < 5)
        *count = n;
    return n;
}
struct cw_answer cw_ask(int n)
{
    if (n < 5)
        return (struct cw_answer){-1, NULL}; /* it has failed */
    return (struct cw_answer){0, WRONG == ASKED && n == 7 ? NULL : "text"};
}
"""
CONTRACT = """\
abidance: 1
boundary: cw
header: cw.h
libraries: {c: {path: libcw.so}}
types:
  cw_view:
    fields: {data: {to: bytes, length: size, align: 32, nullable: size == 0}, step: {range: [0, 4]}}
  cw_span: {fields: {level: {range: [0, 7]}}, invariants: [first <= last]}
  cw_note:
    fields: {text: {to: bytes, length: size}, kind: {range: [0, 5]}}
    invariants: ["implies(size == 0, kind == 0)"]
  cw_answer: {fields: {text: {to: string}}}
  cw_dial:
    fields:
      unit: {to: string, like: '[a-z]+', read_only: true}
      low: {read_only: true}
      high: {range: [0, 50], read_only: true}
    invariants: [low <= high, own < 9]
handles:
  cw_dial: {create: cw_dial_init, destroy: cw_dial_end}
functions:
  cw_view_of: {params: {n: {range: [0, 9]}, view: {out: cw_view, lends: {lifetime: static}}}}
  cw_view_at: {params: {n: {range: [0, 9]}}, returns: {lends: {lifetime: static}}}
  cw_name_of:
    params: {n: {range: [0, 9]}, name: {out: {to: string, lifetime: static, nullable: n == 0}}}
    returns: {status: {ok: [0]}}
  cw_words_of:
    params: {n: {range: [0, 9]}, views: {out: array, capacity: 4, length: result}}
    returns: {status: {ok: 0..}}
  cw_each: {params: {n: {range: [0, 5]}, each: {callback: {params: {span: {to: cw_span}}}, user_data: mine}}}
  cw_notes:
    params:
      n: {range: [0, 9]}
      each: {callback: {params: {notes: {to: bytes, length: size, records: cw_note}}}, user_data: mine}
  cw_dial_init:
  cw_dial_turn: {params: {by: {range: [0, 9]}}}
  cw_dial_end:
  cw_ask:
    params: {n: {range: [0, 9]}}
    returns: {lends: {lifetime: static}, status: {field: code, ok: [0], errors: {-1: it is too small}}}
  cw_count: {params: {n: {range: [0, 9]}, count: {out: int}}}
"""
DEFECTS = {
    "VIEW": ("cw_view_of", "ABD322", "`cw_view_of` left NULL in `view.data`, not a pointer"),
    "ALIGNED": (
        "cw_view_of",
        "ABD322",
        "`cw_view_of` left a pointer 8 bytes past a multiple of 32 in `view.data`, not one that is aligned to 32",
    ),
    "RETURNED": ("cw_view_at", "ABD322", "`cw_view_at` left NULL in `result.data`, not a pointer"),
    "ASKED": ("cw_ask", "ABD322", "`cw_ask` left NULL in `result.text`, not a pointer"),
    "STEP": ("cw_view_at", "ABD322", "`cw_view_at` left 5 in `result.step`, not from 0 to 4"),
    "NAME": ("cw_name_of", "ABD322", "`cw_name_of` left NULL in `*name`, not a pointer"),
    "WORDS": ("cw_words_of", "ABD322", "`cw_words_of` left NULL in `views[2].data`, not a pointer"),
    "SPAN": (
        "cw_each",
        "ABD329",
        "`cw_each` gave the 3rd call of `each` a `struct cw_span` as `span`, of which `first <= last` does not hold",
    ),
    "LEVEL": ("cw_each", "ABD343", "`cw_each` gave the 3rd call of `each` 9 as `span.level`, not from 0 to 7"),
    "KIND": ("cw_notes", "ABD343", "`cw_notes` gave the 1st call of `each` 7 as `notes[0].kind`, not from 0 to 5"),
    "NOTE": (
        "cw_notes",
        "ABD329",
        (
            "`cw_notes` gave the 1st call of `each` a `struct cw_note` as `notes[1]`, of which "
            "`implies(size == 0, kind == 0)` does not hold"
        ),
    ),
    "HIGH": ("cw_dial_turn", "ABD322", "`cw_dial_turn` left 100 in `dial.high`, not from 0 to 50"),
    "UNIT": ("cw_dial_turn", "ABD322", "`cw_dial_turn` left NULL in `dial.unit`, not a pointer"),
    "FORM": ("cw_dial_turn", "ABD322", '`cw_dial_turn` left "BAR" in `dial.unit`, not `like: [a-z]+`'),
    "DIAL": ("cw_dial_turn", "ABD329", "`cw_dial_turn` left `dial` of which `low <= high` does not hold"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("wrong", DEFECTS)
def test_what_is_said_there_is_judged(wrong, findings_of):
    function, code, message = DEFECTS[wrong]
    (found,) = findings_of(
        "cw", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=40
    )

    assert (found.diagnostic.code.id, found.diagnostic.message) == (code, message)


@pytest.mark.slow
@pytest.mark.parametrize(
    "function",
    [*dict.fromkeys(each for each, _, _ in DEFECTS.values()), "cw_dial_init", "cw_dial_end", "cw_count"],
)
def test_others_are_left_alone(function, codes_of):
    assert (
        codes_of("cw", HEADER, SOURCE, CONTRACT, function, ("properties",), "-DWRONG=NOTHING", least=40) == []
    )


@pytest.mark.slow
def test_a_handle_is_left_alone_in_sequences(codes_of_sequences):
    assert codes_of_sequences("cw", HEADER, SOURCE, CONTRACT, "cw_dial", "-DWRONG=NOTHING") == []


@pytest.mark.slow
def test_what_waits_for_a_success_that_nothing_tells_is_not_judged(written, tmp_path, capsys):
    written("cw", HEADER, SOURCE, CONTRACT)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-DWRONG=NOTHING", "cw.c", "-o", "libcw.so"], cwd=tmp_path, check=True
    )

    main(["run", "cw.contract.yaml", "--function", "cw_count", "--explore", "0", "--max-examples", "5"])

    printed = " ".join(capsys.readouterr().out.split())
    assert "what `cw_count` leaves in `count`, since nothing says when it succeeds" in printed


def test_lifetimes_behind_what_comes_back_are_listed(written, tmp_path):
    header = "struct r { const char *text; };\nconst struct r *f(void);\nstruct r g(void);"
    field = "{fields: {text: {to: string, lifetime: static}}}"
    functions = f"{{f: {{returns: {{to: r, lifetime: static}}}}, g: }}\ntypes: {{r: {field}}}"
    contract = f"abidance: 1\nboundary: cw\nheader: cw.h\nfunctions: {functions}\n"
    written("cw", header, "", contract)
    found = join(load_contract(tmp_path / "cw.contract.yaml"))

    (listed,) = unlooked_lifetimes(found.functions.values())
    assert listed.startswith("how long what `result.text` of `f` leads to lasts")
