"""Functions by the names that programs have for them: macros without parameters, behind which others stand."""

from __future__ import annotations

import subprocess

import pytest

from abidance.boundary.resolve.unlisted_functions import unlisted
from abidance.cli.main import main
from abidance.native.target import emit

HEADER = """
#define OT_JOIN(name, version) name##version
#define OT_VERSIONED(name, version) OT_JOIN(name, version)
#define ot_open ot_open_v2
#define ot_close OT_VERSIONED(ot_close, _v2)
#define ot_add OT_VERSIONED(ot_add, _v2)
#define ot_plus ot_add
#define ot_twice ot_twice_v2
#define ot_most 100
#define ot_nothing
typedef struct ot_sum ot_sum;
ot_sum *ot_open(int first);
void ot_close(ot_sum *sum);
int ot_add(ot_sum *sum, int more);
int ot_total(const ot_sum *sum);
static inline int ot_twice(int n) { return 2 * n; }
"""
SOURCE = """
#include "subject.h"
#include <stdlib.h>
struct ot_sum { int n; };
ot_sum *ot_open(int first) { ot_sum *sum = malloc(sizeof *sum); sum->n = first; return sum; }
void ot_close(ot_sum *sum) { free(sum); }
int ot_add(ot_sum *sum, int more) { sum->n += %s; return sum->n; }
int ot_total(const ot_sum *sum) { return sum->n; }
"""
SOUND, NEAR, WRONG = "more", "more > 8 ? 0 + more : more", "more > 8 ? 8 : more"
CONTRACT = """
handles: {ot_sum: {create: ot_open, destroy: ot_close}}
functions:
  ot_open: {params: {first: {range: [0, 9]}}, ensures: [ot_total(result) == first]}
  ot_add:
    params: {more: {range: [0, 9]}}
    ensures: [result == ot_total(sum), ot_total(sum) == old(ot_total(sum)) + more]
  ot_total:
  ot_twice: {params: {n: {range: [0, 9]}}, ensures: [result == n + n]}
laws:
  both_add_alike:
    given: {sum: ot_sum, n: {in: int, range: [0, 8]}}
    steps: [a = ot_add(sum, n), b = ot_plus(sum, n)]
    ensures: [b.result == a.result + n]
"""
PLUS = "  ot_plus: {params: {more: {range: [0, 9]}}}\nlaws:"


@pytest.mark.slow
def test_a_function_has_the_name_of_the_contract_and_its_own_symbol(joined):
    boundary = joined(HEADER, CONTRACT.replace("laws:", PLUS))

    functions = {name: function.declaration for name, function in boundary.functions.items()}
    assert {name: each.symbol for name, each in functions.items()} == {
        "ot_open": "ot_open_v2",
        "ot_close": "ot_close_v2",
        "ot_add": "ot_add_v2",
        "ot_plus": "ot_add_v2",
        "ot_total": "ot_total",
        "ot_twice": "ot_twice_v2",
    }
    assert all(each.name == name for name, each in functions.items())
    assert unlisted(boundary) == ()


@pytest.mark.parametrize("name", ["ot_most", "ot_nothing"])
def test_a_macro_that_stands_for_no_function_is_none(name, refused):
    (message,) = refused(HEADER, f"functions: {{{name}: {{}}}}")

    assert message == f"`{name}` is a macro without parameters, no function"


def test_a_prototype_names_the_parameters_of_what_is_behind(joined):
    prototype = "prototype: 'int ot_later(const char *text, int n)'"
    said = f"functions: {{ot_later: {{{prototype}, params: {{text: {{in: string}}}}}}}}"
    header = HEADER + "#define ot_later ot_later_v2\nint ot_later_v2(const char *text, ...);\n"

    function = joined(header, said).functions["ot_later"]

    assert [member.name for member in function.members] == ["text", "n"]
    assert function.declaration.symbol == "ot_later_v2"


@pytest.mark.parametrize(
    ("adds", "status"), [(WRONG, 1), (SOUND, 0), pytest.param(NEAR, 0, marks=pytest.mark.full)]
)
def test_calls_go_to_what_is_behind(adds, status, joined, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    joined(HEADER, CONTRACT.replace("laws:", PLUS))
    (tmp_path / "subject.c").write_text(SOURCE % adds)
    subprocess.run(["gcc", "-shared", "-fPIC", "subject.c", "-o", "libsubject.so"], check=True)

    got = main(["run", "subject.contract.yaml", "--seed", "1", "--explore", "0.1"])

    assert (got, "ot_add(" in capsys.readouterr().out) == (status, bool(status))


@pytest.mark.slow
def test_a_compiled_contract_has_them(joined):
    target = emit(joined(HEADER, CONTRACT.replace("laws:", PLUS)))

    assert target.left == ()
    assert {"ot_add", "ot_plus", "ot_twice", "both_add_alike"} <= {*target.entries}
