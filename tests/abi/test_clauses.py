"""What a contract promises, changed: in words alone, to less, to more."""

from __future__ import annotations

import ast
import shutil

import pytest

from abidance.abi.diff.clauses import _direction
from abidance.abi.diff.conditions import as_condition
from abidance.abi.diff.formulas import canonical, follows, interval
from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
typedef struct q_opts { size_t slots; } q_opts;
typedef struct q_seen { size_t most; } q_seen;
int q_put(const char *data, size_t len, const q_opts *opts);
int q_look(q_seen *seen);
int q_peek(q_seen *seen);
typedef struct q_page { const char *text; } q_page;
int q_turn(q_page *page);
struct q_tag { int kind; };
int q_mark(const struct q_tag *tag);
int q_chain(const struct q_tag *tags);
int q_sum(const struct q_tag *tags, int n);
long q_pack(unsigned char *tags, size_t room);
int q_tune(int what, const void *value);
enum { Q_NONE, Q_FULL = 3 };
int q_count(int level, int *left, int *room, unsigned char *text, size_t *used, char *give);
typedef struct q q;
q *q_new(void);
void q_free(q *of);
int q_walk(q *of, int (*each)(int number, void *with), void *with);
void q_hear(q *of, void (*heard)(void *with), void *with);
void q_deaf(q *of, void (*heard)(void *with), void *with);
void q_hush(q *of);
void q_fill(int count, int *why);
int q_tell(char **told, const char *const *names, size_t n);
void q_drop(char *told);
int q_name(const char *name, size_t size);
void q_own(q *of, void *data);
"""
CONTRACT = """\
abidance: 1
boundary: q
header: q.h
prefix: q_
types:
  q_opts:
    fields: {slots: {range: [1, 1024]}}
    invariants:
      - slots != 7
  q_tag: {fields: {kind: {range: [0, 9]}}}
  q_page: {fields: {text: {to: string}}}
  q_seen:
    fields: {most: {range: [0, 100]}}
    invariants:
      - most != 7
functions:
  q_put:
    params:
      data: {in: bytes, length: len}
      opts: {in: q_opts}
    requires:
      - len < 4000
    ensures:
      - result < 10
    cost: {p99: 10us, allocations: 1, scaling: {over: len, at_most: n}}
  q_tune: {params: {value: {in: void, variant: {tag: what, members: {0: int, 1: struct q_tag}}}}}
  q_pack:
    params:
      tags: {out: bytes, capacity: room, length: result, records: {to: struct q_tag, size: 8}}
      room: {range: [0, 9]}
  q_sum: {params: {tags: {in: bytes, records: {to: struct q_tag, size: 4, count: n}}}}
  q_chain: {params: {tags: {in: array, max: 3, ended_by: {kind: 0}}}}
  q_look:
    params:
      seen: {out: q_seen}
  q_peek: {params: {seen: {out: q_seen, fields: {most: {one_of: [1, 2]}}}}}
  q_mark: {params: {tag: {in: q_tag}}}
  q_turn: {params: {page: {out: q_page}}}
  q_count:
    params:
      level: {one_of: [0, 3]}
      left: {out: int, range: [0, 10]}
      room: {inout: int, range: [0, 10]}
      text: {out: bytes, capacity: 8, length: used}
      used: {out: size_t}
      give: {in: string, max: 20}
    returns: {status: {ok: [0], errors: {-1: no}}}
    requires:
      - level != 1
    rejects:
      - {when: {left: null, level: 3}, returns: -1, ensures: [result == -1]}
  q_new: {returns: {handle: q}}
  q_fill: {params: {why: {out: int, status: {ok: [0], errors: {1: no}}}}}
  q_own: {params: {data: {nullable: true}}}
  q_name: {params: {name: {in: string, length: size, nul_terminated: 4095}}}
  q_tell:
    params:
      told: {out: {to: string, owner: caller, free: q_drop}}
      names: {in: array, of: {to: string, encoding: ascii}, length: n}
    returns: {status: {ok: [0], errors: {-1: no}}}
  q_hear: {params: {heard: {callback: {lifetime: handle(q), until: [q_deaf, q_hush]}, user_data: with}}}
  q_deaf: {params: {heard: {callback: q_hear.heard, user_data: with}}}
  q_hush:
  q_walk:
    params:
      each: {callback: {returns: {one_of: [0, 1]}}, user_data: with}
