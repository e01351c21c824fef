"""What of a crate the contract leaves out: features that are off, behind which functions may be."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from abidance.core.files import read_regular_text

if TYPE_CHECKING:
    from abidance.contract.model import Contract

_DEFAULT = "default"


def features_left_out(contract: Contract, library: str) -> tuple[str, ...]:
    """Return the features of a cargo library that are not enabled; none for any other, or where none can be read."""
    one = contract.libraries.get(library)
    if one is None or one.cargo is None:
        return ()
    try:
        manifest = tomllib.loads(read_regular_text(one.cargo / "Cargo.toml"))
    except (OSError, ValueError):
        return ()
    features = manifest.get("features")
    if not isinstance(features, dict):
        return ()
    enabled = {str(each) for each in one.features or ()}
    if one.default_features is not False:
        enabled.add(_DEFAULT)
    waiting = [*enabled]
    while waiting:
        listed = features.get(waiting.pop())
        more = {str(each) for each in listed if str(each) in features} if isinstance(listed, list) else set()
        waiting += more - enabled
        enabled |= more
    return tuple(name for name in features if name not in enabled and name != _DEFAULT)
