"""Calls on destroyed handles: refused where the contract promises that, and made nowhere else."""

from __future__ import annotations

import pytest

from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.run.commands.emit_c import emit_c
from abidance.run.commands.replay import replay
from abidance.run.execution import executor
from tiers import full, sample

pytestmark = pytest.mark.full

FOUND = {
    "sl_close": {"ABD323"},
    "sl_sent": {"ABD328"},
    "sl_limit": {"ABD323", "ABD328"},
    "sl_name": {"ABD323"},
    "sl_move": {"ABD323"},
    "sl_feed": {"ABD323", "ABD314", "ABD327", "ABD328"},
    "sl_end": {"ABD301"},
}
"""What phase `rejects` may find of the wrong library; of each function one of them."""
SANITIZED = FOUND | {"sl_feed": {"ABD303"}, "sl_end": {"ABD303"}}
HANDLES = ("sl_session", "sl_stream")
SOUND = ("sound", "sound_asan", "near", "near_asan")


@pytest.mark.parametrize(("library", "promised"), [("wrong", FOUND), full("wrong_asan", SANITIZED)])
@pytest.mark.parametrize("function", sample(FOUND, keep=["sl_close", "sl_sent", "sl_end"]))
def test_a_call_that_comes_too_late_is_found(function, library, promised, judge):
    found, reasons = judge("destroyed_handles", function, library, seed=1, phases=("rejects",))

    codes = {finding.diagnostic.code.id for finding in found}
    assert codes <= promised[function]
    assert codes
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.parametrize("library", sample(SOUND, keep=["near"]))
@pytest.mark.parametrize(
    "function", sample([*FOUND, *HANDLES], keep=["sl_close", "sl_sent", "sl_end", "sl_session"])
)
def test_calls_that_are_refused_as_promised_are_no_finding(function, library, judge):
    assert judge(
        "destroyed_handles", function, library, seed=2, phases=("rejects", "lifecycle"), examples=40
    ) == ([], [])


def test_one_that_was_never_used_is_refused(judge):
    assert judge("destroyed_handles", "sl_send", "forgets", seed=1, phases=("rejects",)) == ([], [])


@pytest.mark.full
def test_what_was_done_with_it_before_matters(judge, execute, tmp_path):
    found, reasons = judge("destroyed_handles", "sl_session", "forgets", seed=1, phases=("lifecycle",))

    (sent,) = found
    assert sent.diagnostic.code.id == "ABD323"
    assert sent.call.splitlines() == [
        "struct sl_session_s *session = sl_open(0);",
        'sl_send(session, "", 0);',
        "sl_close(session);",
        'sl_send(session, "", 0);        // returned SL_OK',
    ]
    assert reasons == []

    events = []
    replay(sent.case, judge.session.settings, events.append)
    (again,) = events[-1].items
    assert again.findings[0].diagnostic.message == sent.diagnostic.message
    assert again.findings[0].call == sent.call
    (tmp_path / "case.c").write_text(emit_c(sent.case, judge.session.settings, "case.c"))
    assert execute("destroyed_handles_forgets") == 1
    assert execute("destroyed_handles_sound") == 0


@pytest.mark.full
def test_the_state_that_a_stream_was_used_with_is_made_simple(judge):
    found, _ = judge("destroyed_handles", "sl_stream", "wrong", seed=3, phases=("lifecycle",))

    (crash,) = (each for each in found if each.diagnostic.code.id == "ABD301")
    assert crash.diagnostic.message == (
        "`sl_end` aborted (SIGABRT), where the contract promises SL_STALE for `stream: destroyed`"
    )
    assert crash.call.splitlines() == [
        "sl_stream stream;",
        "sl_begin(&stream);",
        'stream.next = "";',
        "stream.left = 0;",
        "sl_end(&stream);",
        'stream.next = "";',
        "stream.left = 0;",
        "sl_end(&stream);        // crashes",
    ]


def test_no_other_call_is_made_on_one(judge, monkeypatch):
    seen, encode = [], executor.encode

    def noted(boundary, case):
        seen.append(case)
        return encode(boundary, case)

    monkeypatch.setattr(executor, "encode", noted)
    judge("destroyed_handles", "sl_session", "sound", seed=1, phases=("lifecycle",))

    late = 0
    for case in seen:
        closed = set()
        for number, step in enumerate(case.steps):
            given = {v.call: v for v in step.arguments.values() if getattr(v, "handle", "")}
            for call in closed & {*given}:
                late += 1
                assert step.rejects
                assert given[call].destroyed_by
                between = case.steps[given[call].destroyed_by + 1 : number]
                assert all(each.rejects for each in between)
            if step.function == "sl_close" and not step.rejects:
                closed |= {*given}
    assert late > 20


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("destroy: sl_close", "concurrent: false", "does not say what destroys a `sl_session`"),
        (
            "{when: {session: destroyed}, returns: null}",
            "{when: {session: destroy}, returns: null}",
            "`destroyed`",
        ),
        (
            "sl_begin: {params: {stream: {handle: sl_stream}},",
            "sl_begin: {rejects: [{when: {stream: destroyed}}],",
            "receives a new `sl_stream`",
        ),
    ],
)
def test_a_handle_that_cannot_be_destroyed_is_told(built, tmp_path, judge, old, new, said):
    text = (built / "destroyed_handles.contract.yaml").read_text()
    assert old in text
    contract = built / f"{tmp_path.name}.contract.yaml"
    contract.write_text(text.replace(old, new))
    with pytest.raises(UsageError) as error:
        judge.session.boundary(load_contract(contract))
    (first, *_) = error.value.diagnostics
    assert said in first.message
