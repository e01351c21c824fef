"""The byte layout of an encoded plan and an encoded observation.

All numbers are little-endian. What the worker's C reads or writes in place is described by field, in `C_PARTS`, and
`watch/plan_format.h` is written from that (``python -m abidance.plan.c_header``). The rest is Python's alone.
"""

from __future__ import annotations

from struct import Struct

VERSION = 1
PLAN_MAGIC = b"ABDP"
OBSERVATION_MAGIC = b"ABDO"

MAX_BLOCKS = 16384
MAX_ALIGN = 1 << 16
MAX_SLOTS = 1 << 16
RESULT = 0xFFFFFFFF
"""Stands in a place for "the call's result", where a block's index would be."""

SAVED = 0xFFFFFFFE
"""Stands there for "what a slot holds", which is then where the offset would be."""

WAS_READ = 0xFFFFFFFD
"""Stands there for "what a read has given", with its number in the upper half of the offset."""

_CODES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i32": "i", "i64": "q", "magic": "4s"}
"""Of `struct`, by the type of a field."""


class PlanRecord:
    """One record that C knows as well, as ``struct abidance_NAME``: types, names and meanings of its fields."""

    def __init__(self, name: str, comment: str, declared: str, comments: dict[str, str]) -> None:
        self.name = name
        self.comment = comment
        self.fields = [field.split() for field in declared.split(",")]
        self.comments = comments
        self.layout = Struct("<" + "".join([_CODES[type_] for type_, _ in self.fields]))


class CFlags:
    """Numbers that C knows as well, each as ``ABIDANCE_NAME``, and what they mean."""

    def __init__(self, values: dict[str, int], comments: dict[str, str]) -> None:
        self.values = values
        self.comments = comments


C_PARTS: list[PlanRecord | CFlags] = []
"""In the order of the header."""


def _record(name: str, comment: str, declared: str, /, **comments: str) -> Struct:
    """Return the layout of a record whose fields are `declared` as in C."""
    record = PlanRecord(name, comment, declared, comments)
    C_PARTS.append(record)
    return record.layout


def _flags(**comments: str) -> tuple[int, ...]:
    """Return one bit for each name, in order."""
    values = {name: 1 << bit for bit, name in enumerate(comments)}
    C_PARTS.append(CFlags(values, comments))
    return tuple(values.values())


