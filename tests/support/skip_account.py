"""Holds every skipped test against a committed list of allowed skips."""

from __future__ import annotations

import fnmatch
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_HANDED = "skips not allowed"


@dataclass(frozen=True)
class AllowedSkip:
    """One entry of the list.

    Attributes:
        tests: Pattern of the node ids it covers, as in a shell.
        reason: Words that the test's own reason must contain.
        why: Why the skip is right.
        ci: Whether it may happen in CI too, where everything that can be installed is there.
    """

    tests: str
    reason: str
    why: str
    ci: bool

    def __post_init__(self) -> None:
        if not (self.tests and self.reason and self.why):
            raise ValueError(f"an allowed skip needs tests, reason and why, got {self}")


class SkipAccount:
    """A pytest plugin that fails the run if a test was skipped and the list does not allow it."""

    def __init__(self, path: Path, *, in_ci: bool) -> None:
        entries = tomllib.loads(path.read_text()).get("skip", [])
        allowed = [AllowedSkip(**entry) for entry in entries]
        self._path = path
        self._allowed = [entry for entry in allowed if entry.ci or not in_ci]
        # A dictionary for its order: beside the process that a test ran in, the one that hands out
        # the tests may hear of it, too.
        self._refused: dict[tuple[str, str], None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Takes over what a process of pytest-xdist has refused."""
        handed: list[tuple[str, str]] = getattr(node, "workeroutput", {}).get(_HANDED, [])
        self._refused |= dict.fromkeys(handed)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_HANDED] = list(self._refused)
        if self._refused and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for test, reason in self._refused:
            terminalreporter.write_line(
                f"SKIP NOT ALLOWED {test}: {reason!r} is not covered by {self._path.name}", red=True
            )

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(
            fnmatch.fnmatchcase(report.nodeid, entry.tests) and entry.reason in reason
            for entry in self._allowed
        ):
            self._refused[report.nodeid, reason] = None
