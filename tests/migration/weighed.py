"""Functions with evidence as tests make them up."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from abidance.core.span import Span
from abidance.evidence.facts import Crossing
from abidance.migration.model import (
    Bond,
    BondKind,
    FactSource,
    OpenQuestion,
    PointerTransfer,
    SourcedFact,
    TracedLoad,
    Trouble,
    TroubleKind,
    WeighedFunction,
)

RUN = FactSource("run #1 (run) of 1234567890, 2026-11-28 05:52", "abidance history")
LINE = FactSource("demo.contract.yaml:9")
SPAN = Span.at(Path("demo.contract.yaml"), 9)


def fact(words="it was seen", source=RUN):
    return SourcedFact(words, (source,))


def trouble(kind=TroubleKind.FAULT, key="one", library="c", case=""):
    return Trouble(kind, fact(f"it went wrong: {key}"), key, f"ABD300 {key}", library, case)


def question(words="it is not promised", *, decides=True):
    return OpenQuestion(fact(words, LINE), "say it in demo.contract.yaml", decides)


def crossing(place="data", kind="pointer", **fields):
    return Crossing(place, kind, "bytes", fields.pop("direction", "in"), SPAN, **fields)


def transfer(way, place="data", **fields):
    return PointerTransfer(way, crossing(place, **fields), fact(f"`{place}` changes hands", LINE))


def function(name="f", **fields):
    fields.setdefault("held", (fact("nothing was found"),))
    return WeighedFunction(name, f"int {name}(void);", **fields)


def bond(*names, kind=BondKind.HANDLE, name="thing"):
    return Bond(kind, name, names, fact(f"they share `{name}`", LINE))


def troubles():
    return st.builds(
        trouble, st.sampled_from(TroubleKind), st.sampled_from("abcdefgh"), st.sampled_from(("c", "rust"))
    )


def loads():
    return st.builds(
        TracedLoad,
        calls=st.integers(0, 1000),
        seconds=st.sampled_from((0.0, 0.5, 1.0, 2.5)),
        wall=st.sampled_from((1.0, 10.0)),
        source=st.just(RUN),
    )


def functions(name="f"):
    some = st.lists(st.sampled_from((fact("one"), fact("two"), fact("three"))), max_size=2, unique=True).map(
        tuple
    )
    return st.builds(
        function,
        st.just(name),
        troubles=st.lists(troubles(), max_size=3).map(tuple),
        questions=st.lists(st.builds(question, decides=st.booleans()), max_size=2).map(tuple),
        accepted=some,
        held=some,
        load=st.none() | loads(),
        crossings=st.lists(st.just(crossing()), max_size=3).map(tuple),
    )


def boundaries(least=1):
    """Return strategies of several functions, each with a name of its own."""
    return st.integers(least, 6).flatmap(
        lambda number: st.tuples(*(functions(f"f{n}") for n in range(number)))
    )
