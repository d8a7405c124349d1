"""What the operating system tells of the processor."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path


@cache
def facts() -> dict[str, str]:
    """Reads what Linux says of the first processor, by its names; empty elsewhere."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return {}
    first = info.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    lines = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def vendor() -> str:
    """Names the maker as the processor does ("GenuineIntel"); empty where nobody says."""
    return facts().get("vendor_id", "")


def multiplies_bfloat16() -> bool:
    """Tells whether the processor has products for bfloat16, as far as the system says."""
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(facts().get("flags", "").split())


def title() -> str:
    """Names the processor: marketing name, family and model, else the machine's architecture.

    Clouds hide the name ("AMD EPYC"); family and model tell the generation all the same.
    """
    known = facts()
    if not known:
        return platform.processor() or platform.machine()
    name = known.get("model name") or platform.machine()
    if "cpu family" not in known:
        return name
    return f"{name} (family {known['cpu family']}, model {known.get('model', '?')})"
