"""The byte layout of an encoded plan and an encoded observation.

All numbers are little-endian. The worker's C arena reads the plan's header, blocks and relocations in place,
so `watch/plan_format.h` repeats those three; a test compares the two.
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

PLAN_HEADER = Struct("<4sHBBIIIIIIQQ")
"""Magic, version, flush, fill; counts of blocks, relocations, calls, slots; subject, flags; calls at, size."""
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
CALLBACK = Struct("<IIIIIIII")
"""Slot, kind; counts of arguments, reads and answers; width of an answer; count of writes; a sum of the next four.

Sizes, reads, what an allocator does, answers, writes and what is freed follow.
"""
ADDRESSES, ALLOCATOR, GIVES, FREEING, LASTING = 1, 2, 4, 8, 16
PART = Struct("<IIIIQ")
"""Number of the allocator, what it does, the argument that gives back, count of numbers; scale. The numbers follow."""
ALLOCATES, FREES, ZEROES = 1, 2, 4
WRITE = Struct("<IIIIIIQQ")
"""Argument, who is told, width of what is told; counts of room and units; 0; scale, unit.

Numbers of both follow, and for each turn the length of its contents, or `RESULT` for none, and those.
"""
NUMBER = Struct("<III")
"""Argument, width, flags."""
BEHIND, SIGNED = 1, 2
NOBODY = 0xFFFFFFFE
"""Stands there for "nobody is told"; `RESULT` for the callback's result."""
READ = Struct("<IIQIIQIIQQ")
"""Region, is a string, offset; has a length, its region, offset and width, 0; scale, limit."""
BLOCK = Struct("<QQQQIHH")
"""Size, align, where the contents are, their length, access, a sum of the next two, skew."""
KEPT, HANDED = 1, 2
RELOCATION = Struct("<IIQq")
"""Block, target, offset, addend."""
CALL = Struct("<II")
"""Lengths of the shape and of the payload that follow."""

COUNT = Struct("<I")
ARGUMENT = Struct("<BIq")
"""Kind, then width and 0 of a value, block and addend, slot and 0, or block and 0."""
STORE = Struct("<IQ")
"""Block and offset; an argument follows, its kind a value, an address or a slot."""
PLACE = Struct("<IQB")
"""Block or `RESULT`, offset, width."""
CONDITION = Struct("<IBI")
"""The earlier call, whether its result is signed, the count of ranges that follow."""
SIGNED_RANGE, UNSIGNED_RANGE = Struct("<qq"), Struct("<QQ")
"""Both ends of a range."""
FOLLOW = Struct("<BBQQ")
"""Is a string, has a length, scale, limit; one or two places follow."""

OBSERVATION_HEADER = Struct("<4sIIIQ")
"""Magic, version, count of calls, whether an aftermath follows them, size of the whole."""
ANSWER = Struct("<BBHiQIIIII")
"""Ran, flags, width of the result, errno, nanoseconds; counts of blocks, followed, damage, modified, freed."""
SIDE_EFFECTS = Struct("<qQIBI")
"""Allocations, -1 where nobody counted, and bytes of them; the block that was to be freed, or `RESULT` for none;
registers that were not preserved; processes that came back besides.
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
NOTED = Struct("<IIiIIIIIIIII")
"""Callback or `RESULT`, flags, call, answer; counts of arguments, reads, writes; width of the result, which is last.

Of an allocator, the block that it gave and the one that came back, `RESULT` for none; a verdict on that; 0.
"""
FOREIGN, LATE = 1, 2
NOTED_ARGUMENT = Struct("<IIq")
"""Size of the argument, which follows; block that it points into or `RESULT`, offset."""
NOTED_READ = Struct("<IIQ")
"""Reach, 0, length of what was read, which follows."""
NOTED_WRITE = Struct("<IIQ")
"""How following the pointer went, 0, how many bytes were written."""
AFTERMATH = Struct("<BQQQQQQI")
"""Flags of the heap; what it kept; count of changes."""
COUNTED, SPOILED_TOO = 1, 2
SPOILED = Struct("<IBQQQQQ")
"""Call or `RESULT`; whether it was after the free; size, offset, length; where the block was made, and freed."""
CHANGE = Struct("<IHHH")
"""Call; lengths of kind, before and after, which follow."""
LENGTH = Struct("<Q")
FOLLOWED = Struct("<BQ")
"""Reach and length of the contents."""
DAMAGE = Struct("<IqQ")
"""Block, distance, length."""
MODIFIED = Struct("<IQ")
"""Block and offset."""