handles:
  q: {create: q_new, destroy: q_free}
laws:
  walking_twice_agrees:
    given: {of: q}
    steps:
      - a = q_walk(of)
      - b = q_walk(of)
    ensures: [a.result == b.result]
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a < 5", "5 > (a)"),
        ("a<5", "a  <  5"),
        ("len(a) == 0x10", "len(a) == 1 << 4"),
        ("implies(a, b)", "implies(a,b)"),
        ("a == -1", "a == (-1)"),
        ("handle(q", "handle(q"),
    ],
)
def test_the_same_in_other_words(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("a < 5", ["a < 4"]),
        ("a <= 4", ["a < 4"]),
        ("a < 4", ["a < 4", "b"]),
        ("a < 5 and b", ["b and a < 3"]),
        ("0 <= a < 9", ["a >= 1", "a < 9"]),
        ("a >= 1", ["a == 3"]),
        ("not a >= 4", ["a < 4"]),
        ("a < 4 or b", ["b or a < 3"]),
        ("implies(b, a < 4)", ["a < 3 or not b"]),
        ("b == a", ["a == b"]),
        ("a > 0 or c == 0", ["implies(c != 0, a > 0)"]),
        ("not (a and b)", ["not a or not b"]),
        ("a != 3", ["a > 3"]),
        ("a in (1, 2)", ["a in (1, 2)"]),
        ("a in (1, 2, 3)", ["a == 2"]),
        ("a in [1, 2]", ["a == 2 or a == 1"]),
        ("a == 1 or a == 2", ["a in [2, 1]"]),
        ("a not in [1, 2]", ["a != 2", "a != 1"]),
    ],
)
def test_what_follows(text, others):
    assert follows(text, others)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("a < 4", ["a < 5"]),
        ("a < 4", ["a <= 4"]),
        ("a > 4", ["a < 4"]),
        ("a < 5", ["b < 4"]),
        ("a < 5", ["a < 4 or b"]),
        ("a <= 3", ["a < 4"]),  # of 3.5, as far as one sees
        ("a >= 5 or a < 5", []),  # not of NaN
        ("a + b == c", ["b + a == c"]),  # texts, as far as one sees
        ("p != 0", ["p"]),
        ("a == b", ["b == c"]),
        ("implies(a, b)", ["implies(b, a)"]),
        ("a == 3", ["a >= 3"]),
        ("a < b", ["a < 3"]),
        ("a < 5", []),
        ("a (", ["b"]),
        (f"c < {10**500}", [f"c < {10**500 + 1}"]),
        ("a < 1e999", ["a < 3"]),
    ],
)
def test_what_does_not_follow(text, others):
    assert not follows(text, others)


