"""Functions that are asked with texts and bytes which a condition writes out: `get(settings, "level") > 0`."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct at_conf at_conf;
at_conf *at_new(void);
void at_free(at_conf *conf);
int at_set(at_conf *conf, const char *key, int value); /* 0, or -1 where it is full */
int at_get(const at_conf *conf, const char *key);      /* 0 where it is not set */
int at_has(const at_conf *conf, const unsigned char *key, size_t n);
int at_raise(at_conf *conf, int by);                   /* of what has a level, or the process ends */
"""
SOURCE = """\
#include "at.h"
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, LOSES, KEYS = 4 };
struct at_conf { char keys[KEYS][16]; int values[KEYS]; };

at_conf *at_new(void) { return calloc(1, sizeof(at_conf)); }
void at_free(at_conf *conf) { free(conf); }
static int place_of(const at_conf *conf, const char *key, size_t n)
{
    for (int i = 0; i < KEYS; i++)
        if (strlen(conf->keys[i]) == n && memcmp(conf->keys[i], key, n) == 0)
            return i;
    return -1;
}
int at_set(at_conf *conf, const char *key, int value)
{
    int place = place_of(conf, key, strlen(key));
    if (place < 0)
        place = place_of(conf, "", 0);
    if (place < 0)
        return -1;
    strcpy(conf->keys[place], key);
    conf->values[place] = value;
    return 0;
}
int at_get(const at_conf *conf, const char *key)
{
    int place = *key ? place_of(conf, key, strlen(key)) : -1;
    return place < 0 ? 0 : conf->values[place];
}
int at_has(const at_conf *conf, const unsigned char *key, size_t n)
{
    return n > 0 && place_of(conf, (const char *)key, n) >= 0;
}
int at_raise(at_conf *conf, int by)
{
    int level = at_get(conf, "level");
    if (level <= 0)
        abort();
    if (VARIANT == NEAR) /* in steps, which comes to the same */
        for (int i = 0; i < by; i++)
            at_set(conf, "level", level + i);
    at_set(conf, "level", level + by - (VARIANT == LOSES && by == 7));
    return level + by;
}
"""
CONTRACT = """\
abidance: 1
boundary: at
header: at.h
libraries: {c: {path: libat.so}}
handles: {at_conf: {create: at_new, destroy: at_free}}
functions:
  at_set:
    params: {key: {in: string, like: 'level|[a-c]', max: 8}, value: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    ensures: ['implies(result == 0 and key == "level", at_has(conf, b"level", 5) == 1)']
  at_get: {params: {key: {in: string, max: 8}}}
  at_has: {params: {key: {in: bytes, length: n}, n: {range: [0, 8]}}, returns: {one_of: [0, 1]}}
  at_raise:
    params: {by: {range: [1, 9]}}
    requires: ['0 < at_get(conf, "level") < 1000']
    ensures: ['at_get(conf, "level") == old(at_get(conf, "level")) + by']
"""
SOUND, NEAR, LOSES = range(3)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [(LOSES, ["ABD321"]), (NEAR, []), full(SOUND, [])])
def test_what_it_leaves_under_a_name_is_asked(codes_of, variant, found):
    asked = ("at", HEADER, SOURCE, CONTRACT, "at_raise", ("properties",))

    assert codes_of(*asked, f"-DVARIANT={variant}", least=60) == found


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [(LOSES, ["ABD321"]), (NEAR, [])])
def test_so_it_is_while_exploring(codes_of, monkeypatch, variant, found):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    asked = ("at", HEADER, SOURCE, CONTRACT, "at_conf", ("explore",))

    assert codes_of(*asked, f"-DVARIANT={variant}") == found


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ('at_get(conf, "level") <', 'at_get(conf, "too long a name") <', "has more than 8 bytes"),
        ('at_get(conf, "level") <', 'at_get(conf, "a\\0") <', "has a NUL"),
        ('at_get(conf, "level") <', 'at_get("level", conf) <', "is neither a text nor bytes"),
        ('at_has(conf, b"level", 5)', 'at_has(conf, b"level", 4)', "its length is not given as that"),
    ],
)
def test_what_no_call_could_be_given_is_an_error(written, capsys, was, now, words):
    assert was in CONTRACT
    written("at", HEADER, SOURCE, CONTRACT.replace(was, now))

    assert main(["check", "at.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
