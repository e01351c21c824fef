"""Which limit stands behind an error of the operating system's. Only the standard library: workers say it too."""

from __future__ import annotations

import errno
import os
import resource

_BEHIND = {
    errno.EAGAIN: ("RLIMIT_NPROC", "`pids.max` of its control group"),
    errno.ENOMEM: ("RLIMIT_AS", "the memory of this machine or of its control group"),
    errno.EMFILE: ("RLIMIT_NOFILE", ""),
    errno.ENFILE: ("", "the open files of the whole machine (`fs.file-max`)"),
    errno.EFBIG: ("RLIMIT_FSIZE", ""),
}


def why(error: BaseException) -> str:
    """Return an error in words: its number's name, what it means, and the limit that it comes from, if one does."""
    number = errno.ENOMEM if isinstance(error, MemoryError) else getattr(error, "errno", None)
    if number is None:
        return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    words = f"{errno.errorcode.get(number, number)}, {os.strerror(number).lower()}"
    limit, otherwise = _BEHIND.get(number, ("", ""))
    if limit:
        soft = resource.getrlimit(getattr(resource, limit))[0]
        if soft != resource.RLIM_INFINITY:
            return f"{words} (`{limit}` is {soft})"
    return f"{words} (see {otherwise})" if otherwise else words
