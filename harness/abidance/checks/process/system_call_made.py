"""ABD382: a call asks something of the kernel, where the contract says that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import effect_span, promises
from abidance.core.catalogue import TYPE_REFUSED
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult

_NAMES = {
    0: "read", 1: "write", 2: "open", 3: "close", 5: "fstat", 8: "lseek", 9: "mmap", 10: "mprotect", 11: "munmap",
    12: "brk", 13: "rt_sigaction", 14: "rt_sigprocmask", 16: "ioctl", 24: "sched_yield", 28: "madvise",
    35: "nanosleep", 39: "getpid", 41: "socket", 42: "connect", 44: "sendto", 45: "recvfrom", 96: "gettimeofday",
    186: "gettid", 201: "time", 202: "futex", 228: "clock_gettime", 230: "clock_nanosleep", 257: "openat",
    262: "newfstatat", 318: "getrandom",
}  # fmt: skip
"""What system calls of x86-64 are called, of those that libraries make without meaning to."""


class SystemCallMade(Check):
    """Flags a call that makes a system call, although the contract promises `no_syscall`.

    ## Why it matters
    A system call may block, costs hundreds of nanoseconds, and is refused in a sandbox.

    ## Example
        effects: [no_syscall]       # the library takes the time with clock_gettime(CLOCK_PROCESS_CPUTIME_ID)

    ## How it is detected
    Each call is repeated with the kernel's system call user dispatch enabled, which diverts every system call
    of the thread (Linux 5.11, x86-64). The first one is reported, and then executed. In a sequence that is done for
    the last of the calls that promise it.

    ## Not detected
    System calls that only a first call makes; those on builds with AddressSanitizer or ThreadSanitizer, which
    make their own; those of other threads. Calls answered by the vDSO are not system calls.
    """

    id = "ABD382"
    name = "system-call-made"
    only_with = Evidence.TRAPPED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        again = trial.again
        if not trial.answered or again is None or again.system_call <= 0 or not promises(trial, "no_syscall"):
            return
        function, number = trial.function, again.system_call - 1
        name = f"`{_NAMES[number]}`" if number in _NAMES else f"system call {number}"
        yield Diagnostic(
            self.code,
            f"`{function.name}` made a system call: {name}",
            (Label(effect_span(trial, "no_syscall"), "promised"), Label(function.declaration.span)),
            place=function.name,
        )


def unseen_calls(trial: CaseResult) -> Diagnostic:
    """Return why a promise of no system calls could not be judged."""
    function = trial.function
    return Diagnostic(
        TYPE_REFUSED,
        f"system calls of `{function.name}` cannot be seen here",
        (Label(effect_span(trial, "no_syscall"), "promised"), Label(function.declaration.span)),
        help="it takes Linux 5.11 on x86-64",
    )
