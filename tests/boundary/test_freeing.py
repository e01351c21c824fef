"""Whose `free` it is that a contract names."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.freeing import is_libcs

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
