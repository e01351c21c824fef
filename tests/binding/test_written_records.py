"""Records of a written module come in an order that Python can read, under names that its own text leaves free."""

from __future__ import annotations

import pytest
from test_written_module import alone, written

from abidance.binding.record_classes import in_order

HEADER = """
struct vector { void *base; unsigned long length; };
struct owner;
struct hooks {
    long (*send)(int socket, const struct vector *parts, int count);
    int (*moved)(struct owner *owner, struct hooks *hooks);
    struct corner { int x, y; } (*corner_of)(struct owner *owner);
};
struct owner { struct part *first; struct hooks hooks; };
struct part { struct owner copy; struct part *(*table)[4]; };
struct bits_of { unsigned flags : 3; struct vector *inside; };
struct __lock { int count; };
struct guarded { struct __lock lock; struct __lock *other; };
union either { struct __lock *lock; int i; };
struct holder { struct bits_of *bits; struct never *never; struct guarded *guarded; union either *either; };
int use(struct owner *owner);
int look(struct holder *holder);
"""
FUNCTIONS = (
    "use: {params: {owner: {in: bytes, length: 40}}}\nlook: {params: {holder: {in: bytes, length: 32}}}"
)
NAMES = """
struct Record { int type; };
typedef struct bytes { struct Record inner; long length; } bytes;
struct super { union { int i; float f; } either; bytes *next; };
typedef struct super *type;
typedef struct first { int x; } second;
struct second { double y[2]; };
enum kind { __HIDDEN = 3, _EDGE_ = 4, mro = 5, PLAIN = 6 };
enum Any { NOTHING };
int use(struct super *super, second *one, struct second *two, enum kind kind, enum Any any);
"""


@pytest.fixture
def bound(contract_for, capsys):
    def write(header, functions):
        contract = contract_for(header, functions)
        written(contract, capsys, contract.parent)
        return contract.parent

    return write


def test_what_only_a_function_pointer_names_is_there(bound):
    program = (
        "import bound, ctypes\n"
        "send = bound.hooks._fields_[0][1]\n"
        "print(ctypes.sizeof(bound.hooks), send._argtypes_[1] is ctypes.POINTER(bound.vector))\n"
        "print(ctypes.sizeof(bound.vector), ctypes.sizeof(bound.corner))"
    )
    assert alone(bound(HEADER, FUNCTIONS), program) == ["24", "True", "16", "8"]


def test_what_is_inside_another_record_is_whole_before_it(bound):
    program = (
        "import bound, ctypes\n"
        "print(ctypes.sizeof(bound.owner), ctypes.sizeof(bound.part), bound.part.table.offset)\n"
        "part = bound.part()\n"
        "part.copy.first = ctypes.pointer(part)\n"
        "part.copy.hooks.corner_of = type(part.copy.hooks.corner_of)(0)\n"
        "print(ctypes.addressof(part.copy.first.contents) == ctypes.addressof(part))\n"
        "print(ctypes.sizeof(bound.bits_of), ctypes.sizeof(bound.never))"
    )
    assert alone(bound(HEADER, FUNCTIONS), program) == ["32", "40", "32", "True", "16", "0"]


def test_names_that_python_would_mangle_in_a_class_are_the_headers(bound):
    program = (
        "import bound, ctypes\n"
        "guarded = bound.guarded(bound.__lock(7), ctypes.pointer(bound.__lock(8)))\n"
        "either = bound.either()\n"
        "either.lock = guarded.other\n"
        "print(guarded.lock.count, either.lock.contents.count)"
    )
    assert alone(bound(HEADER, FUNCTIONS), program) == ["7", "8"]


def test_a_name_that_the_module_needs_itself_gets_an_underscore(bound):
    lengths = {"super": 16, "one": 4, "two": 16}
    listed = ", ".join(f"{name}: {{in: bytes, length: {length}}}" for name, length in lengths.items())
    functions = f"use: {{params: {{{listed}}}}}"
    program = (
        "import bound, ctypes\n"
        "classes = (bound.Record_, bound.bytes_, bound.super_, bound.first, bound.second)\n"
        "print(*map(ctypes.sizeof, classes))\n"
        "record = bound.Record_(type=2)\n"
        "whole = bound.super_()\n"
        "whole.next = ctypes.pointer(bound.bytes_(record, 5))  # nothing else keeps what it points at\n"
        "print(whole.next.contents.inner.type, whole.next.contents.length)\n"
        "print(bound.__HIDDEN, bound._EDGE_, bound.mro, int(bound.kind.PLAIN), int(bound.Any_.NOTHING))"
    )
    printed = alone(bound(NAMES, functions), program)
    assert printed == ["4", "16", "16", "4", "16", "2", "5", "3", "4", "5", "6", "0"]


def test_records_lead_to_each_other_without_end():
    chain = {str(number): [str(number + 1)] for number in range(5000)} | {"5000": ["0"]}

    found = in_order(["0"], lambda _: [], chain.__getitem__)

    assert (found[0], found[-1], len(found)) == ("5000", "0", 5001)


def test_what_a_record_of_bytes_leads_to_does_not_count_as_there(bound):
    header = (
        "union raw { struct late *late; int i; };\n"
        "struct user { union raw *raw; int (*call)(struct late *late); };\n"
        "struct late { struct user *user; union raw raw; };\n"
        "int use(struct late *late);\n"
    )
    program = "import bound, ctypes\nprint(ctypes.sizeof(bound.late), ctypes.sizeof(bound.user))"

    assert alone(bound(header, "use: {params: {late: {in: bytes, length: 16}}}"), program) == ["16", "16"]


def test_a_record_that_cannot_go_by_value_is_bytes_behind_a_pointer(bound):
    header = (
        "#include <stdarg.h>\n"
        "typedef int wide __attribute__((vector_size(32)));\n"
        "struct listed { long before; va_list list; int after; };\n"
        "union registers { wide all; int one; };\n"
        "int use(struct listed *listed, union registers *registers);\n"
    )
    program = (
        "import bound, ctypes\n"
        "listed = bound.listed()\n"
        "listed.before, listed.after = -2, 3\n"
        "print(ctypes.sizeof(listed), listed.before, listed.after, len(listed.list))\n"
        "registers = bound.registers()\n"
        "registers.all = (7).to_bytes(4, 'little') + bytes(28)\n"
        "print(ctypes.sizeof(registers), registers.one)"
    )
    functions = "use: {params: {listed: {in: bytes, length: 40}, registers: {in: bytes, length: 32}}}"
    assert alone(bound(header, functions), program) == ["40", "-2", "3", "24", "32", "7"]
