"""Regular expressions of contracts mean what they mean to Python's `re`, and are matched in linear time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidance.contract.language.regexes import RegexError, includes, regex
from tiers import depth

pytestmark = pytest.mark.unit

FORMS = [
    r"[01]\d:[0-5]\d",
    r"v\d{1,3}(\.\d{1,3}){2}",
    r"(\w+,)*\w*",
    "(ab|cd)*e?",
    "(?i)abc[x-z]+",
    "(?i:A)b",
    "(?s).{0,4}",
    ".*",
    "",
    "(a|b|)c",
    "[^a]é?[à-ö]*",
    "(a?b)*c",
    "a{2,4}?b{0}c+?",
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]{2,63}",
    r"((\d|\d\d)\.){20}",
]


@pytest.mark.parametrize("form", FORMS)
def test_a_pattern_matches_what_re_matches_whole(form):
    found, known = regex(form), re.compile(form, re.ASCII)
    near = st.one_of(
        st.text("abcdexyzABX\n:.,1205é\u00e3\u00f6\u00f7 -v\u0131", max_size=7),
        st.from_regex(known, fullmatch=True),
        st.from_regex(known, fullmatch=True).map(lambda text: text[1:]),
    )

    @settings(max_examples=depth(60), derandomize=True, deadline=None, database=None)
    @given(near)
    def alike(text):
        assert found.matches(text) == (known.fullmatch(text) is not None)

    alike()
    assert all(found.matches("".join(each[0] for each in way)) for way in found.walks())


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("(", "no regular expression"),
        ("(a+)+", "too many ways"),
        ("(a*)*", "too many ways"),
        ("(a|aa)*", "too many ways"),
        (r"(\w+\s?)*", "too many ways"),
        ("(.*a)*", "too many ways"),
        ("(a?){50}a{50}", "too many ways"),
        ("((a|aa){5}){5}", "too many ways"),
        ("^a", "the whole text is matched"),
        (r"a\b", "the whole text is matched"),
        (r"(a)\1", "refers back"),
        ("(?=a)a", "looks ahead"),
        ("(?>a)", "atomic"),
        ("a*+", "possessive"),
        ("((a{100}){100}){100}", "more than 4096 characters"),
        ("(" * 9000 + ")" * 9000, "nested too deeply"),
    ],
)
def test_what_cannot_be_matched_in_linear_time_is_refused(form, words):
    with pytest.raises(RegexError, match=re.escape(words)):
        regex(form)


def test_matching_does_not_search():
    before = time.process_time()
    assert not regex(".*a.*b.*c.*d.*e").matches("abcd" * 5000)
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    ("outer", "inner", "included"),
    [
        (r"\d+", r"\d{2}", True),
        (r"\d{2}", r"\d+", False),
        ("[a-z]*", "(ab|c)+", True),
        (r"\w+", "[à-ö]", False),
        ("(a|b)*", "(b|a)*", True),
        (".*", "(?s).*", False),
    ],
)
def test_whether_one_pattern_matches_all_that_another_does(outer, inner, included):
    assert includes(regex(outer), regex(inner)) is included
