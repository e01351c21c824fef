"""A call that is refused for many reasons, of each of which the library tells: `f(a) == 1 and f(b) == 1 or ...`."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """
typedef struct sh_shelf sh_shelf;
sh_shelf *sh_new(unsigned has);
void sh_free(sh_shelf *shelf);
int sh_has(const sh_shelf *shelf, int what);
int sh_join(sh_shelf *into, const sh_shelf *from);
"""
SOURCE = """
#include <stdlib.h>
struct sh_shelf { unsigned has; };
sh_shelf *sh_new(unsigned has)
{
    sh_shelf *made = malloc(sizeof *made);
    if (made != NULL)
        made->has = has;
    return made;
}
void sh_free(sh_shelf *shelf) { free(shelf); }
int sh_has(const sh_shelf *shelf, int what) { return (shelf->has >> what) & 1; }
int sh_join(sh_shelf *into, const sh_shelf *from)
{
    if (into->has & from->has LOOKS)
        return -1;
    into->has |= from->has;
    return 0;
}
"""
EITHER = " or ".join(f"sh_has(into, {n}) == 1 and sh_has(from_, {n}) == 1" for n in range(12))
CONTRACT = f"""
abidance: 1
boundary: sh_shelf
header: sh_shelf.h
libraries: {{it: {{path: libsh_shelf.so}}}}
handles: {{sh_shelf: {{create: sh_new, destroy: sh_free}}}}
functions:
  sh_new: {{params: {{has: {{flags: [1, 4, 1 << 10, 1 << 11]}}}}}}
  sh_has: {{params: {{what: {{range: [0, 11]}}}}}}
  sh_join:
    returns: {{status: {{ok: [0], errors: {{-1: something is in both}}}}}}
    ensures: [result == 0]
    rejects: [{{when: "{EITHER}", returns: -1}}]
"""


def source(looks):
    return f'#include "sh_shelf.h"\n{SOURCE}'.replace("LOOKS", looks)


ONE_BY_ONE = CONTRACT.replace(
    EITHER, f"any(sh_has(into, n) == 1 and sh_has(from_, n) == 1 for n in {[*range(12)]})"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("looks", "phase", "codes"),
    [
        ("& 0x7ffu", "rejects", ["ABD323"]),
        full("|| from->has == 4", "properties", ["ABD321"]),
        ("", "rejects", []),
        full("", "properties", []),
    ],
)
def test_reasons_in_a_written_list_are_those_of_each(looks, phase, codes, codes_of):
    assert codes_of("sh_shelf", HEADER, source(looks), ONE_BY_ONE, "sh_join", (phase,)) == codes


@pytest.mark.slow
@pytest.mark.parametrize("phase", [full("properties"), "rejects"])
def test_a_reason_that_is_not_looked_at_is_found(phase, codes_of):
    found = codes_of("sh_shelf", HEADER, source("& 0x7ffu"), CONTRACT, "sh_join", (phase,))

    assert found == (["ABD323"] if phase == "rejects" else [])


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["properties", full("rejects")])
def test_one_that_is_refused_for_no_reason_is_found(phase, codes_of):
    found = codes_of("sh_shelf", HEADER, source("|| from->has == 4"), CONTRACT, "sh_join", (phase,))

    assert found == (["ABD321"] if phase == "properties" else [])


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["properties", full("rejects")])
def test_one_that_looks_at_each_reason_holds(phase, codes_of):
    assert codes_of("sh_shelf", HEADER, source(""), CONTRACT, "sh_join", (phase,)) == []
