"""What a contract says of several calls together is put to the test, and so is whether it can be."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError
from abidance.run.commands.emit_c import emit_c
from abidance.run.commands.replay import replay
from tiers import sample

LAWS = (
    "what_was_added_is_found",
    "nothing_is_left_after_removal",
    "what_is_read_can_be_added",
    "a_step_makes_a_table",
    "what_a_step_left_is_meant_whatever_handles_are_made_between",
)


@pytest.mark.slow
@pytest.mark.spares("ABD376")
@pytest.mark.parametrize("law", sample(LAWS, keep=LAWS[:2]))
@pytest.mark.parametrize("library", sample(["sound", "near", "sound_asan"], keep=["sound", "near"]))
def test_laws_that_hold_are_left_alone(library, law, judge):
    assert judge("handle_lifetimes", law, library, seed=1) == ([], [])


@pytest.mark.slow
@pytest.mark.finds("ABD376")
def test_a_broken_law_is_told_with_its_steps(judge):
    (found,), reasons = judge("handle_lifetimes", "what_was_added_is_found", "narrow", seed=1)

    assert found.diagnostic.code.id == "ABD376"
    assert found.diagnostic.message == (
        "the law `what_was_added_is_found` is broken: `a.result == 0 and a.value == value` does not hold"
    )
    assert found.repeats == (5, 5)
    assert found.call.splitlines()[1:] == [
        'lv_add(table, "", 32768);',
        "int value;",
        'lv_get(table, "", &value);        // returned 0',
    ]
    assert reasons == []


@pytest.mark.slow
def test_a_handle_that_a_step_makes_is_given_to_later_ones(judge):
    (found,), reasons = judge("handle_lifetimes", "a_step_makes_a_table", "narrow", seed=1)

    assert found.diagnostic.code.id == "ABD376"
    assert found.call.splitlines()[:3] == [
        'lv_table *table = lv_table_new("mine");',
        "lv_table *table2 = lv_table_copy(table);",
        'lv_add(table2, "", 32768);',
    ]
    assert reasons == []


@pytest.mark.slow
def test_a_broken_law_is_replayed_and_written_in_c(judge, tmp_path):
    (found,), _ = judge("handle_lifetimes", "what_was_added_is_found", "narrow", seed=2)
    settings, events = judge.session.settings, []

    replay(found.case, settings, events.append)
    (again,) = events[-1].items
    assert [each.diagnostic.message for each in again.findings] == [found.diagnostic.message]

    program, library = tmp_path / "again.c", judge.folder / "libhandle_lifetimes_narrow.so"
    program.write_text(emit_c(found.case, settings, program.name))
    made = ["gcc", "-g", f"-I{judge.folder}", str(program), str(library), f"-Wl,-rpath,{judge.folder}"]
    subprocess.run([*made, "-o", str(tmp_path / "again")], check=True, capture_output=True)
    assert subprocess.run([str(tmp_path / "again")], check=False, capture_output=True).returncode == 1


MISTAKES = {
    "lv_ad(table, key, 1)": "function `lv_ad` is not in `functions`",
    "lv_add(table, keys, 1)": "unknown name `keys`",
    "lv_add(table, key=key, valu=1)": "parameter `valu` is not in `lv_add`",
    "lv_count(a.value + 1)": "`table` is neither a number nor memory that is read, so nothing is computed for it",
    "lv_add(table, key, b.value + 1)": "unknown name `b`",
    "lv_add(table, key, 1) if a.results": "`results` is not a field of what `lv_get` left",
    "lv_table_copy(table) 2 times": "is made 2 times, and what each call makes is the caller's to end",
    "lv_add(table, key, 1) unless a.value": "must be a call such as `a = rg_admit(guard, request)`",
    "lv_add(table, a.value, 1)": "`a.value` cannot be passed as `key`: `value` has elements of 4 bytes, and `key` of 1",
    "lv_count(a.result)": "it is a `lv_table`, and the result of `lv_get` is none that `lv_get` created",
    "lv_get(table, key, 3)": "`lv_get` takes 2 arguments here, without those that are only written",
    "lv_add(table": "must be a call such as `a = rg_admit(guard, request)`",
    "lv_next_after(10)": "no valid call has 10 for `value`",
    "table.add(1)": "library `table` is not in `libraries`",
}


@pytest.mark.parametrize("call", MISTAKES)
def test_a_step_that_cannot_be_made_is_a_mistake_of_the_contract(call, built):
    path = built / "handle_lifetimes.contract.yaml"
    text = path.read_text().split("\nlaws:")[0] + (
        "\nlaws:\n  wrong:\n    given: {table: lv_table, key: {in: string, max: 8}}\n    steps:\n"
        f"      - a = lv_get(table, key)\n      - {call}\n    ensures: [a.result == 0]\n"
    )

    with pytest.raises(UsageError) as caught:
        join(load_text(text, path))

    (diagnostic,) = caught.value.diagnostics
    assert MISTAKES[call] in diagnostic.message
    assert diagnostic.span.path == path
    if "takes 2 arguments" in diagnostic.message:
        assert diagnostic.help == "without names, arguments go to `table`, `key` in this order"


def test_a_field_that_no_step_has_is_a_mistake_of_the_contract(built):
    path = built / "handle_lifetimes.contract.yaml"
    text = path.read_text().replace("a.result == 0 and a.value == value", "a.results == 0")

    with pytest.raises(UsageError, match=r"`results` is not a field of what `lv_get` left"):
        join(load_text(text, path))


HEX = """\
abidance: 1
boundary: hx
header: hx.h
libraries: {c: {command: [gcc, -shared, -fPIC, hx.c, -o, libhx.so], artifact: libhx.so}}
builds: [release]
functions:
  hx_encode: {params: {text: {in: bytes, length: n}, out: {out: bytes, capacity: 2 * n, length: result}}}
  hx_decode:
    params: {digits: {in: bytes, length: n}, out: {out: bytes, capacity: n // 2, length: result}}
    returns: {status: {ok: 0.., errors: {-1: no digits}}}
laws:
  back:
    given: {text: {in: bytes, max: 20}}
    steps: [a = hx_encode(text), b = hx_decode(a.out)]
    ensures: [b.result == len(text), b.out == text]
"""
ENCODES = """\
#include "hx.h"
size_t hx_encode(const unsigned char *text, size_t n, char *out)
{
    for (size_t i = 0; i < 2 * n; i++) out[i] = 'a' + (i % 2 ? text[i / 2] & 15 : text[i / 2] >> 4);
    return 2 * n;
}
long hx_decode(const char *digits, size_t n, unsigned char *out)
{
    for (size_t i = 0; i < n; i++)
        if (digits[i] < 'a' || digits[i] > 'p' || n % 2) return -1;
    for (size_t i = 0; i < n; i += 2) out[i / 2] = (digits[i] - 'a') << 4 | (digits[i + 1] - 'a');
    return n / 2;
}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", ""),
        ("<< 4 |", "<< 4 |  (i == 6) ^", "b.out == text"),
        ("return n / 2", "out[n / 2] = 0; return n / 2", "`hx_decode` wrote past the end of `out`"),
    ],
    ids=["sound", "wrong", "past the end"],
)
def test_room_may_depend_on_how_much_an_earlier_step_left(old, new, told, written, capsys):
    header = (
        "#include <stddef.h>\nsize_t hx_encode(const unsigned char *text, size_t n, char *out);\n"
        "long hx_decode(const char *digits, size_t n, unsigned char *out);\n"
    )
    written("hx", header, ENCODES.replace(old, new) if old else ENCODES, HEX)

    assert main(
        ["run", "hx.contract.yaml", "--phase", "laws", "--seed", "1", "--max-examples", "50"]
    ) == bool(told)
    report = capsys.readouterr().out
    assert told in report
    if told:
        assert main(["replay", re.search(r"abidance replay (\w+)", report)[1]]) == 1


