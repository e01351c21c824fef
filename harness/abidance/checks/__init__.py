"""Run-time checks. Adding one is one file and one line in `CHECKS`."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from abidance.checks.allocates import Allocates
from abidance.checks.allocator_leaked import AllocatorLeaked
from abidance.checks.allocator_misused import AllocatorMisused
from abidance.checks.answers_differ import AnswersDiffer
from abidance.checks.callback_argument import CallbackArgument
from abidance.checks.callback_count import CallbackCount
from abidance.checks.callback_late import CallbackLate
from abidance.checks.callback_promise import CallbackPromise
from abidance.checks.callback_thread import CallbackThread
from abidance.checks.came_back_twice import CameBackTwice
from abidance.checks.crash import Crash
from abidance.checks.descriptors import Descriptors
from abidance.checks.differs_from_model import DiffersFromModel
from abidance.checks.differs_on_threads import DiffersOnThreads
from abidance.checks.differs_within import DiffersWithin
from abidance.checks.domain import ReturnOutsideDomain
from abidance.checks.errno_changed import ErrnoChanged
from abidance.checks.errno_not_set import ErrnoNotSet
from abidance.checks.exited import Exited
from abidance.checks.float_control import FloatControl
from abidance.checks.freed_borrowed import FreedBorrowed
from abidance.checks.grows_faster import GrowsFaster
from abidance.checks.handles_apart import HandlesApart
from abidance.checks.heap_corrupted import HeapCorrupted
from abidance.checks.input_modified import InputModified
from abidance.checks.invariant import InvariantBroken
from abidance.checks.kept_pointer import KeptPointer
from abidance.checks.law_broken import LawBroken
from abidance.checks.left_behind import LeftBehind
from abidance.checks.length_past_capacity import LengthPastCapacity
from abidance.checks.memory_leaked import MemoryLeaked
from abidance.checks.more_instructions import MoreInstructions
from abidance.checks.more_memory import MoreMemory
from abidance.checks.not_pure import NotPure
from abidance.checks.not_rejected import NotRejected
from abidance.checks.out_on_failure import OutOnFailure
from abidance.checks.out_unwritten import OutUnwritten
from abidance.checks.postcondition import Postcondition
from abidance.checks.prints import Prints
from abidance.checks.process_state import ProcessState
from abidance.checks.read_past_end import ReadPastEnd
from abidance.checks.register_not_preserved import RegisterNotPreserved
from abidance.checks.rejected_wrote import RejectedWrote
from abidance.checks.result_lost import ResultLost
from abidance.checks.sanitizer import Sanitizer
from abidance.checks.slower_than_budget import SlowerThanBudget
from abidance.checks.slower_than_other import SlowerThanOther
from abidance.checks.stale_memory import StaleMemory
from abidance.checks.system_call import SystemCall
from abidance.checks.thread_left import ThreadLeft
from abidance.checks.timeout import Timeout
from abidance.checks.user_data_changed import UserDataChanged
from abidance.checks.write_past_end import WritePastEnd

if TYPE_CHECKING:
    from abidance.checks.check import Check

CHECKS: tuple[Check, ...] = (
    Crash(),
    Timeout(),
    Sanitizer(),
    Exited(),
    # What the caller's own code is now run with, and by how many processes, explains what else is odd.
    RegisterNotPreserved(),
    CameBackTwice(),
    KeptPointer(),
    WritePastEnd(),
    HeapCorrupted(),
    ReadPastEnd(),
    InputModified(),
    FreedBorrowed(),
    AllocatorMisused(),
    AllocatorLeaked(),
    ResultLost(),
    # Unwritten memory explains the values in it, so it is told before they are judged.
    OutUnwritten(),
    StaleMemory(),
    # A value that cannot be there explains the postconditions that it breaks, so it is told first.
    ReturnOutsideDomain(),
    InvariantBroken(),
    LengthPastCapacity(),
    # What a callback was called with explains what the call left, and what is promised of both.
    CallbackLate(),
    CallbackThread(),
    UserDataChanged(),
    CallbackArgument(),
    CallbackPromise(),
    CallbackCount(),
    HandlesApart(),
    Postcondition(),
    LawBroken(),
    DiffersFromModel(),
    NotRejected(),
    RejectedWrote(),
    OutOnFailure(),
    ErrnoNotSet(),
    ErrnoChanged(),
    NotPure(),
    Allocates(),
    MoreMemory(),
    SystemCall(),
    FloatControl(),
    ProcessState(),
    Descriptors(),
    ThreadLeft(),
    LeftBehind(),
    MemoryLeaked(),
    Prints(),
    AnswersDiffer(),
    DiffersOnThreads(),
    DiffersWithin(),
    MoreInstructions(),
    GrowsFaster(),
    SlowerThanBudget(),
    SlowerThanOther(),
)


def all_checks() -> tuple[Check, ...]:
    """Return the built-in checks and those that installed packages offer as `abidance.checks`."""
    offered = sorted(entry_points(group="abidance.checks"), key=lambda point: point.name)
    return (*CHECKS, *(point.load()() for point in offered))
