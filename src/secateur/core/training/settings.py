"""Config files: tables of TOML checked and turned into settings."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

Settings = TypeVar("Settings")


def read_toml(path: str | Path, known: Sequence[str]) -> dict[str, Any]:
    """Reads the tables of a config file.

    Args:
        path: A TOML file.
        known: Names of the tables it may hold.

    Raises:
        ValueError: There is no such file or it is not TOML, where the message names file and line;
            or a table is unknown, where it names the nearest known one.
    """
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"{path}: no such config file; configs/ of the source has examples"
        ) from None
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}; give a config file") from error
    except UnicodeDecodeError:
        raise ValueError(f"{path}: is no text in UTF-8, as config files are") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: cannot be read as TOML: {error}") from error
    for name in tables:
        if name not in known:
            raise ValueError(f"{path}: unknown table {name!r}: {_hint(name, known)}")
    return tables


def build_tables(recipe: type, tables: dict[str, Any], path: str | Path) -> dict[str, Any]:
    """Turns tables of a config file into settings, a missing table into the defaults.

    Args:
        recipe: The dataclass of the whole file; fields of another type than a dataclass are left to
            the caller.
        tables: What `read_toml` gave.
        path: The file, for messages.

    Returns:
        The settings by the tables' names.

    Raises:
        ValueError: See `build_settings`.
    """
    return {
        name: build_settings(kind, tables.get(name, {}), f"{path}, [{name}]")
        for name, kind in get_type_hints(recipe).items()
        if isinstance(kind, type) and is_dataclass(kind)
    }


def build_settings(kind: type[Settings], values: Any, place: str) -> Settings:
    """Fills a settings dataclass from a table of a config file.

    Args:
        kind: The dataclass.
        values: The table.
        place: File and table, for messages.

    Returns:
        The settings; whatever the table leaves out keeps its default.

    Raises:
        ValueError: A key is unknown (the message names the nearest known one), missing or of the
            wrong type, or its value is out of range.
    """
    if not isinstance(values, dict):
        raise ValueError(f"{place}: expected a table, got {values!r}")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key, value in values.items():
        if key not in known:
            raise ValueError(f"{place}: unknown key {key!r}: {_hint(key, known)}")
        wanted = str(known[key].type)
        if not _fits(value, wanted):
            finite = "a finite " if wanted == "float" else ""
            raise ValueError(f"{place}: {key} must be {finite}{wanted}, got {value!r}")
    if missing := [name for name, field in known.items() if _needed(field) and name not in values]:
        raise ValueError(f"{place}: {', '.join(missing)} missing")
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place}: {error}") from error


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _hint(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"


def _fits(value: object, wanted: str) -> bool:
    if wanted == "float":
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return math.isfinite(value)
    if wanted in ("int", "str", "bool"):
        return type(value).__name__ == wanted
    if wanted.startswith("list["):
        inner = wanted.removeprefix("list[").removesuffix("]")
        return isinstance(value, list) and all(_fits(item, inner) for item in value)
    return isinstance(value, dict) if wanted.startswith("dict[") else True
