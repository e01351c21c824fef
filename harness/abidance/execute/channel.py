"""The parent's end of one worker: the mailbox, the two pipes and the file of what it prints."""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import socket
from typing import TYPE_CHECKING

from abidance.execute.protocol import FORK, REPLY, REQUEST
from abidance.plan.layout import OBSERVATION_HEADER
from abidance.plan.observation import Observation
from abidance.plan.observation_codec import decode_observation
from abidance.watch.status import (
    MAILBOX_SIZE,
    REPLY_OFFSET,
    REPLY_SIZE,
    REQUEST_OFFSET,
    REQUEST_SIZE,
    read_proving,
    read_status,
)

if TYPE_CHECKING:
    from abidance.watch.status import StatusPage

_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
_LARGE = 4 << 20
_MOST_OUTPUT = 16 << 20
_FIRST_WORDS = 4096
_HEAD, _TAIL = 64 << 10, 192 << 10


class Channel:
    """Everything here belongs to one worker and dies with it, so a straggler cannot disturb the next."""

    def __init__(self, control: socket.socket) -> None:
        """Ask the zygote at `control` for a worker; raises OSError when the zygote is gone."""
        opened: list[int] = []
        self.pid = 0
        try:
            request, self.request = _pipe(opened)
            self.reply, reply = _pipe(opened)
            mailbox = _remember(
                opened, os.memfd_create("abidance-mailbox", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            )
            os.ftruncate(mailbox, MAILBOX_SIZE)
            # Reading a file that was cut would end this process by SIGBUS.
            fcntl.fcntl(mailbox, fcntl.F_ADD_SEALS, _SEALS)
            self.output = _remember(opened, os.memfd_create("abidance-output"))
            # Appending lets this side cut the file while the worker writes, and leaves no hole in it.
            fcntl.fcntl(self.output, fcntl.F_SETFL, os.O_APPEND)
            self.mailbox = mmap.mmap(mailbox, MAILBOX_SIZE)
            socket.send_fds(control, [FORK], [request, reply, mailbox, self.output])
        except BaseException:
            for each in opened:
                os.close(each)
            raise
        for each in (request, reply, mailbox):
            os.close(each)
        os.set_blocking(self.request, False)
        os.set_blocking(self.reply, False)
        self._kept: tuple[int, ...] = (self.request, self.reply, self.output)

    def ask(self, sequence: int, plan: bytes) -> None:
        """Hand the worker a plan; raises OSError when nobody is there to take it."""
        length = len(plan)
        self.mailbox[REQUEST_OFFSET : REQUEST_OFFSET + length] = plan
        os.write(self.request, REQUEST.pack(sequence, length))

    def answer(self) -> bytes:
        """Return what is in the reply pipe: one reply, nothing when the worker is gone, or nonsense."""
        return self.read(4 * REPLY.size)

    def read(self, size: int) -> bytes:
        """Return what is in the reply pipe, up to `size` bytes."""
        return os.read(self.reply, size)

    def said(self, length: int) -> bytes:
        """Return the first `length` bytes of the reply in the mailbox."""
        if length > REPLY_SIZE:
            raise ValueError("the worker claims to have written more than fits")
        return self.mailbox[REPLY_OFFSET : REPLY_OFFSET + length]

    def observed(self, length: int) -> Observation:
        """Return the observation in the mailbox; raises ValueError when that is none."""
        return decode_observation(self.said(length))

    def observed_so_far(self) -> Observation:
        """Return what had been observed before the worker ended; nothing if that cannot be read."""
        try:
            return self.observed(OBSERVATION_HEADER.unpack_from(self.mailbox, REPLY_OFFSET)[-1])
        except ValueError:
            return Observation(())

    def began(self) -> bool:
        """Tell whether the worker has come up: it writes the status page then, and not before."""
        return self.mailbox[:4] != b"\0\0\0\0"

    def proving(self) -> str:
        """Return the key of the instrument that the worker was trying when it ended, if it was."""
        return read_proving(self.mailbox)

    def status(self) -> StatusPage | None:
        """Return the status page, or None when it was overwritten."""
        try:
            return read_status(self.mailbox)
        except ValueError:
            return None

    def tidy(self, size: int) -> bytes:
        """Give back what a plan took, memory if there was more than a little; return the first words printed."""
        printed = b""
        if os.lseek(self.output, 0, os.SEEK_END):
            printed = os.pread(self.output, _FIRST_WORDS, 0)
            os.ftruncate(self.output, 0)
        if size > _LARGE:
            for start, length in ((REQUEST_OFFSET, REQUEST_SIZE), (REPLY_OFFSET, REPLY_SIZE)):
                self.mailbox.madvise(mmap.MADV_REMOVE, start, length)
        return printed

    def limit_output(self) -> None:
        """Keep a call that prints without end from filling the memory; its first words stay."""
        if os.lseek(self.output, 0, os.SEEK_END) > _MOST_OUTPUT:
            os.ftruncate(self.output, _MOST_OUTPUT // 2)

    def printed(self) -> str:
        """Return what the worker has printed since the plan began: the beginning and the end of it."""
        size = os.lseek(self.output, 0, os.SEEK_END)
        if size <= _HEAD + _TAIL:
            return os.pread(self.output, size, 0).decode("utf-8", "replace")
        head, tail = os.pread(self.output, _HEAD, 0), os.pread(self.output, _TAIL, size - _TAIL)
        cut = f"\n[{size - _HEAD - _TAIL} bytes left out]\n"
        return head.decode("utf-8", "replace") + cut + tail.decode("utf-8", "replace")

    def close(self) -> None:
        """Give everything back; a second time does nothing."""
        kept, self._kept = self._kept, ()
        for each in kept:
            with contextlib.suppress(OSError):
                os.close(each)
        if kept:
            self.mailbox.close()


def _pipe(opened: list[int]) -> tuple[int, int]:
    ends = os.pipe()
    opened.extend(ends)
    return ends


def _remember(opened: list[int], descriptor: int) -> int:
    opened.append(descriptor)
    return descriptor
