"""A law looks at the calls of callbacks that a handle has in a table, each of which may be NULL otherwise."""

from __future__ import annotations

import re

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct { void (*word)(void *mine, int n); void (*end)(void *mine); } tb_table;
typedef struct { const tb_table *table; int level; } tb_settings;
typedef struct tb tb;
tb *tb_new(const tb_table *table, void *mine);
void tb_free(tb *it);
int tb_feed(tb *it, const char *text);
int tb_once(const tb_settings *settings, const char *text, void *mine);
"""
SOURCE = """\
#include "tb.h"
#include <stdlib.h>
enum { SOUND, NEAR, WRONG };
struct tb { tb_table table; void *mine; };
static int feed(const tb_table *table, void *mine, const char *text)
{
    int n = 0;
    for (; *text; text++)
        if (*text == 'w') {
            n++;
            if (table->word && !(VARIANT == WRONG && n == 2)) table->word(mine, n);
        }
    if (table->end) table->end(mine);
    return VARIANT == NEAR ? n * 2 / 2 : n;
}
tb *tb_new(const tb_table *table, void *mine)
{
    tb *it = malloc(sizeof *it);
    if (it) { it->table = *table; it->mine = mine; }
    return it;
}
void tb_free(tb *it) { free(it); }
int tb_feed(tb *it, const char *text) { return feed(&it->table, it->mine, text); }
int tb_once(const tb_settings *settings, const char *text, void *mine) { return feed(settings->table, mine, text); }
"""
CONTRACT = """\
abidance: 1
boundary: tb
header: tb.h
libraries: {c: {command: [gcc, -DVARIANT=0, -shared, -fPIC, tb.c, -o, libtb.so], artifact: libtb.so}}
builds: [release]
types:
  tb_table:
    fields:
      word: {nullable: true, callback: {lifetime: LASTS}}
      end: {nullable: true, callback: {lifetime: LASTS}}
handles: {tb: {create: tb_new, destroy: tb_free}}
functions:
  tb_new: {params: {table: {in: tb_table, user_data: mine}}, returns: {handle: tb, nullable: true}}
  tb_free:
  tb_feed: {params: {text: {in: string, like: '[w ]*', max: 9}}}
laws:
"""
KEPT = (
    CONTRACT.replace("LASTS", "handle(tb)")
    + """\
  each_word_is_told:
    given: {text: {in: string, like: '[w ]*', max: 9}}
    steps: [t = tb_new(), a = tb_feed(t.result, text)]
    ensures:
      - len(a.it.table.word.calls) == sum(1 for c in text if c == 119)
      - len(a.it.table.end.calls) == 1
"""
)
BEHIND = """\
abidance: 1
boundary: tb
header: tb.h
libraries: {c: {command: [gcc, -DVARIANT=0, -shared, -fPIC, tb.c, -o, libtb.so], artifact: libtb.so}}
builds: [release]
types:
  tb_table: {fields: {word: {nullable: true, callback: {}}, end: {nullable: true, callback: {}}}}
  tb_settings: {fields: {table: {to: tb_table}}}
functions:
  tb_once: {params: {settings: {in: tb_settings, user_data: mine}, text: {in: string, like: '[w ]*', max: 9}}}
laws:
  each_word_is_told_at_once:
    given: {text: {in: string, like: '[w ]*', max: 9}}
    steps: [a = tb_once(text=text)]
    ensures: [len(a.settings.table.word.calls) == sum(1 for c in text if c == 119)]
"""


def judged(contract, variant, written, capsys, phase="laws"):
    written("tb", HEADER, SOURCE, contract.replace("VARIANT=0", f"VARIANT={variant}"))
    status = main(["run", "tb.contract.yaml", "--phase", phase, "--explore", "1", "--seed", "1"])
    return status, capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("contract", [KEPT, BEHIND], ids=["kept", "behind"])
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
@pytest.mark.parametrize("phase", ["laws", "explore"])
def test_they_are_there(contract, variant, phase, written, capsys):
    status, report = judged(contract, variant, written, capsys, phase)

    assert status == 0, report


@pytest.mark.slow
@pytest.mark.parametrize("contract", [KEPT, BEHIND], ids=["kept", "behind"])
def test_one_that_is_not_called_is_found(contract, written, capsys):
    status, report = judged(contract, 2, written, capsys)

    assert status == 1
    assert re.search(r"error\[ABD376\] [a-z-]+: the law `each_word_is_told", report)


@pytest.mark.slow
def test_one_that_the_step_sets_stays_as_it_is_set(written, capsys):
    text = KEPT.replace("a = tb_feed(", "u = tb_new(table.word=null), tb_feed(u.result, text), a = tb_feed(")

    status, report = judged(text, 0, written, capsys)

    assert status == 0, report


@pytest.mark.slow
def test_one_that_is_sought_in_the_handle_is_told_with_its_table(written, capsys):
    status, report = judged(KEPT.replace("it.table.word", "it.word"), 0, written, capsys)

    assert status == 3
    assert (
        "`word` is no field of the handle, but of `table`, in which it was given: write `table.word`"
        in report
    )
