"""Calibration profiles: what pruning costs each head on a domain, and thresholds chosen by it.

A profile holds, for every attention module and head, the measured error and density at a ladder of
thresholds. Thresholds are chosen from it when a model is switched to DAP, for a target error or a
target speed. It holds no text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transformers import PreTrainedModel

from secateur.core.attention_modules import body_of, module_weights

# Fine-tuning and adapters stay far above; other models of the same shape lie near 0.
_ALIKE = 0.8
_FAR = 1.5
"""Times as long, or as short, from which errors are no longer those that were measured."""


@dataclass(frozen=True)
class ModuleCurves:
    """What pruning one attention module costs.

    Attributes:
        error: Relative output error of each head at each threshold `[heads][ladder]`, never
            falling along the ladder.
        density: Computed share of the visible pairs `[heads][ladder]`, never rising.
        full_ms: Torch's own attention, mean time of a call.
        fixed_ms: The part of a pruned call, selection included, that no threshold saves.
        pairs_ms: What computing every pair adds: a call costs `fixed_ms + density * pairs_ms`.
        weights: A few weights of the module, by which the model is known again.
    """

    error: tuple[tuple[float, ...], ...]
    density: tuple[tuple[float, ...], ...]
    full_ms: float
    fixed_ms: float
    pairs_ms: float
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Choice:
    """Thresholds with what they are expected to cost and to save on the profile's domain.

    Attributes:
        thresholds: By module name, one per head.
        error: Mean relative output error over heads, 0 or more.
        density: Mean computed share of the visible pairs, 0 to 1.
        speedup: Torch's attention time over that of DAP, selection included, at the length of the
            calibration documents on the machine that calibrated.
        missed: Heads whose error is above the target even at the lowest measured threshold.
    """

    thresholds: Mapping[str, tuple[float, ...]]
    error: float
    density: float
    speedup: float
    missed: int


@dataclass(frozen=True)
class Profile:
    """A calibrated domain for one model.

    Attributes:
        domain: Name of the domain.
        model: Name of the model, for people.
        model_type: Its architecture, as its config says.
        versions: Of the packages and the machine that measured.
        data: sha256 of the documents' text, their number, and the mean tokens of a measured call.
        target_error: Relative output error that thresholds keep to where no other is asked for.
        mean_entropy: Mean entropy of the domain's attention, scaled to 0 to 4.5.
        start_threshold: What the starting formula makes of it; used in modules without curves.
        ladder: Measured thresholds, ascending, above 0.
        modules: Curves by module name, the model's own prefix left out.
    """

    domain: str
    model: str
    model_type: str
    versions: Mapping[str, str]
    data: Mapping[str, str | int]
    target_error: float
    mean_entropy: float
    start_threshold: float
    ladder: tuple[float, ...]
    modules: Mapping[str, ModuleCurves]

    def choose(
        self, *, target_error: float | None = None, target_speedup: float | None = None
    ) -> Choice:
        """Picks the largest threshold of every head that keeps to one target.

        Between two measured thresholds the curves are straight over log(threshold). For a speed,
        all heads get one common target error, the smallest whose predicted speed is enough.

        Args:
            target_error: Relative output error, above 0; None is the profile's own.
            target_speedup: Times faster than torch's attention, above 0, instead of an error.

        Returns:
            The thresholds with the expected error, density and speed.

        Raises:
            ValueError: Both are given, one is not above 0, or the speed is out of reach.
        """
        if target_error is not None and target_speedup is not None:
            raise ValueError("give a target error or a target speedup, not both")
        for name, value in (("error", target_error), ("speedup", target_speedup)):
            if value is not None and not 0 < value < math.inf:
                raise ValueError(f"the target {name} must be above 0, got {value}")
        if target_speedup is None:
            return self._within(target_error or self.target_error)
        return self._as_fast_as(target_speedup)

    def caution(self, tokens: float) -> str:
        """Says of a length that is far from the calibration's that the profile does not hold there.

        Args:
            tokens: Of a document, or the mean of several.

        Returns:
            One line, or nothing where the length is near, or the profile does not know its own.
        """
        own = self.data.get("tokens")
        if not isinstance(own, int) or own / _FAR <= tokens <= own * _FAR:
            return ""
        return (
            f"profile {self.domain} was measured on {own:,} tokens: its errors hold near that "
            f"length, not at {tokens:,.0f}"
        )

    def _within(self, target: float) -> Choice:
        thresholds: dict[str, tuple[float, ...]] = {}
        errors: list[float] = []
        densities: list[float] = []
        full = pruned = 0.0
        for name, curves in self.modules.items():
            found = tuple(_largest(self.ladder, error, target) for error in curves.error)
            thresholds[name] = found
            errors += map(self._read, curves.error, found)
            own = list(map(self._read, curves.density, found))
            densities += own
            full += curves.full_ms
            pruned += curves.fixed_ms + curves.pairs_ms * sum(own) / len(own)
        return Choice(
            thresholds=thresholds,
            error=sum(errors) / len(errors),
            density=sum(densities) / len(densities),
            speedup=full / pruned if pruned else math.inf,
            missed=sum(error > target * (1 + 1e-6) for error in errors),
        )

    def _as_fast_as(self, speedup: float) -> Choice:
        low, high = 0.0, max(max(map(max, curves.error)) for curves in self.modules.values())
        fastest = self._within(high)
        if fastest.speedup < speedup:
            raise ValueError(
                f"a speedup of {speedup} is out of reach of profile {self.domain}: at most "
                f"{fastest.speedup:.2f}, with a relative error of {fastest.error:.2f}"
            )
        for _ in range(30):
            middle = (low + high) / 2
            if self._within(middle).speedup < speedup:
                low = middle
            else:
                high = middle
        return self._within(high)

    def _read(self, curve: Sequence[float], threshold: float) -> float:
        return interpolate(self.ladder, curve, threshold)

    def check(self, model: PreTrainedModel) -> None:
        """Refuses a model that the profile was not measured on.

        A fine-tuned copy passes: its weights point where the original's do.

        Args:
            model: The model to run, with adapters or without.

        Raises:
            ValueError: Architecture, modules or weights differ.
        """
        made_for = f"the profile was made for {self.model} ({self.model_type})"
        way_out = "use that model, or calibrate this one: secateur calibrate --model"
        if model.config.model_type != self.model_type:
            raise ValueError(f"{made_for}, not for a {model.config.model_type} model; {way_out}")
        found = module_weights(body_of(model))
        missing = [name for name in self.modules if name not in found]
        if missing:
            raise ValueError(f"{made_for}; this model has no module {missing[0]}; {way_out}")
        expected = [value for curves in self.modules.values() for value in curves.weights]
        actual = [value for name in self.modules for value in found[name]]
        if len(expected) != len(actual) or _cosine(expected, actual) < _ALIKE:
            raise ValueError(f"{made_for}, and this model has other weights; {way_out}")


def interpolate(ladder: Sequence[float], curve: Sequence[float], threshold: float) -> float:
    """Reads a curve at a threshold, straight over log(threshold), level beyond both ends.

    Args:
        ladder: Thresholds above 0, ascending.
        curve: What was measured at each.
        threshold: Where to read, above 0.

    Returns:
        The value there.
    """
    if threshold <= ladder[0]:
        return curve[0]
    for (low, high), (before, after) in zip(pairwise(ladder), pairwise(curve), strict=True):
        if threshold <= high:
            return before + (after - before) * math.log(threshold / low) / math.log(high / low)
    return curve[-1]


def _largest(ladder: Sequence[float], error: Sequence[float], target: float) -> float:
    """The largest threshold whose error is within the target, or the lowest one measured."""
    within = [place for place, value in enumerate(error) if value <= target]
    if not within:
        return ladder[0]
    at = within[-1]
    if at + 1 == len(ladder):
        return ladder[-1]
    share = (target - error[at]) / (error[at + 1] - error[at])
    return ladder[at] * (ladder[at + 1] / ladder[at]) ** share


def _cosine(first: Sequence[float], second: Sequence[float]) -> float:
    size = math.hypot(*first) * math.hypot(*second)
    return sum(a * b for a, b in zip(first, second, strict=True)) / size if size else 0.0
