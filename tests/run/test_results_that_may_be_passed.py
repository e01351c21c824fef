"""Results that are the library's, and last as it says, unless they are what was passed: a default, for one."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct rd_conf rd_conf;
rd_conf *rd_new(void);
void rd_free(rd_conf *conf);
void rd_set(rd_conf *conf, const char *value);
const char *rd_get(const rd_conf *conf, const char *key, const char *otherwise);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "rd.h"
enum { SOUND, NEAR, SHARED, KEY };
struct rd_conf { char value[16]; };
static char last[16];
rd_conf *rd_new(void) { return calloc(1, sizeof(rd_conf)); }
void rd_free(rd_conf *conf) { free(conf); }
void rd_set(rd_conf *conf, const char *value) { memcpy(conf->value, value, strlen(value) + 1); }
const char *rd_get(const rd_conf *conf, const char *key, const char *otherwise)
{
    last[0] = '?';
    if (*key != 'a')
        return WRONG == KEY && !otherwise ? key : otherwise;  /* what lasts is neither its own nor the default */
    if (WRONG == NEAR && otherwise && !strcmp(otherwise, conf->value))
        return otherwise;  /* near: the same text, in the other memory */
    if (WRONG != SHARED)
        return conf->value;
    return strcpy(last, conf->value);  /* the next call overwrites it, whatever that is given */
}
"""
CONTRACT = """\
abidance: 1
boundary: rd
header: rd.h
libraries: {c: {path: librd.so}}
builds: [release]
explore: 0
handles: {rd_conf: {create: rd_new, destroy: rd_free}}
functions:
  rd_new: {returns: {handle: rd_conf, nullable: true}}
  rd_free:
  rd_set: {params: {value: {in: string, max: 9}}}
  rd_get:
    params: {key: {in: string, like: '[ab]'}, otherwise: {in: string, max: 9, nullable: true}}
    returns: {to: string, nullable: true, lifetime: handle(conf), until: change, owned_unless: otherwise}
laws:
  one_after_the_other:
    given: {conf: rd_conf, other: rd_conf}
    steps:
      - rd_set(conf, "one")
      - rd_set(other, "two")
      - a = rd_get(conf, "a", null)
      - b = rd_get(other, "a", null)
    ensures: [a.result == "one", b.result == "two"]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "expected"), [("SOUND", set()), ("NEAR", set()), ("SHARED", {"ABD374"}), ("KEY", {"ABD374"})]
)
def test_what_was_passed_lasts_as_the_caller_has_it(wrong, expected, codes_of_sequences):
    codes = codes_of_sequences("rd", HEADER, SOURCE, CONTRACT, "rd_conf", f"-DWRONG={wrong}", least=60)

    assert set(codes) == expected
