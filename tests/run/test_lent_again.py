"""Memory that a call is lent until the same function is called again: what came before is taken back, and no more."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct lg_label lg_label;
lg_label *lg_new(void);
void lg_free(lg_label *label);
void lg_set(lg_label *label, const char *text);
size_t lg_length(const lg_label *label);
"""
SOURCE = """\
#include "lg.h"
#include <stdlib.h>
#include <string.h>

struct lg_label { const char *text, *before; };

lg_label *lg_new(void) { lg_label *label = calloc(1, sizeof *label); label->text = label->before = ""; return label; }
void lg_free(lg_label *label) { free(label); }
void lg_set(lg_label *label, const char *text) { label->before = label->text; label->text = text; }
size_t lg_length(const lg_label *label) { return strlen(LATE ? label->before : label->text); }
"""
CONTRACT = """\
abidance: 1
boundary: lg
header: lg.h
libraries: {c: {path: liblg.so}}
handles:
  lg_label: {create: lg_new, destroy: lg_free}
functions:
  lg_set: {params: {text: {in: string, max: 20, lifetime: handle(label), until: lg_set}}}
  lg_length: {returns: {range: [0, 20]}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("late", [1, 0])
def test_what_the_call_itself_is_lent_stays(late, codes_of_sequences):
    codes = codes_of_sequences("lg", HEADER, SOURCE, CONTRACT, "lg_label", f"-DLATE={late}")

    assert {*codes} == ({"ABD373"} if late else set())
