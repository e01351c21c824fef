"""GitHub's part, done here: what is pushed is checked out, and the workflow's steps are run as a runner runs them.

Steps of other people's actions do what they are for: a checkout is a clone of the depth that it says, and an upload
takes a file that must be there. The steps of our own actions are run as they stand, with abidance where they would have
installed it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
OURS = {"abidance": ROOT / "action.yml", "abidance/actions/run": ROOT / "actions" / "run" / "action.yml"}
_EXPRESSION = re.compile(r"\$\{\{\s*([^}]*?)\s*\}\}")
_ANNOTATION = re.compile(r"^::(error|warning|notice) ([^:]*)::(.*)$")
_STOP = 300


@dataclass
class Check:
    """What a pull request shows of one workflow: whether it succeeded, annotations, the summary, and uploads."""

    passed: bool = True
    log: str = ""
    summary: str = ""
    uploaded: list[str] = field(default_factory=list)

    @property
    def annotations(self):
        """Return each as a pull request shows it: the place and the title, then the message."""
        shown = []
        for _, properties, message in filter(None, map(_split, self._lines())):
            named = dict(each.split("=", 1) for each in properties.split(",") if "=" in each)
            place = f"{named['file']}:{named.get('line', '1')}  " if "file" in named else ""
            shown.append(f"{place}{_decoded(named.get('title', ''))}\n{_decoded(message)}")
        return "\n\n".join(shown)

    def _lines(self):
        """Return the lines in which a runner looks for commands."""
        stopped = ""
        for line in self.log.splitlines():
            if stopped:
                stopped = "" if line.strip() == f"::{stopped}::" else stopped
            elif line.strip().startswith("::stop-commands::"):
                stopped = line.strip().removeprefix("::stop-commands::")
            else:
                yield line.strip()


def _split(line):
    found = _ANNOTATION.match(line)
    return found.groups() if found else None


def _decoded(text):
    for code, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


class Runner:
    """Runs the workflows of what a branch of `origin` holds, with `environment` for its programs."""

    def __init__(self, origin, folder, environment):
        self.origin, self.folder, self.environment = origin, folder, environment
        self.number = 0

    def check(self, branch, name):
        """Run `.github/workflows/<name>.yml` on the branch, as a pull request into `main` does."""
        self.number += 1
        home = self.folder / f"run-{self.number}"
        job = _Job(self, branch, home)
        text = subprocess.run(
            ["git", "show", f"{branch}:.github/workflows/{name}.yml"],
            cwd=self.origin,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        workflow = yaml.safe_load(text)
        (steps,) = [each["steps"] for each in workflow["jobs"].values()]
        for step in steps:
            job.step(step)
        return job.check


class _Job:
    def __init__(self, runner, branch, home):
        self.branch, self.origin, self.check = branch, runner.origin, Check()
        self.workspace, self.temp = home / "work", home / "temp"
        self.temp.mkdir(parents=True)
        program = self.temp / "abidance-venv" / "bin" / "abidance"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m abidance "$@"\n')
        program.chmod(0o755)
        self.environment = runner.environment | {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_BASE_REF": "main",
            "RUNNER_TEMP": str(self.temp),
        }

    def step(self, step):
        condition = str(step.get("if", ""))
        if self.check.passed and "failure()" in condition:
            return
        if not self.check.passed and not re.search(r"(always|failure)\(\)", condition):
            return
        if "run" in step:
            self._script(step["run"], step.get("env", {}))
            return
        given = {name: self._value(value, {}) for name, value in step.get("with", {}).items()}
        action = step["uses"].partition("@")[0]
        ours = action.partition("/")[2] if action.count("/") else action
        if action == "actions/checkout":
            self._checkout(given)
        elif ours in OURS:
            self._action(OURS[ours], given)
        elif action in ("actions/upload-artifact", "github/codeql-action/upload-sarif"):
            self._upload(given)
        else:
            assert action in ("actions/setup-python", "actions/cache"), f"what does {action} do?"

    def _checkout(self, given):
        depth = str(given.get("fetch-depth", 1))
        command = [
            "git",
            "clone",
            "-q",
            "--branch",
            self.branch,
            f"file://{self.origin}",
            str(self.workspace),
        ]
        if depth != "0":
            command += [f"--depth={depth}"]
        subprocess.run(command, check=True, capture_output=True)

    def _action(self, file, given):
        action = yaml.safe_load(file.read_text())
        inputs = {name: str(each.get("default", "")) for name, each in action["inputs"].items()}
        assert given.keys() <= inputs.keys(), f"{file} has no input {given.keys() - inputs.keys()}"
        inputs |= {name: str(value) for name, value in given.items()}
        context = {f"inputs.{name}": value for name, value in inputs.items()}
        context["github.action_path"] = str(file.parent)
        first, *others = action["runs"]["steps"]
        environment = {name: self._value(value, context) for name, value in first["env"].items()}
        status = self._script(first["run"], environment)
        for other in others:
            if status == 1:
                with_ = {name: self._value(value, context) for name, value in other["with"].items()}
                self._upload(with_)

    def _upload(self, given):
        path = given.get("path") or given["sarif_file"]
        assert (self.workspace / path).exists(), f"there is no {path} to upload"
        self.check.uploaded.append(path)

    def _script(self, text, environment):
        if re.fullmatch(r"python -m pip install \S*abidance\S*", text.strip()):
            return 0  # it is there: that of this environment
        summary, output = self.temp / "summary.md", self.temp / "output"
        summary.write_text("")
        named = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)}
        own = {name: self._value(value, {}) for name, value in environment.items()}
        ran = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", self._value(text, {})],
            cwd=self.workspace if self.workspace.is_dir() else self.temp,
            env={**self.environment, **named, **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_STOP,
            check=False,
        )
        self.check.log += ran.stdout
        self.check.summary += summary.read_text()
        self.check.passed &= ran.returncode == 0
        return ran.returncode

    def _value(self, value, context):
        known = {"github.base_ref": "main", "github.head_ref": self.branch, **context}
        return _EXPRESSION.sub(lambda found: known[found[1]], str(value)) if isinstance(value, str) else value