PLAN_HEADER = _record(
    "plan_header",
    "",
    "magic magic, u16 version, u8 flush, u8 fill, u32 blocks, u32 relocations, u32 calls, u32 slots, u32 subject,"
    " u32 flags, u64 calls_at, u64 size",
    flush="0: blocks end at their guard, 1: blocks begin at it",
    flags="how closely the worker looks",
)
FILL_AT = 7
"""Where in a plan its fill is."""
WATCHED_CLOSELY = 1
"""A flag: the process is looked at after every call, not only after the last. The high half is `Plan.errno`.

Between the two are the lanes: their count, order and rounds, four bits each from `LANES_AT` on.
"""
LANES_AT = 4
MOST_LANES = 8
MOST_ROUNDS = 10
CALLS_BACK = 2
"""A flag: callbacks, after their count, stand before the calls."""
STEADY = 4
"""A flag: that of the lanes."""
TRACED = 8
"""A flag: each access of its calls to its blocks is traced."""
BLOCK = _record(
    "plan_block",
    "",
    "u64 size, u64 align, u64 contents_at, u64 contents_length, u32 access, u16 fate, u16 skew",
    access="0: read-only, 1: writable",
    fate="a sum of the next two",
    skew="how many bytes after an aligned address it begins",
)
KEPT, HANDED = _flags(
    KEPT="stays for good, not only until the plan ends", HANDED="the library takes it over, and frees it"
)
RELOCATION = _record("plan_relocation", "", "u32 block, u32 target, u64 offset, i64 addend")
CALLBACK = _record(
    "plan_callback",
    "A callback: this, `arguments` sizes of 4 bytes, `reads` records, what an allocator does where `flags` say that it"
    " is one, two comparands where it decides, what it answers at most, where what it reads begins, what it does"
    " with a position, `answers` of `width` bytes each, `writes`, and what is freed.",
    "u32 slot, u32 kind, u32 arguments, u32 reads, u32 answers, u32 width, u32 writes, u32 flags",
    flags="a sum of the next eleven",
)
ADDRESSES, ALLOCATOR, GIVES, FREEING, LASTING, CALLING, DECIDING, BOUNDED, POSITIONED, FILED, LEAVING = (
    _flags(
        ADDRESSES="an answer is the number of a block, or all ones for NULL",
        ALLOCATOR="an answer is 0 for NULL, 1 for what was asked for",
        GIVES="an answer is a block, and the library frees a copy of it",
        FREEING="it frees some of its arguments: for the worker alone",
        LASTING="it may be called at any time, when the plan is over as well",
        CALLING="it calls functions of the library: for the worker alone",
        DECIDING="it answers by what it is given",
        BOUNDED="what it is given bounds its answers",
        POSITIONED="what it reads begins somewhere: what it is given tells where, or a position of the plan",
        FILED="it moves a position of the plan, or tells of it",
        LEAVING="where it fails it calls what does not come back: for the worker alone",
    )
)
COMPARAND = _record(
    "plan_comparand",
    "What a callback decides by: `width` bytes at an offset of a region, or all of it.",
    "u32 region, u32 offset, u32 width, u32 kind",
    region="as of a read; ABIDANCE_NOBODY for the second of a callback that hashes one thing",
    kind="0: bytes, 1: an unsigned number, 2: a signed one, 3: a real one",
)
BOUND = _record(
    "plan_bound",
    "What a callback answers at most: this, and `numbers` numbers, whose product with `scale` it is.",
    "u32 has_sign, u32 numbers, u64 scale",
    has_sign="whether its answers are signed",
)
POSITION = _record(
    "plan_position",
    "Where what a callback reads begins: this, `numbers` numbers, whose product with `scale` it is in elements, and for"
    " each of `turns` how many of these it has, 8 bytes, all ones for one that fails.",
    "u32 numbers, u32 turns, u32 size, u32 data, u32 count, u32 repeats, u32 cursor, u32 stored, u32 placed,"
    " u32 whole, u64 fails, u64 scale",
    size="of an element",
    data="the write that has them, ABIDANCE_NOBODY where the answer leads to them",
    count="the write that tells how many there are, or ABIDANCE_NOBODY",
    repeats="1: the first turn is all, over and over",
    cursor="the position of the plan where it begins, which moves on with it; ABIDANCE_NOBODY for the product",
    stored="1: others write there",
    placed="1: the position is that of its file, and the product where it begins",
    whole="1: it reads all that there is room for, or nothing; 2: all, or what is left",
    fails="what it answers then",
)
FILE = _record(
    "plan_file",
    "What a callback does with a position of the plan: this, `places` and then `whences` numbers, one at most of each"
    " of a seek, and for each of `turns` a byte, 1 where it succeeds. Of one that writes, the product of the first with"
    " `scale` is how many bytes there are, and that of the others with `begin` how many elements are before these.",
    "u32 cursor, u32 action, u32 places, u32 whences, u32 turns, u32 flags, u64 failure, u32 data, u32 size, u64 scale,"
    " u64 begin",
    action="an `abidance_file_action`",
    flags="a sum of the next seven",
    failure="what it answers where it cannot",
    data="the argument that points to what is written, ABIDANCE_NOBODY of one that writes nothing",
    size="of an element that is written",
)
RELATIVE, BOUNDED_SEEK, IN_RESULT, IN_WRITE, COUNTED_WRITE, OWN_FILE, PLACED_WRITE = _flags(
    RELATIVE="the place counts from where the position is",
    BOUNDED_SEEK="it moves no further than there is something, and tells how far",
    IN_RESULT="what it tells is its answer",
    IN_WRITE="what it tells is what its first write writes",
    COUNTED_WRITE="it answers how much it has written, of what it may answer at most",
    OWN_FILE="nobody reads there: it begins with nothing",
    PLACED_WRITE="it is told where what it writes begins",
)
PART = _record(
    "plan_allocator",
    "Part of an allocator: this, and `rooms` numbers, whose product with `scale` is how many bytes are asked for.",
    "u32 number, u32 does, u32 returned, u32 rooms, u64 scale",
    number="of the allocator that it is a part of",
    does="a sum of the next three",
    returned="the argument that gives memory back",
)
ALLOCATES, FREES, ZEROES = _flags(ALLOCATES="", FREES="", ZEROES="")
READ = _record(
    "plan_read",
    "Memory behind a pointer that a callback is given. Regions are its arguments, then what earlier reads have read.",
    "u32 region, u32 string, u64 offset, u32 has_length, u32 length_region, u64 length_offset, u32 length_width,"
    " u32 reserved, u64 scale, u64 limit",
)
WRITE = _record(
    "plan_write",
    "Memory that a callback writes to: this, `rooms` and then `units` numbers, and for each answer the length of what"
    " is written, UINT32_MAX for nothing, and that.",
    "u32 argument, u32 told, u32 width, u32 rooms, u32 units, u32 lends, u64 scale, u64 unit",
    lends="1: what is written is a pointer to a block; its number is told instead, and a count of 8 bytes",
    told="an argument behind which the count of units goes, ABIDANCE_RESULT or ABIDANCE_NOBODY",
    width="of that count",
)
NOBODY = 0xFFFFFFFE
"""Stands there for "nobody is told"; `RESULT` for the callback's result."""
C_PARTS.append(CFlags({"NOBODY": NOBODY, "RESULT": RESULT}, {}))
NUMBER = _record("plan_number", "", "u32 argument, u32 width, u32 flags", flags="a sum of the next two")
BEHIND, SIGNED = _flags(BEHIND="not the argument, but what it points at", SIGNED="")
CALL = Struct("<II")
"""Lengths of the shape and of the payload that follow."""

