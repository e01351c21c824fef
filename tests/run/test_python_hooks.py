"""What Python says is right is what comes back; what it generates is what is given."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

from abidance.boundary.python_hooks.hooks import load_hook
from abidance.cli.main import main
from abidance.contract.language.clauses import Name
from abidance.core.span import Span
from abidance.run.commands.check import check_contract
from tiers import sample

MODELLED = {
    "hk_crc": "result",
    "hk_mean": "result",
    "hk_half": "result",
    "hk_split": "before",
    "hk_grown": "result.right",
    "hk_reverse": "data",
    "hk_behind": "result",
    "hk_kind_of": "result",
    "hk_kind_name": "result",
}
SOUND = ("sound", "near", "near_asan")


@pytest.mark.parametrize(("function", "build", "code"), found_in(dict.fromkeys(MODELLED, "ABD333")))
def test_an_answer_that_the_model_does_not_give_is_found(function, build, code, judge):
    (found,), reasons = judge("python_hooks", function, build, seed=1, phases=("properties",))

    assert found.diagnostic.code.id == code
    assert found.diagnostic.place == f"{function}:model:{MODELLED[function]}"
    assert found.repeats == (5, 5)
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(dict.fromkeys(MODELLED, "ABD333"), builds=SOUND))
def test_answers_that_it_gives_are_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "python_hooks", function, build) == ([], [])


@pytest.mark.slow
def test_both_answers_are_told(judge):
    (found,), _ = judge("python_hooks", "hk_kind_name", "wrong", seed=1)

    assert found.diagnostic.message == '`hk_kind_name` returned "digits", where its model says "number"'
    assert [label.span.path.suffix for label in found.diagnostic.labels] == [".yaml", ".h"]


GENERATED = dict.fromkeys(("hk_accepts", "hk_accepts_card", "hk_decode", "hk_step", "hk_root"), "ABD321")
KEPT = ("ABD321",)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(GENERATED, keep=KEPT))
def test_what_only_its_values_show_is_found(function, build, code, judge):
    (found,), reasons = judge("python_hooks", function, build, seed=1)

    assert found.diagnostic.code.id == code
    assert found.repeats == (5, 5)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build"), spared_in(GENERATED, builds=SOUND, keep=KEPT))
def test_nothing_else_is_given(function, build, judge):
    assert judge.in_turn(SOUND, "python_hooks", function, build) == ([], [])


@pytest.mark.slow
def test_the_smallest_of_its_values_is_shown(judge):
    (found,), _ = judge("python_hooks", "hk_step", "wrong", seed=1)

    assert "hk_step(1000003)" in found.call


@pytest.mark.full
def test_the_smallest_of_its_values_is_shown_in_a_sequence(judge):
    (found,), _ = judge("python_hooks", "hk_feeder", "wrong", seed=1)

    assert found.call.count("hk_feed(") == 2
    assert '"HKF1\\003\\000\\000\\000\\000", 9' in found.call


GIVES = {
    "no strategy": ("def digits(): return 3", "returned 3, which is not a Hypothesis strategy"),
    "what does not fit": ("digits = st.just(3)", "gave 3 for `digits`, which must be bytes or text"),
    "a NUL": (
        "digits = st.just('1\\0')",
        "gave b'1\\x00' for `digits`, which must be a string without a NUL in it",
    ),
    "what may not be": ("digits = st.none()", "gave None for `digits`, which is not nullable"),
    "an exception": ("def digits(): raise KeyError('x')", "raised KeyError: 'x'"),
    "an exception, later": (
        "digits = st.just(0).map(lambda n: 1 / n)",
        "raised ZeroDivisionError: division by zero",
    ),
    "nothing": ("digits = st.nothing()", "is a strategy without values"),
    "what Hypothesis refuses": ("digits = st.integers(5, 3)", "made a strategy that Hypothesis refuses: "),
}


@pytest.mark.slow
@pytest.mark.parametrize("gives", sample(GIVES, keep=["no strategy", "what may not be"]))
def test_a_strategy_of_no_use_is_told_and_judges_nothing(gives, judge, built):
    source, words = GIVES[gives]
    name = f"gives_{judge.runs}"
    (built / f"{name}_says.py").write_text(f"from hypothesis import strategies as st\n{source}\n")
    file = built / f"{name}.contract.yaml"
    file.write_text(
        (built / "python_hooks.contract.yaml")
        .read_text()
        .replace("hooks_in_python:digits", f"{name}_says:digits")
    )

    found, (reason,) = judge(name, "hk_accepts", "wrong", seed=1)

    assert found == []
    assert reason.code.id == "ABD117"
    assert reason.message.removeprefix(f"`{name}_says:digits` ").startswith(words)


def test_checking_imports_nothing(built, judge):
    (built / "raises_says.py").write_text("raise SystemExit('imported')\n")
    file = built / "raises.contract.yaml"
    file.write_text(
        (built / "python_hooks.contract.yaml").read_text().replace("hooks_in_python:", "raises_says:")
    )

    said = check_contract(file).diagnostics
    # Libraries that no test has asked for were not compiled.
    assert [each for each in said if each.code.name != "library-missing"] == []


@pytest.fixture
def told(judge, built):
    """Judge a function whose model is another one; return messages, with the lines of Python that they point at."""

    def tell(function, model, source, library="sound"):
        name = f"other_{judge.runs}"
        (built / f"{name}_says.py").write_text(source)
        text = (built / "python_hooks.contract.yaml").read_text().replace("hooks_in_python:", "missing_says:")
        file = built / f"{name}.contract.yaml"
        wanted = {"hk_crc": "crc", "hk_reverse": "reversed_", "hk_kind_of": "kind_of"}[function]
        file.write_text(text.replace(f"missing_says:{wanted}", model.replace("SAYS", f"{name}_says")))
        found, reasons = judge(name, function, library, seed=1, phases=("properties",))
        words = [reason.message.replace(name, "other") for reason in reasons]
        lines = [
            label.span.line
            for reason in reasons
            for label in reason.labels
            if label.span.path.suffix == ".py"
        ]
        return [finding.diagnostic.code.id for finding in found], words, lines

    return tell


MISTAKES = {
    "no such module": ("nowhere:crc", "", "there is no module `nowhere`, which `model` names", []),
    "no such function": ("SAYS:crc", "", "the module `other_says` has no `crc`", []),
    "no function": ("SAYS:crc", "crc = 3", "`other_says:crc` is no function", []),
    "raises": (
        "SAYS:crc",
        "def crc(data):\n    return helper(data)\n\n\ndef helper(data):\n    return 1 / len(b'')\n",
        "`other_says:crc` raised ZeroDivisionError: division by zero",
        [6],
    ),
    "raises when it is imported": (
        "SAYS:crc",
        "x = 1\nraise OSError\n",
        "`other_says:crc` raised OSError",
        [2],
    ),
    "is no Python": ("SAYS:crc", "x = 1\ndef crc(:\n", "`other_says:crc` raised SyntaxError: ", [2]),
    "takes what is not there": (
        "SAYS:crc",
        "def crc(dato): ...",
        "`other_says:crc` takes `dato`, which is no parameter of `hk_crc`",
        [],
    ),
    "is of no use": (
        "SAYS:crc",
        "def crc(data): return None",
        "`other_says:crc` gave None for `result`, which must be an int that `uint32_t` can hold",
        [],
    ),
    "does not fit": (
        "SAYS:crc",
        "def crc(data): return -1",
        "`other_says:crc` gave -1 for `result`, which must be a number that `uint32_t` can hold",
        [],
    ),
    "answers what does not come out": (
        "SAYS:crc",
        "def crc(data): return {'data': data}",
        "`other_says:crc` returns `data`, which is not an output of `hk_crc`",
        [],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("mistake", sample(MISTAKES, keep=["no such module", "raises"]))
def test_a_model_of_no_use_is_told_and_judges_nothing(mistake, told):
    model, source, words, lines = MISTAKES[mistake]

    found, (message,), where = told("hk_crc", model, source)

    assert found == []
    assert message.startswith(words)
    assert where == lines


@pytest.mark.slow
def test_a_function_that_returns_nothing_needs_a_mapping(told):
    _, (message,), _ = told("hk_reverse", "SAYS:data", "def data(): return b''")

    assert message == "`other_says:data` returned b'', and `hk_reverse` returns nothing"


@pytest.mark.slow
def test_a_name_that_the_header_has_not(told):
    _, (message,), _ = told("hk_kind_of", "SAYS:kind", "def kind(text): return 'HK_NONE'")

    assert message == "`other_says:kind` gave 'HK_NONE' for `result`, which names no number of the header"


def test_modules_of_one_name_in_two_folders_are_two(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "shared_by_hooks.py").write_text(f"NAME = {folder!r}\n")
        source = "from shared_by_hooks import NAME\ndef f(): return NAME\n"
        (tmp_path / folder / "hooks_of_both.py").write_text(source)

    def ask(folder):
        span = Span.at(tmp_path / folder / "x.contract.yaml", 1)
        return load_hook("model", Name("hooks_of_both:f", span))()

    assert [ask("one"), ask("two"), ask("one")] == ["one", "two", "one"]


OPINIONS = """\
from hypothesis import strategies as st

