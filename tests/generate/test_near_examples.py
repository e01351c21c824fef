"""What lies next to an example: cut anywhere, its fields and pieces changed, several edits upon each other."""

from __future__ import annotations

import pytest
from hypothesis import find, settings
from hypothesis import given as given_
from hypothesis import strategies as st

from abidance.generate.almost_text import almost_text
from abidance.generate.alterations import altered
from abidance.generate.buffers import size
from abidance.generate.hints import Hints
from abidance.generate.nearby import cuts, nearby
from abidance.generate.seeded_source import Dice
from abidance.generate.strategies import cases
from abidance.generate.sweep import edge_cases
from abidance.generate.vocabulary import Vocabulary
from abidance.toolchain.machine_code import CodeWords

FRAME = bytes([7, 0, 5, 1, 2, 3, 4, 5])
BYTES = "params: {p: {in: bytes, length: n}}"
WITH_EXAMPLE = f"{BYTES}\nexamples: [{{p: {list(FRAME)}}}]"


def dice(number):
    return Dice(number.to_bytes(8, "little"), None)


@pytest.mark.unit
def test_each_beginning_and_each_end_of_contents():
    assert {*cuts(b"abcd")} == {b"", b"a", b"ab", b"abc", b"bcd", b"cd", b"d"}
    long = bytes(range(256)) * 8
    few = {len(cut) for cut in cuts(long)}
    assert {0, 1, 2, 3, len(long) - 1, len(long) - 2} <= few
    assert len(few) < 600


@pytest.mark.unit
def test_a_field_that_tells_how_much_follows_tells_otherwise():
    found = [*nearby(FRAME, Vocabulary())]

    for told in (4, 6, 0, 0xFFFF):
        assert FRAME[:1] + told.to_bytes(2, "big") + FRAME[3:] in found[:60]


@pytest.mark.unit
@pytest.mark.parametrize(
    "wanted", [b"port=65536&x=1", b"port=8080&port=8080&x=1", b"x=1", b"port=4711&x=1", b"port=8080&=1"]
)
def test_a_piece_of_text_is_another_is_there_twice_or_not_at_all(wanted):
    assert wanted in [*nearby(b"port=8080&x=1", Vocabulary(numbers=(4711,)))]


@pytest.mark.unit
def test_edits_are_stacked_and_words_and_other_contents_come_in():
    words, other = Vocabulary((b"MAGIC",), (0x11223344,)), b"qrstuvwxyz"
    made = {altered(dice(n), b"abcdefgh", words, (other,)) for n in range(3000)}

    assert b"abcdefgh" in made
    assert any(b"MAGIC" in raw and b"h" not in raw and raw != b"MAGIC" for raw in made)
    assert any(b"\x11\x22\x33\x44" in raw for raw in made)
    assert any(b"\x44\x33\x22\x11" in raw for raw in made)
    assert any(raw[:2] == b"ab" and raw[-2:] == b"yz" for raw in made)
    assert len(made) > 1000


@pytest.mark.unit
@given_(st.binary(min_size=8, max_size=8), st.binary(max_size=300), st.integers(-(1 << 63), (1 << 64) - 1))
def test_any_contents_can_be_altered(seed, known, number):
    words = Vocabulary((b"x", known[:9] or b"y"), (number,))

    assert isinstance(altered(Dice(seed, None), known, words, (b"", known)), bytes)


@pytest.mark.unit
def test_every_short_size_is_drawn_and_others_too():
    drawn = {size(dice(n), 0, 4096) for n in range(10_000)}

    assert {*range(65)} <= drawn
    assert len(drawn) > 500


