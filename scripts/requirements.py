"""Prints what pyproject.toml requires, extras included, one requirement a line."""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
groups = [project["dependencies"], *project["optional-dependencies"].values()]
sys.stdout.writelines(f"{requirement}\n" for group in groups for requirement in group)
