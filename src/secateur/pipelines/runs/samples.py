"""The documents written for this project, where they are at hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Literal

Kind = Literal["report", "note"]

_PATTERNS: dict[Kind, str] = {"report": "report/*.html", "note": "notes/*.txt"}


def samples(kind: Kind) -> list[Path]:
    """Lists the sample documents of a kind.

    Args:
        kind: "report" or "note".

    Returns:
        Files of `data_samples/` beside the installed project (a checkout) or in the current folder;
        empty where there is no such folder, as after an install from a wheel.
    """
    spec = importlib.util.find_spec("secateur.pipelines")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for parent in [*(Path(place).parent for place in places), Path.cwd()]:
        found = sorted((parent / "data_samples").glob(_PATTERNS[kind]))
        if found:
            return found
    return []
