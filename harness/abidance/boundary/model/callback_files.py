"""What callbacks do with a position that they share: they read and write there, move it or tell where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.plan.callback_script import FileAction


@dataclass(frozen=True, slots=True)
class FileUse:
    """What a callback does with the position of the `reader` beside it, which may be a writer: itself as well.

    Parameter `place` says where that is moved to, as from where parameter `whence` says or, with `relative`, how far.
    What is written is what parameter `data` leads to; it goes to a place of its own where the callback is told one.
    What is told goes to the parameter of a name, or is the `result`; it is empty where nothing is.
    """

    action: FileAction
    reader: str
    span: Span
    place: int | None = None
    whence: int | None = None
    relative: bool = False
    bounded: bool = False
    """Whether it moves no further than there is something, and tells how far it has moved."""
    data: int | None = None
    own: bool = False
    """Whether the file is its own: no callback beside it reads that, and others share it with this one."""
    told: str = ""
