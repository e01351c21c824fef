"""Hypothesis profiles for `--hypothesis-profile` and `load_profile`.

Hypothesis calls `register` when it is imported, by its entry point, so that a conftest.py finds them too.
"""

from __future__ import annotations


def register() -> None:
    """Register `abidance` (more cases than the default) and `abidance-ci` (more still, and reproducible).

    A profile that the user has registered under one of these names is left as it is.
    """
    # Here and not above: this module may be what imports Hypothesis first, which then asks for this function.
    from hypothesis import settings  # noqa: PLC0415
    from hypothesis.errors import InvalidArgument  # noqa: PLC0415

    ours = {
        "abidance": {"max_examples": 200, "deadline": None},
        "abidance-ci": {
            "max_examples": 500,
            "deadline": None,
            "derandomize": True,
            "database": None,
            "print_blob": True,
        },
    }
    for name, options in ours.items():
        try:
            settings.get_profile(name)
        except InvalidArgument:
            settings.register_profile(name, **options)  # type: ignore[arg-type]
