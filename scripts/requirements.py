"""Prints what the usual set-up installs, one requirement a line: dependencies and extras.

The extra `gpu` is left out: Triton takes 285 MB, and `make gpu-setup` brings it.
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
extras = {k: v for k, v in project["optional-dependencies"].items() if k != "gpu"}
groups = [project["dependencies"], *extras.values()]
# An extra may name others of this project, all of which are in the list already.
own = f"{project['name']}["
sys.stdout.writelines(f"{line}\n" for group in groups for line in group if not line.startswith(own))
