"""Random functions, called through what `binding` makes of them: do callee and caller agree on every bit?

A case is a function of random parameters and a random result, with one value for each. A library of *helpers*
writes the arguments, scalar by scalar, as C assigns them; the *callee*, which another compiler may have made,
compares what arrives with what it expects, and returns its own value, which the helpers compare in turn. So
padding never counts, and neither side knows how the other passes anything.

Run as a script, it goes on for a while and tells how many calls were made:

    python tests/binding/random_calls.py --callee rustc --stubs clang --seconds 60 --seed 3
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from abidance.binding.binding_method import signature_of
from abidance.binding.stub_build import StubMaker
from abidance.binding.stub_source import StubSubject
from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.header.read import read_header
from abidance.plan.plan import Access, Address, Block, Call, Contents, Plan, Value
from abidance.plan.signature import CallSignature, MemoryClass, RecordClass
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest, probe_layouts
from declarations.c_strategies import EVERYTHING, RUST, Mix, enums, pointers, scalars, top_records, vectors
from declarations.c_text import Source, render
from declarations.c_types import (
    Array,
    CType,
    Member,
    Record,
    bare,
)
from declarations.c_values import c_assign, c_differs, leaves
from declarations.random_values import value_of
from declarations.rust_text import expressible, render_rust, rust_differs, rust_literal

ROOM = 4096
HELPERS = ["-std=gnu11", "-w", "-O1", "-shared", "-fPIC", "-o"]
CALLEES = {
    "gcc": ["gcc", "-std=gnu11", "-w", "-O2", "-shared", "-fPIC", "-o"],
    "clang": ["clang", "-std=gnu11", "-w", "-O2", "-shared", "-fPIC", "-o"],
    "rustc": ["rustc", "--edition=2021", "-Awarnings", "-O", "--crate-type=cdylib", "-o"],
}


@dataclass(frozen=True)
class RandomFunction:
    """A function by its types; the values come from a seed."""

    parameters: tuple[CType, ...]
    returns: CType


def functions(mix: Mix, *, in_rust: bool) -> st.SearchStrategy[RandomFunction]:
    """Draw functions of up to seven parameters, so that registers run out."""
    mix = mix.by_value()
    some = [top_records(mix)] * 3 + [scalars(mix), enums(), pointers()]
    types = st.one_of([*some, vectors(mix)] if mix.vectors else some)
    if in_rust:
        types = types.filter(lambda type_: expressible(type_) and not _packed_from_outside(type_))
    return st.builds(RandomFunction, st.lists(types, min_size=1, max_size=7).map(tuple), types)


def _packed_from_outside(type_: CType) -> bool:
    """Tell whether a pragma of C packs a record that is written inside another; the text in Rust does not."""
    match bare(type_):
        case Array(of, _):
            return _packed_from_outside(of)
        case Record(_, members) as record:
            inner = [each for each in map(_record_in, members) if each is not None]
            if record.naming == "inline" and record.pragma:
                return True
            if record.pragma and any(each.naming == "inline" for each in inner):
                return True
            return any(map(_packed_from_outside, inner))
    return False


def _record_in(member: Member) -> Record | None:
    type_ = bare(member.type)
    while isinstance(type_, Array):
        type_ = bare(type_.of)
    return type_ if isinstance(type_, Record) else None


@dataclass(frozen=True)
class Case:
    """One function with its values."""

    name: str
    function: RandomFunction
    arguments: tuple[object, ...]
    result: object


class Batch:
    """Some cases, with the sources that make them."""

    def __init__(self, listed: list[RandomFunction], number: int) -> None:
        choose = random.Random(number)  # noqa: S311 - no secret
        self.cases = [
            Case(
                f"f{at}",
                each,
                tuple(value_of(type_, choose) for type_ in each.parameters),
                value_of(each.returns, choose),
            )
            for at, each in enumerate(listed)
        ]
        self.types = [t for each in listed for t in (*each.parameters, each.returns)]

    def header(self) -> tuple[Source, str]:
        """Return what the types are called, and a header with the functions."""
        source = render(self.types)
        return source, source.text + "".join(f"{self._declared(source, case)};\n" for case in self.cases)

    def _declared(self, source: Source, case: Case) -> str:
        listed = [source.declare(type_, f"a{n}") for n, type_ in enumerate(case.function.parameters)]
        return source.declare(case.function.returns, f"{case.name}({', '.join([*listed, 'int *wrong'])})")

    def helpers(self, source: Source) -> str:
        """Return C functions that write each argument, and that compare each result."""
        lines = ['#include "subject.h"']
        for case in self.cases:
            for n, (type_, value) in enumerate(zip(case.function.parameters, case.arguments, strict=True)):
                lines.append(
                    f"void make_{case.name}_{n}(void *to) {{ {source.declare(type_, 'x')}; "
                    f"__builtin_memset(&x, 0, sizeof x); {c_assign(type_, value, 'x')} "
                    "__builtin_memcpy(to, &x, sizeof x); }"
                )
            type_ = case.function.returns
            lines.append(
                f"int check_{case.name}(const void *from) {{ {source.declare(type_, 'x')}; "
                f"__builtin_memcpy(&x, from, sizeof x); return {c_differs(type_, case.result, 'x')}; }}"
            )
        return "\n".join(lines) + "\n"

    def callee_in_c(self, source: Source) -> str:
        """Return the functions in C; `wrong` is told 100 times an argument's number and the scalar's in it."""
        lines = ['#include "subject.h"']
        for case in self.cases:
            checks = "".join(
                f" if (!*wrong) {{ int at = {c_differs(type_, value, f'a{n}')}; "
                f"if (at) *wrong = {n * 100 + 100} + at; }}"
                for n, (type_, value) in enumerate(zip(case.function.parameters, case.arguments, strict=True))
            )
            returns = case.function.returns
            lines.append(
                f"{self._declared(source, case)} {{ *wrong = 0;{checks} {source.declare(returns, 'x')}; "
                f"__builtin_memset(&x, 0, sizeof x); {c_assign(returns, case.result, 'x')} return x; }}"
            )
        return "\n".join(lines) + "\n"

    def callee_in_rust(self) -> str:
        """Return the functions in Rust."""
        source = render_rust(self.types)
        text = source.text
        for case in self.cases:
            listed = [f"a{n}: {source.spell(type_)}" for n, type_ in enumerate(case.function.parameters)]
            returns = source.spell(case.function.returns)
            text += (
                f'#[no_mangle] pub unsafe extern "C" fn {case.name}({", ".join(listed)}, wrong: *mut i32) '
                f"-> {returns} {{ *wrong = 0;\n"
            )
            for n, (type_, value) in enumerate(zip(case.function.parameters, case.arguments, strict=True)):
                for at, leaf in enumerate(leaves(type_, value), 1):
                    differs = rust_differs(leaf, f"a{n}", source)
                    text += f"  if *wrong == 0 && {differs} {{ *wrong = {n * 100 + 100 + at}; }}\n"
            text += f"  let mut x: {returns} = core::mem::zeroed();\n"
            result = leaves(case.function.returns, case.result)
            text += "".join(f"  x{leaf.rust} = {rust_literal(leaf, source)};\n" for leaf in result)
            text += "  x }\n"
        return text


def wrong_calls(batch: Batch, callee: str, stubs: str, folder: Path) -> tuple[int, list[str]]:
    """Call every function of a batch; return how many went through stubs, and what went wrong, in words."""
    source, header = batch.header()
    path = folder / "subject.h"
    path.write_text(f"#pragma once\n{header}")
    helpers = _built(folder, "helpers.c", batch.helpers(source), ["gcc", *HELPERS])
    if callee == "rustc":
        subject = _built(folder, "callee.rs", batch.callee_in_rust(), CALLEES[callee])
    else:
        subject = _built(folder, "callee.c", batch.callee_in_c(source), CALLEES[callee])
    compiler = find_compiler(stubs)
    declarations = read_header(path, compiler=compiler)
    names = tuple(case.name for case in batch.cases)
    layouts = probe_layouts(declarations, ProbeRequest(functions=names), header=path, compiler=compiler)
    signatures: dict[str, CallSignature] = {}
    made = []
    for name in names:
        function = declarations.functions[name]
        signature = signature_of(function, declarations, layouts)
        assert isinstance(signature, CallSignature), (name, signature, header)
        signatures[name] = signature
        if signature.stub:
            types = tuple(parameter.type for parameter in function.parameters)
            made.append(StubSubject(name, function.returns, types, signature))
    files, refused = StubMaker(declarations, path, compiler).make(made)
    assert not refused, (refused, header)
    found = []
    with Supervisor(WorkerSpec(helpers)) as help_, Supervisor(WorkerSpec(subject, stubs=files)) as on_trial:
        for case in batch.cases:
            if told := _call(case, signatures[case.name], help_, on_trial):
                found.append(  # noqa: PERF401 - two lines a finding
                    f"{told} in {signatures[case.name]}\n{batch._declared(source, case)}"
                )
    return len(made), found


def _call(case: Case, signature: CallSignature, helpers: Supervisor, subject: Supervisor) -> str:
    count = len(case.arguments)
    rooms = tuple(Block(ROOM, 64, Access.WRITE) for _ in range(count))
    makers = tuple(Call(f"make_{case.name}_{n}", "p>v", (Address(n),), watched=(n,)) for n in range(count))
    written = [done.blocks[0] for done in helpers.run(Plan(rooms, (), makers), 10).calls]
    blocks, arguments = [], []
    for raw, class_ in zip(written, signature.parameters[:-1], strict=True):
        if isinstance(class_, RecordClass | MemoryClass):
            arguments.append(Contents(len(blocks)))
            blocks.append(Block(class_.size, 64, Access.READ, raw[: class_.size]))
        else:
            arguments.append(Value(raw[: class_.size]))
    arguments.append(Address(len(blocks)))
    told = len(blocks)
    blocks.append(Block(4, 4, Access.WRITE))
    call = Call(case.name, str(signature), tuple(arguments), watched=(told,))
    seen = subject.run(Plan(tuple(blocks), (), (call,)), 10)
    if seen.death is not None:
        return f"died: {seen.death.ending} {seen.death.status}"
    wrong = int.from_bytes(seen.calls[0].blocks[0], "little")
    result = seen.calls[0].result
    block = Block(max(len(result), 1), 64, Access.READ, result)
    check = helpers.run(Plan((block,), (), (Call(f"check_{case.name}", "p>i32", (Address(0),)),)), 10)
    differs = int.from_bytes(check.calls[0].result, "little")
    if wrong or differs:
        return f"{case.name}: argument {wrong // 100}, scalar {wrong % 100}; scalar {differs} of the result"
    return ""


def _built(folder: Path, name: str, text: str, command: list[str]) -> Path:
    source, library = folder / name, folder / f"lib{name.replace('.', '_')}.so"
    source.write_text(text)
    done = subprocess.run(
        [*command, library, source], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[:4000]
    return library


def run_batches(
    callee: str, stubs: str, start: int, *, size: int, most: int, seconds: float
) -> tuple[int, int, list[str]]:
    """Call random functions for a while; return how many calls, how many through stubs, and what went wrong."""
    mix = RUST if callee == "rustc" else EVERYTHING
    one, until = functions(mix, in_rust=callee == "rustc"), time.monotonic() + seconds
    calls, through, found = 0, 0, []
    while calls < most and time.monotonic() < until:
        batch = Batch(_drawn(one, size, start), start)
        with tempfile.TemporaryDirectory() as folder:
            stubbed, wrong = wrong_calls(batch, callee, stubs, Path(folder))
        calls, through, start = calls + len(batch.cases), through + stubbed, start + 1
        found += wrong
    return calls, through, found


def _drawn(one: st.SearchStrategy[RandomFunction], size: int, number: int) -> list[RandomFunction]:
    """Return `size` functions, the same for the same number."""
    drawn: list[RandomFunction] = []

    @seed(number)
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(one)
    def draw(function: RandomFunction) -> None:
        drawn.append(function)

    draw()
    return drawn[:size]


def main() -> int:
    """Run for a while and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--callee", choices=CALLEES, default="gcc")
    parser.add_argument("--stubs", choices=("gcc", "clang"), default="gcc")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    given_ = parser.parse_args()
    calls, through, found = run_batches(
        given_.callee, given_.stubs, given_.seed, size=60, most=1 << 30, seconds=given_.seconds
    )
    told = [f"{calls} calls, {through} through stubs, {len(found)} wrong", *found[:20]]
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
