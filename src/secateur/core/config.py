"""Settings of Dynamic Attention Pruning, frozen, and readable from a model's config."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from numbers import Integral, Real
from typing import Any, Literal, get_args

Attention = Literal["dap", "full"]
"""How a model attends."""

Fallback = Literal["auto"] | bool

Backend = Literal["auto", "native", "triton", "portable", "reference"]

DEFAULT_THRESHOLD = 0.45
"""A span is dropped whose estimated probability is under this many times its uniform share."""

_RANGES: dict[str, tuple[type, int, float]] = {
    "mass_floor": (Real, 0, 1),
    "recovery_budget": (Real, 0, 1),
    "look_low": (Real, 0, math.inf),
    "cap": (Real, 0, math.inf),
    "sections": (Real, 0, math.inf),
    "local": (Integral, 0, math.inf),
    "tile": (Integral, 1, 4096),
    "span_length": (Integral, 1, 64),
    "per_tokens": (Integral, 0, math.inf),
    "exact_below": (Integral, 0, math.inf),
    "decode_rows": (Integral, 0, math.inf),
}


@dataclass(frozen=True)
class DapConfig:
    """How one model prunes its attention.

    Attributes:
        threshold: A span is kept where its estimated probability reaches `threshold` times its
            uniform share; 0 keeps everything, larger prunes more. A tuple gives one per head.
        per_tokens: Keys that the threshold is for: it grows with more of them, so that the same
            probabilities are kept at any length, and the cost with n. 0 leaves it as it is.
        fallback: Whether dense attention steps in, which we call recovery elsewhere; it chooses no
            kernel, as `backend` does. "auto" runs tiles whose kept mass is under `mass_floor` over
            their full row, within `recovery_budget`; True always runs full attention; False never
            recovers.
        mass_floor: Estimated kept probability (0 to 1) under which a query tile is recovered.
        recovery_budget: Recovered pairs, as a share (0 to 1) of the kept ones, that a call may add;
            the least sure tiles come first. A floor of 1 recovers every tile whatever the budget.
        span_length: Tokens in a span where the caller gives no sentence boundaries, 1 to 64.
        local: Keys within this many tokens of the query tile are always kept; cross-attention,
            where keys are of other tokens, has none.
        cap: At most `cap * log2(spans)` spans are kept for a tile, beside the always-kept ones.
        sections: Where a tile sees more than `sections * log2(spans)` sections of 16 spans, these
            are scored first and then the spans of at most as many, beside the neighbourhood's.
        look_low: The selection's second look covers spans whose first estimate reaches this many
            times the threshold; the others are dropped unseen.
        margin: Keys scored this many nats, above 0, under a tile's running maximum may be left out
            of a pruned call, block by block; n of them weigh at most `n * exp(-margin)`.
        exact_below: Inputs of at most this many keys run full attention.
        decode_rows: Calls with at most this many query rows run full attention: decoding, and the
            verifying of drafted tokens, which must say what decoding would.
        tile: Query rows that share one list of kept spans, 1 to 4,096.
        backend: Kernel choice, see `secateur.kernels.ops.attention`.
    """

    threshold: float | tuple[float, ...] = DEFAULT_THRESHOLD
    per_tokens: int = 0
    fallback: Fallback = "auto"
    mass_floor: float = 0.5
    recovery_budget: float = 0.1
    span_length: int = 8
    local: int = 64
    cap: float = 32.0
    sections: float = 8.0
    look_low: float = 0.05
    margin: float = 14.0
    exact_below: int = 512
    decode_rows: int = 64
    tile: int = 64
    backend: Backend = "auto"

    def __post_init__(self) -> None:
        thresholds = self.threshold if isinstance(self.threshold, tuple) else (self.threshold,)
        if not thresholds or not all(_is_number(value, Real) for value in thresholds):
            raise ValueError(f"threshold must be a number of 0 or more, got {self.threshold!r}")
        if self.fallback != "auto" and not isinstance(self.fallback, bool):
            raise ValueError(f'fallback must be "auto", True or False, got {self.fallback!r}')
        if self.backend not in get_args(Backend):
            known = ", ".join(get_args(Backend))
            raise ValueError(f"backend must be one of {known}, got {self.backend!r}")
        if not _is_number(self.margin, Real) or not self.margin:
            raise ValueError(f"margin must be a number above 0, got {self.margin!r}")
        for name, (kind, low, high) in _RANGES.items():
            value = getattr(self, name)
            if not _is_number(value, kind, low, high):
                number = "a whole number" if kind is Integral else "a number"
                limits = f"{low} or more" if high == math.inf else f"{low} to {high}"
                raise ValueError(f"{name} must be {number} of {limits}, got {value!r}")

    def at(self, keys: int) -> DapConfig:
        """Returns the settings for an input of some length.

        Args:
            keys: Keys of the call, 1 or more.

        Returns:
            The same settings; the threshold grows in proportion beyond `per_tokens`.
        """
        if not self.per_tokens or keys <= self.per_tokens:
            return self
        factor = keys / self.per_tokens
        if isinstance(self.threshold, tuple):
            return replace(self, threshold=tuple(factor * value for value in self.threshold))
        return replace(self, threshold=factor * self.threshold)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values, also of numpy's numbers."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> DapConfig:
        """Builds from `to_dict`'s values, as a model's config.json holds them.

        Args:
            values: Fields by name; those left out have their defaults.

        Returns:
            The settings.

        Raises:
            ValueError: A key is unknown or a value out of range.
        """
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"unknown DAP settings: {', '.join(sorted(unknown))}")
        if isinstance(values.get("threshold"), list):
            values = {**values, "threshold": tuple(values["threshold"])}
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def _is_number(value: Any, kind: type, low: int = 0, high: float = math.inf) -> bool:
    """Tells whether a value is a finite number of a kind, within a range."""
    fits = isinstance(value, kind) and not isinstance(value, bool)
    return bool(fits and low <= value <= high and value < math.inf)