COUNT = Struct("<I")
SECRET_PART = Struct("<III")
"""Block, offset and size of a part that is secret."""
ELEMENTS = Struct("<6I")
SUMMAND = Struct("<qI")
ARGUMENT = Struct("<BIq")
"""Kind, then width and 0 of a value, block and addend, slot and 0, or block and 0."""
STORE = Struct("<IQ")
"""Block and offset; an argument follows, its kind a value, an address or a slot."""
PLACE = Struct("<IQB")
"""Block or `RESULT`, offset, width."""
CONDITION = Struct("<IBI")
MOVE = Struct("<IIIIIII")
STEP = Struct("<BQ")
"""Of a formula: a kind, and a number, an operator, or a slot with its width and whether it is signed above that."""
GIVEN = Struct("<BQ")
"""The earlier call, whether its result is signed, the count of ranges that follow."""
SIGNED_RANGE, UNSIGNED_RANGE = Struct("<qq"), Struct("<QQ")
"""Both ends of a range."""
FOLLOW = Struct("<HBQQ")
"""Flags; whether it has a length, and twice the count of reads behind it; scale, limit. Places and reads follow."""
TAIL = Struct("<QBQQ")
"""Of a read of a record: where in it a number is, and its width; where what that counts begins, and its size."""
INNER = Struct("<QQ")
"""Of a read behind pointers in memory: size of an element, and where in it the pointer is."""
CARRY = Struct("<IQIQqBQIIQQBB")
"""Record, offsets of pointer and count, width of the count, scale, source, target, room, most, copies, leftmost; an
argument follows, a value."""

OBSERVATION_HEADER = Struct("<4sIIIQ")
"""Magic, version, count of calls, whether an aftermath follows them, size of the whole."""
ANSWER = Struct("<BBHiQIIIII")
"""Ran, flags, width of the result, errno, nanoseconds; counts of blocks, followed, damage, modified, freed."""
SIDE_EFFECTS = Struct("<qQIBII")
"""Allocations, -1 where nobody counted, and bytes of them; the block that was to be freed, or `RESULT` for none;
registers that were not preserved; processes that came back besides; blocks that were refused.
"""
RETURNED = Struct(ANSWER.format + SIDE_EFFECTS.format[1:])
"""Both, one after the other."""
PROGRESS = Struct("<IIQ")
"""The end of an observation's header, from `PROGRESS_AT` on: all that changes as calls are made."""
PROGRESS_AT = OBSERVATION_HEADER.size - PROGRESS.size
INVOKED = Struct("<QQ")
"""Length of the invocations that follow, and how many others there were no room for."""
NUMBERS = Struct("<Q")
"""Count of what was measured, which follows as numbers of eight bytes."""
NOTED = _record(
    "noted",
    "What an observation holds of one invocation: this, then `arguments`, `reads` and `writes` records, and `width`"
    " bytes of the result.",
    "u32 index, u32 flags, i32 call, u32 answer, u32 arguments, u32 reads, u32 writes, u32 width, u32 made,"
    " u32 returned, u32 verdict, u32 reserved, u64 position",
    index="of the plan's callback; UINT32_MAX for one of an earlier plan",
    flags="a sum of the next two",
    made="the block that it gave, UINT32_MAX for none",
    returned="the block that it took back, or that what was given back is in; UINT32_MAX for none",
    verdict="an `abidance_verdict`",
    position="how many elements of its turn come before what it read; or what it told of a position",
)
FOREIGN, LATE = _flags(FOREIGN="on another thread than the call's", LATE="when no call ran")
NOTED_ARGUMENT = _record(
    "noted_argument",
    "One argument, whose bytes follow.",
    "u32 size, u32 block, i64 offset",
    block="that it points into, UINT32_MAX for none",
)
NOTED_READ = _record(
    "noted_read",
    "What one read has read, which follows.",
    "u32 reach, u32 reserved, u64 size",
    reach="0: NULL, else 1 + an `abidance_reach`",
)
NOTED_WRITE = _record(
    "noted_write",
    "How many bytes one write wrote.",
    "u32 reach, u32 reserved, u64 size",
    reach="as of a read",
)
AFTERMATH = Struct("<BQQQQQQI")
"""Flags of the heap; what it kept; count of changes."""
COUNTED, SPOILED_TOO = 1, 2
SPOILED = Struct("<IBQQQQQ")
"""Call or `RESULT`; whether it was after the free; size, offset, length; where the block was made, and freed."""
CHANGE = Struct("<IHHH")
"""Call; lengths of kind, before and after, which follow."""
LENGTH = Struct("<Q")
FOLLOWED = Struct("<BQ")
"""Reach and length of the contents; with `DEEPER`, the count of reads behind it follows, with those of each."""
DEEPER = 0x80
DEEPEST = 32
"""Further than this no plan follows pointers that lie behind pointers."""
DAMAGE = Struct("<IqQ")
"""Block, distance, length."""
MODIFIED = Struct("<IQ")
"""Block and offset."""
