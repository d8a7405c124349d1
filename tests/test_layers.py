"""The shape of the source tree: import direction, names, packaging and file length."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.tree

ROOT = Path(__file__).parents[1]
LAYERS = ("kernels", "core", "pipelines", "app")
MAPPED = (*LAYERS, "models")
READABLE = {
    "kernels": {"kernels"},
    "core": {"core", "kernels"},
    "pipelines": {"pipelines", "core", "kernels"},
    "app": {"app", "pipelines"},
}
RESERVED = {"transformers": {"core", "pipelines"}, "streamlit": {"app"}}
LONGEST_FILE = 500
SOURCE_SUFFIXES = {".py", ".cpp", ".cc", ".h", ".hpp", ".cu", ".sh"}
TRAINING = re.compile(r"secateur\.pipelines\..*\btraining\b")
TRAINS = re.compile(r"\btraining/|^pipelines/(?:commandline/dispatch\.py|evaluation/)")
"""Who may know of training: itself, the command that starts it, evaluation, which reads sets."""
VAGUE_NAMES = {"util", "utils", "helper", "helpers"}


def modules(root: Path, folders: tuple[str, ...] = LAYERS) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield folder, path


def imported_names(path: Path) -> Iterator[tuple[int, str]]:
    """Yields line and name of each import; a relative one keeps its leading dots."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            if source == "secateur":
                for alias in node.names:
                    yield node.lineno, f"secateur.{alias.name}"
            else:
                yield node.lineno, source
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"import_module", "__import__"}:
                yield node.lineno, str(node.args[0].value)


def wrong_imports(root: Path) -> list[str]:
    found = []
    for layer, path in modules(root):
        for line, name in imported_names(path):
            top, _, rest = name.partition(".")
            place = f"{path.relative_to(root)}:{line} imports {name}"
            if top in {"", *MAPPED}:
                found.append(f"{place}; write secateur.…")
            elif top == "secateur" and rest.partition(".")[0] not in READABLE[layer]:
                found.append(f"{place}; {layer} may not")
            elif TRAINING.match(name) and not TRAINS.search(path.relative_to(root).as_posix()):
                found.append(f"{place}; what runs may know nothing of training")
            elif layer not in RESERVED.get(top, {layer}):
                found.append(f"{place}; only {' and '.join(sorted(RESERVED[top]))} may")
    return found


def circles(root: Path) -> list[str]:
    """Folders beside each other of which each imports from the other."""
    known: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {}
    for _, path in modules(root):
        own = path.relative_to(root).parent.parts
        for line, name in imported_names(path):
            other = tuple(name.split(".")[1:]) if name.startswith("secateur.") else ()
            # "from secateur.pipelines.batch import command" names the folder.
            other = other if other and root.joinpath(*other).is_dir() else other[:-1]
            pairs = zip(own, other, strict=False)
            depth = next((depth for depth, (a, b) in enumerate(pairs) if a != b), None)
            if depth is not None:
                place = f"{path.relative_to(root)}:{line} imports {name}"
                known[own[: depth + 1], other[: depth + 1]] = place
    return sorted(place for (one, other), place in known.items() if (other, one) in known)


def init_files(root: Path) -> list[str]:
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
        for _, path in modules(root, (*MAPPED, "tests", "benchmarks", "scripts"))
        if path.stem in VAGUE_NAMES
    ]


RULES = (wrong_imports, circles, init_files, untyped_folders, long_files, vague_names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_source_tree_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


def test_source_tree_has_modules_in_every_layer() -> None:
    assert {layer for layer, _ in modules(ROOT)} == set(LAYERS)


def test_the_design_names_every_module_and_none_that_is_not_there() -> None:
    named = set(re.findall(r"(?<![*\w])\w+\.py\b", (ROOT / "docs" / "design.md").read_text()))
    layers = {path.name for _, path in modules(ROOT)}
    others = {path.name for _, path in modules(ROOT, ("benchmarks", "tests"))}
    assert sorted(layers - named) == []
    assert sorted(named - layers - others - {"setup.py", "__init__.py"}) == []


def plant(root: Path, path: str, text: str = "") -> Path:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    return root


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kernels/a.py", "import secateur.core.spans"),
        ("kernels/a.py", "from secateur import core"),
        ("core/a.py", "from secateur.pipelines.document import Document"),
        ("core/a.py", "def f():\n    from secateur.pipelines import document"),
        ("pipelines/finance/a.py", "import secateur.app.main"),
        ("app/a.py", "from secateur.core import hf"),
        ("kernels/a.py", "import transformers"),
        ("app/a.py", "from transformers import AutoModel"),
        ("pipelines/a.py", "import streamlit as st"),
        ("core/a.py", "import importlib\nimportlib.import_module('streamlit.web')"),
        ("core/a.py", "from . import spans"),
        ("core/a.py", "from ..kernels import ops"),
        ("pipelines/a.py", "from core import spans"),
        ("pipelines/finance/a.py", "from secateur.pipelines.finance.training import weak"),
    ],
)
def test_wrong_import_is_found(tmp_path: Path, path: str, text: str) -> None:
    (finding,) = wrong_imports(plant(tmp_path, path, text))
    assert finding.startswith(path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kernels/a.py", "import torch\nimport secateur.kernels.lists"),
        ("core/a.py", "from secateur.kernels import ops\nimport transformers"),
        ("pipelines/a.py", "from secateur.kernels import lists\nfrom secateur.core.hf import load"),
        ("app/a.py", "import streamlit\nfrom secateur.pipelines import document"),
    ],
)
def test_allowed_import_passes(tmp_path: Path, path: str, text: str) -> None:
    assert wrong_imports(plant(tmp_path, path, text)) == []


def test_folders_that_import_from_each_other_are_found(tmp_path: Path) -> None:
    plant(tmp_path, "pipelines/finance/numbers/a.py", "import secateur.pipelines.finance.b")
    plant(
        tmp_path,
        "pipelines/finance/model/a.py",
        "from secateur.pipelines.finance.numbers.a import c",
    )
    assert circles(tmp_path) == []
    plant(tmp_path, "pipelines/finance/numbers/d.py", "import secateur.pipelines.finance.model.a")
    assert [place.split()[0] for place in circles(tmp_path)] == [
        "pipelines/finance/model/a.py:1",
        "pipelines/finance/numbers/d.py:1",
    ]


def test_a_circle_through_a_module_that_its_package_names_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "pipelines/batch/command.py", "import secateur.pipelines.commandline.exits")
    plant(tmp_path, "pipelines/commandline/dispatch.py")
    assert circles(tmp_path) == []
    plant(
        tmp_path,
        "pipelines/commandline/dispatch.py",
        "from secateur.pipelines.batch import command",
    )
    assert len(circles(tmp_path)) == 2


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
