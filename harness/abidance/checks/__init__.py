"""Run-time checks, by what they are about. Adding one is one file and one line in `CHECKS`."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from abidance.checks.agreement.handles_share_state import HandlesShareState
from abidance.checks.agreement.implementations_differ import ImplementationsDiffer
from abidance.checks.agreement.not_reentrant import NotReentrant
from abidance.checks.agreement.not_thread_safe import NotThreadSafe
from abidance.checks.agreement.update_lost import UpdateLost
from abidance.checks.callbacks.callback_after_lifetime import CallbackAfterLifetime
from abidance.checks.callbacks.callback_argument_outside_domain import CallbackArgumentOutsideDomain
from abidance.checks.callbacks.callback_on_other_thread import CallbackOnOtherThread
from abidance.checks.callbacks.callback_out_of_order import CallbackOutOfOrder
from abidance.checks.callbacks.callback_promise_broken import CallbackPromiseBroken
from abidance.checks.callbacks.wrong_callback_count import WrongCallbackCount
from abidance.checks.cost.call_allocates import CallAllocates
from abidance.checks.cost.cost_grows_faster import CostGrowsFaster
from abidance.checks.cost.cost_out_of_proportion import CostOutOfProportion
from abidance.checks.cost.more_instructions_than_budget import MoreInstructionsThanBudget
from abidance.checks.cost.more_memory_than_budget import MoreMemoryThanBudget
from abidance.checks.cost.slower_on_threads import SlowerOnThreads
from abidance.checks.cost.slower_than_budget import SlowerThanBudget
from abidance.checks.cost.slower_than_other import SlowerThanOther
from abidance.checks.memory.heap_corrupted import HeapCorrupted
from abidance.checks.memory.input_modified import InputModified
from abidance.checks.memory.length_past_capacity import LengthPastCapacity
from abidance.checks.memory.out_of_bounds_read import OutOfBoundsRead
from abidance.checks.memory.out_of_bounds_write import OutOfBoundsWrite
from abidance.checks.memory.output_after_rejection import OutputAfterRejection
from abidance.checks.memory.output_not_written import OutputNotWritten
from abidance.checks.memory.output_overwritten import OutputOverwritten
from abidance.checks.memory.secret_left_behind import SecretLeftBehind
from abidance.checks.memory.uninitialised_read import UninitialisedRead
from abidance.checks.memory.user_data_changed import UserDataChanged
from abidance.checks.memory.window_broken import WindowBroken
from abidance.checks.ownership.allocator_memory_leaked import AllocatorMemoryLeaked
from abidance.checks.ownership.allocator_misused import AllocatorMisused
from abidance.checks.ownership.borrowed_memory_freed import BorrowedMemoryFreed
from abidance.checks.ownership.dangling_pointer import DanglingPointer
from abidance.checks.ownership.memory_leaked import MemoryLeaked
from abidance.checks.ownership.result_invalidated import ResultInvalidated
from abidance.checks.process.call_returned_twice import CallReturnedTwice
from abidance.checks.process.crashed import Crashed
from abidance.checks.process.descriptor_leaked import DescriptorLeaked
from abidance.checks.process.errno_changed import ErrnoChanged
from abidance.checks.process.floating_point_environment_changed import FloatingPointEnvironmentChanged
from abidance.checks.process.process_exited import ProcessExited
from abidance.checks.process.process_state_changed import ProcessStateChanged
from abidance.checks.process.register_clobbered import RegisterClobbered
from abidance.checks.process.resource_leaked import ResourceLeaked
from abidance.checks.process.sanitizer_report import SanitizerReport
from abidance.checks.process.standard_stream_written import StandardStreamWritten
from abidance.checks.process.system_call_made import SystemCallMade
from abidance.checks.process.thread_leaked import ThreadLeaked
from abidance.checks.process.timed_out import TimedOut
from abidance.checks.results.call_not_pure import CallNotPure
from abidance.checks.results.depends_on_cuts import DependsOnCuts
from abidance.checks.results.differs_from_model import DiffersFromModel
from abidance.checks.results.errno_not_set import ErrnoNotSet
from abidance.checks.results.invalid_call_not_rejected import InvalidCallNotRejected
from abidance.checks.results.invariant_broken import InvariantBroken
from abidance.checks.results.law_broken import LawBroken
from abidance.checks.results.memory_failure_untold import MemoryFailureUntold
from abidance.checks.results.memory_read_twice import MemoryReadTwice
from abidance.checks.results.overlap_changes_answer import OverlapChangesAnswer
from abidance.checks.results.postcondition_broken import PostconditionBroken
from abidance.checks.results.return_outside_domain import ReturnOutsideDomain
from abidance.checks.results.state_not_reached import StateNotReached

if TYPE_CHECKING:
    from abidance.checks.check import Check

CHECKS: tuple[Check, ...] = (
    Crashed(),
    TimedOut(),
    SanitizerReport(),
    ProcessExited(),
    # What the caller's own code is now run with, and by how many processes, explains what else is odd.
    RegisterClobbered(),
    CallReturnedTwice(),
    DanglingPointer(),
    OutOfBoundsWrite(),
    HeapCorrupted(),
    OutOfBoundsRead(),
    InputModified(),
    BorrowedMemoryFreed(),
    AllocatorMisused(),
    AllocatorMemoryLeaked(),
    ResultInvalidated(),
    # Unwritten memory explains the values in it, so it is told before they are judged.
    OutputNotWritten(),
    UninitialisedRead(),
    # A value that cannot be there explains the postconditions that it breaks, so it is reported first.
    ReturnOutsideDomain(),
    InvariantBroken(),
    LengthPastCapacity(),
    WindowBroken(),
    # What a callback was called with explains what the call left, and what is promised of both.
    CallbackAfterLifetime(),
    CallbackOnOtherThread(),
    UserDataChanged(),
    CallbackArgumentOutsideDomain(),
    CallbackPromiseBroken(),
    CallbackOutOfOrder(),
    WrongCallbackCount(),
    HandlesShareState(),
    # In another state than the one that is assumed, a call may well break what else is promised of it.
    StateNotReached(),
    MemoryFailureUntold(),
    OverlapChangesAnswer(),
    MemoryReadTwice(),
    SecretLeftBehind(),
    PostconditionBroken(),
    LawBroken(),
    DependsOnCuts(),
    DiffersFromModel(),
    InvalidCallNotRejected(),
    OutputAfterRejection(),
    OutputOverwritten(),
    ErrnoNotSet(),
    ErrnoChanged(),
    CallNotPure(),
    CallAllocates(),
    MoreMemoryThanBudget(),
    SystemCallMade(),
    FloatingPointEnvironmentChanged(),
    ProcessStateChanged(),
    DescriptorLeaked(),
    ThreadLeaked(),
    ResourceLeaked(),
    MemoryLeaked(),
    StandardStreamWritten(),
    ImplementationsDiffer(),
    NotThreadSafe(),
    UpdateLost(),
    NotReentrant(),
    MoreInstructionsThanBudget(),
    CostGrowsFaster(),
    SlowerThanBudget(),
    SlowerThanOther(),
    SlowerOnThreads(),
    CostOutOfProportion(),
)


def all_checks() -> tuple[Check, ...]:
    """Return the built-in checks and those that installed packages offer as `abidance.checks`."""
    offered = sorted(entry_points(group="abidance.checks"), key=lambda point: point.name)
    return (*CHECKS, *(point.load()() for point in offered))
