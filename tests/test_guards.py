"""The test suite's own guards are able to fail."""

from __future__ import annotations

import ast
import fnmatch
import socket
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from network_guard import is_local
from skip_account import SkipAccount

pytest_plugins = ["pytester"]

TESTS = Path(__file__).parent
ALLOWED = tomllib.loads((TESTS / "skips.toml").read_text())["skip"]

LIST = """
[[skip]]
tests = "*.py::test_gpu*"
reason = "no CUDA device"
why = "Needs a GPU."
ci = true

[[skip]]
tests = "*"
reason = "no browser"
why = "Needs a browser."
ci = false
"""


def test_lookup_of_another_machine_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"example\.org"):
        urllib.request.urlopen("https://example.org")


def test_connection_to_another_machine_fails_the_test() -> None:
    with socket.socket() as client, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        client.connect(("192.0.2.1", 80))


def test_connection_to_this_machine_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", ("::1", 80, 0, 0), None, ""])
def test_local_address_is_known(address: object) -> None:
    assert is_local(address)


def test_fresh_memory_is_nan() -> None:
    assert torch.empty(64).isnan().all()


@pytest.mark.parametrize(
    ("reason", "in_ci", "passes"),
    [
        ("no CUDA device here", True, True),
        ("no browser", False, True),
        ("no browser", True, False),
        ("felt like it", False, False),
    ],
    ids=["listed", "listed-outside-ci", "not-in-ci", "unlisted"],
)
def test_skip_is_held_against_the_list(
    pytester: pytest.Pytester, reason: str, in_ci: bool, passes: bool
) -> None:
    pytester.makefile(".toml", skips=LIST)
    pytester.makepyfile(f"import pytest\ndef test_gpu(): pytest.skip({reason!r})")
    account = SkipAccount(pytester.path / "skips.toml", in_ci=in_ci)
    result = pytester.inline_run(plugins=[account])
    assert (result.ret == pytest.ExitCode.OK) == passes


def test_skipped_module_is_held_against_the_list(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", skips=LIST)
    pytester.makepyfile("import pytest\npytest.skip('whim', allow_module_level=True)")
    account = SkipAccount(pytester.path / "skips.toml", in_ci=False)
    assert pytester.inline_run(plugins=[account]).ret == pytest.ExitCode.TESTS_FAILED


def test_skips_in_processes_side_by_side_are_held_against_the_list(
    pytester: pytest.Pytester,
) -> None:
    """A skipped module is known to the process alone that wanted to collect it."""
    pytester.makefile(".toml", skips=LIST)
    pytester.makepyfile(
        test_skips="import pytest\ndef test_a(): pytest.skip('whim')",
        test_module="import pytest\npytest.skip('fancy', allow_module_level=True)",
        test_passes="def test_b(): pass",
    )
    pytester.makeconftest(f"""
import sys
from pathlib import Path
sys.path.append({str(TESTS / "support")!r})
from skip_account import SkipAccount
def pytest_configure(config):
    config.pluginmanager.register(SkipAccount(Path("skips.toml"), in_ci=False))
""")
    result = pytester.runpytest_subprocess("-n", "2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    told = [line for line in result.outlines if "SKIP NOT ALLOWED" in line]
    for reason in ("whim", "fancy"):
        assert len([line for line in told if f"{reason}'" in line]) == 1


def test_allowed_skip_without_a_why_is_refused(tmp_path: Path) -> None:
    (tmp_path / "skips.toml").write_text(LIST.replace("Needs a GPU.", ""))
    with pytest.raises(ValueError, match="needs tests, reason and why"):
        SkipAccount(tmp_path / "skips.toml", in_ci=True)


def written_skips() -> Iterator[tuple[str, str]]:
    """Yields file and reason of every skip whose reason stands in the tests themselves."""
    for path in sorted(TESTS.rglob("*.py")):
        if path == Path(__file__) or path.parent.name == "support":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
            if name not in {"skip", "skipif", "importorskip"}:
                continue
            given = [word.value for word in node.keywords if word.arg == "reason"]
            for value in given or node.args[:1]:
                parts = [part for part in ast.walk(value) if isinstance(part, ast.Constant)]
                if isinstance(value, ast.Constant | ast.JoinedStr):
                    yield (
                        path.relative_to(TESTS.parent).as_posix(),
                        "".join(str(part.value) for part in parts),
                    )


def test_every_skip_that_a_test_may_make_is_on_the_list() -> None:
    """Not this machine's skips alone: another one lacks other things."""
    found = list(written_skips())
    assert found
    for file, reason in found:
        assert any(
            fnmatch.fnmatchcase(f"{file}::test", entry["tests"]) and entry["reason"] in reason
            for entry in ALLOWED
        ), f"{file}: {reason!r}"


def test_every_allowed_skip_is_of_a_test_that_there_is() -> None:
    files = [path.relative_to(TESTS.parent).as_posix() for path in TESTS.rglob("test_*.py")]
    for entry in ALLOWED:
        assert fnmatch.filter(files, entry["tests"]), entry["tests"]
