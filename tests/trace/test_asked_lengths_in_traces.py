"""What other functions tell, of lengths and of refused calls: an interposer calls nothing that the program does not."""

from __future__ import annotations

from pathlib import Path

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.trace.interposer import interposer

CONTRACTS = Path(__file__).parents[1] / "run"
CONTRACT = CONTRACTS / "asked_lengths.contract.yaml"


def test_nobody_is_asked_while_a_program_runs():
    boundary = join(load_contract(CONTRACT))

    made = interposer(boundary, ["al_text", "al_bytes"], ("libasked_lengths.so",))

    assert "abidance_called" not in made.source
    assert [each.reason for each in made.left] == [
        "`al_bytes` is not called by anybody but the program",
        "nobody asks how much there is",
    ]


def test_whether_a_call_is_refused_is_told_of_its_arguments_alone():
    boundary = join(load_contract(CONTRACTS / "asked_preconditions.contract.yaml"))

    told = interposer(boundary, ["ap_span"], ("libasked_preconditions.so",))
    unclear = interposer(boundary, ["ap_put"], ("libasked_preconditions.so",))

    assert "refused = refused ? -1 : 1" in told.source
    assert [each.reason for each in told.left] == []
    assert "refused = refused ? -1 : 1" not in unclear.source
    assert "whether a call is refused as `index >= ap_count(list)` says" in {e.reason for e in unclear.left}


def test_what_a_handle_was_created_with_is_not_known_of_it():
    boundary = join(load_contract(CONTRACTS / "created_with.contract.yaml"))
    functions = ["cw_run", "cw_gain", "cw_mute", "cw_clock_new"]

    made = interposer(boundary, functions, ("libcreated_with.so",))

    told = {(each.subject, each.reason) for each in made.left}
    assert {
        ("cw_run", "what is said with the `channels`, `rate` that `filter` was created with"),
        ("cw_gain", "what is said with the `channels` that `filter` was created with"),
        ("cw_mute", "what is said with the `channels` that `filter` was created with"),
        ("cw_mute", "whether a call is refused as `channel >= filter.channels` says"),
    } <= told
    assert "cw_clock_new" not in {subject for subject, _ in told}
