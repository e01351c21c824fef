"""What clauses say together is judged: refusals and callbacks, failures and handles, missing memory and statuses."""

from __future__ import annotations

import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.run.findings.unlooked_lifetimes import unlooked_lifetimes

HEADER = """\
#include <stddef.h>
typedef struct cm_pen cm_pen;
int cm_new(int width, cm_pen **pen);
void cm_free(cm_pen *pen);
int cm_find(int place, cm_pen **pen);
int cm_set(int number);
void cm_tell(int number, int *why);
int cm_each(int n, void (*each)(void *mine, int number), void *mine);
void cm_name(int n, const char **name);
void cm_copy(int n, int *why);
int cm_double(int n);
unsigned cm_at(const volatile unsigned *place);
char *cm_text(int n, char *room);
"""
SOURCE = """\
#include "cm.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, LEFT, REFUSED, NONE, SET, TOLD, EACH, NAMED, WANT, OTHER, PLACE };
struct cm_pen { int width; };
static cm_pen own;
int cm_new(int width, cm_pen **pen)
{
    if (width < 0 || width > 5) {
        *pen = (WRONG == LEFT && width > 5) || (WRONG == REFUSED && width < 0) ? &own : NULL;
        return -1;
    }
    *pen = WRONG == NONE && width == 3 ? NULL : calloc(1, sizeof **pen);
    return 0;
}
void cm_free(cm_pen *pen)
{
    free(pen);
}
int cm_find(int place, cm_pen **pen)
{
    *pen = &own;
    return place > 5 ? -1 : 0; /* the contract says nothing of what is there then */
}
int cm_set(int number)
{
    return number < 0 && WRONG != SET ? -1 : 0;
}
void cm_tell(int number, int *why)
{
    if (why)
        *why = number < 0 && WRONG != TOLD ? 1 : 0;
}
int cm_each(int n, void (*each)(void *, int), void *mine)
{
    if (n < 0) {
        each(mine, 0);
        if (WRONG == EACH)
            each(mine, 1);
        return -1;
    }
    for (int i = 0; i < 1; i++)
        each(mine, i);
    return 0;
}
void cm_name(int n, const char **name)
{
    static char there[2];
    static int count;
    there[0] = (char)('a' + (WRONG == NAMED ? count++ : n) % 26);
    *name = there;
}
void cm_copy(int n, int *why)
{
    char *memory = malloc(9);
    *why = memory ? 0 : WRONG == WANT ? 9 : 1;
    free(memory);
}
int cm_double(int n)
{
    char *memory = malloc(9);
    free(memory);
    return memory ? 0 : WRONG == OTHER ? -9 : -1;
}
unsigned cm_at(const volatile unsigned *place)
{
    static const unsigned numbers[10];
    unsigned at = *place;
    if (at >= 10)
        return 1;
    if (WRONG == PLACE)
        at = *place;
    return numbers[at];
}
char *cm_text(int n, char *room)
{
    if (n > 5)
        return strdup("longer than there is room");
    return strcpy(room, "short");
}
"""
CONTRACT = """\
abidance: 1
boundary: cm
header: cm.h
libraries: {c: {path: libcm.so}}
handles: {cm_pen: {create: [cm_new, cm_find], destroy: cm_free}}
functions:
  cm_new:
    params: {width: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is too wide}}}
    rejects: [{when: {width: -1}, returns: -1}]
  cm_free:
  cm_find:
    params:
      place: {range: [0, 9]}
      pen: {out: cm_pen, owner: callee, lifetime: static, on_failure: unspecified}
    returns: {status: {ok: [0], errors: {-1: there is none}}}
  cm_set:
    params: {number: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is below zero}}}
    rejects: [{when: {number: -1}}]
  cm_tell:
    params:
      number: {range: [0, 9]}
      why: {out: int, nullable: true, status: {ok: [0], errors: {1: it is below zero}}}
    rejects: [{when: {number: -1}}]
  cm_each:
    params: {n: {range: [0, 9]}, each: {callback: {calls: 1}, user_data: mine}}
    returns: {status: {ok: [0], errors: {-1: it is below zero}}}
    rejects: [{when: {n: -1}, returns: -1}]
  cm_name: {params: {n: {range: [0, 9]}, name: {out: {to: string}}}, effects: [pure]}
  cm_copy:
    params: {why: {out: int, status: {ok: [0], errors: {1: no memory}}}}
    may_fail: {memory: }
  cm_double:
    returns: {status: {ok: [0], errors: {-1: no memory}}}
    may_fail: {memory: }
  cm_at: {params: {place: {in: unsigned, shared: true}}}
  cm_text:
    params: {n: {range: [0, 9]}, room: {out: string, capacity: 8}}
    returns: {to: string, owner: caller, free: free, owned_unless: room}
"""
DEFECTS = {
    "LEFT": (
        "cm_new",
        "properties",
        "ABD326",
        "`cm_new` returned -1, which is a failure, and left something in the place of `pen`",
    ),
    "REFUSED": (
        "cm_new",
        "rejects",
        "ABD328",
        "`cm_new` left something in the place of `pen` in a call that it rejects (`width: -1`)",
    ),
    "SET": (
        "cm_set",
        "rejects",
        "ABD323",
        (
            "`cm_set` returned 0 for `number: -1`, which is a success, where the contract says that it is refused"
        ),
    ),
    "TOLD": (
        "cm_tell",
        "rejects",
        "ABD323",
        (
            "`cm_tell` left 0 in `why` for `number: -1`, which is a success, where the contract says that it is "
            "refused"
        ),
    ),
    "EACH": ("cm_each", "rejects", "ABD341", "`cm_each` called `each` twice, not at most once"),
    "NAMED": (
        "cm_name",
        "properties",
        "ABD368",
        "`cm_name` gives different results for the same call: `name` differs",
    ),
    "WANT": ("cm_copy", "memory", "ABD322", "`cm_copy` left 9 in `why`, not one of 0, 1"),
    "OTHER": ("cm_double", "memory", "ABD322", "`cm_double` returned -9, not one of 0, -1"),
    "PLACE": ("cm_at", "shared_memory", "ABD301", "`cm_at` crashed"),
}
FUNCTIONS = (
    "cm_new",
    "cm_find",
    "cm_set",
    "cm_tell",
    "cm_each",
    "cm_name",
    "cm_copy",
    "cm_double",
    "cm_at",
    "cm_text",
)
COMPILED = {"LEFT", "REFUSED", "SET", "TOLD", "EACH", "WANT", "OTHER"}
"""Defects that the compiled contract finds as well."""