def whole(tree):
    return (0, 255) if isinstance(tree, ast.Name | ast.BinOp) else None


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("a <= 3", ["a < 4"]),
        ("a < 4", ["a <= 3"]),
        ("a == 4", ["3 < a < 5"]),
        ("a >= 1", ["a != 0"]),
        ("a != 0", ["a"]),
        ("a <= 255 and a >= 0", []),
        ("a < b", ["a + 1 <= b"]),
        ("a + b <= c", ["c - b >= a"]),
        ("2 * a <= 7", ["a <= 3"]),
        ("a <= 3", ["2 * a <= 7"]),
        ("a < 4 or a > 4", ["a != 4"]),
        ("a == 1 or a == 2 or a == 3", ["1 <= a <= 3"]),
        ("a >= 5 or a < 5", []),
        (f"a < {10**500}", []),
        (f"c < {10**500 + 1}", [f"c < {10**500}"]),
        (f"2 * a <= {10**500}", [f"a <= {10**499}"]),
    ],
)
def test_what_follows_of_integers(text, others):
    assert follows(text, others, whole)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("a <= 3", ["a < 5"]),
        ("a < b", ["a <= b"]),
        ("a == 1 or a == 2", ["1 <= a <= 3"]),
        ("a * b < 4", ["b < 4"]),
        ("a", ["a >= 0"]),
        ("a & 1", ["a"]),
        ("a in [1, 2]", ["a in [1, 2, 3]"]),
        (" and ".join(f"(x{n} == 0 or x{n} == 1)" for n in range(20)), ["x0 == 0"]),
    ],
)
def test_what_does_not_follow_of_integers(text, others):
    assert not follows(text, others, whole)


def test_ends_of_a_range_are_worked_out():
    assert interval("[0, 1 << 12]") == (0, 4096)
    assert interval("[-1, 2 * 3]") == (-1, 6)
    assert interval("[0, MOST]") is None


@pytest.fixture(scope="module")
def accepted(tmp_path_factory):
    """Return the contract whose baseline is accepted: once, for it is the same for all that is changed about it."""
    folder = tmp_path_factory.mktemp("accepted")
    (folder / "q.h").write_text(HEADER)
    path = folder / "q.contract.yaml"
    path.write_text(CONTRACT)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["abi", "accept", str(path)]) == 0
    return path


@pytest.fixture
def judged(accepted, monkeypatch, capsys):
    """Return what tells the verdict on one change of the contract."""
    return judge_in(accepted.parent, monkeypatch, capsys)


@pytest.fixture
def judged_apart(accepted, tmp_path, monkeypatch, capsys):
    """Return the same for a folder of the test's own, where it may accept anew, or change the header."""
    shutil.copytree(accepted.parent, tmp_path, dirs_exist_ok=True)
    (tmp_path / "q.contract.yaml").write_text(CONTRACT)
    return judge_in(tmp_path, monkeypatch, capsys)