@pytest.mark.unit
def test_bytes_are_almost_text_in_the_encodings_that_are_named():
    utf_8, utf_16 = {*almost_text(())}, {*almost_text(("UTF-16-LE",))}

    for raw in (b"\xe2\x82", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\x80", b"\xef\xbb\xbf"):
        assert raw in utf_8
    assert {b"\x3d\xd8\x00", b"\xff\xfe"} <= utf_16
    assert b"\xd8\x3d" not in utf_16


def test_examples_are_cut_miscounted_and_edited_with_all_else_as_it_is(function):
    promise = f"params: {{p: {{in: bytes, length: n}}}}\nexamples: [{{p: {list(FRAME)}, kind: 9}}]"
    calls = [
        case.arguments
        for case in edge_cases(*function("int f(const uint8_t *p, size_t n, int kind);", promise))
    ]
    near = {call["p"] for call in calls if call["kind"] == 9}

    assert {FRAME[:n] for n in range(len(FRAME))} <= near
    assert {FRAME[n:] for n in range(1, len(FRAME))} <= near
    assert {b"\7\0\6" + FRAME[3:], b"\7\xff\xff" + FRAME[3:], FRAME + FRAME} <= near
    assert all(call["n"] == len(call["p"]) for call in calls)


@pytest.mark.slow
def test_examples_inside_records_and_of_texts_are_too(function):
    in_a_record = function(
        "struct s { const uint8_t *p; size_t n; int kind; }; int f(const struct s *s, const char *name);",
        "params: {s: {in: struct s}, name: {in: string, max: 9}}\n"
        f"examples: [{{s: {{p: {list(FRAME)}, kind: 9}}, name: ab=ä}}]",
        types="types: {struct s: {fields: {p: {to: bytes, length: n}}}}",
    )
    calls = [case.arguments for case in edge_cases(*in_a_record)]

    assert FRAME[:-1] in {call["s"]["p"] for call in calls if call["s"]["kind"] == 9}
    names = {call["name"] for call in calls if call["s"]["p"] == FRAME}
    assert {b"ab=", b"ab", b"=\xc3\xa4"} <= names
    assert b"ab=\xc3" not in names
    assert all(len(name) <= 9 for name in names)


def test_what_code_asks_for_is_the_beginning_of_contents(function):
    words = CodeWords((0x1BADB002,), (b"RIFF",))
    made = {
        case.arguments["p"]
        for case in edge_cases(*function("int f(const uint8_t *p, size_t n);", BYTES), words)
    }

    assert {
        b"RIFF",
        b"RIFF\xff",
        b"RIFF\1",
        b"RIF",
        b"RIFF\0\0\0\0",
        b"\x02\xb0\xad\x1b",
        b"\x1b\xad\xb0\x02",
    } <= made


def test_no_short_size_is_left_out(function):
    made = {len(c.arguments["p"]) for c in edge_cases(*function("int f(const uint8_t *p, size_t n);", BYTES))}

    assert {*range(65)} <= made
    assert len([n for n in made if n > 64]) > 30


@pytest.mark.slow
def test_a_function_has_no_more_cases_than_can_be_afforded(function):
    promise = (
        f"params: {{p: {{in: bytes, length: n}}}}\nexamples: [{{p: {[*range(200)]}}}, {{p: {list(FRAME)}}}]"
    )
    words = CodeWords(tuple(range(1000, 1048)), tuple(b"word%d" % n for n in range(24)))

    assert len(edge_cases(*function("int f(const uint8_t *p, size_t n);", promise), words)) <= 1700


@pytest.mark.slow
def test_what_is_drawn_is_now_and_then_near_an_example_and_shrinks_to_what_is_short(function):
    boundary, subject = function("int f(const uint8_t *p, size_t n);", WITH_EXAMPLE)
    made = cases(boundary, subject, hints=Hints.of(boundary, subject))
    quiet = settings(max_examples=2000, database=None, derandomize=True)

    assert find(made, lambda case: case.arguments["p"] == FRAME[:-1], settings=quiet)
    assert len(find(made, lambda case: len(case.arguments["p"]) > 20, settings=quiet).arguments["p"]) == 21


@pytest.mark.unit
def test_what_is_near_to_long_contents_takes_little_room():
    assert sum(len(cut) for cut in cuts(bytes(1 << 20))) < 1 << 25


@pytest.mark.unit
def test_a_piece_is_longer_than_the_room_that_there_may_be_for_it():
    found = {*nearby(b'name="x&amp;y"', Vocabulary())}

    assert {b"name" * 8 + b'n="x&amp;y"', b'name="' + b"x" * 257 + b'&amp;y"'} <= found


def test_examples_inside_arrays_of_records_are_too(function):
    subject = function(
        "struct s { int kind; const uint8_t *p; size_t n; }; int f(const struct s *all, size_t count);",
        "params: {all: {in: array, length: count}}\n"
        f"examples: [{{all: [{{kind: 9, p: {list(FRAME)}}}, {{kind: 8, p: ab}}]}}]",
        types="types: {struct s: {fields: {p: {to: bytes, length: n}}}}",
    )
    calls = [case.arguments["all"] for case in edge_cases(*subject)]
    firsts = {all_[0]["p"] for all_ in calls if len(all_) == 2 and all_[0]["kind"] == 9}
    seconds = {all_[1]["p"] for all_ in calls if len(all_) == 2 and all_[0]["p"] == FRAME}

    assert {FRAME[:-1], b"\7\0\6" + FRAME[3:]} <= firsts
    assert {b"a", b"abab"} <= seconds
    assert all(each["n"] == len(each["p"]) for all_ in calls for each in all_ if each["p"] is not None)
