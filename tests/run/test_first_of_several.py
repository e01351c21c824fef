"""Which of the callbacks that several calls have given is invoked first: the newest, or the oldest."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct fs_pile fs_pile;
fs_pile *fs_new(void);
void fs_free(fs_pile *pile);
int fs_later(fs_pile *pile, void (*run)(void *mine), void *mine);
void fs_clear(fs_pile *pile);
int fs_hear(fs_pile *pile, void (*heard)(void *mine, int event), void *mine);
int fs_tell(fs_pile *pile, int events);
"""
SOURCE = """\
#include "fs.h"
#include <stdlib.h>
enum { PLACES = 4 };
struct fs_pile {
    void (*run[PLACES])(void *), *mine[PLACES];
    void (*heard[PLACES])(void *, int), *who[PLACES];
    int runs, hearers;
};
fs_pile *fs_new(void) { return calloc(1, sizeof(fs_pile)); }
int fs_later(fs_pile *pile, void (*run)(void *mine), void *mine)
{
    if (pile->runs == PLACES)
        return -1;
    pile->run[pile->runs] = run;
    pile->mine[pile->runs++] = mine;
    return 0;
}
void fs_clear(fs_pile *pile)
{
#if WRONG == 1
    for (int i = 0; i < pile->runs; i++)
        pile->run[i](pile->mine[i]);
    pile->runs = 0;
#elif WRONG == 2
    if (pile->runs == 3) {                      /* the one in the middle */
        pile->run[1](pile->mine[1]);
        pile->run[1] = pile->run[2];
        pile->mine[1] = pile->mine[2];
        pile->runs = 2;
    }
#endif
    while (pile->runs > 0) {
        pile->runs--;
        pile->run[pile->runs](pile->mine[pile->runs]);
    }
}
void fs_free(fs_pile *pile) { fs_clear(pile); free(pile); }
int fs_hear(fs_pile *pile, void (*heard)(void *mine, int event), void *mine)
{
    if (pile->hearers == PLACES)
        return -1;
    int place = WRONG == 3 && pile->hearers == 2 ? 1 : pile->hearers;
    for (int i = pile->hearers; i > place; i--) {
        pile->heard[i] = pile->heard[i - 1];
        pile->who[i] = pile->who[i - 1];
    }
    pile->hearers++;
    pile->heard[place] = heard;
    pile->who[place] = mine;
    return 0;
}
int fs_tell(fs_pile *pile, int events)
{
    for (int event = 0; event < events; event++)
        for (int i = 0; i < pile->hearers; i++)
            pile->heard[i](pile->who[i], event);
    return pile->hearers;
}
"""
CONTRACT = """\
abidance: 1
boundary: fs
header: fs.h
libraries: {c: {path: libfs.so}}
handles: {fs_pile: {create: fs_new, destroy: fs_free}}
functions:
  fs_later:
    params:
      run: {callback: {in_all: 1, lifetime: handle(fs_pile), until: fs_clear, order: {first: newest}}, user_data: mine}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  fs_clear:
  fs_hear:
    params: {heard: {callback: {lifetime: handle(fs_pile), order: {first: oldest}}, user_data: mine}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  fs_tell: {params: {events: {range: [0, 3]}}}
"""
SAID = {
    1: ("ABD348", "run", "after one that was given before it"),
    2: ("ABD348", "run", "after one that was given before it"),
    3: ("ABD348", "heard", "after one that was given later"),
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", SAID)
def test_one_that_comes_out_of_its_turn_is_found(wrong, findings_of):
    found = findings_of("fs", HEADER, SOURCE, CONTRACT, "fs_pile", ("lifecycle",), f"-DWRONG={wrong}")

    code, name, words = SAID[wrong]
    assert {each.diagnostic.code.id for each in found} == {code}
    # Each call that invokes them so is one finding.
    assert all(words in each.diagnostic.message for each in found)
    assert all(f"called `{name}`" in each.diagnostic.message for each in found)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [0])
def test_where_each_has_its_turn_nothing_is_found(wrong, findings_of):
    assert findings_of("fs", HEADER, SOURCE, CONTRACT, "fs_pile", ("lifecycle",), f"-DWRONG={wrong}") == []


@pytest.mark.slow
def test_where_the_other_is_said_to_come_first_sound_code_breaks_it(codes_of):
    other = CONTRACT.replace("first: newest", "first: oldest")
    found = codes_of("fs", HEADER, SOURCE, other, "fs_pile", ("lifecycle",), "-DWRONG=0")

    assert {*found} == {"ABD348"}
