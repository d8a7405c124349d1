"""The shape of the source tree, beside the import contracts of pyproject.toml."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.tree

ROOT = Path(__file__).parents[1]
LAYERS = ("kernels", "core", "pipelines", "app")
MAPPED = (*LAYERS, "models")
LONGEST_FILE = 500
SOURCE_SUFFIXES = {".py", ".cpp", ".cc", ".h", ".hpp", ".cu", ".sh"}
VAGUE_NAMES = {"util", "utils", "helper", "helpers"}
DOMAINS = re.compile(
    r"\b(?:financ\w*|clinic\w*|medic(?:al|ine|ation)\w*|patients?|filings?|annual reports?|10-k"
    r"|us-gaap|xbrl|figure_head)\b",
    re.IGNORECASE,
)


def modules(root: Path, folders: tuple[str, ...] = LAYERS) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


def loose_modules(root: Path) -> list[str]:
    """Modules of the pipelines outside their rooms."""
    return [path.name for path in (root / "pipelines").glob("*.py") if path.name != "errors.py"]


def domain_words(root: Path) -> list[str]:
    """Words of finance and medicine in what is about attention and models alone."""
    return [
        f"{path.relative_to(root)}:{number} {found.group()}"
        for path in modules(root, ("kernels", "core"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (found := DOMAINS.search(line))
    ]


def init_files(root: Path) -> list[str]:
    """Packages by file: a bare importable `kernels` would shadow Hugging Face's distribution."""
    candidates = [root / "__init__.py"]
    candidates += [path for folder in MAPPED for path in (root / folder).rglob("__init__.py")]
    return [str(path.relative_to(root)) for path in candidates if path.exists()]


def untyped_folders(root: Path) -> list[str]:
    """Layers whose types a user's checker does not see (PEP 561), in the tree or from the wheel."""
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]
    shipped = settings.get("package-data", {})
    return [
        layer
        for layer in LAYERS
        if not (root / layer / "py.typed").exists()
        or "py.typed" not in shipped.get(f"secateur.{layer}", [])
    ]


def long_files(root: Path) -> list[str]:
    found = []
    for folder in (*MAPPED, "tests", "benchmarks", "scripts"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES:
                lines = len(path.read_text().splitlines())
                if lines > LONGEST_FILE:
                    found.append(f"{path.relative_to(root)}: {lines} lines")
    return found


def vague_names(root: Path) -> list[str]:
    return [
        str(path.relative_to(root))
        for path in modules(root, (*MAPPED, "tests", "benchmarks", "scripts"))
        if path.stem in VAGUE_NAMES
    ]


RULES = (loose_modules, domain_words, init_files, untyped_folders, long_files, vague_names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_source_tree_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


def test_source_tree_has_modules_in_every_layer() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in modules(ROOT)} == set(LAYERS)


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_design_names_every_module_and_none_that_is_not_there() -> None:
    named = set(re.findall(r"(?<![*\w])\w+\.py\b", (ROOT / "docs" / "design.md").read_text()))
    layers = {path.name for path in modules(ROOT)}
    others = {path.name for path in modules(ROOT, ("benchmarks", "tests"))}
    assert sorted(layers - named) == []
    assert sorted(named - layers - others - {"setup.py", "__init__.py", "__main__.py"}) == []


def plant(root: Path, path: str, text: str = "") -> Path:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    return root


def test_loose_module_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "pipelines/errors.py")
    assert loose_modules(plant(tmp_path, "pipelines/cli.py")) == ["cli.py"]


@pytest.mark.parametrize(
    "text", ['"""Reads annual reports."""', "FINANCE = 1", "x = 'us-gaap:Cash'"]
)
def test_word_of_a_domain_is_found(tmp_path: Path, text: str) -> None:
    (finding,) = domain_words(plant(tmp_path, "core/models/a.py", text))
    assert finding.startswith("core/models/a.py:1")


@pytest.mark.parametrize("path", ["__init__.py", "kernels/__init__.py", "pipelines/x/__init__.py"])
def test_init_file_is_found(tmp_path: Path, path: str) -> None:
    assert init_files(plant(tmp_path, path)) == [path]


def test_layer_without_its_marker_of_types_is_found(tmp_path: Path) -> None:
    data = "".join(f'"secateur.{layer}" = ["py.typed"]\n' for layer in LAYERS)
    plant(tmp_path, "pyproject.toml", f"[tool.setuptools.package-data]\n{data}")
    for layer in LAYERS[1:]:
        plant(tmp_path, f"{layer}/py.typed")
    assert untyped_folders(tmp_path) == [LAYERS[0]]


def test_file_over_the_limit_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "core/just.py", "\n" * LONGEST_FILE)
    plant(tmp_path, "kernels/csrc/over.cpp", "\n" * (LONGEST_FILE + 1))
    assert long_files(tmp_path) == [f"kernels/csrc/over.cpp: {LONGEST_FILE + 1} lines"]


@pytest.mark.parametrize("path", ["core/utils.py", "tests/helpers.py"])
def test_vague_name_is_found(tmp_path: Path, path: str) -> None:
    assert vague_names(plant(tmp_path, path)) == [path]
