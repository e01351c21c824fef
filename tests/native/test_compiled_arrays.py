"""Memory of a compiled contract: arrays with an end, pointers that are moved, what is left, and what functions tell."""

from __future__ import annotations

from functools import cache

import pytest
from built_contract import made, of_family

from abidance.generate.strategies import cases
from tiers import full

VARIANTS = ("sound", "near", "wrong")
FOUND = {
    "record_ends": {
        "re_count": "use-after-poison",
        "re_levels": "ABD321",
        "re_find": "ABD321",
        "re_options": "ABD321",
        "re_copy": "ABD322",
        "re_raise": "ABD321",
        "re_known": "ABD321",
        "re_show": "ABD321",
    },
    "inner_pointers": {
        "ip_join": "use-after-poison",
        "ip_longest": "use-after-poison",
        "ip_total": "ABD321",
        "ip_days": "ABD325",
        "ip_count": "ABD321",
        "ip_sum": "use-after-poison",
    },
    "parallel_lengths": {"pl_louder": "use-after-poison"},
    "lengths_in_records": {"lr_next": "ABD321", "lr_sheet": "heap-buffer-overflow"},
    "ranges": {
        "rn_sum": "use-after-poison",
        "rn_equal": "ABD321",
        "rn_invert": "use-after-poison",
        "rn_fill": "ABD321",
    },
    "left_pointers": dict.fromkeys(("lp_name", "lp_copies", "lp_parse", "lp_tail", "lp_head"), "ABD321"),
    "places_within": {
        "pw_find": "ABD321",
        "pw_left": "ABD321",
        "pw_raise": "ABD321",
        "pw_put": "ABD321",
        "pw_prior": "ABD322",
        "pw_sign": "ABD321",
    },
    "moved_parameters": dict.fromkeys(
        ("mp_copy", "mp_word", "mp_next", "mp_press_run", "mp_sizes", "mp_places"), "ABD315"
    ),
}
ASKED = {
    "asked_fractions": ("ac_middle", "ac_near", "ac_from_end", "ac_whole"),
    "observers": ("ob_pile_new", "ob_push", "ob_rename"),
}
KEPT = {
    "pw_put",
    "pw_prior",
    "mp_copy",
    "mp_next",
    "mp_press_run",
    "mp_sizes",
    "mp_places",
    "rn_equal",
    "re_count",
    "re_copy",
    "re_show",
    "ip_join",
    "ip_total",
}


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    """Return what builds the target of a family, once."""
    return cache(lambda family: of_family(tmp_path_factory.mktemp(family), family, VARIANTS.index))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "entry", "words"),
    [
        (name, entry, words) if entry in KEPT else full(name, entry, words)
        for name, entries in FOUND.items()
        for entry, words in entries.items()
    ],
)
def test_what_mistakes_an_end_or_an_element_is_found(family, name, entry, words):
    assert words in family(name).run("wrong", entry).stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("record_ends", "near"),
        ("inner_pointers", "near"),
        *(full(name, "sound") for name in FOUND),
        full("parallel_lengths", "near"),
        full("lengths_in_records", "near"),
        full("ranges", "near"),
        ("left_pointers", "near"),
        ("places_within", "near"),
        ("moved_parameters", "near"),
    ],
)
def test_what_stops_at_the_end_is_left_alone(family, name, variant):
    """Whatever else is in the last record, of the library's and of the caller's, is nothing that is judged."""
    for entry in FOUND[name]:
        ended = family(name).run(variant, entry)

        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name if name in ("inner_pointers", "places_within") else full(name) for name in FOUND]
)
def test_elements_become_bytes_and_the_same_again(family, name):
    built = family(name)
    for entry in FOUND[name].keys() - {"rn_equal"}:  # an example need not say where the end is
        given, again = built.again(
            "sound", entry, made(cases(built.boundary, built.boundary.functions[entry]), 25)
        )

        assert given
        assert again == given


@pytest.mark.slow
def test_a_list_that_is_empty_after_a_failure_is_no_finding(family):
    """It is written as well then, as NULL."""
    ended = family("inner_pointers").run("sound", "ip_list")

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_what_an_array_beside_the_buffers_measures_stays_with_run(family):
    left = {each.subject: each.reason for each in family("parallel_lengths").target.left}

    assert left["pl_sum"] == "buffers of which an array beside them says how long each is"


@pytest.mark.slow
@pytest.mark.parametrize("name", ASKED)
def test_what_functions_tell_is_asked(family, name):
    """Each is asked only for what it may be: the fractions of a curve end the process beyond its ends."""
    for entry in ASKED[name]:
        assert "ABD321" in family(name).run("wrong", entry, 8000, 1).stderr
        for variant in ("sound", "near"):
            ended = family(name).run(variant, entry, 8000, 1)
            assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
