"""Records by value go to native code as gcc passes them, or the function is refused by name."""

from __future__ import annotations

import math
import random

import pytest

from abidance.checks.trial import Expectation
from abidance.contract.load import load_contract
from abidance.generate.sweep import edge_cases
from abidance.run.items import list_items
from abidance.run.session import Session
from abidance.run.settings import Settings

KINDS = ["int8_t", "uint8_t", "int16_t", "int32_t", "uint32_t", "int64_t", "float", "double", "bool", "char"]


def records(seed, count):
    """Return declarations of `count` plain records with arrays and records in them."""
    choose, texts = random.Random(seed), []  # noqa: S311 - no secret
    for number in range(count):
        fields = []
        for index in range(choose.randint(1, 5)):
            kind = (
                f"r{choose.randrange(number)}" if number and choose.random() < 0.25 else choose.choice(KINDS)
            )
            array = f"[{choose.randint(1, 4)}]" if choose.random() < 0.25 else ""
            fields.append(f"{kind} f{index}{array};")
        texts.append(f"typedef struct r{number} {{ {' '.join(fields)} }} r{number};")
    return texts


def alike(one, other):
    """Tell whether two values are equal, NaN being equal to itself."""
    if isinstance(one, dict):
        return all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return all(map(alike, one, other))
    return one == other or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


@pytest.mark.parametrize("seed", range(4))
def test_plain_records_come_back_as_they_went(seed, contract_for):
    texts = records(seed, 12)
    calls = [f"r{n} f_r{n}(char pad, r{n} x, double more, r{n} y)" for n in range(len(texts))]
    # The first one that is not all zero bytes comes back, so that both are looked at.
    bodies = [
        f"{call} {{ const char *p = (const char *)&x;"
        " for (unsigned i = 0; i < sizeof x; i++) if (p[i]) return x; return y; }"
        for call in calls
    ]
    contract = load_contract(
        contract_for(
            "\n".join([*texts, *(f"{call};" for call in calls)]),
            "\n".join(f"f_r{n}: {{}}" for n in range(len(texts))),
            "\n".join(bodies),
        )
    )
    with Session(Settings(contract.path.parent)) as session:
        boundary = session.boundary(contract)
        item = next(item for item in list_items(contract) if item.id.phase == "properties")
        runner = session.sources.runner(boundary, item.id, session.settings)
        for function in boundary.functions.values():
            assert function.refused == ()
            for case in edge_cases(boundary, function)[:60]:
                trial = runner.run(case, Expectation())
                seen = trial.seen
                nothing = not any(
                    trial.encoded.plan.blocks[trial.encoded.plan.calls[0].arguments[1].block].contents
                )
                assert alike(seen.after["result"], seen.before["y" if nothing else "x"])


REFUSED = [
    ("typedef union u { int i; float f; } u;", "u", "a union"),
    ("typedef struct b { unsigned a:3; } b;", "b", "a record with bit-fields"),
    ("typedef struct __attribute__((packed)) p { char c; int i; } p;", "p", "it is packed"),
    ("typedef struct a { _Alignas(32) int i; } a;", "a", "aligned to 32 bytes"),
    ("typedef union u { int i; } u; typedef struct s { int tag; u as; } s;", "s", "its field `as`"),
    ("typedef struct e { int tag; struct { int x; }; } e;", "e", "an anonymous member"),
    ("typedef long double ld;", "ld", "16-byte float"),
    ("typedef double _Complex c;", "c", "complex"),
    ("typedef __int128 big;", "big", "16-byte int"),
    ("typedef struct f { int n; char data[]; } f;", "f", "flexible"),
]


@pytest.mark.parametrize(("types", "name", "why"), REFUSED, ids=[row[1] for row in REFUSED])
@pytest.mark.parametrize("place", ["parameter", "result"])
def test_other_types_by_value_are_refused_by_name(types, name, why, place, boundary_for):
    prototype = f"int bad({name} x);" if place == "parameter" else f"{name} bad(void);"

    functions = boundary_for(f"{types}\n{prototype}\nint good(int x);", "bad: {}\ngood: {}").functions

    (refusal,) = functions["bad"].refused
    assert refusal.code.id == "ABD204"
    assert why in refusal.message
    assert functions["bad"].signature is None
    assert functions["good"].signature is not None


@pytest.mark.parametrize(("types", "name", "why"), REFUSED[:6], ids=[row[1] for row in REFUSED[:6]])
def test_by_pointer_they_are_not_refused(types, name, why, boundary_for):
    functions = boundary_for(
        f"{types}\nint good(const {name} *x);", f"good: {{params: {{x: {{in: {name}}}}}}}"
    ).functions

    assert functions["good"].refused == ()
