"""The areas of a scorecard: each finding of a run is in one of them, held against the library that it is of."""

from __future__ import annotations

import pytest

from abidance.checks import CHECKS
from abidance.contract.load import load_contract
from abidance.core.catalogue import SYMBOL_MISSING
from abidance.core.diagnostic import Diagnostic, Finding
from abidance.core.events import ItemFinished, ItemId
from abidance.core.gate import GateResult
from abidance.core.outcome import Outcome
from abidance.replacement.judging import Replacement, areas_of
from abidance.replacement.model import Area, AreaStanding

CONTRACT = """\
abidance: 1
boundary: b
header: b.h
libraries:
  c: {path: libc.so}
  rust: {path: librust.so}
functions:
  f:
  g:
"""
GATE = GateResult("b", "c", "rust", "compatible", "no-breaking", "none")
SAID = {each.name: each for each in CHECKS}


def item(library, *findings, function="f", phase="properties"):
    outcome = Outcome.FAILED if findings else Outcome.PASSED
    return ItemFinished(ItemId("b", function, phase, library, "release"), outcome, 1, 1, findings=findings)


def fault(library, name="output-overwritten", function="f", phase="properties"):
    diagnostic = Diagnostic(SAID[name].code, f"what {function} does", place=f"{function}:x")
    return Finding(diagnostic, function, phase, library, ("release",))


@pytest.fixture
def areas(tmp_path):
    path = tmp_path / "b.contract.yaml"
    path.write_text(CONTRACT)
    (tmp_path / "b.h").write_text("void f(void); void g(void);\n")
    asked, contract = Replacement(path, "c", "rust"), load_contract(path)
    return lambda *items: {each.area: each for each in areas_of(asked, contract, [*items], GATE)}


@pytest.mark.unit
class TestEachFindingIsInOneArea:
    def test_a_fault_of_the_new_library_decides(self, areas):
        found = areas(item("c"), item("rust", fault("rust")))

        assert found[Area.PROMISES].standing is AreaStanding.DIFFERS
        assert len(found[Area.PROMISES].findings) == 1

    def test_one_of_both_is_not_held_against_it(self, areas):
        found = areas(item("c", fault("c")), item("rust", fault("rust")))

        promises = found[Area.PROMISES]
        assert promises.standing is AreaStanding.SAME
        assert (len(promises.shared), promises.old_only) == (1, ())
        assert Area.OTHER not in found

    def test_one_of_the_old_library_alone_is_named_and_decides_nothing(self, areas):
        found = areas(item("c", fault("c")), item("rust"))

        promises = found[Area.PROMISES]
        assert promises.standing is AreaStanding.SAME
        assert (promises.findings, promises.shared, len(promises.old_only)) == ((), (), 1)
        assert "1 fault of `c` alone: `f`" in promises.words
        assert Area.OTHER not in found

    def test_another_one_of_the_same_function_is_its_own(self, areas):
        found = areas(item("c", fault("c")), item("rust", fault("rust", "postcondition-broken")))

        promises = found[Area.PROMISES]
        assert promises.standing is AreaStanding.DIFFERS
        assert (len(promises.findings), len(promises.old_only)) == (1, 1)

    def test_what_belongs_to_no_area_is_shown_and_decides(self, areas):
        found = areas(item("c"), item("rust"), item("another", fault("another")))

        assert found[Area.OTHER].standing is AreaStanding.DIFFERS
        assert found[Area.OTHER].words == ("found in `f`",)

    def test_a_function_that_is_not_there_is_a_matter_of_linking_and_of_nothing_else(self, areas):
        gone = Diagnostic(SYMBOL_MISSING, "`librust.so` does not export `g`", place="g")
        rust = item("rust", Finding(gone, "g", "properties", "rust", ("release",)), function="g")
        both = item("c=rust", Finding(gone, "g", "equivalence", "c=rust", ("release",)), phase="equivalence")
        found = areas(item("c"), item("rust"), rust, both)

        linking = found[Area.LINKING]
        assert (linking.standing, linking.words) == (AreaStanding.DIFFERS, ("does not export `g`",))
        assert len(linking.findings) == 1
        assert found[Area.PROMISES].standing is AreaStanding.SAME
        assert found[Area.ANSWERS].standing is not AreaStanding.DIFFERS
        assert Area.OTHER not in found

    def test_one_that_neither_has_is_not_held_against_the_new_library(self, areas):
        gone = Diagnostic(SYMBOL_MISSING, "it does not export `g`", place="g")
        found = areas(
            *(item(each, Finding(gone, "g", "properties", each, ("release",))) for each in ("c", "rust"))
        )

        assert found[Area.LINKING].standing is AreaStanding.SAME
        assert Area.OTHER not in found

    @pytest.mark.parametrize(
        ("verdict", "standing"),
        [("rust", AreaStanding.DIFFERS), ("c", AreaStanding.BUT_FOR), ("allowed", AreaStanding.BUT_FOR)],
    )
    def test_what_is_never_compared_decides_where_the_new_library_is_said_to_be_wrong(
        self, verdict, standing, tmp_path
    ):
        path = tmp_path / "b.contract.yaml"
        known = f"equivalence: {{except: {{f: {{verdict: {verdict}, why: forgets, see: b.h}}}}}}\n"
        path.write_text(CONTRACT + known)
        (tmp_path / "b.h").write_text("void f(void); void g(void);\n")
        items = [item("c"), item("rust"), item("c=rust", function="g", phase="equivalence")]
        found = areas_of(Replacement(path, "c", "rust"), load_contract(path), items, GATE)

        (answers,) = (each for each in found if each.area is Area.ANSWERS)
        assert answers.standing is standing
        assert "not compared: `f`" in answers.words

    def test_a_sound_pair_has_no_such_area(self, areas):
        assert Area.OTHER not in areas(item("c"), item("rust"))
