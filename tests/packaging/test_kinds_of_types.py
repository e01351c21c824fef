"""A new kind of type is told to few files: whatever only looks into types does so by `traversal`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

PACKAGE = Path(__file__).parents[2] / "harness" / "abidance"
C_TYPES = frozenset(("Pointer", "Array", "FunctionType", "Vector", "Qualified"))
SHAPES = frozenset(("PointerShape", "ArrayShape", "RecordShape"))
"""The kinds that others are inside of. Who tells two of them apart walks through types by hand."""
JOBS = {
    "ir/traversal.py": "what is inside a type",
    "ir/spelling.py": "types as C source",
    "ir/naming.py": "the way to an object, as C source",
    "boundary/resolve/nearest_clauses.py": "what comes nearest to a type that no clause is for",
    "ir/reachable.py": "what the compiler is asked about",
    "header/common_forms.py": "reading",
    "header/lower.py": "reading",
    "header/lower_types.py": "reading",
    "toolchain/probe.py": "which types have a size",
    "binding/value_passing.py": "passing",
    "binding/spelling.py": "types as ctypes has them",
    "binding/annotations.py": "types as type checkers have them",
    "layout/entries.py": "types as a layout shows them",
    "abi/lookup.py": "sizes, and places of scalars",
    "draft/record_heads.py": "the natural layout, which a draft has no compiler to ask for",
    "abi/diff/types.py": "how two types of two versions differ",
    "abi/diff/integers.py": "elements of what a formula names",
    "abi/diff/calls.py": "const of what is pointed at",
    "abi/diff/passing.py": "registers, by the psABI",
    "abi/reconcile/types.py": "whether a header's type is the binary's",
    "abi/witnesses/header_facts.py": "a header's types as facts",
    "abi/witnesses/dwarf_words.py": "reading",
    "abi/witnesses/dwarf_surface.py": "reading",
    "abi/witnesses/rust_types.py": "reading",
    "draft/observation/subject.py": "what a parameter can be given",
    "evidence/crossings.py": "which addresses cross, and what each points at",
    "boundary/model/traversal.py": "what is inside a shape",
    "boundary/resolve/pointer_complaints.py": "what a contract may say of a pointer",
    "boundary/resolve/types.py": "types to shapes",
    "boundary/resolve/pointers.py": "types to shapes",
    "boundary/resolve/callback_values.py": "types to shapes",
    "boundary/resolve/callbacks.py": "types to shapes",
    "run/findings/unlooked_lifetimes.py": "pointers that a call leaves, with paths",
    "boundary/resolve/unspecified_pointers.py": "pointers about which a contract is silent",
    "boundary/resolve/contract_values.py": "values that a contract writes out",
    "boundary/resolve/written_values.py": "values as a contract writes them out",
    "boundary/values/memory.py": "values to bytes and back",
    "boundary/values/scope.py": "values as expressions see them",
    "boundary/values/significant_bytes.py": "which bytes mean something",
    "boundary/values/views.py": "records of which pointers lead into memory of the caller's",
    "boundary/encode/arguments.py": "arguments",
    "boundary/encode/callback_reads.py": "what is read behind a callback's arguments",
    "boundary/encode/result_reads.py": "what is read behind a result",
    "boundary/values/inner_pointers.py": "pointers that lie in memory",
    "boundary/decode/call_decoder.py": "values that a call left",
    "boundary/decode/callback_invocations.py": "values that a callback was given",
    "boundary/decode/followed_pointers.py": "numbers in memory that a call left",
    "boundary/resolve/laws.py": "what a law is given of a parameter",
    "boundary/resolve/asked_misfits.py": "what a function may do to each of its arguments",
    "boundary/resolve/user_data.py": "callbacks, wherever they are, which are handed user data",
    "boundary/decode/returned_records.py": "records among values",
    "boundary/print_c/literals.py": "values as C source",
    "boundary/print_c/ranges.py": "where ranges of the caller's are among the arguments",
    "boundary/python_hooks/plain_values.py": "values as Python has them",
    "draft/views.py": "types as rules of drafts ask about them",
    "editor/known_header.py": "types as what is proposed to an author asks about them",
    "generate/drawing.py": "values from Hypothesis",
    "generate/scripts.py": "answers of callbacks",
    "generate/scalar_positions.py": "edge cases",
    "generate/hints.py": "records that a caller fills in, with paths",
    "generate/strategies.py": "whether there is memory to place",
    "generate/python_strategies.py": "values that a strategy gave",
    "checks/evidence/answers.py": "how two values differ",
    "checks/evidence/owners.py": "places of pointers in memory",
    "native/target/answers.py": "which bytes of an answer are compared",
    "native/target/callback_compiler.py": "what is noted of a callback's arguments",
    "native/target/callback_doing.py": "what a callback does and answers",
    "native/target/callbacks.py": "what expressions see of a callback's arguments",
    "native/target/left_memory.py": "copies of memory behind pointers",
    "native/target/memory_drawing.py": "memory behind pointers, from an input",
    "native/target/kept_steps.py": "memory of a law's step that may be written, its own or what the law binds",
    "native/target/row_steps.py": "records that a strategy makes, field by field",
    "native/target/places.py": "values in memory as compiled expressions see them",
    "native/target/planning.py": "which steps take an input",
    "native/target/promises.py": "records with invariants, wherever they are",
    "native/target/refused_callbacks.py": "what of a callback's arguments and answers is not compiled",
    "native/target/returned_values.py": "numbers with a domain, wherever they are",
    "native/target/tagged_pointers.py": "tagged pointers in what is given, one for each thing they may lead to",
    "native/target/script_planning.py": "which steps make what a callback writes",
    "native/target/showing.py": "values as a target prints them",
    "trace/caller_duties.py": "what a caller owes, by place",
    "trace/plain_values.py": "handles that are numbers or records as no more than that",
    "trace/sampled_values.py": "what of a call an example can have",
    "trace/traced_places.py": "where the values of a call are, and how long",
    "trace/wrapped_call.py": "which values of a call are kept",
    "replacement/shim/rust_functions.py": "values as Rust has them",
    "replacement/shim/rust_types.py": "types as Rust has them",
    "run/findings/open_questions.py": "places about which a contract is silent",
    "generate/steps_not_made.py": "values that stand for what is not known yet",
    "run/execution/staging.py": "what a step has left, as a value that is given",
    "run/search/shrink_callbacks.py": "callbacks in values, which become NULL",
    "run/search/promise_questions.py": "records with invariants, by place",
}
"""Modules that do another thing with each kind, and what that is."""


def _told_apart(module):
    """Return the functions that tell kinds apart which others are inside of, each with these kinds."""
    text = (PACKAGE / module).read_text(encoding="utf-8")
    if sum(kind in text for kind in SHAPES | C_TYPES) < 2:
        return  # which is nearly all of them: to parse a thousand files takes seconds
    tree = ast.parse(text)
    sources = {
        name.asname or name.name: node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    of_c = (
        any(source.endswith("ir.types") for source in sources.values()) or sources.get("c") == "abidance.ir"
    )
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        named = set(_tested(function))
        for kinds in (SHAPES, C_TYPES if of_c else frozenset()):
            if len(named & kinds) > 1:
                yield function.name, sorted(named & kinds)


def _tested(function):
    for node in ast.walk(function):
        tests = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            tests = ast.walk(node.args[1])
        elif isinstance(node, ast.MatchClass):
            tests = ast.walk(node.cls)
        yield from (getattr(each, "id", getattr(each, "attr", "")) for each in tests)


MODULES = sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py"))


def test_types_are_walked_through_in_one_way():
    by_hand = {module: [*_told_apart(module)] for module in MODULES if module not in JOBS}
    assert not {module: found for module, found in by_hand.items() if found}, (
        "use `walk`, `children` or `along` of `ir/traversal.py` and `boundary/model/traversal.py`; a module that does "
        "another thing with each kind of type is listed in JOBS"
    )


@pytest.mark.parametrize("module", sorted(JOBS))
def test_a_module_that_is_listed_tells_kinds_apart(module):
    assert [*_told_apart(module)], f"{module} no longer does: take it off the list"
