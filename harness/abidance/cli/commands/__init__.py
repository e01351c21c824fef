"""The commands. Adding one is one file and one line in `COMMANDS`.

The file has ``parser()``, which returns the command's options, and ``execute(options)``, which does the work
and returns the exit status. What a command needs beyond that is imported inside ``execute``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command's name, what it does in one line, and the module that is imported when it is used."""

    name: str
    summary: str
    module: str


COMMANDS: tuple[Command, ...] = (
    Command("init", "draft a contract from a header, with the evidence for each guess", "init"),
    Command("run", "call the libraries of a contract and report every broken promise", "run"),
    Command("fuzz", "explore a contract for a while, guided by the code that is reached", "fuzz"),
    Command(
        "coverage", "tell which lines a contract's calls reach, and what they never exercise", "coverage"
    ),
    Command("profile", "show where calls of a function spend their time, as flame graphs", "profile"),
    Command("merge", "put the reports of a run's partitions together", "merge"),
    Command("trace", "record how a running program calls a library, and hold that to the contract", "trace"),
    Command("check", "compare contracts with their headers; call nothing", "check"),
    Command(
        "layout", "show how a header's types are laid out and bound, or assert it in C or Rust", "layout"
    ),
    Command("abi", "compare a boundary with its baseline, and report what breaks for whom", "abi"),
    Command("accept", "accept what functions cost now as their budgets; for the ABI, `abi accept`", "accept"),
    Command("drop-in", "tell whether one library of a contract may take another's place", "drop_in"),
    Command("history", "list the runs that are kept of this project", "history"),
    Command("compare", "tell what changed between the runs of two revisions", "compare"),
    Command("map", "rank the functions of a boundary: what needs change, and what only insulation", "map"),
    Command(
        "plan", "write the plan of one page that follows from the map: steps, gates, risks, rollback", "plan"
    ),
    Command("report", "tell what is known from kept runs, as text or as a page; run nothing", "report"),
    Command("replay", "repeat a failing call, or print it as a C program", "replay"),
    Command(
        "explain",
        "explain what a rule means and cannot detect, or what a clause of contracts means",
        "explain",
    ),
    Command("rules", "list all rules", "rules"),
    Command("doctor", "show which compilers, sanitizers and tools this machine has", "doctor"),
    Command("schema", "print the JSON Schema of contracts or of `--format json`", "schema"),
    Command("lsp", "answer an editor: problems, completion and declarations of contracts", "lsp"),
    Command("completion", "print a script that completes command lines in bash, zsh or fish", "completion"),
    Command("bindings", "write a typed ctypes module for a contract", "bindings"),
)
