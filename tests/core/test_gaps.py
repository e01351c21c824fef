"""What is left open is said once for each cause."""

from __future__ import annotations

from abidance.core.gaps import Gap, left_open


def _never_called(path, function="parse"):
    of_several = f"promises about invocations of {{}} of `{function}`: none was ever called"
    words = f"promises about invocations of `{path}` of `{function}`: it was never called"
    return Gap(function, f"callback:{path}", words, about=f"`{path}`", of_several=of_several)


def test_one_is_told_by_itself():
    assert left_open([("c", [_never_called("h.key")], ())]) == (
        "promises about invocations of `h.key` of `parse`: it was never called",
    )


def test_several_of_one_function_are_one_line():
    gaps = [_never_called(f"h.{name}") for name in ("key", "end", "null", "text", "map")]

    assert left_open([("c", gaps[:2], ())]) == (
        "promises about invocations of `h.key` and `h.end` of `parse`: none was ever called",
    )
    assert left_open([("c", gaps, ())]) == (
        "promises about invocations of `h.key`, `h.end`, `h.null` and 2 more of `parse`: none was ever called",
    )


def test_those_of_another_function_or_of_one_library_are_told_apart():
    first, second, third = _never_called("h.key"), _never_called("h.end"), _never_called("h.key", "scan")

    assert left_open([("c", [first, second, third], ()), ("rust", [first], [third.key])]) == (
        "promises about invocations of `h.key` of `parse`: it was never called",
        "promises about invocations of `h.end` of `parse`: it was never called (in `c`)",
        "promises about invocations of `h.key` of `scan`: it was never called (in `c`)",
    )


def test_one_that_was_called_is_none_of_them():
    first, second = _never_called("h.key"), _never_called("h.end")

    assert left_open([("c", [first, second], ()), ("c", (), [first.key])]) == (second.words,)
