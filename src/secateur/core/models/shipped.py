"""Where what ships with this package lies."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def shipped(name: str) -> Path:
    """Says in which folder a model that ships with this package lies.

    Args:
        name: Of the folder under `models`.

    Returns:
        The folder, whether it is there or not.

    Raises:
        ValueError: No models are installed.
    """
    spec = importlib.util.find_spec("secateur.models")
    if spec is None or not spec.submodule_search_locations:
        raise ValueError("the shipped models are not installed; reinstall secateur")
    return Path(next(iter(spec.submodule_search_locations))) / name


def shipped_models() -> tuple[str, ...]:
    """Names the models and adapters that ship with this package, in alphabetical order."""
    configs = ("config.json", "adapter_config.json")
    found = (path for name in configs for path in shipped(".").glob(f"*/{name}"))
    return tuple(sorted(path.parent.name for path in found))