@pytest.mark.slow
@pytest.mark.parametrize("wrong", DEFECTS)
def test_what_they_say_together_is_judged(wrong, findings_of):
    function, phase, code, message = DEFECTS[wrong]
    (found,) = findings_of("cm", HEADER, SOURCE, CONTRACT, function, (phase,), f"-DWRONG={wrong}", least=40)

    assert found.diagnostic.code.id == code
    assert found.diagnostic.message.startswith(message)


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_others_are_left_alone(function, codes_of):
    phases = ("properties", "rejects", "memory", "shared_memory")

    assert codes_of("cm", HEADER, SOURCE, CONTRACT, function, phases, "-DWRONG=NOTHING", least=40) == []


_STATUS = "returns: {status: {ok: [0], errors: {-1: it is below zero}}}"
_WHY = "params: {why: {out: int, nullable: true, status: {ok: [0], errors: {1: it is below zero}}}}"
_EACH = "params: {n: {range: [0, 3]}, each: {callback: {calls: n}, user_data: mine}}"
ANSWERS = [  # what refused calls may answer that nobody calls a failure: declaration, contract, body
    ("int f(int n)", f"{{{_STATUS}, rejects: [{{when: {{n: -1}}, returns: 0}}]}}", "return 0;"),
    (
        "int f(int n, int *at)",
        (
            f"{{params: {{at: {{out: int, on_failure: written}}}}, {_STATUS}, "
            "rejects: [{when: {n: -1}, ensures: [result == 0 and at == 5]}]}"
        ),
        "*at = 5; return 0;",
    ),
    (
        "void f(int n, int *why)",
        f"{{{_WHY}, rejects: [{{when: {{why: null}}}}]}}",
        "if (why) *why = 0;",
    ),
    ("int f(int n, int m)", "{rejects: [{when: {n: -1}}]}", "return 0;"),
    (
        "int f(int n, void (*each)(void *mine), void *mine)",
        f"{{{_EACH}, rejects: [{{when: {{n: -1}}, returns: 7}}]}}",
        "for (int i = 0; i < n; i++) each(mine); return n < 0 ? 7 : 0;",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("declared", "said", "body"), ANSWERS)
def test_what_a_refused_call_answers_is_its_own(declared, said, body, codes_of):
    source = f'#include "f.h"\n{declared} {{ {body} }}\n'
    contract = f"abidance: 1\nboundary: f\nheader: f.h\nlibraries: {{c: {{path: libf.so}}}}\nfunctions: {{f: {said}}}\n"

    assert codes_of("f", f"{declared};\n", source, contract, "f", ("rejects",), least=20) == []


def _not_judged(written, tmp_path, capsys, contract):
    written("cm", HEADER, SOURCE, contract)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-DWRONG=NONE", "cm.c", "-o", "libcm.so"], cwd=tmp_path, check=True
    )
    main(["run", "cm.contract.yaml", "--function", "cm_new", "--explore", "0", "--max-examples", "20"])
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_a_handle_that_is_null_is_listed_unless_something_is_said_of_it(written, tmp_path, capsys):
    told = "whether `cm_new` may leave NULL in `pen` where it succeeds, as it did"
    assert told in _not_judged(written, tmp_path, capsys, CONTRACT)

    said = CONTRACT.replace(
        "    rejects: [{when: {width: -1}",
        '    ensures: ["implies(result == 0 and width != 3, pen != null)"]\n    rejects: [{when: {width: -1}',
    )
    assert said != CONTRACT
    assert told not in _not_judged(written, tmp_path, capsys, said)


def test_lifetimes_of_what_lies_in_memory_that_lasts_are_listed(written, tmp_path):
    header = (
        "struct r { const char *text; };\nconst struct r *f(void);\nchar **g(void);\nconst struct r *h(void);"
    )
    lasting = "{returns: {to: r, lifetime: static}}"
    array = "{returns: {to: array, length: 2, of: string, lifetime: static}}"
    functions = f"{{f: {lasting}, g: {array}, h: {{returns: {{to: r}}}}}}"
    types = "{r: {fields: {text: {to: string}}}}"
    contract = f"abidance: 1\nboundary: cm\nheader: cm.h\ntypes: {types}\nfunctions: {functions}\n"
    written("cm", header, "", contract)
    found = join(load_contract(tmp_path / "cm.contract.yaml"))

    listed = [each.partition(" leads")[0] for each in unlooked_lifetimes(found.functions.values())]
    assert listed == ["how long what `result.text` of `f`", "how long what `result[]` of `g`"]
