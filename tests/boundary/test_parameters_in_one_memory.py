"""Parameters that may be in one memory, or the same handle: which a contract may say that of."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct big big;
typedef struct bag bag;
big *big_new(void);
void big_free(big *b);
bag *bag_new(void);
void bag_free(bag *b);
void add(big *to, const big *one, big *taken, bag *other);
void mask(char *to, char *moved, const char *from, unsigned n);
"""
CONTRACT = """
handles:
  big: {{create: big_new, destroy: big_free}}
  bag: {{create: bag_new, destroy: bag_free}}
functions:
  add: {{params: {{to: {to}, one: {{handle: big}}, taken: {{handle: big, owner: callee}}, other: {{handle: bag}}}}}}
  mask:
    params:
      to: {{out: bytes, capacity: n, length: n, in_place: {out}}}
      moved: {{inout: bytes, length: n}}
      from: {{in: bytes, length: n}}
"""


def read(joined, to="{handle: big}", out="from"):
    return joined(HEADER, CONTRACT.format(to=to, out=out))


def test_it_is_said_of_either_of_two_handles(joined):
    boundary = read(joined, to="{handle: big, in_place: one}")

    assert boundary.functions["add"].same_handles("to") == ("one",)
    assert boundary.functions["add"].same_handles("one") == ("to",)
    assert boundary.functions["add"].same_handles("taken") == ()
    assert boundary.functions["mask"].promise.params["to"].overlapped


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            {"to": "{handle: big, in_place: other}"},
            "`to` may be the same handle as one of its kind, `big`, and `other` is not",
        ),
        (
            {"to": "{handle: big, in_place: taken}"},
            "`taken` is made or taken over by the call, and can be no other handle",
        ),
        ({"to": "{handle: big, in_place: twin}"}, "parameter `twin` is not in `add`"),
        (
            {"out": "[from, moved]"},
            "`to` may be at the address of a parameter that is `in`, and `moved` is not",
        ),
    ],
)
def test_what_cannot_be_one_is_told(said, words, refused):
    (message,) = refused(HEADER, CONTRACT.format(**{"to": "{handle: big}", "out": "from", **said}))

    assert message.startswith(words)