def judge_in(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    path = folder / "q.contract.yaml"

    def judge(before, after):
        assert before in CONTRACT
        path.write_text(CONTRACT.replace(before, after))
        capsys.readouterr()
        main(["abi", "check", str(path), "-v"])
        return capsys.readouterr().out.splitlines()[-1].split()[1]

    return judge


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("len < 4000", "4000 > len", "compatible"),
        ("len < 4000", "len < 4090", "compatible"),
        ("len < 4000", "len < 3000", "breaking"),
        ("len < 4000", "len <= 3999", "compatible"),
        ("len < 4000", "len <= 3998", "breaking"),
        ("len < 4000", "len + 1 <= 4000", "compatible"),
        ("len < 4000", "not len >= 4000", "compatible"),
        ("len < 4000", "opts.slots < 4000", "breaking"),
        ("len < 4000", "len < 4000\n      - opts.slots >= 0", "compatible"),
        ("result < 10", "result <= 9", "compatible"),
        ("result < 10", "result <= 9.5", "compatible"),
        ("slots: {range: [1, 1024]}", "slots: {one_of: [1, 2]}", "breaking"),
        ("most: {range: [0, 100]}", "most: {one_of: [0, 50, 100]}", "compatible"),
        ("most: {range: [0, 100]}", "most: {one_of: [0, 101]}", "breaking"),
        ("result < 10", "result < 9", "compatible"),
        ("result < 10", "result < 11", "breaking"),
        ("slots: {range: [1, 1024]}", "slots: {range: [1, 1 << 10]}", "compatible"),
        ("slots: {range: [1, 1024]}", "slots: {range: [1, 512]}", "breaking"),
        ("slots: {range: [1, 1024]}", "slots: {range: [0, 1024]}", "compatible"),
        ("most: {range: [0, 100]}", "most: {range: [0, 101]}", "breaking"),
        ("most: {range: [0, 100]}", "most: {range: [0, 99]}", "compatible"),
        ("kind: {range: [0, 9]}", "kind: {range: [0, 8]}", "breaking"),
        ("slots: {range: [1, 1024]}", "slots: {flags: [1, 2, 4]}", "risky"),
        ("most: {range: [0, 100]}", "most: {flags: [1, 2, 4]}", "breaking"),
        ("kind: {range: [0, 9]}", "kind: {range: [0, 10]}", "compatible"),
        ("      - slots != 7", "      - slots != 7\n      - slots != 8", "breaking"),
        ("    invariants:\n      - slots != 7\n", "", "compatible"),
        ("      - most != 7", "      - most != 7\n      - most != 8", "compatible"),
        ("    invariants:\n      - most != 7\n", "", "breaking"),
        (
            "{to: string, owner: caller, free: q_drop}",
            "{to: string, nullable: true, owner: caller, free: q_drop}",
            "breaking",
        ),
        ("{to: string, owner: caller, free: q_drop}", "{to: string, owner: callee}", "breaking"),
        (
            "of: {to: string, encoding: ascii}",
            "of: {to: string, encoding: ascii, nullable: true}",
            "compatible",
        ),
        (
            "of: {to: string, encoding: ascii}",
            "of: {to: string, encoding: ascii, like: '[a-z]*'}",
            "breaking",
        ),
        ("encoding: ascii}, length: n}", "encoding: ascii}, length: n, ended_by: null}", "risky"),
        ("ended_by: {kind: 0}", "ended_by: {kind: 1}", "breaking"),
        ("seen: {out: q_seen}\n", "seen: {out: q_seen, fields: {most: {range: [0, 100]}}}\n", "compatible"),
        ("seen: {out: q_seen}\n", "seen: {out: q_seen, fields: {most: {range: [0, 50]}}}\n", "compatible"),
        ("seen: {out: q_seen}\n", "seen: {out: q_seen, fields: {most: {range: [0, 200]}}}\n", "breaking"),
        ("seen: {out: q_seen}\n", "seen: {out: q_seen, fields: {most: {}}}\n", "breaking"),
        ("{in: q_opts}", "{in: q_opts, fields: {slots: {range: [0, 2000]}}}", "compatible"),
        ("{in: q_opts}", "{in: q_opts, fields: {slots: {range: [2, 3]}}}", "breaking"),
        ("{in: q_opts}", "{in: q_opts, fields: {slots: {}}}", "compatible"),
        ("fields: {most: {one_of: [1, 2]}}", "fields: {most: {one_of: [1, 2, 3]}}", "breaking"),
        ("fields: {most: {one_of: [1, 2]}}", "fields: {most: {one_of: [1]}}", "compatible"),
        ("records: {to: struct q_tag, size: 8}", "records: {to: struct q_tag, size: 16}", "breaking"),
        ("size: 4, count: n}", "size: 8, count: n}", "breaking"),
        ("data: {nullable: true}", "data: {opaque: true, nullable: true}", "risky"),
        ("nul_terminated: 4095", "nul_terminated: 4094", "breaking"),
        ("1: struct q_tag", "1: {to: struct q_tag}, 2: none", "risky"),
        ("1: struct q_tag", "1: long", "risky"),
        ("until: [q_deaf, q_hush]", "until: q_deaf", "breaking"),
        ("lifetime: handle(q), until: [q_deaf, q_hush]", "lifetime: handle(q)", "breaking"),
        ("until: [q_deaf, q_hush]", "until: [q_hush, q_deaf]", "compatible"),
        ("callback: q_hear.heard", "callback: {given: [q_hear.heard]}", "compatible"),
        ("callback: q_hear.heard", "callback: {}", "risky"),
    ],
)
def test_what_changes_of_a_promise(judged, before, after, verdict):
    assert judged(before, after) == f"{verdict}"


