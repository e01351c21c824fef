"""What is added to a contract goes in at its place, and everything else stays as its writer left it."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.contract.source.compose import compose
from abidance.contract.source.insertion import NewValue, add_entry, add_item, difference, meaning
from abidance.core.errors import UsageError

pytestmark = pytest.mark.unit

FILE = Path("clip.contract.yaml")
TEXT = """\
# yaml-language-server: $schema=contract.schema.json
abidance: 1
summary: >
  folded
  text
libraries:
  c:       {cmake: ., target: clip}   # aligned
  rust:    {cargo: rust}
functions:
    clip_text:                        # four spaces
        params:
            text: { in: string , max: 0x10 }
        ensures:
        - result == 1   # no further indentation
        requires: [a > 1,
                   b > 2]
    # after clip_text

    clip_end:
    clip_all: {params: {n: {range: [0, 1 << 4]}}, examples: [{n: 1}]}
"""


def added(before, after):
    """Return the lines that are new or changed, without what did not change."""
    return [line[1:] for line in difference(before, after, FILE).splitlines()[2:] if line[0] == "+"]


def removed(before, after):
    return [line[1:] for line in difference(before, after, FILE).splitlines()[2:] if line[0] == "-"]


def test_an_item_goes_below_the_last_one_and_is_indented_as_that_is():
    after = add_item(TEXT, FILE, ("functions", "clip_text", "ensures"), "n < 4")

    assert (added(TEXT, after), removed(TEXT, after)) == (["        - n < 4"], [])


def test_a_list_that_is_not_there_yet_is_made_at_the_end_of_its_mapping():
    after = add_item(TEXT, FILE, ("functions", "clip_text", "examples"), "{text: abc, returns: 1}")

    assert added(TEXT, after) == ["        examples:", "          - {text: abc, returns: 1}"]
    assert removed(TEXT, after) == []
    assert after.index("examples:") < after.index("# after clip_text")


def test_inside_brackets_it_goes_into_them():
    after = add_item(TEXT, FILE, ("functions", "clip_all", "examples"), "{n: 2}")

    assert added(TEXT, after) == [
        "    clip_all: {params: {n: {range: [0, 1 << 4]}}, examples: [{n: 1}, {n: 2}]}"
    ]


def test_a_key_goes_into_brackets_of_several_lines():
    after = add_item(TEXT, FILE, ("functions", "clip_text", "requires"), "c > 3")

    assert added(TEXT, after) == ["                   b > 2, c > 3]"]


def test_a_function_without_clauses_gets_its_first():
    after = add_item(TEXT, FILE, ("functions", "clip_end", "examples"), "{returns: 0}")

    assert added(TEXT, after) == ["      examples:", "        - {returns: 0}"]
    assert removed(TEXT, after) == []


def test_a_new_function_stands_where_the_others_do_and_may_bring_comments():
    value = NewValue("{params: {n: {}}}", ("params:", "  n: {}  # guessed: why"))
    after = add_entry(TEXT, FILE, ("functions",), "clip_new", value)

    assert added(TEXT, after) == ["    clip_new:", "      params:", "        n: {}  # guessed: why"]


def test_sections_on_the_way_are_made():
    after = add_entry(TEXT, FILE, ("types", "clip_t", "fields"), "n", "{range: [0, 4]}")

    assert added(TEXT, after) == ["types:", "  clip_t:", "    fields:", "      n: {range: [0, 4]}"]


def test_a_file_without_a_last_line_break_and_one_with_those_of_windows_keep_them():
    for text in (TEXT.rstrip("\n"), TEXT.replace("\n", "\r\n")):
        after = add_entry(text, FILE, (), "prefix", "clip_")
        assert after.startswith(text)
        assert ("\r" in after) == ("\r" in text)
        assert after.count("\r") in (0, after.count("\n"))


@pytest.mark.parametrize(
    ("at", "key"),
    [
        ((), "summary"),
        (("functions",), "clip_text"),
        (("functions", "clip_text", "ensures"), "n"),
        (("abidance",), "n"),
    ],
)
def test_what_is_there_is_never_replaced(at, key):
    with pytest.raises(UsageError):
        add_entry(TEXT, FILE, at, key, "1")


def test_an_alias_is_not_written_to_because_its_anchor_would_change_too():
    text = "functions:\n  a: &a\n    params: {n: {}}\n  b: *a\n"

    with pytest.raises(UsageError, match="is not written so that"):
        add_item(text, FILE, ("functions", "b", "examples"), "{n: 1}")


def test_what_is_no_yaml_is_refused_before_it_is_written():
    with pytest.raises(UsageError):
        add_item(TEXT, FILE, ("functions", "clip_text", "ensures"), "{n: 1")


def test_what_is_added_means_what_was_asked_for():
    whole = (Path(__file__).parent / "whole_language.yaml").read_text()
    before = meaning(compose(whole, FILE))
    for name in before["functions"]:
        after = meaning(compose(add_item(whole, FILE, ("functions", name, "examples"), "{n: 1}"), FILE))
        examples = [*((before["functions"][name] or {}).get("examples") or []), {"n": 1}]
        assert after["functions"][name]["examples"] == examples
        rest = {key: value for key, value in after["functions"].items() if key != name}
        assert rest == {key: value for key, value in before["functions"].items() if key != name}
