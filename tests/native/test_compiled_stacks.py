"""What a handle counts by the arguments of calls, in a compiled contract: the stack of an interpreter.

A library that counts right aborts where a call is made that would leave fewer numbers than none, or more than there is
room for.
"""

from __future__ import annotations

import pytest
from built_contract import of_texts

HEADER = """\
typedef struct sk_stack sk_stack;
sk_stack *sk_new(void);
void sk_free(sk_stack *stack);
void sk_push(sk_stack *stack, int number);
void sk_set_top(sk_stack *stack, int top_after);   /* new places hold 0 */
void sk_copies(sk_stack *stack, int n);            /* of the last one */
void sk_drop(sk_stack *stack, int n);
void sk_fold(sk_stack *stack, int n);              /* the last n become one */
int sk_take(sk_stack *stack, int want);            /* how many were not there */
int sk_next(sk_stack *stack, int most);            /* one more than the last, behind it, below `most`; or takes it */
int sk_top(sk_stack *stack);
int sk_at(sk_stack *stack, int place);
"""
SOURCE = """\
#include "sk.h"
#include <stdlib.h>
enum { SOUND, NEAR, STALE, MISCOUNTS, KEEPS, STOPS };
struct sk_stack { int top, numbers[6]; };
static void led(sk_stack *stack, int top)
{
    if ((top < 0 || top > 6) && VARIANT <= STALE)
        abort();
    stack->top = top < 0 ? 0 : top > 6 ? 6 : top;
}
sk_stack *sk_new(void) { return calloc(1, sizeof(sk_stack)); }
void sk_free(sk_stack *stack) { free(stack); }
void sk_push(sk_stack *stack, int number)
{
    led(stack, stack->top + 1);
    stack->numbers[stack->top - 1] = number;
}
void sk_set_top(sk_stack *stack, int top_after)
{
    int before = stack->top, last = VARIANT == STALE ? top_after - 1 : top_after;
    led(stack, top_after);
    for (int i = before; i < last; i++)
        stack->numbers[i] = 0;
}
void sk_copies(sk_stack *stack, int n)
{
    int before = stack->top;
    led(stack, before + n);
    for (int i = before; i < stack->top; i++)
        stack->numbers[i] = before ? stack->numbers[before - 1] : 0;
}
void sk_drop(sk_stack *stack, int n)
{
    led(stack, stack->top - n);
    if (VARIANT == NEAR)
        for (int i = stack->top; i < stack->top + n; i++)
            stack->numbers[i] = -1;
    if (VARIANT == MISCOUNTS && n == 3)
        stack->top++;
}
void sk_fold(sk_stack *stack, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += stack->numbers[stack->top - 1 - i];
    led(stack, stack->top - n + 1);
    stack->numbers[stack->top - 1] = sum;
}
int sk_take(sk_stack *stack, int want)
{
    int taken = want < stack->top ? want : stack->top;
    led(stack, stack->top - (VARIANT == KEEPS && want == 2 ? 0 : taken));
    return want - taken;
}
int sk_next(sk_stack *stack, int most)
{
    int last = stack->numbers[stack->top - 1], more = last < most;
    led(stack, stack->top - 1 + 2 * more);
    if (more)
        stack->numbers[stack->top - 1] = last + 1;
    return more ? VARIANT == STOPS && last == 4 ? 0 : last + 1 : 0;
}
int sk_top(sk_stack *stack) { return stack->top; }
int sk_at(sk_stack *stack, int place) { return stack->numbers[place]; }
"""
CONTRACT = """\
abidance: 1
boundary: sk
header: sk.h
libraries: {c: {path: libsk.so}}
handles:
  sk_stack:
    create: sk_new
    destroy: sk_free
    counts: {top: {most: 6, shown_by: {sk_top: result == top}}}
    transitions:
      sk_push: {counts: {top: top + 1}}
      sk_set_top: {counts: {top: top_after}}
      sk_copies: {counts: {top: top + n}}
      sk_drop: {counts: {top: top - n}}
      sk_fold: {counts: {top: top - n + 1}}
      sk_next: {counts: {top: top - 1 + 2 * (result != 0)}}
      sk_take: {counts: {top: top - want + result}, while: top > 3}
functions:
  sk_push: {params: {number: {range: [1, 9]}}, ensures: [sk_at(stack, old(sk_top(stack))) == number]}
  sk_set_top:
    params: {top_after: {range: [0, 6]}}
    ensures: ["implies(top_after > old(sk_top(stack)), sk_at(stack, top_after - 1) == 0)"]
  sk_copies: {params: {n: {range: [0, 9]}}}
  sk_drop: {params: {n: {range: [0, 9]}}}
  sk_fold: {params: {n: {range: [0, 9]}}, requires: [n <= sk_top(stack)]}
  sk_take: {params: {want: {range: [0, 3]}}, returns: {range: [0, 2]}}
  sk_next: {params: {most: {range: [0, 9]}}, requires: ["sk_at(stack, sk_top(stack) - 1) > 0"]}
  sk_top:
  sk_at: {params: {place: {range: [0, 5]}}, requires: [place < sk_top(stack)]}
"""
VARIANTS = {
    "sound": "SOUND",
    "near": "NEAR",
    "stale": "STALE",
    "miscounts": "MISCOUNTS",
    "keeps": "KEEPS",
    "stops": "STOPS",
}
FOUND = {
    "stale": ("ABD321", "sk_set_top"),
    "miscounts": ("ABD334", "sk_top"),
    "keeps": ("ABD334", "sk_top"),
    "stops": ("ABD334", "sk_top"),
}


@pytest.fixture(scope="module")
def stacks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sk")
    built = of_texts(folder, "sk", HEADER, CONTRACT, SOURCE, lambda name: (f"-DVARIANT={VARIANTS[name]}",))
    assert built.target.left == ()
    return built


@pytest.mark.slow
@pytest.mark.parametrize("library", FOUND)
def test_who_counts_otherwise_or_leaves_something_is_found_in_sequences(library, stacks):
    ended = stacks.run(library, "sk_stack", 60_000, 1)

    _, code, function, *_ = ended.stderr.split()
    assert (code, function) == FOUND[library]


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_no_call_counts_further_than_there_is_room(library, stacks):
    """The library would abort."""
    for entry in stacks.target.entries:
        ended = stacks.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
