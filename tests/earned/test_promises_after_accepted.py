"""What calls promise of a handle after an invalid call was accepted is no finding of its own."""

from __future__ import annotations

import pytest

HEADER = """
typedef enum { LOW, MID, HIGH, TOP } level_of;
typedef struct dial dial;
dial *dial_new(int loose);
void dial_free(dial *d);
int dial_set(dial *d, level_of level);
level_of dial_level(dial *d);
"""
SOURCE = """
#include <stdlib.h>
struct dial { int level, loose, times; };
dial *dial_new(int loose) { dial *d = calloc(1, sizeof *d); if (d) d->loose = loose; return d; }
void dial_free(dial *d) { free(d); }
int dial_set(dial *d, level_of level)
{
    if (level > TOP && !(ACCEPTS && d->loose))
        return -1;
    d->level = level;
    d->times++;
    return 0;
}
level_of dial_level(dial *d) { return DRIFTS && d->times > 2 ? 7 : d->level; }
"""
CONTRACT = """
types: {level_of: {enum: closed}}
handles: {dial: {create: dial_new, destroy: dial_free}}
functions:
  dial_new: {params: {loose: {range: [0, 1]}}}
  dial_set:
    returns: {status: {ok: [0], errors: {-1: too high}}}
    rejects: [{when: {level: {range: [4, 100]}}, returns: -1}]
  dial_level:
"""


@pytest.mark.slow
def test_what_comes_of_it_is_not_told_of_others(small):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=["-DACCEPTS=1", "-DDRIFTS=0"], examples=100)

    assert ended.codes == ["ABD323"], ended.text
    assert "dial_level" not in ended.text.partition("smallest call")[2].partition("again:")[0]


@pytest.mark.slow
def test_what_breaks_without_it_is_told(small):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=["-DACCEPTS=1", "-DDRIFTS=1"], examples=100)

    assert sorted(ended.codes) == ["ABD322", "ABD323"], ended.text


@pytest.mark.slow
def test_an_exception_explains_nothing(small):
    excepted = CONTRACT + 'suppressions: [{code: ABD323, subject: dial_set, reason: "as it was"}]\n'
    ended = small.run(HEADER, SOURCE, excepted, flags=["-DACCEPTS=1", "-DDRIFTS=0"], examples=100)

    assert "ABD322" in ended.codes, ended.text


@pytest.mark.slow
def test_a_sound_library_passes(small):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=["-DACCEPTS=0", "-DDRIFTS=0"], examples=100)

    assert (ended.status, ended.codes) == (0, []), ended.text
