"""Whose `free` it is that a contract names."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.freeing import is_libcs, owned_elements
from abidance.core.errors import UsageError

CONTRACT = "functions: {spelled: {returns: {to: string, owner: caller, free: free}}}"


@pytest.mark.parametrize(
    ("header", "of_libc"),
    [
        ("char *spelled(int n);", True),
        ("#include <stdlib.h>\nchar *spelled(int n);", True),
        ("#include <malloc.h>\nchar *spelled(int n);", True),
        ("char *spelled(int n);\nvoid free(void *own);", False),
    ],
)
def test_a_header_that_includes_that_of_the_c_library_has_no_free_of_its_own(header, of_libc, joined):
    boundary = joined(header, CONTRACT)

    assert is_libcs("free", boundary.declarations) is of_libc
    assert "free" in boundary.functions


@pytest.mark.parametrize("owner", ["caller", "callee"])
def test_an_owner_in_the_place_of_what_frees_is_told_as_one(owner, joined):
    with pytest.raises(UsageError) as raised:
        joined("char *spelled(int n);", CONTRACT.replace("free: free", f"free: {owner}"))

    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.message.startswith(f"function `{owner}` is not in ")
    assert diagnostic.help == (
        f"who is to free it is its `owner: {owner}`; `free` names the function by which that is done"
    )


def test_a_function_that_is_called_as_an_owner_is_one(joined):
    contract = CONTRACT.replace("free: free", "free: caller")
    boundary = joined("char *spelled(int n);\nvoid caller(void *text);", contract)

    assert boundary.functions["spelled"].result.free == "caller"


ANYTHING = """
typedef struct thing thing;
typedef struct other other;
thing *thing_new(void);
other *other_new(void);
char *text_of(const thing *t);
int any_free(void *what);
int thing_free(thing *t);
"""
KINDS = """
handles: {{thing: {{create: thing_new, destroy: {freer}}}{more}}}
functions:
  any_free: {{params: {{what: {{handle: thing}}}}}}
  text_of: {{returns: {{to: string, owner: caller, free: {freer}}}}}
"""


def test_what_ends_a_handle_may_free_texts_where_it_takes_any_pointer(joined):
    boundary = joined(ANYTHING, KINDS.format(freer="any_free", more=""))

    assert boundary.functions["text_of"].result.free == "any_free"


def test_what_ends_a_handle_frees_no_texts_where_it_takes_that_handle(refused):
    message = "`thing_free` frees a `thing`, and the contract does not say that this is one"

    assert message in refused(ANYTHING, KINDS.format(freer="thing_free", more=""))


def test_one_function_ends_handles_of_one_kind(refused_with):
    more = ", other: {create: other_new, destroy: any_free}"

    (diagnostic,) = refused_with(ANYTHING, KINDS.format(freer="any_free", more=more))

    assert diagnostic.message == "`any_free` takes no `other`, as far as is known"
    assert "static inline void end_other(other *one) { any_free(one); }" in diagnostic.help


POOL = """
typedef struct pool pool;
typedef struct item { int key; } item;
pool *pool_new(void);
void pool_free(pool *p);
int pool_take(pool *p, item ***items);
void pool_release(pool *p, int kind, item *one);
"""
TAKEN = """
handles: {{pool: {{create: pool_new, destroy: pool_free}}}}
functions:
  pool_take:
    params:
      items:
        out: {{to: array, length: 2, owner: caller, free: free, of: {{to: item, owner: caller, free: "{call}"}}}}
    returns: {{status: {{ok: [0], errors: {{-1: none}}}}}}
"""


def test_an_element_is_freed_by_a_call_that_is_given_it(joined):
    function = joined(POOL, TAKEN.format(call="pool_release(p, 2, this)")).functions["pool_take"]

    given = function.freed_with["items[]"]
    assert [each.parameter or each.constant for each in given] == ["p", 2, "items[]"]


OWN = """
void fill(char **names, int n);
"""
FILLED = """
functions:
  fill:
    params: {{names: {{{way}: array, length: n, of: {{to: string, owner: caller{free}}}}}, n: {{range: [0, 4]}}}}
"""


def test_elements_of_an_array_that_the_caller_has_are_freed(joined):
    function = joined(OWN, FILLED.format(way="out", free=", free: free")).functions["fill"]

    assert [(path, free.text) for path, free in owned_elements(function.promise)] == [("names[]", "free")]


@pytest.mark.parametrize(
    ("way", "free", "message"),
    [
        (
            "in",
            ", free: free",
            "only of an array that the call leaves, or fills, are the elements the caller's to free",
        ),
        ("inout", ", free: free", "only of an array that the call leaves, or fills, are the elements"),
        (
            "out",
            "",
            "what each of these pointers leads to is the caller's to free, or nothing is said of that",
        ),
    ],
)
def test_elements_that_the_caller_has_put_there_are_not_freed(refused, way, free, message):
    assert any(message in each for each in refused(OWN, FILLED.format(way=way, free=free)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("pool_release(p, this, 2)", "`kind` of `pool_release` is no pointer, so `this` is not freed by it"),
        ("pool_release(p, 2, items)", "`pool_release` is not given `this` once, which it frees"),
        ("pool_release(p, 2)", "`one` of `pool_release` is not given"),
        (
            "pool_release",
            "`pool_release` cannot be called to free this: it takes more than a pointer, and a handle",
        ),
    ],
)
def test_a_call_that_cannot_free_an_element_is_refused(refused, call, message):
    assert message in refused(POOL, TAKEN.format(call=call))
