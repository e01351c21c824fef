"""Room that a record keeps for later, by what such fields are called."""

from __future__ import annotations

import re

_RESERVED = re.compile(
    r"(^|_)(reserved|reserve|resv|rsvd|rsv|res|unused|spare|pad|padding|filler|fill|dummy|future|expansion|unspecified)"
    r"(_|\d|$)|([Rr]eserved|[Uu]nused|[Ss]pare|[Pp]adding|[Ff]iller|[Dd]ummy)(\d|_|$|[A-Z])"
)
_OWN_SIZE = re.compile(
    r"^(struct_?size|size_?of_?\w*|cb_?size|cb|st_?size|abi_size|version_size|sz_struct|(i|struct|abi|api)?_?version)$",
    re.IGNORECASE,
)


def is_reserved(name: str) -> bool:
    """Tell whether the name says that nobody may use the field."""
    return _RESERVED.search(name) is not None


def tells_own_size(name: str) -> bool:
    """Tell whether a first field of this name says how large the caller's record is, or of which version."""
    return _OWN_SIZE.search(name) is not None
