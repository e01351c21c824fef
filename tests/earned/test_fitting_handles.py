"""Calls that take handles of a kind which few of many functions create: they are made all the same."""

from __future__ import annotations

import pytest

KINDS = [f"k{n}" for n in range(1, 13)]
HEADER = """
typedef struct item item;
{makers}
void item_free(item *it);
int item_kind(const item *it);
int item_size(const item *it);
int item_join(item *list, item *text);
int item_tag(const item *it);
""".format(makers="\n".join(f"item *item_{kind}(void);" for kind in KINDS))
SOURCE = """
#include <stdlib.h>
struct item {{ int kind, size; char *more; }};
static item *made(int kind)
{{
    item *it = calloc(1, sizeof *it);
    if (it)
        it->kind = kind;
    return it;
}}
{makers}
void item_free(item *it) {{ free(it->more); free(it); }}
int item_kind(const item *it) {{ return it->kind; }}
int item_size(const item *it) {{ return it->size; }}
int item_join(item *list, item *text)
{{
    char *more = realloc(list->more, (size_t)list->size + 1);
    if (!more)
        return -1;
    list->more = more;
    list->size += 1 + (WRONG == 1);
    return text->kind == 9 ? 0 : -2;
}}
int item_tag(const item *it) {{ return it->kind - (WRONG == 3); }}
""".format(makers="\n".join(f"item *item_k{n}(void) {{ return made({n}); }}" for n in range(1, 13)))
CONTRACT = f"""
explore: 0
handles: {{item: {{create: [{", ".join(f"item_{kind}" for kind in KINDS)}], destroy: item_free}}}}
functions:
  item_kind:
  item_size:
  item_join:
    requires: [item_kind(list) == 7, item_kind(text) == 9]
    params: {{list: {{handle: item}}, text: {{handle: item}}}}
    returns: {{status: {{ok: [0], errors: {{-1: no memory}}}}}}
    may_fail: {{memory: {{returns: -1}}}}
    ensures: [item_size(list) == old(item_size(list)) + (1 if result == 0 else 0)]
  item_tag:
    requires: [item_kind(it) == 11]
    ensures: [result == 11]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "named"), [(0, ""), (1, "item_join"), (3, "item_tag")])
def test_two_handles_of_kinds_of_their_own_are_found(small, wrong, named):
    ended = small.run(
        HEADER, SOURCE, CONTRACT, "--phase", "properties", flags=(f"-DWRONG={wrong}",), examples=40
    )

    assert {*ended.codes} == ({"ABD321"} if named else set()), ended.text
    assert ended.status == (1 if named else 0), ended.text
    assert f"after `{named}`" in ended.text or not named


@pytest.mark.slow
def test_they_are_found_where_memory_runs_out_as_well(small):
    ended = small.run(HEADER, SOURCE, CONTRACT, "--phase", "memory", flags=("-DWRONG=0",), examples=40)

    assert ended.status == 0, ended.text
    assert "no call that succeeded" not in ended.text


@pytest.mark.slow
def test_where_no_function_creates_such_a_handle_that_is_said(small):
    contract = CONTRACT.replace("item_kind(text) == 9", "item_kind(text) == 99")
    ended = small.run(HEADER, SOURCE, contract, "--phase", "properties", flags=("-DWRONG=0",), examples=40)

    assert "`item_join` was hardly ever called: `item_kind(" in ended.text
    assert ended.status == 3, ended.text
