"""Texts one behind the other, each with its NUL: with a length, or with an empty one at the end."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
int bt_count(const char *block, size_t n);
int bt_total(const char *block);
int bt_split(const char *text, int sep, char **block, size_t *n);
char *bt_settings(int n);
#ifdef HELD
static inline size_t bt_size(const char *block)         /* with the empty one */
{
    const char *at = block;
    while (*at)
        while (*at++) {}
    return (size_t)(at - block) + 1;
}
#endif
"""
SOURCE = """\
#include "bt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int bt_count(const char *block, size_t n)
{
    int count = 0;
    for (const char *end = block + n; block < end; block += strlen(block) + 1)
        count += WRONG != 1 || *block != 0;             /* an empty one is one as well */
    return count;
}
int bt_total(const char *block)
{
    int count = 0;
    for (; WRONG == 2 && count == 3 ? block[1] : *block; block += strlen(block) + 1)
        count++;
    return count;
}
int bt_split(const char *text, int sep, char **block, size_t *n)
{
    size_t size = 0;
    char *texts = malloc(strlen(text) + 2);
    if (!texts)
        return -1;
    for (; *text; text++)
        if (*text != sep)
            texts[size++] = *text;
        else if (WRONG == 3 ? size : size && texts[size - 1])
            texts[size++] = 0;
    if (size && texts[size - 1] && WRONG != 4)
        texts[size++] = 0;
    if (!size) {
        free(texts);
        texts = NULL;
    }
    *block = texts;
    *n = size;
    return 0;
}
char *bt_settings(int n)
{
    char *block = malloc((size_t)n * 4 + 2);
    if (!block)
        return NULL;
    block[0] = block[1] = 0;
    for (int i = 0; i < n; i++)
        snprintf(block + 4 * i, 5, "%c=%d", 'a' + i, i);
    if (n)
        block[4 * n] = WRONG == 5 && n == 3 ? 'x' : 0;
    if (n)
        block[4 * n + 1] = 0;
    return block;
}
"""
CONTRACT = r"""
abidance: 1
boundary: bt
header: bt.h
defines: {HELD: 1}
libraries: {c: {path: libbt.so}}
functions:
  bt_count:
    params: {block: {in: bytes, length: n, like: '([a-z]{0,3}\x00){0,4}', nullable: n == 0}}
    ensures: ["result == sum(1 for c in block if c == 0)"]
  bt_total:
    params: {block: {in: bytes, max: 30, like: '([a-z]{1,3}\x00){0,5}\x00'}}
    ensures: ["result == sum(1 for c in block if c == 0) - 1"]
  bt_split:
    params:
      text: {in: string, like: '[a-c:]{0,9}'}
      sep: {one_of: [58]}
      block:
        out: {to: bytes, length: n, like: '([^\x00:]+\x00)*', nullable: n == 0, owner: caller, free: free}
        on_failure: unspecified
      n: {out: size_t, on_failure: unspecified}
    returns: {status: {ok: [0], errors: {-1: no memory}}}
    ensures: ["implies(result == 0, (block == null) == all(c == 58 for c in text))"]
  bt_settings:
    params: {n: {range: [0, 5]}}
    returns: {to: bytes, length: bt_size(result), nullable: true, owner: caller, free: free}
    ensures:
      - implies(result != null, sum(1 for c in result if c == 0) == n + 1)
      - implies(result != null, matches(result, r"([a-e]=[0-9]\x00)*\x00"))
  bt_size: {params: {block: {in: bytes, max: 30, like: '([a-z]{1,3}\x00){0,5}\x00'}}}
"""
FOUND = {
    1: ("bt_count", "ABD321"),
    2: ("bt_total", "ABD312"),
    3: ("bt_split", "ABD322"),
    4: ("bt_split", "ABD322"),
    5: ("bt_settings", "ABD322"),
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", FOUND)
def test_what_is_wrong_with_a_block_is_found(wrong, codes_of):
    function, code = FOUND[wrong]

    assert code in codes_of("bt", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}")


@pytest.mark.slow
@pytest.mark.parametrize("function", ["bt_count", "bt_total", "bt_split", "bt_settings"])
def test_sound_blocks_are_silent(function, codes_of):
    """The near miss: an empty text within a block that has a length, two separators, and a block of no texts."""
    assert codes_of("bt", HEADER, SOURCE, CONTRACT, function, ("properties",), "-DWRONG=0") == []
