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
