"""Where a database is that several machines share, as the settings or the environment say."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from abidance.core.span import Span

VARIABLE = "ABIDANCE_DATABASE"
REDIS = ("redis://", "rediss://", "unix://")
GITHUB = re.compile(r"github:([^/\s]+)/([^/\s]+)/([^/\s.][^/\s]*)")


def check_address(text: str, where: Span | None) -> None:
    """Raise UsageError where no database can be at this address."""
    labels = (Label(where),) if where is not None else ()
    if text.startswith(REDIS):
        if find_spec("redis") is None:
            raise UsageError(
                Diagnostic(
                    BAD_CONFIGURATION,
                    "a database of Redis needs the package `redis`",
                    labels,
                    help="pip install redis",
                )
            )
    elif text.startswith("github:"):
        if not GITHUB.fullmatch(text):
            words = f"`{text}` names no artifact of GitHub Actions"
            raise UsageError(
                Diagnostic(BAD_CONFIGURATION, words, labels, help="it is github:OWNER/REPOSITORY/ARTIFACT")
            )
    elif "://" in text:
        words = f"`{text}` is no database that can be shared"
        help_ = "it is a folder, redis://HOST:PORT/NUMBER, or github:OWNER/REPOSITORY/ARTIFACT"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, words, labels, help=help_))


def address_in_environment() -> str | None:
    """Return the address that the environment names in place of the settings', which is empty for none."""
    return os.environ.get(VARIABLE)
