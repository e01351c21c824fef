"""What a header declares and nobody could read is said; so is a library that is not there."""

from __future__ import annotations

import pytest

SOUND = "int sound(int n);\n"


@pytest.mark.slow
def test_what_could_not_be_read_is_said(small):
    contract = "functions:\n  sound: {params: {n: {range: [0, 9]}}}\n"
    small.write(f"{SOUND}int other(int n; int rows[n], int n);\n", contract)
    small.compile("int sound(int n) { return n; }")
    checked, ran = small.command("check"), small.command("run", "--seed", "1", "--max-examples", "5")

    assert (checked.status, ran.status) == (0, 0)
    for ended in (checked, ran):
        words = " ".join(ended.text.split())
        assert "ot judged: `other` of `it.h`, which could not be read (it.h:2: " in words, ended.text


def test_nothing_is_said_of_a_header_that_was_read(small):
    small.write(SOUND, "functions:\n  sound: {params: {n: {range: [0, 9]}}}\n")
    small.compile("int sound(int n) { return n; }")

    ended = small.command("check")
    assert ended.status == 0
    assert "ot judged" not in ended.text


def test_a_library_that_is_not_there_is_an_error_of_check(small):
    small.write(SOUND, "functions:\n  sound: {params: {n: {range: [0, 9]}}}\n")
    ended = small.command("check")

    assert ended.status == 3
    assert "`libit.so`" in ended.text
    assert "help:" in ended.text or "= " in ended.text


@pytest.mark.slow
def test_functions_without_a_type_are_read_as_c90_has_them(small):
    """Their type is `int`; what is no function and has no type is said to be unread."""
    contract = "functions:\n  sound: {params: {n: {range: [0, 9]}}}\n  plain: {ensures: ['result == 1']}\n"
    small.write(f"{SOUND}other(x);\nplain(void);\nconst count;\nextern a(), b();\n", contract)
    small.compile("int sound(int n) { return n; }\nint plain(void) { return 2; }")
    checked, ran = small.command("check"), small.command("run", "--seed", "1", "--max-examples", "5")

    assert (checked.status, ran.status, ran.codes) == (0, 1, ["ABD321"])
    for ended in (checked, ran):
        words = " ".join(ended.text.split())
        assert "ot judged: `count` of `it.h`, which could not be read (it.h:4: " in words, ended.text
        assert "`x`" not in words
        assert "`void`" not in words
