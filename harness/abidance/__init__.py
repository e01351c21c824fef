"""Contract tests for native boundaries: one YAML contract, held against C and Rust.

Importing this package imports nothing else (PEP 562): the worker that may crash, the command line's
``--help`` and pytest's collection all pay only for what they use.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
