"""The formula that Dynamic Attention Pruning started from, as written; a reference, not the rule.

`docs/theory.md` says why the product counts thresholds in units of the uniform share instead.
"""

from __future__ import annotations

from torch import Tensor


def literal_similarity(query: Tensor, key: Tensor, threshold: float = 0.5) -> Tensor:
    """Zeroes the connections whose similarity does not pass a fixed threshold.

    Args:
        query: `[..., Nq, D]`.
        key: `[..., Nk, D]`.
        threshold: On `q·kᵀ/√d`, not on a probability.

    Returns:
        `[..., Nq, Nk]`: the similarity where it is above the threshold, 0 elsewhere.
    """
    similarity = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    return similarity * (similarity > threshold)