STATUS = "returns: {status: {ok: [0], errors: {-1: no}}}\n    requires:"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("{ok: [0], errors: {1: no, 2: never}}", "risky"),
        ("{ok: [0]}", "compatible"),
        ("{ok: [0, 3], errors: {1: no}}", "risky"),
    ],
)
def test_a_status_behind_a_parameter(judged, status, verdict):
    assert judged("status: {ok: [0], errors: {1: no}}", f"status: {status}") == verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("{call: q_count(), ok: [0], errors: {-1: no}}", "risky"),
        ("{is: errno, ok: [0], errors: {-1: no}}", "risky"),
    ],
)
def test_a_status_that_something_else_comes_to_tell(judged, status, verdict):
    assert judged(STATUS, f"returns: {{status: {status}}}\n    requires:") == verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("{ok: 0..level, errors: {-1: no}}", "risky"), ("{ok: [0, level], errors: {-1: no}}", "risky")],
)
def test_a_status_that_comes_to_depend_on_an_argument(judged, status, verdict):
    assert judged(STATUS, f"returns: {{status: {status}}}\n    requires:") == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("p99: 10us", "p99: 20us", "risky"),
        ("p99: 10us", "p99: 0.01ms", "compatible"),
        ("p99: 10us, ", "", "risky"),
        ("allocations: 1", "allocations: 0", "compatible"),
        ("at_most: n", "at_most: n log n", "risky"),
    ],
)
def test_a_budget_that_callers_were_told_is_risky_to_raise(judged, before, after, verdict):
    assert judged(before, after) == verdict


