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


@pytest.mark.parametrize(("wrong", "found"), [(0, []), (1, ["ABD321"])], ids=["sound", "wrong"])
def test_the_parameter_is_asked_about_and_not_the_result(codes_of_sequences, wrong, found):
    codes = codes_of_sequences("pr", HEADER, SOURCE, CONTRACT, "pr_pile", f"-DWRONG={wrong}", least=60)

    assert codes == found