@pytest.mark.slow
def test_what_a_law_is_given_may_come_from_python(tmp_path, written, capsys):
    header = "#include <stddef.h>\nint hx_level(const char *text, size_t n);\n"
    source = (
        '#include "hx.h"\nint hx_level(const char *text, size_t n) { return n == 4 && text[3] == 0x17; }\n'
    )
    (tmp_path / "says.py").write_text(
        "from hypothesis import strategies as st\nfour = st.just(b'abc\\x17')\n"
    )
    contract = HEX.partition("functions:")[0] + (
        "functions: {hx_level: {params: {text: {in: bytes, length: n}}}}\n"
        "laws:\n  one:\n    given: {text: {in: bytes, generate: 'says:four'}}\n"
        "    steps: [a = hx_level(text)]\n    ensures: [a.result == 1]\n"
    )
    for what, status, words in (
        (contract, 0, "ok: the contract holds."),
        (contract.replace("says:four", "says:five"), 3, "the module `says` has no `five`"),
        (contract.replace(", generate: 'says:four'", ""), 2, "add `max: NUMBER`"),
    ):
        written("hx", header, source, what)
        assert main(["run", "hx.contract.yaml", "--phase", "laws"]) == status
        assert words in capsys.readouterr().out


TABLE = HEX.partition("functions:")[0] + (
    "functions: {hx_even: {}}\n"
    "laws:\n  one:\n    given:\n"
    "      n: {in: int, range: [0, 9999], generate: 'says:numbers'}\n"
    "      m: {in: int, range: [0, 9999]}\n"
    "    steps: [a = hx_even(n), hx_even(m)]\n    ensures: [a.result == (n % 2 == 0)]\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tuple", "list"])