LEFT, TEXT = "left: {out: int, range: [0, 10]}", "text: {out: bytes, capacity: 8, length: used}"
GIVE = "give: {in: string, max: 20}"
REJECTED = "{when: {left: null, level: 3}, returns: -1, ensures: [result == -1]}"
HANDLE = "q: {create: q_new, destroy: q_free"
AGREES = "    ensures: [a.result == b.result]"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        # What comes out is the library's to keep, though it comes out through a parameter.
        (LEFT, "left: {out: int, range: [0, 20]}", "breaking"),
        (LEFT, "left: {out: int, range: [0, 5]}", "compatible"),
        (LEFT, "left: {out: int, one_of: [0, 10]}", "compatible"),
        ("room: {inout: int, range: [0, 10]}", "room: {inout: int, range: [0, 20]}", "breaking"),
        ("room: {inout: int, range: [0, 10]}", "room: {inout: int, range: [0, 5]}", "breaking"),
        # What goes without saying is no change when it is said.
        (GIVE, GIVE[:-1] + ", lifetime: call}", "compatible"),
        (GIVE, GIVE[:-1] + ", lifetime: {static: level == 1}}", "breaking"),
        (TEXT, TEXT[:-1] + ", on_failure: unspecified}", "compatible"),
        (TEXT, TEXT[:-1] + ", on_failure: untouched}", "risky"),
        (GIVE, GIVE[:-1] + ", owner: caller}", "compatible"),
        (GIVE, GIVE[:-1] + ", owner: callee}", "breaking"),
        (GIVE, GIVE[:-1] + ", owner: {callee: n > 1}}", "breaking"),
        # The form of what is given, and of what comes out; which parameters may overlap; and that memory may run out.
        (GIVE, GIVE[:-1] + ", like: a+}", "breaking"),
        (GIVE, GIVE[:-1] + ", encoding: mostly utf-8}", "compatible"),
        (TEXT, TEXT[:-1] + ", encoding: utf-8}", "compatible"),
        (TEXT, TEXT[:-1] + ", may_overlap: give}", "compatible"),
        (TEXT, TEXT[:-1] + ", in_place: give}", "compatible"),
        (TEXT, TEXT[:-1] + ", secret: true}", "compatible"),
        ("errors: {-1: no}}}\n", "errors: {-1: no}}}\n    may_fail: {memory: {returns: -1}}\n", "risky"),
        ("used: {out: size_t}", "used: {out: size_t, on_failure: unspecified}", "compatible"),
        (LEFT, LEFT[:-1] + ", on_failure: untouched}", "compatible"),
        (LEFT, LEFT[:-1] + ", on_failure: written}", "risky"),
        ("{callback: {returns:", "{callback: {threads: same, calls: 0.., returns:", "compatible"),
        ("{callback: {returns:", "{callback: {threads: any, returns:", "risky"),
        ("{callback: {returns:", "{callback: {whole: true, returns:", "risky"),
        # Constants stand for their values.
        ("one_of: [0, 3]", "one_of: [Q_NONE, Q_FULL]", "compatible"),
        ("one_of: [0, 3]", "one_of: [Q_FULL]", "breaking"),
        ("level != 1", "level != Q_FULL - 2", "compatible"),
        ("level: {one_of: [0, 3]}", "level: {}", "compatible"),
        ("level != 1", "level in [0, 3]", "compatible"),
        # Refused calls have postconditions, too, and no order of what is wrong with them.
        (REJECTED, REJECTED.replace("left: null, level: 3", "level: 3, left: null"), "compatible"),
        (REJECTED, REJECTED.replace(", ensures: [result == -1]", ""), "breaking"),
        (REJECTED, REJECTED.replace("[result == -1]", "[result == -1, used == 0]"), "compatible"),
        # So have laws, handles and the library as a whole.
        (HANDLE, HANDLE.replace("q_free", '"q_free(q, 2)"'), "breaking"),
        (AGREES, AGREES.replace("]", ", a.result > 0]"), "compatible"),
        (AGREES, "    ensures: [a.result > 0]", "breaking"),
        (AGREES, AGREES.replace("]", ", q_walk(of) == q_walk(of)]"), "compatible"),
        ("      - b = q_walk(of)", "      - b = q_walk(of=of)", "risky"),
        ("      - b = q_walk(of)", "      - b = q_walk(of) 2 times if a.result == 0", "risky"),
        (HANDLE, HANDLE + ", concurrent: true", "compatible"),
        (HANDLE, HANDLE + ", concurrent: false", "compatible"),
        ("prefix: q_", "prefix: q_\nmay: [output]", "risky"),
    ],
)
def test_what_both_sides_say_is_compared_by_what_it_means(judged, before, after, verdict):
    assert judged(before, after) == verdict


@pytest.mark.slow
def test_a_handle_that_is_no_longer_concurrent_breaks(judged_apart, tmp_path):
    (tmp_path / "q.contract.yaml").write_text(CONTRACT.replace(HANDLE, HANDLE + ", concurrent: true"))
    assert main(["abi", "accept", str(tmp_path / "q.contract.yaml")]) == 0
    assert judged_apart(HANDLE, HANDLE) == "breaking"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("in_place", "", "breaking"),
        ("in_place", "may_overlap", "compatible"),
        ("may_overlap", "in_place", "breaking"),
    ],
)
def test_what_may_overlap_may_be_in_place_as_well(judged_apart, tmp_path, before, after, verdict):
    old, new = (TEXT[:-1] + (f", {clause}: give}}" if clause else "}") for clause in (before, after))
    (tmp_path / "q.contract.yaml").write_text(CONTRACT.replace(TEXT, old))
    assert main(["abi", "accept", str(tmp_path / "q.contract.yaml"), "--allow-breaking"]) == 0

    assert judged_apart(TEXT, new) == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("lifetime: static, until: q_drop", "lifetime: static", "compatible"),
        ("lifetime: static", "lifetime: static, until: q_drop", "breaking"),
        ("lifetime: static", "lifetime: call", "breaking"),
    ],
)
def test_what_is_lent_in_a_record_is_there_so_long(judged_apart, tmp_path, before, after, verdict):
    said = "page: {out: q_page"
    old, new = (f"{said}, lends: {{{each}}}" for each in (before, after))
    (tmp_path / "q.contract.yaml").write_text(CONTRACT.replace(said, old))
    assert main(["abi", "accept", str(tmp_path / "q.contract.yaml"), "--allow-breaking"]) == 0

    assert judged_apart(said, new) == verdict


