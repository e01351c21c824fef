"""What a step leaves behind a pointer, and the caller frees, is given to one that takes a pointer to a pointer."""

from __future__ import annotations

import pytest

HEADER = """
#include <stddef.h>
char *hp_quote(const char *text);
int hp_quote_into(const char *text, char **made);
int hp_pack(const char *text, unsigned char **made, size_t *n);
char *hp_unquote(const char **at);
unsigned hp_sum(const unsigned char **at, size_t *left);
int hp_append(char **text, const char *more);
size_t hp_length(const char *const *text);
"""
SOURCE = """
#include "hp.h"
#include <stdlib.h>
#include <string.h>

char *hp_quote(const char *text)
{
    char *made = malloc(strlen(text) + 3);
    strcpy(made, "<");
    strcat(made, text);
    strcat(made, ">");
    return made;
}

int hp_quote_into(const char *text, char **made)
{
    *made = hp_quote(text);
    return 0;
}

int hp_pack(const char *text, unsigned char **made, size_t *n)
{
    *n = strlen(text);
    *made = malloc(*n + 1);
    memcpy(*made, text, *n);
    return 0;
}

char *hp_unquote(const char **at)
{
    const char *text = *at + (**at == '<');
    size_t length = strcspn(text, ">");
    *at = text + length + (text[length] == '>');
    char *made = calloc(1, length + 1);
    memcpy(made, text, length - (DEFECT && length > 2));
    return made;
}

unsigned hp_sum(const unsigned char **at, size_t *left)
{
    unsigned sum = 0;
    for (; *left > 0; --*left)
        sum += *(*at)++ & (DEFECT ? 0x5f : 0xff);
    return sum;
}

int hp_append(char **text, const char *more)
{
    size_t length = *text ? strlen(*text) : 0;
    *text = realloc(*text, length + strlen(more) + 1);
    strcpy(*text + length, DEFECT && length > 2 ? "" : more);
    return 0;
}

size_t hp_length(const char *const *text)
{
    return strlen(*text) - (DEFECT && **text == '<');
}
"""
CONTRACT = """
abidance: 1
boundary: hp
header: hp.h
libraries: {c: {path: libhp.so}}
functions:
  hp_quote: {params: {text: {in: string, max: 9}}, returns: {to: string, owner: caller, free: free}}
  hp_quote_into:
    params: {text: {in: string, max: 9}, made: {out: {to: string, owner: caller, free: free}}}
    returns: {status: {ok: [0]}}
  hp_pack:
    params:
      text: {in: string, max: 9}
      made: {out: {to: bytes, length: n, owner: caller, free: free}}
      n: {out: size_t}
    returns: {status: {ok: [0]}}
  hp_unquote:
    params: {at: {inout: {to: string, window: true, max: 12}}}
    returns: {to: string, owner: caller, free: free}
  hp_sum: {params: {at: {inout: {to: bytes, length: left, window: true, max: 12}}, left: {inout: size_t}}}
  hp_append:
    params:
      text: {inout: {to: string, max: 20, nullable: true, owner: caller, free: free}}
      more: {in: string, max: 5}
    returns: {status: {ok: [0]}}
  hp_length: {params: {text: {in: {to: string, max: 12}}}}
laws:
  returned:
    given: {text: {in: string, like: '[a-z]{0,9}'}}
    steps: [a = hp_quote(text), b = hp_unquote(a.result)]
    ensures: [b.result == text]
  left:
    given: {text: {in: string, like: '[a-z]{0,9}'}}
    steps: [a = hp_quote_into(text), b = hp_unquote(a.made)]
    ensures: [b.result == text]
  worked_out:
    given: {text: {in: string, like: '[a-z]{0,9}'}}
    steps: [a = hp_quote_into(text), "b = hp_unquote(a.made[1:])"]
    ensures: [b.result == text]
  gone_on:
    given: {text: {in: string, like: '[a-z]{0,4}'}}
    steps: [a = hp_quote(text), "b = hp_unquote(a.result + a.result)", c = hp_unquote(b.at)]
    ensures: [b.result == text, c.result == text]
  counted:
    given: {text: {in: string, max: 9}}
    steps: [a = hp_pack(text), b = hp_sum(a.made)]
    ensures: [b.result == sum(each for each in text)]
  appended:
    given: {text: {in: string, max: 9}, more: {in: string, max: 5}}
    steps: [a = hp_quote_into(text), "b = hp_append(a.made, more)", "c = hp_append(b.text, more)"]
    ensures: ["b.text == '<' + text + '>' + more", c.text == b.text + more]
  read:
    given: {text: {in: string, max: 9}}
    steps: [a = hp_quote_into(text), b = hp_length(a.made)]
    ensures: [b.result == len(text) + 2]
"""
LAWS = ("returned", "left", "worked_out", "gone_on", "counted", "appended", "read")


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("defect", "codes"), [(0, set()), (1, {"ABD376"})])
def test_what_a_step_left_is_given_as_a_copy(law, defect, codes, judged_of):
    (judged,) = judged_of("hp", HEADER, SOURCE, CONTRACT, law, ("laws",), f"-DDEFECT={defect}")

    assert {each.diagnostic.code.id for each in judged.findings} == codes
    assert judged.reasons == ()
    assert judged.calls > 10
