"""What is told where abidance itself did something wrong: one line, with its traceback in a file."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from abidance.core.catalogue import INTERNAL_ERROR
from abidance.core.diagnostic import Diagnostic
from abidance.core.files import write_whole

TRACEBACK = Path(".abidance", "internal-error.txt")


def internal_error(error: Exception, root: Path = Path()) -> Diagnostic:
    """Write the traceback to a file below `root`, in place of an earlier one, and return what names the file."""
    text = "".join(traceback.format_exception(error))
    what = "".join(traceback.format_exception_only(error)).strip().split("\n")[0]
    file = root / TRACEBACK
    try:
        write_whole(file, text)
    except OSError:
        sys.stderr.write(text)
        where = "its traceback is on stderr"
    else:
        where = f"its traceback is in `{file}`"
    return Diagnostic(INTERNAL_ERROR, f"abidance itself broke: {what}; {where}", help="please report it")