def test_every_value_of_a_table_is_tried(kind, tmp_path, written, capsys, monkeypatch):
    """Drawn from the table, one of 400 values would hardly ever be among the cases that are generated."""
    monkeypatch.delenv("PYTEST_XDIST_TESTRUNUID", raising=False)  # one test run builds a library once
    header = "int hx_even(int n);\n"
    wrong = '#include "hx.h"\nint hx_even(int n) { return n == 731 ? 1 : n % 2 == 0; }\n'
    sound = wrong.replace("n == 731 ? 1 : ", "")
    near = wrong.replace("731", "730")  # the table has no even numbers of this size
    table = f"numbers = {kind}(range(1, 801, 2))\n"
    cases = (
        (wrong, table, 1, "731"),
        (sound, table, 0, "ok: the contract holds."),
        (near, table, 0, "ok: the contract holds."),
        (sound, "numbers = (1, 3, 10000)\n", 3, "has 10000 for `n`, which is not valid there"),
        (sound, "numbers = (1, 'x')\n", 3, "gave 'x' for `n`, which "),
        (sound, "numbers = ()\n", 3, "is a strategy without values"),
    )
    for number, (source, says, status, words) in enumerate(cases):
        (tmp_path / f"says{number}.py").write_text(says)
        written("hx", header, source, TABLE.replace("says:", f"says{number}:"))
        assert main(["run", "hx.contract.yaml", "--phase", "laws"]) == status
        assert words in capsys.readouterr().out


ARRAYS = """\
abidance: 1
boundary: ar
header: ar.h
libraries: {c: {command: [gcc, -shared, -fPIC, ar.c, -o, libar.so], artifact: libar.so}}
builds: [release]
functions:
  ar_sort: {params: {xs: {inout: array, length: n}}}
  ar_sum: {params: {xs: {in: array, length: n}}}
laws:
  sorting_keeps_the_sum:
    given: {values: {in: array, max: 9, range: [-9, 9]}}
    steps:
      - a = ar_sort(values)
      - b = ar_sum(xs=a.xs, n=len(values))
    ensures: [len(a.xs) == len(values), b.result == sum(x for x in values)]
"""
SORTS = """\
#include "ar.h"
void ar_sort(short *xs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (xs[j] < xs[i]) { short x = xs[i]; xs[i] = xs[j]; xs[j] = x; }
}
long ar_sum(const short *xs, size_t n)
{
    long sum = 0;
    while (n-- > 0) sum += xs[n];
    return sum;
}
"""


@pytest.fixture
def arrays(written, monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_TESTRUNUID", raising=False)  # one test run builds a library once
    header = (
        "#include <stddef.h>\nvoid ar_sort(short *xs, size_t n);\nlong ar_sum(const short *xs, size_t n);\n"
    )

    def run(contract, source=SORTS):
        written("ar", header, source, contract)
        return main(["run", "ar.contract.yaml", "--phase", "laws", "--seed", "1", "--max-examples", "50"])

    return run


@pytest.mark.slow
def test_an_array_has_the_elements_of_the_parameter_that_it_is_given_to(arrays, capsys):
    assert arrays(ARRAYS) == 0
    assert arrays(ARRAYS, SORTS.replace("xs[j] = x;", "xs[j] = xs[i];")) == 1
    assert "short values[2] = " in capsys.readouterr().out.replace("xs[", "values[")


def test_an_array_that_no_step_is_given_as_it_is_is_a_mistake_of_the_contract(arrays, capsys):
    contract = ARRAYS.replace("ar_sort(values)", "ar_sort(n=3)").replace("len(a.xs) == len(values), ", "")

    assert arrays(contract) == 2
    told = capsys.readouterr().out
    assert "no step takes `values` unmodified: its element type is unknown" in told
