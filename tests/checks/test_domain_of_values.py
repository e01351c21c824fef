"""Values that came back are judged where they mean something, and nowhere else."""

from __future__ import annotations

import struct

import pytest

KIND = "typedef enum kind { NONE, SOME = 5 } kind;\n"
CLOSED = "types: {kind: {enum: closed}}"
OK, BAD = (0).to_bytes(4, "little"), (7).to_bytes(4, "little")


def messages(pair):
    found, errors = pair
    assert errors == []
    return [f"{d.code.id} {d.message}" for d in found]


def test_an_enum_that_nobody_declared(judged):
    assert messages(judged(f"{KIND}kind f(void);", "{}", result=BAD, types=CLOSED)) == [
        "ABD322 `f` returned (kind)7, not one of NONE, SOME"
    ]


def test_an_open_enum_may_be_anything(judged):
    assert messages(judged(f"{KIND}kind f(void);", "{}", result=BAD)) == []


@pytest.mark.parametrize(("byte", "count"), [(0, 0), (1, 0), (2, 1), (255, 1)])
def test_a_bool_is_0_or_1(byte, count, judged):
    assert len(messages(judged("bool f(void);", "returns: {bool: true}", result=bytes([byte])))) == count


STATUS = "params: {out: {out: kind}}\nreturns: {status: {ok: [0], errors: {'-1': failed}}}"


def test_out_memory_is_judged_after_success(judged):
    found = messages(judged(f"{KIND}int f(kind *out);", STATUS, result=OK, left={"out": BAD}, types=CLOSED))

    assert found == ["ABD322 `f` left (kind)7 in `out`, not one of NONE, SOME"]


def test_and_not_after_a_failure(judged):
    failed = (-1).to_bytes(4, "little", signed=True)

    assert messages(judged(f"{KIND}int f(kind *out);", STATUS, result=failed, types=CLOSED)) == []


@pytest.mark.parametrize(
    ("returns", "promise", "failed", "succeeded"),
    [
        ("bool", "returns: {bool: true}", b"\0", b"\1"),
        ("void *", "returns: {nullable: true}", bytes(8), b"\1" * 8),
    ],
)
def test_false_and_null_tell_a_failure(returns, promise, failed, succeeded, judged):
    promise = f"params: {{out: {{out: kind}}}}\n{promise}"

    assert messages(judged(f"{KIND}{returns} f(kind *out);", promise, result=failed, types=CLOSED)) == []
    assert (
        len(messages(judged(f"{KIND}{returns} f(kind *out);", promise, result=succeeded, types=CLOSED))) == 1
    )


def test_an_answer_without_a_status_is_told_how_to_say_failure(judged):
    (found,), _ = judged(f"{KIND}int f(kind *out);", "params: {out: {out: kind}}", result=BAD, types=CLOSED)

    assert "status" in found.help


def test_what_is_read_and_written_may_leave_its_range(judged):
    """A range on it says what the caller gives: a counter counts on."""
    promise = "params: {x: {inout: int, range: [0, 3]}}"

    assert messages(judged("void f(int *x);", promise, left={"x": BAD})) == []
    assert len(messages(judged("void f(int *x);", promise.replace("inout", "out"), left={"x": BAD}))) == 1


def test_a_member_of_a_union_is_not_judged(judged):
    """Which one the library wrote is not known."""
    record = "typedef struct v { int tag; union { bool yes; int number; } as; } v;\nvoid f(v *out);"

    assert messages(judged(record, "params: {out: {out: v}}", left={"out": BAD + BAD})) == []


def test_a_bool_in_a_record_in_a_record_is(judged):
    record = "typedef struct in { bool yes; } in;\ntypedef struct v { in inner[2]; } v;\nvoid f(v *out);"

    assert messages(judged(record, "params: {out: {out: v}}", left={"out": b"\1\7"})) == [
        "ABD322 `f` left 7 in `out.inner[1].yes`, not 0 or 1"
    ]


def test_null_where_a_pointer_is_promised(judged):
    promise = "returns: {nullable: n == 0}"

    assert messages(judged("void *f(int n);", promise, result=bytes(8), given={"n": 0})) == []
    assert messages(judged("void *f(int n);", promise, result=bytes(8), given={"n": 1})) == [
        "ABD322 `f` returned NULL, not a pointer"
    ]


@pytest.mark.parametrize(
    ("promise", "proposed"),
    [("returns: {nullable: false}", True), ("returns: {nullable: n == 0}", False)],
)
def test_null_is_proposed_where_nothing_says_when_there_is_none(promise, proposed, judged):
    (found,), _ = judged("void *f(int n);", promise, result=bytes(8), given={"n": 1})

    assert ("nullable: true" in (found.help or "")) == proposed


def test_a_string_without_its_nul(judged):
    promise = "params: {out: {out: string, capacity: 4}}"

    assert len(messages(judged("void f(char *out);", promise, left={"out": b"abcd"}))) == 1
    assert messages(judged("void f(char *out);", promise, left={"out": b"abc\0"})) == []


