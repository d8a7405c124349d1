"""Calibration profiles as JSON files: written, read strictly, and found among the shipped ones."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from secateur.core.models import lora
from secateur.core.models.shipped import shipped as shipped_folder
from secateur.core.profiles import ModuleCurves, Profile

FORMAT = 1
"""Number of the format; another one is refused."""
_LARGEST = sys.float_info.max  # JSON's whole numbers may be larger


def to_json(profile: Profile) -> str:
    """Writes a profile as JSON.

    Args:
        profile: The profile.

    Returns:
        One line, numbers rounded to four digits.
    """
    return json.dumps({"format": FORMAT, **_rounded(asdict(profile))}, separators=(",", ":")) + "\n"


def from_json(text: str) -> Profile:
    """Reads what `to_json` wrote.

    Args:
        text: The JSON.

    Returns:
        The profile.

    Raises:
        ValueError: The text is no JSON, or a key is missing, unknown or out of range.
    """
    try:
        values = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply for a profile") from error
    if not isinstance(values, dict) or values.pop("format", None) != FORMAT:
        raise ValueError(f"it is not a calibration profile of format {FORMAT}")
    _check_keys(Profile, values, "")
    ladder = _numbers(values["ladder"], "ladder")
    if ladder[0] <= 0 or any(low >= high for low, high in pairwise(ladder)):
        raise ValueError("ladder does not ascend from above 0")
    for name in ("target_error", "mean_entropy", "start_threshold"):
        _numbers([values[name]], name)
    if not values["target_error"]:
        raise ValueError("target_error is not above 0")
    for name in ("domain", "model", "model_type"):
        if not isinstance(values[name], str):
            raise ValueError(f"{name} is not text")
    for name in ("versions", "data", "modules"):
        if not isinstance(values[name], dict) or not values[name]:
            raise ValueError(f"{name} is empty")
    modules = {name: _curves(name, own, len(ladder)) for name, own in values["modules"].items()}
    return Profile(**{**values, "ladder": ladder, "modules": modules})


def read(path: str | Path) -> Profile:
    """Reads a profile.

    Args:
        path: Its file.

    Returns:
        The profile.

    Raises:
        ValueError: The file is missing, damaged or no profile; the message names it and the way
            out.
    """
    try:
        return from_json(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"profile {path}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"profile {path}: {error}; make it again: secateur calibrate") from error


def shipped(domain: str, model: str) -> Profile:
    """Reads the profile that ships for a domain and a model.

    Args:
        domain: What its documents are about.
        model: Name of a shipped model or a base; an adapter takes its base's profile.

    Returns:
        The profile.

    Raises:
        ValueError: None ships for the two; the message says which do.
    """
    folder = shipped_folder("profiles")
    adapter = shipped_folder(model)
    ending = f"-{lora.base_name(adapter) if lora.is_adapter(adapter) else model}"
    names = [entry.stem for entry in folder.glob("*.json")]
    known = sorted(name.removesuffix(ending) for name in names if name.endswith(ending))
    if domain not in known:
        raise ValueError(
            f"no profile ships for domain {domain} and model {model} (for this model: "
            f"{', '.join(known) or 'none'}); make one with secateur calibrate and name its file"
        )
    return read(folder / f"{domain}{ending}.json")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _check_keys(kind: type, values: Any, place: str) -> None:
    expected = {field.name for field in fields(kind)}
    if not isinstance(values, dict):
        raise ValueError(f"{place}it is not a table of values")
    for what, keys in (("unknown", set(values) - expected), ("missing", expected - set(values))):
        if keys:
            raise ValueError(f"{place}{what} keys: {', '.join(sorted(keys))}")


def _curves(name: str, values: Mapping[str, Any], rungs: int) -> ModuleCurves:
    _check_keys(ModuleCurves, values, f"{name}: ")
    error = _matrix(values["error"], f"{name}: error", rungs, lambda low, high: low <= high)
    density = _matrix(values["density"], f"{name}: density", rungs, lambda low, high: low >= high)
    if len(error) != len(density):
        raise ValueError(f"{name}: {len(error)} heads in error, {len(density)} in density")
    full_ms, fixed_ms, pairs_ms = _numbers(
        [values[key] for key in ("full_ms", "fixed_ms", "pairs_ms")], f"{name}: times"
    )
    weights = _numbers(values["weights"], f"{name}: weights", low=-math.inf)
    return ModuleCurves(error, density, full_ms, fixed_ms, pairs_ms, weights)


def _matrix(
    values: Any, place: str, rungs: int, ordered: Callable[[float, float], bool]
) -> tuple[tuple[float, ...], ...]:
    if not isinstance(values, list) or not values:
        raise ValueError(f"{place} is empty")
    rows = tuple(_numbers(row, place) for row in values)
    if any(len(row) != rungs for row in rows):
        raise ValueError(f"{place} does not have one value for each of the {rungs} thresholds")
    if not all(ordered(low, high) for row in rows for low, high in pairwise(row)):
        raise ValueError(f"{place} is not monotone along the thresholds")
    return rows


def _numbers(values: Any, place: str, low: float = 0.0) -> tuple[float, ...]:
    plain = isinstance(values, list) and all(type(value) in (int, float) for value in values)
    if not plain or not values or not all(low <= value <= _LARGEST for value in values):
        raise ValueError(f"{place} does not hold numbers of {low:g} or more")
    return tuple(map(float, values))
