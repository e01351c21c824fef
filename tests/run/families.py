"""What is tried of a family of libraries from one source: every function on every build, and little of it each time.

All of it is for the tier `full`: `make test` has a defect and a near miss of each check in tests/checks/<rule>/. Where
a family is about more than checks, such as records that are passed by value, it says which codes to `keep`: the first
defect of each is then in `make test` as well, on the release build where that shows it, with the sound and the nearly
wrong library of the same function and build.
"""

from __future__ import annotations

import pytest

from tiers import full

WRONG = ("wrong", "wrong_asan")
SOUND = ("sound", "sound_asan", "near", "near_asan")


def found_in(defects, builds=WRONG, keep=()):
    """Return `function, build, code` for each defect and build that shows it.

    A defect has one code for all builds or, in a tuple, one for each, which is empty where that build shows nothing.
    """
    kept = {case: [pytest.mark.finds(case[2])] for case in _shortest(defects, builds, keep)}
    return [
        pytest.param(*case, marks=kept[case]) if case in kept else full(*case)
        for case in _cases(defects, builds)
    ]


def found_as(defects, keep=()):
    """Return `defect, code` for each variant of a library, the first of each code to `keep` for `make test`."""
    first = {code: next(defect for defect in defects if defects[defect] == code) for code in keep}
    return [
        pytest.param(defect, code, marks=[pytest.mark.finds(code)])
        if first.get(code) == defect
        else full(defect, code)
        for defect, code in defects.items()
    ]


def spared_in(defects, *further, wrong=WRONG, builds=SOUND, keep=()):
    """Return `function, build` for each function of sound libraries: those that have a defect elsewhere, and others."""
    codes = {(function, _kind(build)): code for function, build, code in _shortest(defects, wrong, keep)}
    cases = [(function, build) for function in (*defects, *further) for build in builds]
    return [
        pytest.param(*case, marks=[pytest.mark.spares(codes[case[0], _kind(case[1])])])
        if (case[0], _kind(case[1])) in codes
        else full(*case)
        for case in cases
    ]


def _cases(defects, builds):
    for function, codes in defects.items():
        each = (codes,) * len(builds) if isinstance(codes, str) else codes
        yield from ((function, build, code) for build, code in zip(builds, each, strict=True) if code)


def _shortest(defects, builds, keep):
    """Return the first case of each code to keep, in the first build that shows the defect of that function."""
    first, shown = {}, set()
    for function, build, code in _cases(defects, builds):
        if function not in shown:
            first.setdefault(code, (function, build, code))
        shown.add(function)
    assert {*keep} <= {*first}, f"{keep} are not all among {[*first]}"
    return [case for code, case in first.items() if code in keep]


def _kind(build):
    """Return what a build is watched with: nothing, or what follows the last underscore."""
    return build.rpartition("_")[2] if build.endswith(("_asan", "_tsan")) else ""
