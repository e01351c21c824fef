"""The generator itself: what it says in C and in Rust compiles, and its values are what the text makes of them."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from declarations.c_strategies import BATCH, RUST, Mix, batches, top_records
from declarations.c_text import render
from declarations.c_types import Member, Record, Scalar
from declarations.c_values import c_assign, c_differs, leaves, values
from declarations.rust_text import expressible, render_rust, rust_differs, rust_literal

pytestmark = pytest.mark.full


def with_value(types):
    return types.flatmap(lambda type_: st.tuples(st.just(type_), values(type_)))


def ran(tmp_path, *command, text, name):
    source = tmp_path / name
    source.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [*command, "-o", tmp_path / "out", source], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[:2000] + text
    return subprocess.run([tmp_path / "out"], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("family", ["gcc", "clang"])
@BATCH
@given(types=batches(top_records()))
def test_every_random_declaration_is_c(family, types, tmp_path_factory):
    if not shutil.which(family):
        pytest.skip(f"{family} is not installed")
    source = render(types)
    objects = "".join(f"{source.names[type_]} x{at};\n" for at, type_ in enumerate(types))
    command = [family, "-w", "-x", "c", "-fsyntax-only", "-"]

    done = subprocess.run(
        command, input=source.text + objects, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[:2000] + source.text


@pytest.mark.parametrize("family", ["gcc", "clang"])
@BATCH
@given(cases=batches(with_value(top_records(Mix().by_value()))))
def test_a_value_that_c_assigns_is_the_one_that_c_finds(family, cases, tmp_path_factory):
    if not shutil.which(family):
        pytest.skip(f"{family} is not installed")
    source = render([type_ for type_, _ in cases])
    body = "".join(
        f"  {{ {source.names[type_]} x; {c_assign(type_, value, 'x')} "
        f"int at = {c_differs(type_, value, 'x')}; if (at) return 1 + {number}; }}\n"
        for number, (type_, value) in enumerate(cases)
    )

    done = ran(
        tmp_path_factory.mktemp("c"),
        family,
        "-w",
        "-O1",
        text=f"{source.text}int main(void) {{\n{body}  return 0;\n}}\n",
        name="values.c",
    )
    assert done.returncode == 0, cases[done.returncode - 1]


@settings(BATCH, max_examples=3)
@given(cases=batches(with_value(top_records(RUST).filter(expressible))))
def test_a_value_that_rust_assigns_is_the_one_that_rust_finds(cases, tmp_path_factory):
    if not shutil.which("rustc"):
        pytest.skip("rustc is not installed")
    source = render_rust([type_ for type_, _ in cases])
    body = ""
    for number, (type_, value) in enumerate(cases):
        name, listed = source.names[type_], leaves(type_, value)
        body += f"  unsafe {{ let mut x: {name} = core::mem::zeroed();\n"
        body += "".join(f"    x{leaf.rust} = {rust_literal(leaf, source)};\n" for leaf in listed)
        body += "".join(
            f"    if {rust_differs(leaf, 'x', source)} {{ std::process::exit({number + 1}); }}\n"
            for leaf in listed
        )
        body += "  }\n"

    done = ran(
        tmp_path_factory.mktemp("rust"),
        "rustc",
        "--edition=2021",
        "-Awarnings",
        text=f"{source.text}fn main() {{\n{body}}}\n",
        name="values.rs",
    )
    assert done.returncode == 0, cases[done.returncode - 1]


def test_a_failing_declaration_shrinks_to_the_smallest():
    def has_a_wide_bit_field(types):
        return any((member.bits or 0) > 5 for type_ in types for member in type_.members)

    smallest = find(
        batches(top_records()),
        has_a_wide_bit_field,
        settings=settings(BATCH, database=None, derandomize=True),
    )
    assert smallest == [Record("struct", (Member(Scalar("char"), bits=6),))]
