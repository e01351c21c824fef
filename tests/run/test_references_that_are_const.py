"""Handles that are a pointer to `const` by a name of their own: that they are `const` rules out no change of them."""

from __future__ import annotations

import pytest

HEADER = """\
struct rc_hidden { int opaque; };
typedef const struct rc_hidden *rc_doc;
rc_doc rc_new(void);
void rc_free(rc_doc doc);
int rc_set(rc_doc doc, const char *value);
const char *rc_get(rc_doc doc);
int rc_length(rc_doc doc);
"""
SOURCE = """\
#include "rc.h"
#include <stdlib.h>
#include <string.h>
enum { SOUND, READS, NEAR };
struct doc { char *value; };
static char *copy(const char *text) { char *made = malloc(strlen(text) + 1); return strcpy(made, text); }
rc_doc rc_new(void)
{
    struct doc *doc = malloc(sizeof *doc);
    doc->value = copy("");
    return (rc_doc)doc;
}
void rc_free(rc_doc doc) { free(((struct doc *)doc)->value); free((void *)doc); }
int rc_set(rc_doc doc, const char *value)
{
    char **mine = &((struct doc *)doc)->value;
    if (WRONG == NEAR && !strcmp(*mine, value))
        return 0;  /* near: what is the same stays where it is */
    free(*mine);
    *mine = copy(value);
    return 0;
}
const char *rc_get(rc_doc doc) { return ((struct doc *)doc)->value; }
int rc_length(rc_doc doc)
{
    char **mine = &((struct doc *)doc)->value;
    if (WRONG == READS) {
        char *moved = copy(*mine);
        free(*mine);
        *mine = moved;
    }
    return (int)strlen(*mine);
}
"""
CONTRACT = """\
abidance: 1
boundary: rc
header: rc.h
libraries: {c: {path: librc.so}}
builds: [release]
explore: 0
handles: {rc_doc: {create: rc_new, destroy: rc_free}}
functions:
  rc_new:
  rc_free:
  rc_set: {params: {value: {in: string, max: 9}}, returns: {status: {ok: [0]}}}
  rc_get: {returns: {to: string, lifetime: handle(doc), until: change}}
  rc_length:
"""
ENDED_BY_ONE = CONTRACT.replace("until: change", "until: rc_set")


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_a_call_that_changes_one_ends_what_lasts_until_then(wrong, codes_of_sequences):
    assert codes_of_sequences("rc", HEADER, SOURCE, CONTRACT, "rc_doc", f"-DWRONG={wrong}", least=60) == []


@pytest.mark.slow
def test_what_another_call_ends_is_found_where_the_contract_names_those_that_may(codes_of_sequences):
    codes = codes_of_sequences("rc", HEADER, SOURCE, ENDED_BY_ONE, "rc_doc", "-DWRONG=READS", least=60)

    assert set(codes) == {"ABD374"}


@pytest.mark.slow
def test_const_rules_out_a_change_where_others_have_the_record_itself(codes_of_sequences):
    header = HEADER.replace("int rc_set(rc_doc doc", "int rc_set(struct rc_hidden *doc")
    source = SOURCE.replace("int rc_set(rc_doc doc", "int rc_set(struct rc_hidden *doc")
    codes = codes_of_sequences("rc", header, source, CONTRACT, "rc_doc", "-DWRONG=READS", least=60)

    assert set(codes) == {"ABD374"}