WORD = "params: {out: {out: string, capacity: 8%s}}\nreturns: {status: {ok: [0], errors: {'-1': failed}}}"


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        (", encoding: ascii", b"caf\xe9\0", "text with the byte 0xe9 in `out`, not text in ascii"),
        (", encoding: utf-8", b"caf\xc3\0", "text with the byte 0xc3 in `out`, not text in utf-8"),
        (", encoding: utf-8", b"caf\xc3\xa9\0", ""),
        (", encoding: latin-1", b"caf\xe9\0", ""),
        ("", b"caf\xe9\0", ""),
    ],
)
def test_a_string_in_another_encoding_than_the_contract_gives(encoding, text, shown, judged):
    found = messages(judged("int f(char *out);", WORD % encoding, result=OK, left={"out": text}))

    assert found == ([f"ABD322 `f` left {shown}"] if shown else [])


def test_and_none_that_a_failed_call_left(judged):
    failed = (-1).to_bytes(4, "little", signed=True)
    promise = WORD % ", encoding: ascii, on_failure: unspecified"

    assert messages(judged("int f(char *out);", promise, result=failed, left={"out": b"\xff\0"})) == []


LENGTH = (
    "params: {out: {out: bytes, capacity: 8, length: len}, len: {out: %s}}\n"
    "returns: {status: {ok: [0], errors: {'1': no}}}"
)


@pytest.mark.parametrize(("told", "count"), [(0, 0), (8, 0), (9, 1), ((1 << 64) - 1, 1), (1 << 40, 1)])
def test_a_length_that_the_memory_cannot_have(told, count, judged):
    left = {"len": struct.pack("<Q", told)}

    found = messages(judged("int f(uint8_t *out, size_t *len);", LENGTH % "size_t", result=OK, left=left))
    assert [message.split()[0] for message in found] == ["ABD324"] * count


def test_a_negative_length(judged):
    left = {"len": struct.pack("<i", -1)}

    (found,) = messages(judged("int f(uint8_t *out, int *len);", LENGTH % "int", result=OK, left=left))
    assert found == "ABD324 `f` reports -1 elements in `out`, but no call leaves that many"


def test_a_length_after_a_failure_says_nothing(judged):
    left = {"len": struct.pack("<Q", 99)}
    failed = (1).to_bytes(4, "little")

    assert (
        messages(judged("int f(uint8_t *out, size_t *len);", LENGTH % "size_t", result=failed, left=left))
        == []
    )


def test_a_length_that_was_not_asked_for(judged):
    promise = "params: {out: {out: bytes, capacity: 8, length: len}, len: {out: size_t, nullable: true}}"

    assert messages(judged("void f(uint8_t *out, size_t *len);", promise, given={"len": None})) == []


def test_a_rejected_call_is_judged_by_its_promised_answer_alone(judged):
    """An answer that only `rejects` promises is none of the statuses, and out memory has no meaning."""
    promise = "params: {out: {out: kind}}\nreturns: {status: {ok: [0], errors: {'1': no}}}"
    header = f"{KIND}int f(int a, kind *out);"

    assert messages(judged(header, promise, result=BAD, types=CLOSED, rejects={"result": 7})) == []
    (found,) = messages(judged(header, promise, result=OK, types=CLOSED, rejects={"result": 7}))
    assert found.startswith("ABD323 `f` returned 0 for `a: bad`, where the contract promises 7")


def test_the_least_number_is_a_plain_number_in_a_sentence(judged):
    found, _ = judged("int f(int x);", "returns: {range: [0, 9]}", result=b"\0\0\0\x80")

    assert found[0].message == "`f` returned -2147483648, not from 0 to 9"


PAIR = "typedef struct { int32_t low, high; } pair;\n"
LIMITED = "types: {pair: {fields: {low: {range: [0, 9]}}}}"


@pytest.mark.parametrize(
    ("declaration", "promise", "left", "remedy"),
    [
        ("pair f(pair from, int n);", "{}", {}, "`params: {from: {fields: {low: ...}}}` says it"),
        ("pair f(const pair *from);", "params: {from: {in: pair}}", {}, "{from: {fields: {low: ...}}}"),
        ("pair f(int n);", "{}", {}, ""),
        ("int f(pair *to);", "params: {to: {inout: pair}}", {"to": struct.pack("ii", 10, 0)}, ""),
    ],
)
def test_a_limit_of_a_type_says_where_what_is_passed_alone_is_limited(
    declaration, promise, left, remedy, judged
):
    result = OK if left else struct.pack("ii", 10, 0)
    found, errors = judged(f"{PAIR}{declaration}", promise, result=result, left=left, types=LIMITED)

    assert errors == []
    for each in found:
        assert each.code.id == "ABD322"
        assert remedy in (each.help or "") if remedy else each.help is None
    assert bool(found) == (not left)
