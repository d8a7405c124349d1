"""`import secateur` is light, and each public name is where it is said to be."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import secateur

HEAVY = ("torch", "transformers", "spacy", "numpy", "lxml")


def test_import_loads_no_library() -> None:
    code = f"import secateur, sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_version_is_that_of_the_install() -> None:
    assert secateur.__version__ == version("secateur")


@pytest.mark.parametrize("name", sorted(set(secateur.__all__) - {"__version__"}))
def test_public_name_is_found_and_documented(name: str) -> None:
    value = getattr(secateur, name)
    assert value.__name__ == name
    assert value.__doc__


def test_type_checkers_see_the_public_names() -> None:
    tree = ast.parse(Path(secateur.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.name for node in block.body for alias in node.names}
    assert seen == set(secateur.__all__) - {"__version__"}


def test_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="'nothing'"):
        _ = secateur.nothing
