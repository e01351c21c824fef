"""A parameter that is called `result`, as of what copies into one: conditions ask about it as `result_`."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct pr_pile pr_pile;
pr_pile *pr_new(void);
void pr_free(pr_pile *pile);
void pr_grow(pr_pile *pile);
int pr_copy(pr_pile *result, const pr_pile *of);
int pr_size(const pr_pile *pile);
"""
SOURCE = """\
#include "pr.h"
#include <stdlib.h>
struct pr_pile { int size; };
pr_pile *pr_new(void) { return calloc(1, sizeof(pr_pile)); }
void pr_free(pr_pile *pile) { free(pile); }
void pr_grow(pr_pile *pile) { pile->size++; }
int pr_copy(pr_pile *result, const pr_pile *of)
{
    result->size = of->size - (WRONG && of->size == 3);
    return 7;
}
int pr_size(const pr_pile *pile) { return pile->size; }
"""
CONTRACT = """\
abidance: 1
boundary: pr
header: pr.h
libraries: {c: {path: libpr.so}}
handles: {pr_pile: {create: pr_new, destroy: pr_free}}
functions:
  pr_grow:
  pr_copy: {ensures: [pr_size(result_) == pr_size(of), result == 7]}
  pr_size:
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "found"), [(0, []), (1, ["ABD321"])], ids=["sound", "wrong"])
def test_the_parameter_is_asked_about_and_not_the_result(codes_of_sequences, wrong, found):
    codes = codes_of_sequences("pr", HEADER, SOURCE, CONTRACT, "pr_pile", f"-DWRONG={wrong}", least=60)

    assert codes == found


MADE = """\
typedef struct pm_pile pm_pile;
int pm_new(int size, pm_pile **result);
void pm_free(pm_pile *pile);
int pm_size(const pm_pile *pile);
"""
MADE_SOURCE = """\
#include "pm.h"
#include <stdlib.h>
struct pm_pile { int size, *more; };
int pm_new(int size, pm_pile **result)
{
    pm_pile *pile = size > 8 ? NULL : malloc(sizeof *pile);
    if (!pile)
        return -1;
    *pile = (pm_pile){size, size == 7 && WRONG ? malloc(4) : NULL};
    *result = pile;
    return 0;
}
void pm_free(pm_pile *pile) { free(pile); }
int pm_size(const pm_pile *pile) { return pile->size; }
"""
MADE_CONTRACT = """\
abidance: 1
boundary: pm
header: pm.h
libraries: {c: {path: libpm.so}}
handles: {pm_pile: {create: pm_new, destroy: pm_free}}
functions:
  pm_new:
    params: {size: {range: [0, 9]}, result: {out: pm_pile}}
    returns: {status: {ok: [0], errors: {-1: it is too large}}}
    ensures: ["implies(result == 0, pm_size(result_) == size)"]
  pm_size:
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "found"), [(0, []), (1, ["ABD371"])], ids=["sound", "wrong"])
def test_a_handle_that_is_left_in_it_is_destroyed_in_c_as_well(codes_of, monkeypatch, wrong, found):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    codes = codes_of("pm", MADE, MADE_SOURCE, MADE_CONTRACT, "pm_size", ("explore",), f"-DWRONG={wrong}")

    assert codes == found
