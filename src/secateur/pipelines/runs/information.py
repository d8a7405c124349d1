"""What runs here, and with what: `secateur info` and the page's About."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import Any, get_args

import torch

from secateur.core.models import bases
from secateur.core.models.shipped import shipped
from secateur.kernels.ops import native_status, triton_missing
from secateur.pipelines.runs import routing
from secateur.pipelines.runs.options import Pipeline, usual_dtype


def information() -> dict[str, Any]:
    """Collects versions, devices, kernels in use and models found."""
    native, detail = native_status()
    found: dict[str, Any] = {"secateur": importlib.metadata.version("secateur")}
    for name in ("torch", "transformers", "spacy", "streamlit"):
        found[name] = importlib.metadata.version(name)
    found["python"] = platform.python_version()
    found["threads"] = torch.get_num_threads()
    found["cuda"] = torch.cuda.get_device_name() if torch.cuda.is_available() else "none"
    found["gpu kernel"] = triton_missing() or "triton"
    found["routing"] = routing.described()
    found["cpu kernel"] = f"native, {detail}" if native else f"portable: {detail}"
    found["numbers"] = f"{usual_dtype()}, but for what --dtype says"
    for name in bases.NAMES:
        try:
            found[name] = str(bases.find(name))
        except ValueError as error:
            found[name] = f"missing: {error}"
    for name in get_args(Pipeline):
        found[name] = "shipped" if (shipped(name) / "README.md").is_file() else "missing"
    return found
