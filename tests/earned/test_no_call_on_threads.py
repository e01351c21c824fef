"""A function that several threads may call, of which no call returns: it was not judged, and it says where to look."""

from __future__ import annotations


def test_where_no_call_returns_the_remedy_says_where_to_look(small):
    ended = small.run(
        "int st_stop(int n);",
        "#include <stdlib.h>\nint st_stop(int n) { abort(); }",
        "functions: {st_stop: {effects: [thread_safe]}}",
        *("--phase", "threads"),
        examples=9,
    )

    assert ended.status == 3
    assert "`st_stop` was never called on several threads: no call of it returns on one" in ended.text
    assert "help: narrow its arguments to those with which it returns" in ended.text
