"""Calibration of a domain: its profile, what it costs at each target error, and its JSON.

Loads no torch, so that the page's own process can hold one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secateur.core.profiles import Choice, Profile

TARGETS = tuple(0.01 * 50 ** (step / 40) for step in range(41))
"""Relative output errors to choose from: 0.01 to 0.5, each a tenth above the one before."""


@dataclass(frozen=True)
class Calibration:
    """A domain's profile.

    Attributes:
        profile: What was measured.
        choices: What it gives at each target error, smallest first.
        left_out: Files that could not be read or are too short to be pruned, one line each.
    """

    profile: Profile
    choices: tuple[tuple[float, Choice], ...]
    left_out: tuple[str, ...]


def profile_as_json(profile: Profile, target_error: float) -> str:
    """Writes a profile that keeps to a target error where no other is asked for."""
    from secateur.core import profile_files

    return profile_files.to_json(replace(profile, target_error=target_error))


def check_profile(data: bytes) -> None:
    """Refuses what `profile_as_json` cannot have written.

    Raises:
        ValueError: It is no calibration profile; the message says why.
    """
    from secateur.core import profile_files

    profile_files.from_json(data.decode())