ORDERED = HANDLE + (
    ", states: {new: {shown_by: {q_walk: result == 0}}, old: }"
    ", transitions: {q_walk: {from: new, to: {old: result == 1}}}"
)
COUNTED = ORDERED.replace("{from: new", "{while: n > 0, from: new").replace(
    ", transitions", ", counts: {n: 3}, transitions"
)


@pytest.mark.full
@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (HANDLE, ORDERED, "breaking"),
        (ORDERED, HANDLE, "breaking"),  # what is shown is promised no more
        (ORDERED, ORDERED.replace("from: new", "from: [old, new]"), "compatible"),
        (ORDERED, ORDERED.replace("from: new", "from: old"), "risky"),
        (ORDERED, ORDERED.replace("from: new,", "from: new, once: true,"), "breaking"),
        (ORDERED, COUNTED, "breaking"),
        (ORDERED, ORDERED.replace("{from: new", "{of: of, from: new"), "breaking"),
        (ORDERED, ORDERED.replace("old: result == 1", "old: result==1"), "compatible"),
        (ORDERED, ORDERED.replace("old: result == 1", "old: result == 2"), "risky"),
        ("prefix: q_", "prefix: q_\nsetup: [{q_mark: {tag: {kind: 1}}}]", "breaking"),
    ],
)
def test_the_order_of_calls_is_part_of_what_is_promised(judged_apart, tmp_path, before, after, verdict):
    if before == ORDERED:
        (tmp_path / "q.contract.yaml").write_text(CONTRACT.replace(HANDLE, ORDERED))
        assert main(["abi", "accept", str(tmp_path / "q.contract.yaml"), "--allow-breaking"]) == 0
        before = HANDLE
    assert judged_apart(before, after) == verdict


@pytest.mark.parametrize(("comes", "verdict"), [(True, "compatible"), (False, "breaking")])
def test_a_function_by_one_name_more_takes_nothing_back(judged_apart, tmp_path, comes, verdict):
    named = "functions:\n  q_put_few: {function: q_put, params: {data: {in: bytes, length: len}, opts: {in: q_opts}, "
    named += "len: {range: [0, 9]}}, requires: [len > 0], ensures: [result == 0]}\n"
    if not comes:
        (tmp_path / "q.contract.yaml").write_text(CONTRACT.replace("functions:\n", named, 1))
        assert main(["abi", "accept", str(tmp_path / "q.contract.yaml"), "--allow-breaking"]) == 0

    assert judged_apart("functions:\n", named if comes else "functions:\n") == verdict


@pytest.mark.parametrize(("limit", "verdict"), [("4000", "compatible"), ("3000", "breaking")])
def test_a_parameter_may_have_another_name(judged_apart, tmp_path, limit, verdict):
    (tmp_path / "q.h").write_text(HEADER.replace("size_t len,", "size_t size,"))
    before = (
        "      data: {in: bytes, length: len}\n      opts: {in: q_opts}\n    requires:\n      - len < 4000\n"
    )
    after = before.replace("length: len", "length: size").replace("len < 4000", f"size < {limit}")
    assert judged_apart(before, after) == verdict


