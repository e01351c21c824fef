"""The library under test and the call stubs beside it, as the process that may crash has loaded them."""

from __future__ import annotations

import ctypes
import os
from typing import Any

IMPORTS = "abidance_imports"
IMPORT = "abidance_import_"
INVOKED = "abidance_callback_invoked"
CALLBACK = "abidance_callback_"
INSTANCES = 64
"""How many functions there are of one kind: a plan cannot hold more callbacks of it at once."""


class _Place(ctypes.Structure):
    """``Dl_info`` of dladdr(3)."""

    _fields_ = (
        ("file", ctypes.c_char_p),
        ("base", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
    )


class Loaded:
    """A library, up to two shared objects of stubs (see `binding.stub_source`), and one of callbacks.

    Stubs of functions of the library are handed their addresses, so nothing is left to the linker. Those of
    ``static inline`` functions and macros call what their text names: those imports are set here, each to the
    library's own function where it has one, however many others of that name the process knows.
    """

    def __init__(
        self, library: ctypes.CDLL, calls: str = "", direct: str = "", callbacks: str = "", invoked: int = 0
    ) -> None:
        """Load the stubs; raises OSError when those that import nothing cannot be loaded.

        `invoked` is the address of what callbacks do.
        """
        self.library = library
        self._calls = ctypes.CDLL(calls, use_errno=True) if calls else None
        self._direct: ctypes.CDLL | None = None
        self._trouble = ""
        self._callbacks = ctypes.CDLL(callbacks) if callbacks else None
        if self._callbacks is not None:
            ctypes.c_void_p.in_dll(self._callbacks, INVOKED).value = invoked
        if direct:
            self._load_direct(direct)

    @property
    def calls_back(self) -> bool:
        """Tell whether there are functions for the library to call back."""
        return self._callbacks is not None

    def stub(self, name: str, *, direct: bool) -> Any:
        """Return a stub to call; raises AttributeError when what it calls is missing, ValueError without it."""
        if direct and self._trouble:
            raise AttributeError(self._trouble)
        stubs = self._direct if direct else self._calls
        if stubs is None:
            raise ValueError(f"the stub of `{name}` was not compiled")
        try:
            return stubs[f"abidance_stub_{name}"]
        except AttributeError:
            raise ValueError(f"there is no stub of `{name}`") from None

    def address(self, name: str) -> int:
        """Return where a function of the library is, or of the process; raises AttributeError without it.

        The C library's `free` is the one that is watched, which a look through the library's own scope may miss.
        """
        home = ctypes.CDLL(None) if name == "free" else self.library
        return ctypes.cast(home[name], ctypes.c_void_p).value or 0

    def callback(self, kind: int, turn: int) -> tuple[int, int]:
        """Return the number and the address of one function of a kind, in turn; raises ValueError without it."""
        if self._callbacks is None:
            raise ValueError("the plan's callbacks were not compiled")
        which = turn % INSTANCES
        try:
            function = self._callbacks[f"{CALLBACK}{kind}_{which}"]
        except AttributeError:
            raise ValueError(f"there is no callback of kind {kind}") from None
        address = ctypes.cast(function, ctypes.c_void_p).value
        assert address is not None
        return kind * INSTANCES + which, address

    def _load_direct(self, path: str) -> None:
        # Objects that the header declares are found by the dynamic linker, which looks no further than this.
        ctypes.CDLL(self.library._name, mode=os.RTLD_NOW | os.RTLD_NOLOAD | os.RTLD_GLOBAL)  # noqa: SLF001
        try:
            self._direct = ctypes.CDLL(path, use_errno=True)
        except OSError as error:
            self._trouble = str(error)
            return
        names = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(self._direct, IMPORTS))).decode()
        missing = [name for name in names.split() if not self._import(self._direct, name)]
        if missing:
            self._trouble = f"undefined symbol: {missing[0]}"

    def _import(self, stubs: ctypes.CDLL, name: str) -> bool:
        """Point an import at the library's own function, else at the one that the process would find."""
        for handle, own in ((self.library, True), (ctypes.CDLL(None), False), (self.library, False)):
            try:
                address = ctypes.cast(handle[name], ctypes.c_void_p).value
            except AttributeError:
                continue
            if own and not self._is_own(address):
                continue
            ctypes.c_void_p.in_dll(stubs, IMPORT + name).value = address
            return True
        return False

    def _is_own(self, address: int | None) -> bool:
        place = _Place()
        if not ctypes.CDLL(None).dladdr(ctypes.c_void_p(address), ctypes.byref(place)) or not place.file:
            return False
        return os.path.realpath(os.fsdecode(place.file)) == os.path.realpath(self.library._name)  # noqa: SLF001
