"""Work grows with what there is to look at and no faster, and what would take for ever is reported as not judged.

Nothing here measures time: what is done is counted.
"""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.expression import allowance as allowed
from abidance.contract.load import load_contract
from abidance.core import masks
from abidance.generate.hints import Hints
from abidance.header.read import read_header
from abidance.run.commands.check import check_contract
from abidance.toolchain import constants
from abidance.toolchain.compiler import find_compiler

COULD_NOT_JUDGE = 3
ARRAY = "#include <stddef.h>\nvoid it_copy(const unsigned char *src, unsigned char *to, size_t n);\n"
COPIES = """\
#include <string.h>
void it_copy(const unsigned char *src, unsigned char *to, size_t n) { memcpy(to, src, n); }
"""
COPY_CONTRACT = """\
functions:
  it_copy:
    params:
      src: {in: bytes, length: n}
      to: {out: bytes, length: n}
      n: {range: [0, 64]}
    ensures: ["all(to[i] == src[i] for i in range(n))"]
"""


@pytest.mark.slow
def test_expressions_of_one_item_have_one_budget(small, monkeypatch):
    monkeypatch.setattr(allowed, "MAX_STEPS", 2)

    ended = small.run(ARRAY, COPIES, COPY_CONTRACT, "--phase", "properties", examples=100)

    assert ended.status == COULD_NOT_JUDGE, ended.text
    assert "visited more than 200 elements" in ended.text
    assert "`max_examples` above 100 allows more" in ended.text


@pytest.mark.slow
def test_a_budget_is_for_each_item_anew(small, monkeypatch):
    monkeypatch.setattr(allowed, "MAX_STEPS", 2_000)

    ended = small.run(ARRAY, COPIES, COPY_CONTRACT, examples=20)

    assert ended.status == 0, ended.text


@pytest.fixture
def calls(monkeypatch):
    """Return a function that counts the calls of a function of ours from now on."""

    def count(owner, name):
        counted = []
        whole = getattr(owner, name)

        def counting(*arguments, **named):
            counted.append(arguments)
            return whole(*arguments, **named)

        monkeypatch.setattr(owner, name, counting)
        return counted

    return count


def test_checking_many_examples_mines_each_once(small, calls):
    examples = "".join(f"      - {{a: {n % 90}, b: 1, returns: {n % 90 + 1}}}\n" for n in range(300))
    small.write("int it_add(int a, int b);\n", f"functions:\n  it_add:\n    examples:\n{examples}")
    small.compile("int it_add(int a, int b) { return a + b; }")
    mentioned = calls(Hints, "_mention")

    assert not check_contract(small.folder / "it.contract.yaml").diagnostics
    assert len(mentioned) < 10 * 300


@pytest.mark.parametrize("ends", ["1", '"text"'])
def test_macros_that_are_made_of_macros_are_looked_at_once_each(small, calls, ends):
    chain = "".join(f"#define M{n} (M{n - 1} + 1)\n" for n in range(1, 400))
    (small.folder / "it.h").write_text(f"#define M0 {ends}\n{chain}")
    declared = read_header(small.folder / "it.h", compiler=find_compiler())
    looked = calls(constants, "_look")

    found = constants.refusals([f"M{n}" for n in range(400)], declared, declared.enumerators)

    assert len(looked) <= 400
    assert found["M399"] == (None if ends == "1" else "uses `M0`, which is a string")


def test_the_enum_of_an_enumerator_is_found_without_a_look_at_the_others(small):
    names = ", ".join(f"E{n}" for n in range(500))
    (small.folder / "it.h").write_text(f"enum big {{ {names} }};\nenum other {{ F0 }};\n")
    declared = read_header(small.folder / "it.h", compiler=find_compiler())

    assert {declared.enumerators[f"E{n}"] for n in range(500)} == {"enum big"}
    assert declared.enumerators["F0"] == "enum other"
    assert "E500" not in declared.enumerators


@pytest.mark.slow
def test_a_refused_call_with_a_large_buffer_is_judged_as_with_a_small_one(small):
    header = "#include <stddef.h>\nint it_fill(unsigned char *to, size_t n);\n"
    source = """\
        int it_fill(unsigned char *to, size_t n) {
          if (n > 16) { if (n > 100000) to[n - 1] = 1; return -1; }
          for (size_t i = 0; i < n; i++) to[i] = 1;
          return 0;
        }
    """
    contract = """\
        functions:
          it_fill:
            params:
              to: {out: bytes, length: n}
              n: {range: [0, 16]}
            rejects:
              - {when: {n: {range: [17, 200000]}}, returns: -1}
    """
    ended = small.run(header, source, contract, "--phase", "rejects", examples=30)

    assert ended.codes == ["ABD328"], ended.text


@pytest.mark.parametrize("size", [0, 1, 7, 1000])
def test_masks_say_what_a_look_at_each_byte_says(size):
    one = bytes(n * 7 % 5 for n in range(size))
    other = bytes(n * 3 % 5 for n in range(size + 1))
    pairs = [*zip(one, other, strict=False)]

    assert masks.different(one, other) == bytes(a != b for a, b in pairs)
    assert masks.equal_to(one, 3) == bytes(a == 3 for a in one)
    some, more = masks.equal_to(one, 3), masks.different(one, other)
    assert masks.both(some, more) == bytes(a and b for a, b in zip(some, more, strict=True))
    assert masks.either(some, more) == bytes(a or b for a, b in zip(some, more, strict=True))
    assert masks.but(some, more) == bytes(a and not b for a, b in zip(some, more, strict=True))
    assert masks.first(some) == next((n for n, a in enumerate(some) if a), None)


def test_joining_a_header_of_many_enumerators_asks_no_quadratic_question(small, calls):
    names = ", ".join(f"E{n}" for n in range(300))
    small.write(f"enum big {{ {names} }};\nint it_of(enum big a);\n", "functions:\n  it_of: {}\n")
    looked = calls(constants, "_look")

    assert join(load_contract(small.folder / "it.contract.yaml")).functions["it_of"].signature
    assert len(looked) <= 300
