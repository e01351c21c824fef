"""What parent, zygote and worker say to one another.

Parent and zygote exchange messages on a socket that keeps their borders. Parent and worker share the mailbox,
a memory file: the plan's bytes go in, the observation's bytes come out, and a few bytes through a pipe say
that they are there. So nothing large crosses a pipe, and no frame can be cut in the middle.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct

REQUEST = Struct("<II")
"""Sequence number and length of the plan."""
REPLY = Struct("<IIQ")
"""Sequence number, outcome, length of what is in the mailbox."""

LOADING = b"L"
"""Zygote: from here on the library's own code runs; how much was printed until then follows."""
LOADED = b"D"
"""Zygote: the library is loaded; what that has changed about the process follows."""
MAPS = b"M"
"""A worker that has loaded the library itself: where its code is, as in ``/proc/PID/maps``."""
CRASHED = b"C"
"""Zygote, from its signal handler: loading crashes; a `STACK` follows, its addresses, and ``/proc/self/maps``."""
STACK = Struct("<xxxI")
READY = b"R"
"""Zygote: the library is loaded."""
FAILED = b"F"
"""Zygote: it is not; the dynamic linker's words follow."""
STARTED = b"S"
"""Zygote: a worker runs; its process id follows."""
ENDED = b"E"
"""Zygote: the worker has ended; process id and wait status follow."""
REFUSED = b"N"
"""Zygote, or a worker that did not come up: why there is none; words follow."""
FORK = b"W"
"""Parent: start a worker with these descriptors: request, reply, mailbox, output."""

CONTROL_GONE = 71
"""The exit status of a zygote that lost its end of the conversation while it loaded the library."""

PRINTED = Struct("<Q")
PROCESS = Struct("<I")
END = Struct("<Ii")


class PlanOutcome(IntEnum):
    """How the worker answers a plan. All but the first come with words instead of an observation."""

    OBSERVED = 0
    NO_SYMBOL = 1
    NO_MEMORY = 2
    BROKEN = 3
    """abidance's own fault, or a plan that makes no sense."""


MOST_WORDS = 1 << 16
MOST_MAPS = 1 << 17