def test_a_domain_and_a_condition_say_the_same(judged):
    moved = "      opts: {in: q_opts}\n      len: {range: [0, 3999]}\n"
    whole_clause = "      opts: {in: q_opts}\n    requires:\n      - len < 4000\n"
    assert judged(whole_clause, moved) == "compatible"
    assert judged(whole_clause, moved.replace("3999", "3998")) == "breaking"
    assert judged(whole_clause, moved.replace("[0,", "[1,")) == "breaking"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("[A, B]", "[A, B, C]", "wider"),
        ("[A, B, C]", "[A, B]", "narrower"),
        ("[A, B]", "[B, A]", "same"),
        ("[A, B]", "[A, C]", "changed"),
        ("", "[A]", "narrower"),
    ],
)
def test_another_flag_is_another_combination(old, new, direction):
    assert _direction("flags", old, new) == direction


@pytest.mark.unit
@pytest.mark.parametrize(
    ("aspect", "old", "new", "direction"),
    [
        ("like", r"\d+", r"\d{1,9}", "narrower"),
        ("like", r"\d{2}", r"\d+", "wider"),
        ("like", "(a|b)*", "[ab]*", "same"),
        ("like", "a+", "b+", "changed"),
        ("like", "", "a", "narrower"),
        ("like", "a", "", "wider"),
        ("encoding", "utf-8", "mostly utf-8", "wider"),
        ("encoding", "mostly utf-8", "utf-8", "narrower"),
        ("encoding", "", "utf-8", "narrower"),
        ("encoding", "utf-8", "ascii", "changed"),
        ("may_overlap", "", "from", "wider"),
        ("may_overlap", "from", "", "narrower"),
        ("in_place", "", "from", "wider"),
        ("in_place", "from", "", "narrower"),
        ("unlink", "", "true", "wider"),
        ("unlink", "true", "", "narrower"),
        ("at_most", "", "1", "narrower"),
        ("at_most", "1", "", "wider"),
        ("at_most", "1", "2", "wider"),
        ("at_most", "3", "2", "narrower"),
        ("locks", "", "[clear]", "narrower"),
        ("locks", "[clear, add]", "[clear]", "wider"),
        ("locks", "[clear]", "[add]", "changed"),
        ("locks_all_but", "", "[size]", "narrower"),
        ("locks_all_but", "[size]", "[size, name]", "wider"),
        ("locks_all_but", "[size]", "", "wider"),
        ("only", "", "[tidy]", "narrower"),
        ("only", "[tidy]", "[tidy, size]", "wider"),
        ("only", "[tidy]", "[size]", "changed"),
        ("only", "[tidy]", "", "wider"),
        ("read_only", "", "true", "narrower"),
        ("order", "", "{ends: start}", "narrower"),
        ("order", "{ends: start}", "", "wider"),
        ("order", "{ends: start}", "{ends: begin}", "changed"),
        ("resets", "", "true", "changed"),
        ("while", "", "depth > 0", "narrower"),
        ("while", "depth > 0", "", "wider"),
        ("while", "depth > 0", "depth > 1", "changed"),
        ("counts", "", "depth: 3", "narrower"),
        ("counts", "depth: 3", "depth: 9", "wider"),
        ("counts", "depth: 9, width: 1", "depth: 3, width: 1", "narrower"),
        ("counts", "depth: 3", "width: 3", "changed"),
        ("counts", "depth: depth + 1", "depth: depth + 2", "changed"),
        ("secret", "", "true", "narrower"),
        ("secret", "true", "", "wider"),
        ("may_fail", "", "{memory: {returns: -1}}", "changed"),
        ("may_fail", "{memory: {returns: -1}}", "", "narrower"),
        ("may_fail", "{memory: {returns: -1}}", "{memory: {returns: -2}}", "changed"),
        ("invalid", "[-1]", "[..-1]", "wider"),
        ("invalid", "[..-1]", "[-1]", "wider"),
        ("invalid", "", "[-1]", "changed"),
    ],
)
def test_which_way_a_form_or_an_encoding_changed(aspect, old, new, direction):
    assert _direction(aspect, old, new) == direction


@pytest.mark.unit
def test_flags_are_a_condition_on_bits():
    assert as_condition("f(mode)", "flags", "[A, 1 << 3]") == "mode & ~((A) | (1 << 3)) == 0"
