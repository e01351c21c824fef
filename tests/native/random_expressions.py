"""Random expressions of the contract language, most of them with a value, and those of the repository's contracts."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Mapping
from pathlib import Path

from compiled_expressions import CONSTANTS, EDGES, REALS, SLOTS, SPAN, Compared, array, nullable, record

from abidance.contract.expression import Expression, parse
from abidance.contract.load import load_text
from abidance.core.errors import AbidanceError

ROOT = Path(__file__).resolve().parents[2]

# Of each kind: what it begins with, and how it is made of others, a word in braces for each.
GRAMMAR = {
    "whole": (
        """i8 u8 u16 i32 j32 u32 i64 u64 i64 u64 i128 u128
        i128 u128 flag r.count r.sub.v n TOP q.count {small} {small} {edge} {edge}""",
        """({whole} {integer_sign} {whole})
        ({whole} {integer_sign} {whole})
        ({whole} {integer_sign} {whole})
        ({wide} {integer_sign} {wide})
        ({wide} {integer_sign} {wide})
        ({wide} {integer_sign} {small})
        ({wide} {shift} {bits})
        ({whole} {shift} {bits})
        ({whole} {shift} {whole})
        ({whole} ** {bits})
        {prefix}{whole}
        abs({whole})
        len({any_list})
        {run}[{whole}]
        {run}[{small}]
        ({whole} if {truth} else {whole})
        {extreme}({whole}, {whole})
        {extreme}({whole}, {whole}, {whole})
        {aggregate}({run})
        {aggregate}({loop_whole})
        rs[{small}].v
        rs[{whole}].k
        len({far})
        {far}[{whole}]
        {far}[{cut}][{whole}]
        {truth}""",
    ),
    "number": (
        "f32 f64 g64 w HALF {real} {real}",
        """({mixed} {real_sign} {mixed})
        ({mixed} {real_sign} {mixed})
        ({mixed} {real_sign} {mixed})
        ({whole} / {whole})
        -{mixed}
        abs({mixed})
        ({mixed} if {truth} else {mixed})
        {aggregate}(fs)
        {aggregate}({loop_number})
        {extreme}({mixed}, {mixed})
        fs[{whole}]""",
    ),
    "bytes": (
        "s t p r.name TEXT q.name s t {text} {text}",
        """{bytes}[{cut}]
        {bytes}[{cut}]
        ({bytes} + {bytes})
        ({bytes} * {small})
        lower({bytes})
        ({bytes} if {truth} else {bytes})
        join(ts)
        join({loop_bytes})
        join([{bytes}, {bytes}])
        ts[{small}]""",
    ),
    "list": (
        "xs ys xs ys [] [1,2] [3,TOP]",
        """{list}[{cut}]
        ({list} + {list})
        ({list} * {small})
        [{whole}]
        [{whole}, {whole}, {whole}]
        [{loop_whole}]
        [{loop_bytes}]
        range({small}, u8, {whole})
        range({whole}, {whole} % 9)[:3]
        range(i64, i64 + 5, {small})
        range(len({run}))
        ({list} if {truth} else {list})""",
    ),
    "truth": (
        "flag true False r.sub.ok i8 f64",
        """({whole} {order} {whole})
        ({whole} {order} {whole})
        ({whole} {order} {whole})
        ({wide} {order} {number})
        ({mixed} {order} {mixed})
        ({mixed} {order} {mixed})
        ({whole} {order} {mixed} {order} {whole})
        ({bytes} {order} {bytes})
        ({bytes} {order} {bytes})
        ({bytes} {membership} {bytes})
        ({whole} {membership} {bytes})
        ({mixed} {membership} {list})
        ({mixed} {membership} {far})
        ({list} {equality} {run})
        ({truth} and {truth})
        ({truth} or {truth})
        implies({truth}, {truth})
        (not {truth})
        {quantifier}({loop_truth})
        {quantifier}({loop_truth})
        ({pointer} {equality} {pointer})
        is_utf8({bytes})
        matches({bytes}, {form})
        ({bytes}[:1] {order} {mixed})
        (null in {nulls})
        (r in [q, null, r])
        ({bytes} in ts)
        {quantifier}({any_list})
        {quantifier}(x.v != x.k for x in rs[{cut}])
        any(x == null or x > i8 for x in ns)
        ({whole} in [{whole}, null, {whole}])
        (old(r) {equality} r)
        (r {equality} q)
        (rs {equality} rs[{cut}])
        (fs {equality} old(fs))
        (r.sub {equality} q.sub)
        (ns {equality} [1, null])
        (ts {equality} [s, t])
        (rs[0] {equality} rs[-1])
        (ns {equality} old(ns))""",
    ),
    "far": ("range({whole},{whole},{whole})", "range({whole}, {whole})"),
    "cut": (
        ": 1: :-1 {small}:{small} ::2 ::-1",
        "{whole}:{whole}\n{small}:{whole}:{small}\n:{whole}\n{whole}::{whole}",
    ),
    "run": ("{bytes} {list}", "{bytes}\n{list}"),
    "mixed": ("{number} {whole}", "{number}\n{number}\n{whole}"),
    "other": ("none gone o null r q fs ns ts rs r.sub q.sub", "old({whole})\nold({bytes})\nold({truth})"),
}
WORDS = {
    "wide": "i128 u128 i128 u128 i64 u64 TOP",
    "small": "0 1 2 3 -1 -2 7",
    "edge": " ".join(map(str, EDGES)),
    "real": " ".join(repr(real) for real in REALS if real - real == 0),
    "text": r"b'' b'a' b'ab' b'/' b'\0' b'\xc3\xa9' b'\xed\xa0\x80' b'b'",
    "form": r"'[ab]+' 'a?b*' 'a.*|/+' '\xc3.|[^a]*' '(?s:.){2}' ''",
    "bits": "0 1 2 3 7 63 64 100 126 127 -1 u8",
    "integer_sign": "+ - * // % & | ^",
    "real_sign": "+ - * / // %",
    "shift": "<< >>",
    "prefix": "- ~ +",
    "extreme": "min max",
    "aggregate": "min max sum",
    "quantifier": "all any",
    "order": "< <= == != > >=",
    "equality": "== !=",
    "membership": "in not_in",
    "pointer": "null NULL none n p o q q.name r.name s xs",
    "nulls": "ns [1,null] [n]",
    "any_list": "s p xs ys fs ns ts rs",
}
MISTAKES = ("whole", "number", "bytes", "list", "truth", "other")


class Maker:
    """Draws expressions of a kind that is asked for, and now and then of another."""

    def __init__(self, seed):
        self._source = random.Random(seed)  # noqa: S311 - no secret
        self._loops = []

    def expression(self, depth):
        return self._of(self._source.choice(MISTAKES[:-1]), depth)

    def _of(self, kind, depth):
        if kind in WORDS:
            return self._source.choice(WORDS[kind].split()).replace("_", " ")
        if kind.startswith("loop_"):
            return self._loop(kind.removeprefix("loop_"), depth)
        if self._source.random() < 0.02 and kind != "cut":
            kind = self._source.choice(MISTAKES)
        if kind == "whole" and self._loops and self._source.random() < 0.3:
            return self._source.choice(self._loops)
        leaves, made = GRAMMAR[kind]
        leaf = depth <= 0 or self._source.random() < 0.25
        template = self._source.choice(leaves.split() if leaf else made.split("\n")).strip()
        text = re.sub(r"\{(\w+)\}", lambda found: self._of(found[1], depth - 1), template)
        return (
            f"old({text})"
            if kind in MISTAKES and self._source.random() < 0.02 and "old(" not in text
            else text
        )

    def _loop(self, kind, depth):
        outer, clauses = list(self._loops), []
        for _ in range(self._source.choice((1, 1, 1, 2))):
            items = self._of("run", min(depth - 1, 1))
            name = self._source.choice((f"x{len(self._loops)}",) * 9 + ("x0", "i32"))
            self._loops.append(name)
            test = f" if {self._of('truth', min(depth - 2, 1))}" if self._source.random() < 0.3 else ""
            clauses.append(f"for {name} in {items}{test}")
        element = self._of(kind, min(depth - 1, 2))
        self._loops = outer
        return f"{element} {' '.join(clauses)}"


def random_expressions(seed, number, depth=4):
    """Return expressions that parse, each of names that have values."""
    maker, found = Maker(seed), []
    while len(found) < number:
        text = maker.expression(depth)
        try:
            names = parse(text, SPAN).names
        except AbidanceError:
            continue
        found.append(Compared(text, {name: name for name in names if name in SLOTS}))
    return found


def contract_expressions(seed):
    """Return the expressions of all contracts here, each with slots at random for what it looks at, and all slots."""
    source, slots, found = random.Random(seed), {}, []  # noqa: S311 - no secret
    for n, expression in enumerate(_in_contracts()):
        kinds = _kinds(expression, source)
        slots |= {f"e{n}_{name}": slot for name, slot in kinds.items()}
        found.append(Compared(expression.text, {name: f"e{n}_{name}" for name in kinds}))
    return found, slots


def _in_contracts():
    found = {}
    for file in sorted(ROOT.rglob("*.contract.yaml")):
        if any(part.startswith(".") or part == "build" for part in file.relative_to(ROOT).parts):
            continue
        try:
            contract = load_text(file.read_text(), file)
        except AbidanceError:
            continue
        for expression in (each for each in _within(contract) if not each.calls):
            found[expression.text] = expression
    return list(found.values())


def _within(value):
    """Yield the expressions anywhere in the model of a contract."""
    if isinstance(value, Expression):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _within(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _within(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _within(item)


def _kinds(expression, source):
    """Return slots for the names: of records and lists where the expression looks into them, otherwise of any kind."""
    kinds = {}
    texts = re.sub(r"\s+", " ", expression.text)
    for name in sorted(expression.names - CONSTANTS.keys()):
        paths = [reference.parts[1:] for reference in expression.references if reference.parts[0] == name]
        read = rf"(len|sum|join|is_utf8|matches|lower|all|any)\({name}\b|\b{name}\[|in {name}\b"
        slot = _slot(paths, source, elements=bool(re.search(read, texts)))
        if slot is not None:
            kinds[name] = slot
    return kinds


def _slot(paths, source, *, elements=False):
    paths = [path for path in paths if path]
    if not paths:
        return SLOTS[source.choice(["s", "t", "p", "xs", "ys"] if elements else NUMBERS)]
    if any(path[0] == "[]" for path in paths):
        if all(path == ("[]",) for path in paths):
            return SLOTS[source.choice(["s", "p", "xs", "ys", "ts", "fs"])]
        inner = _slot([path[1:] for path in paths if path[0] == "[]"], source)
        return array(3, inner, inner.of.replace("NAME", "x")) if inner else None
    fields = {path[0]: None for path in paths}
    slots = {name: _slot([path[1:] for path in paths if path[0] == name], source) for name in fields}
    made = record(**{name: slot for name, slot in slots.items() if slot is not None})
    return nullable(made) if source.random() < 0.3 else made


NUMBERS = ["i32", "i32", "u8", "u64", "i64", "n", "s", "f64", "flag", "w", "p", "o"]
