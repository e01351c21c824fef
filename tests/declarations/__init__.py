"""Random C declarations for tests: pure data, what draws it, and its text in C and, where Rust has it, in Rust.

    from declarations.c_strategies import Mix, records
    from declarations.c_text import render
    from declarations.c_values import leaves, values

The data knows nothing of `abidance`, so that what the package makes of the text has something to be held
against. Types have no names; `render` gives them out, so equal types are one declaration and shrink alike.
"""

from __future__ import annotations
