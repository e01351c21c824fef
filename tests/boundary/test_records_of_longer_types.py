"""A pointer to a record may lead to a longer one that begins with it, and to no other."""

from __future__ import annotations

import pytest

HEADER = """
struct lg_head { unsigned short size, kind; };
struct lg_whole { struct lg_head head; unsigned char data[]; };
typedef struct { struct lg_whole whole; } lg_deep;
struct lg_last { unsigned char mark; struct lg_head head; };
struct lg_alike { unsigned short size, kind; unsigned char data[8]; };
int lg_look(const struct lg_head *head);
int lg_count(const unsigned *number);
struct lg_number { unsigned number; };
"""


def said(what, function="lg_look", parameter="head"):
    return f"""
types: {{struct lg_whole: {{fields: {{data: {{to: bytes, length: head.size}}}}}}}}
functions: {{{function}: {{params: {{{parameter}: {{in: {what}}}}}}}}}
"""


@pytest.mark.parametrize("what", ["struct lg_head", "struct lg_whole", "lg_deep"])
def test_what_begins_with_it_may_be_there(what, joined):
    boundary = joined(HEADER, said(what))

    assert boundary.functions["lg_look"].members[0].shape.element.spelling == what


@pytest.mark.parametrize("what", ["struct lg_last", "struct lg_alike"])
def test_what_does_not_begin_with_it_is_refused(what, refused):
    assert refused(HEADER, said(what)) == [f"it points to a `const struct lg_head`, not to a `{what}`"]


def test_a_record_is_not_passed_for_its_first_number(refused):
    found = refused(HEADER, said("struct lg_number", "lg_count", "number"))

    assert found == ["it points to a `const unsigned int`, not to a `struct lg_number`"]


def test_memory_of_no_type_may_be_any_handle_beside_one_of_no_type(joined):
    boundary = joined(
        HEADER + "void lg_pool(void *memory, unsigned size);\nvoid lg_begin(void *memory, unsigned size);\n",
        """
handles:
  pool: {type: void, create: lg_pool, size: size}
  message: {type: struct lg_head, create: lg_begin, size: size}
functions:
  lg_pool: {params: {memory: {handle: pool}, size: {range: [4, 40]}}}
  lg_begin: {params: {memory: {handle: message}, size: {range: [4, 40]}}, ensures: [memory.size == 4]}
""",
    )

    assert boundary.functions["lg_begin"].members[0].shape.handle == "message"
    assert [member.name for member in boundary.handles["message"].record.members] == ["size", "kind"]


def test_a_handle_of_a_type_is_not_passed_for_one_of_another(refused):
    found = refused(
        HEADER + "typedef void *lg_file;\nlg_file lg_open(void);\nint lg_shut(lg_file file);\n"
        "int lg_name(lg_file file);\nvoid lg_pool(void *m);\n",
        """
handles:
  lg_file: {create: lg_open, destroy: lg_shut}
  message: {type: struct lg_head, create: lg_pool, size: 64}
functions:
  lg_pool: {params: {m: {handle: message}}}
  lg_name: {params: {file: {handle: message}}}
""",
    )

    assert found == ["this is a `lg_file`, which is no `message`"]