few = st.just(NotImplemented) | st.integers(40, 49)


def half(n):
    return n // 2 if n >= 40 else NotImplemented


def never(n):
    return NotImplemented
"""
HALVES = """\
abidance: 1
boundary: op
header: op.h
libraries: {c: {command: [gcc, -shared, -fPIC, op.c, -o, libop.so], artifact: libop.so}}
builds: [release]
functions:
  op_half: {params: {n: {range: [0, 100], generate: "opinions:few"}}, model: "opinions:half"}
"""


@pytest.mark.full
def test_a_model_and_a_strategy_may_have_no_opinion(tmp_path, written, capsys):
    (tmp_path / "opinions.py").write_text(OPINIONS)
    # What the model says nothing of is not wrong, and what the strategy leaves to others is generated.
    source = (
        '#include "op.h"\nint op_half(int n) { if (n == 7) __builtin_trap(); return n < 40 ? n : n / 2; }\n'
    )
    run = ["run", "op.contract.yaml", "--phase", "properties", "--seed", "1"]

    written("op", "int op_half(int n);\n", source, HALVES)
    assert main(run) == 1
    assert "crashed: `op_half`" in capsys.readouterr().out

    sound = source.replace("n == 7", "n < 0")
    written("op", "int op_half(int n);\n", sound, HALVES.replace("opinions:half", "opinions:never"))
    main(run)
    assert "the `model` of `op_half`: it says nothing of any call" in capsys.readouterr().out


@pytest.mark.slow
def test_a_pointer_into_other_memory_is_told_by_its_offset(judge):
    (found,), reasons = judge("python_hooks", "hk_behind", "wrong", seed=1, phases=("properties",))

    assert found.diagnostic.place == "hk_behind:model:result"
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_a_caller_does_not_ask_for_is_no_difference(library, judge):
    assert judge("python_hooks", "hk_behind", library, seed=1, phases=("properties",)) == ([], [])
