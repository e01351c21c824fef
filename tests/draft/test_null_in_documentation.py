"""What a sentence says of NULL is about the parameter that it names there, whichever others it mentions."""

from __future__ import annotations

import pytest

from abidance.draft.documentation.statements import nullable

PARAMETERS = ("src", "dst", "n", "out")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("dst may be NULL to test src without allocating memory.", {"dst": True, "src": None}),
        ("src and dst may be NULL.", {"dst": True, "src": True, "out": None}),
        ("`src`, `dst` or `out` must not be NULL", {"dst": False, "src": False, "out": False}),
        ("If dst is NULL, src is not read.", {"dst": True, "src": None}),
        ("The dst argument must not be NULL, and src is copied there.", {"dst": False, "src": None}),
        ("The pointer may be NULL if n is 0.", {"src": True, "dst": True}),
        ("If n is zero, src can be NULL", {"src": True, "dst": None}),
        ("src is copied to dst; where that is NULL, nothing is.", {"src": True, "dst": True}),
        ("dst, which is optional, is where src goes.", {"src": True, "dst": True}),
        ("Returns the name of src if there is one, or NULL if there is none.", {"src": None, "dst": None}),
        ("Returns what src has become or NULL for want of memory.", {"src": None}),
        ("Returns -1 if src is empty or NULL.", {"src": True}),
        ("Returns the name, or NULL; src may be NULL.", {"src": True, "dst": None}),
        ("Look up the one with that name and return it, or NULL if there is none.", {"src": None}),
        ("Frees what is there, and returns -1 if src is gone or NULL.", {"src": True}),
        ("It is Ok to set src to NULL.", {"src": True, "dst": None}),
        (
            "It is OK to provide a NULL value for src, but NULL for dst is an error.",
            {"src": True, "dst": False},
        ),
        ("It is not OK to pass NULL for src.", {"src": False, "dst": None}),
    ],
)
def test_what_may_be_null_is_what_is_named_there(sentence, expected):
    found = {name: nullable([sentence], name, PARAMETERS) for name in expected}
    assert {name: answer and answer[0] for name, answer in found.items()} == expected
