"""Records by value go to native code as gcc passes them, or the function is refused by name."""

from __future__ import annotations

import math
import random

import pytest

from abidance.binding.binding_method import Binding, BindingKind, how_called
from abidance.checks.evidence.expectation import Expectation
from abidance.contract.load import load_contract
from abidance.generate.sweep import edge_cases
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.settings import Settings
from tiers import first

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


@pytest.mark.full
@pytest.mark.parametrize("seed", first(range(4)))
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


THROUGH_STUBS = [
    ("typedef union u { int i; float f; double d; } u;", "u", "a union"),
    ("typedef struct b { unsigned a:3; signed b:5; long c:40; } b;", "b", "a record with bit-fields"),
    ("typedef struct __attribute__((packed)) p { char c; int i; float f; } p;", "p", "a packed record"),
    ("typedef struct a { _Alignas(32) int i; } a;", "a", "aligned to 32 bytes"),
    ("typedef union u { int i; double d; } u; typedef struct s { int t; u as; } s;", "s", "a union"),
    ("typedef struct e { int tag; struct { int x; float y; }; } e;", "e", "an anonymous member"),
    ("typedef struct n { int n; char data[]; } n;", "n", "flexible"),
    ("typedef struct z { } z;", "z", "an empty record"),
    ("typedef struct aa { bool of[3][1]; } aa;", "aa", "an array of arrays"),
    ("typedef long double ld;", "ld", "`long double`"),
    ("typedef double _Complex c;", "c", "_Complex"),
    ("typedef long double _Complex lc;", "lc", "_Complex"),
    ("typedef int _Complex ic;", "ic", "_Complex"),
    ("typedef __int128 big;", "big", "`__int128`"),
    ("typedef unsigned __int128 ubig;", "ubig", "`unsigned __int128`"),
    ("typedef float v __attribute__((vector_size(16)));", "v", "vector_size(16)"),
    ("typedef short v8 __attribute__((vector_size(8)));", "v8", "vector_size(8)"),
    ("typedef _Float16 half;", "half", "`_Float16`"),
    ("typedef __float128 quad;", "quad", "`_Float128`"),
    ("typedef _Decimal32 d32;", "d32", "`_Decimal32`"),
    ("typedef _Decimal64 d64;", "d64", "`_Decimal64`"),
    ("typedef _Decimal128 d128;", "d128", "`_Decimal128`"),
    ("typedef _Float64x x64;", "x64", "`_Float64x`"),
]


@pytest.mark.slow
def test_what_ctypes_passes_wrongly_comes_back_as_it_went(contract_for):
    # One library of all types: each function takes two among others, and returns one of them.
    names = [name for _, name, _ in THROUGH_STUBS]
    calls = [f"{name} f_{name}(char first, {name} x, double pad, {name} y)" for name in names]
    types = dict.fromkeys(part for text, _, _ in THROUGH_STUBS for part in text.split("\n"))
    types = [text for text in types if text != "typedef union u { int i; float f; double d; } u;"]
    contract = load_contract(
        contract_for(
            "\n".join([*types, *(f"{call};" for call in calls)]),
            "\n".join(f"f_{name}: {{}}" for name in names),
            "\n".join(f"{call} {{ return first > 0 ? x : y; }}" for call in calls),
        )
    )
    with Session(Settings(contract.path.parent)) as session:
        boundary = session.boundary(contract)
        item = next(item for item in list_items(contract) if item.id.phase == "properties")
        runner = session.sources.runner(boundary, item.id, session.settings)
        for function in boundary.functions.values():
            assert str(function.signature).startswith(f"stub {function.name}:")
            for case in edge_cases(boundary, function)[:40]:
                seen = runner.run(case, Expectation()).seen
                given = seen.before["x" if seen.before["first"] > 0 else "y"]
                assert alike(seen.after["result"], given), function.name


@pytest.mark.parametrize(
    ("types", "name", "why"), first(THROUGH_STUBS, 8), ids=[row[1] for row in THROUGH_STUBS]
)
@pytest.mark.parametrize("place", first(["parameter", "result"], 8))
def test_a_binding_tells_why_it_needs_a_stub(types, name, why, place, boundary_for):
    prototype = f"int call({name} x);" if place == "parameter" else f"{name} call(void);"

    boundary = boundary_for(f"{types}\n{prototype}\nint good(int x);", "call: {}\ngood: {}")

    declared = boundary.declarations.functions
    bound = how_called(declared["call"], boundary.declarations, boundary.layouts)
    assert bound.kind is BindingKind.STUB
    assert why in bound.reason
    assert boundary.functions["call"].refused == ()
    assert how_called(declared["good"], boundary.declarations, boundary.layouts) == Binding(
        BindingKind.CTYPES
    )


REFUSED = [
    ("typedef float v __attribute__((vector_size(32)));", "v", "AVX"),
    ("typedef float w __attribute__((vector_size(32))); typedef struct v { w of; } v;", "v", "AVX"),
    ("typedef struct v { char of[1 << 21]; } v;", "v", "more than a stack holds"),
    ("typedef struct v v;", "v", "incomplete"),
    ("typedef __builtin_va_list v;", "v", "`prototype`"),
]


@pytest.mark.parametrize(("types", "name", "why"), REFUSED, ids=[row[2] for row in REFUSED])
def test_what_no_stub_can_pass_is_refused_by_name(types, name, why, boundary_for):
    functions = boundary_for(f"{types}\nint bad({name} x);\nint good(int x);", "bad: {}\ngood: {}").functions

    (refusal,) = functions["bad"].refused
    assert refusal.code.id == "ABD204"
    assert why in refusal.message
    assert functions["bad"].signature is None
    assert functions["good"].signature is not None


@pytest.mark.parametrize(
    ("types", "name", "why"), first(THROUGH_STUBS[:6], 2), ids=[row[1] for row in THROUGH_STUBS[:6]]
)
def test_by_pointer_no_stub_is_needed(types, name, why, boundary_for):
    functions = boundary_for(
        f"{types}\nint good(const {name} *x);", f"good: {{params: {{x: {{in: {name}}}}}}}"
    ).functions

    assert functions["good"].refused == ()
    assert str(functions["good"].signature) == "p>i32"


def test_a_stub_that_does_not_compile_costs_its_own_function_only(boundary_for):
    functions = boundary_for(
        """
        typedef union u { int i; } u;
        int good(u x);
        int broken(u x) __attribute__((unavailable("not for callers")));
        static inline int also_good(int x) { return x + 1; }
        """,
        "good: {}\nbroken: {}\nalso_good: {}",
    ).functions

    assert functions["good"].signature is not None
    assert functions["also_good"].signature is not None
    assert functions["broken"].signature is None
    (refusal,) = functions["broken"].refused
    assert refusal.code.id == "ABD208"
    assert "not for callers" in refusal.message  # the compiler's own words
