"""Rules and estimates for what to keep, compared by the perplexity of a decoder.

    python benchmarks/rules.py filing.html --tokens 2048

Attention is computed whole and masked, so that every rule can be tried; nothing is fine-tuned. All
keep the neighbourhood of the tile and the first span, and choose among spans of eight tokens for
tiles of 64 queries. Density counts every kept pair.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AutoModel, AutoTokenizer, PreTrainedModel

from secateur.core import hf
from secateur.core.config import DapConfig
from secateur.core.models import bases
from secateur.core.selection import select
from secateur.core.spans import SpanTable
from secateur.pipelines.ingestion.read import read

_TILE, _SPAN, _LOCAL, _CHARACTERS_A_TOKEN = 64, 8, 64, 8
_DAP = (0.2, 0.45, 0.9)


@dataclass(frozen=True)
class Call:
    """One attention call: queries, keys `[H, n, D]`, causal log scores and probabilities."""

    query: Tensor
    key: Tensor
    scores: Tensor
    probabilities: Tensor

    def by_span(self, rows: Tensor) -> Tensor:
        """Means over tiles and sums over spans of something `[H, n, n]`: `[H, tiles, S]`."""
        return rows.unflatten(1, (-1, _TILE)).mean(2).unflatten(2, (-1, _SPAN)).sum(3)


Estimate = Callable[[Call], Tensor]
Keep = Callable[[Tensor, Tensor, float], Tensor]


def exact(call: Call) -> Tensor:
    """The true mass."""
    return call.by_span(call.probabilities)


def sampled(call: Call) -> Tensor:
    """True mass of 16 of the tile's 64 queries."""
    rows = call.probabilities.unflatten(1, (-1, _TILE))[:, :, 2::4]
    return rows.mean(2).unflatten(2, (-1, _SPAN)).sum(3)


def means(call: Call) -> Tensor:
    """Mean query of the tile against mean key of the span."""
    query = call.query.unflatten(1, (-1, _TILE)).mean(2)
    key = call.key.unflatten(1, (-1, _SPAN)).mean(2)
    return _softmax(query @ key.mT / math.sqrt(call.query.shape[-1]), 1)


def antidiagonal(call: Call) -> Tensor:
    """Mean score along the antidiagonal of eight queries by eight keys (XAttention, 2503.16428)."""
    query = call.query.unflatten(1, (-1, _SPAN)).flip(2).flatten(2)
    key = call.key.unflatten(1, (-1, _SPAN)).flatten(2)
    scores = query @ key.mT / (_SPAN * math.sqrt(call.query.shape[-1]))
    return _softmax(scores, _TILE // _SPAN)


def embedding(similarity: Tensor) -> Estimate:
    """Likeness of what tile and span say, the same for every head; cosines `[tiles, S]`."""
    return lambda call: _softmax(10 * similarity.expand(len(call.query), -1, -1), 1)


def _softmax(scores: Tensor, groups: int) -> Tensor:
    """Over the spans before each group of queries, averaged over a tile's groups."""
    rows, spans = scores.shape[1:]
    last = (torch.arange(rows) + 1) * (spans * _SPAN // rows)
    hidden = torch.arange(spans) * _SPAN >= last[:, None]
    weights = scores.masked_fill(hidden, -torch.inf).softmax(2)
    return weights.unflatten(1, (-1, groups)).mean(2)


def uniform_share(mass: Tensor, pairs: Tensor, value: float) -> Tensor:
    """At least so many times the share of an even spread."""
    return mass >= value * pairs / pairs.sum(1, keepdim=True)


def top_p(mass: Tensor, pairs: Tensor, value: float) -> Tensor:
    """The heaviest that together reach a share of the mass."""
    order = mass.sort(2, descending=True)
    before = order.values.cumsum(2) - order.values
    return torch.zeros_like(mass, dtype=torch.bool).scatter(2, order.indices, before < value)


def share_of_maximum(mass: Tensor, pairs: Tensor, value: float) -> Tensor:
    """At least so much of the heaviest span's mass."""
    return mass >= value * mass.amax(2, keepdim=True)


@dataclass
class Study:
    """What one attention computes in place of the model's own, and the density it kept."""

    estimate: Estimate | None
    keep: Keep
    value: float
    compensate: bool = False
    kept: float = 0.0
    pairs: float = 0.0

    def forward(
        self, module: nn.Module, query: Tensor, key: Tensor, value: Tensor, *_: Any, **__: Any
    ) -> tuple[Tensor, None]:
        """Stands where transformers calls its attention interface, for a batch of one."""
        repeats = query.shape[1] // key.shape[1]
        q, k, v = query[0], *(x[0].repeat_interleave(repeats, 0) for x in (key, value))
        n = q.shape[1]
        seen = torch.ones(n, n, dtype=torch.bool).tril()
        scores = (q @ k.mT / math.sqrt(q.shape[-1])).masked_fill(~seen, -torch.inf)
        call = Call(q, k, scores, scores.softmax(-1))
        mask = self._mask(call, query, key) & seen
        self.kept += float(mask.sum())
        self.pairs += float(seen.sum()) * len(q)
        output = _attend(call, v, mask, compensate=self.compensate)
        return output.transpose(0, 1)[None].contiguous(), None

    def _mask(self, call: Call, query: Tensor, key: Tensor) -> Tensor:
        n = query.shape[2]
        if self.estimate is None:  # the product's own looks
            config = DapConfig(threshold=self.value, exact_below=0, fallback=False)
            spans = SpanTable.uniform(1, n, _SPAN, query.device)
            lists = select(query, key, spans, config, causal=True).lists
            return lists.mask(1, len(call.query), n, n)[0]
        ends = torch.arange(_TILE, n + 1, _TILE)
        starts = torch.arange(0, n, _SPAN)
        pairs = torch.ones(n, n).tril().unflatten(0, (-1, _TILE)).sum(1)
        pairs = pairs.unflatten(1, (-1, _SPAN)).sum(2)
        near = (starts + _SPAN > (ends - _TILE - _LOCAL)[:, None]) & (starts < ends[:, None])
        near[:, 0] = True
        keep = (self.keep(self.estimate(call), pairs, self.value) & (pairs > 0)) | near
        return keep.repeat_interleave(_TILE, 1).repeat_interleave(_SPAN, 2)


def _attend(call: Call, value: Tensor, mask: Tensor, *, compensate: bool) -> Tensor:
    """Attention over what is kept; a skipped span may stand with its mean key and value."""
    scores = call.scores.masked_fill(~mask, -torch.inf)
    if not compensate:
        return scores.softmax(-1) @ value
    spans = mask.unflatten(2, (-1, _SPAN)).any(3)
    whole = torch.arange(_SPAN, mask.shape[2] + 1, _SPAN) <= torch.arange(mask.shape[1])[:, None]
    key, values = (x.unflatten(1, (-1, _SPAN)).mean(2) for x in (call.key, value))
    rest = call.query @ key.mT / math.sqrt(key.shape[-1]) + math.log(_SPAN)
    rest = rest.masked_fill(spans | ~whole, -torch.inf)
    return torch.cat([scores, rest], 2).softmax(-1) @ torch.cat([value, values], 1)


def similarities(texts: Sequence[str], others: Sequence[str]) -> Tensor:
    """Cosines of MiniLM's mean embeddings, `[texts, others]`."""
    folder = bases.find("minilm-l6")
    tokenizer, encoder = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)

    def embed(lines: Sequence[str]) -> Tensor:
        batch = tokenizer(list(lines), padding=True, return_tensors="pt")
        hidden = encoder(**batch).last_hidden_state * batch.attention_mask[..., None]
        return nn.functional.normalize(hidden.sum(1), dim=1)

    with torch.no_grad():
        return embed(texts) @ embed(others).mT


def perplexity(model: PreTrainedModel, tokens: Tensor, study: Study) -> dict[str, float]:
    """Reads the tokens once with the study's attention."""
    AttentionInterface.register("study", study.forward)
    model.set_attn_implementation("study")
    with torch.no_grad():
        loss = float(model(tokens, labels=tokens, use_cache=False).loss)
    return {"density": study.kept / study.pairs, "perplexity": math.exp(loss)}


def studies(similarity: Tensor) -> dict[str, list[Study]]:
    """Every rule and estimate, each at a few values."""

    def ladder(estimate: Estimate | None, keep: Keep, *values: float, **more: Any) -> list[Study]:
        return [Study(estimate, keep, value, **more) for value in values]

    share = uniform_share
    return {
        "full": ladder(exact, share, 0.0),
        "ours, two looks": ladder(None, share, *_DAP),
        "exact mass, uniform share": ladder(exact, share, *_DAP),
        "exact mass, top-p": ladder(exact, top_p, 0.97, 0.94, 0.88),
        "exact mass, share of the maximum": ladder(exact, share_of_maximum, 0.003, 0.01, 0.03),
        "exact mass, means for the rest": ladder(exact, share, *_DAP, compensate=True),
        "mean x mean": ladder(means, share, *_DAP),
        "mean x mean, means for the rest": ladder(means, share, *_DAP, compensate=True),
        "antidiagonal": ladder(antidiagonal, share, *_DAP),
        "16 sampled rows": ladder(sampled, share, *_DAP),
        "sentence embeddings": ladder(embedding(similarity), share, 0.5, 1.0, 2.0),
    }


def main() -> None:
    """Prints one JSON line for each rule and value."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--tokens", type=int, default=2048, help="a multiple of 64")
    parser.add_argument("--skip", type=int, default=60_000, help="characters before the text read")
    options = parser.parse_args()
    model, tokenizer = hf.load("smollm2-135m", "causal-lm", attention="full")
    text = read(options.file).text[options.skip :][: options.tokens * _CHARACTERS_A_TOKEN]
    tokens = tokenizer(text, return_tensors="pt").input_ids[:, : options.tokens]
    if tokens.shape[1] < options.tokens or options.tokens % _TILE:
        parser.error(f"{options.file} has {tokens.shape[1]} tokens there, not {options.tokens}")
    pieces = [tokenizer.batch_decode(tokens[0].view(-1, size)) for size in (_TILE, _SPAN)]
    for name, ladder in studies(similarities(*pieces)).items():
        for study in ladder:
            row = {"rule": name, "value": study.value, **perplexity(model, tokens, study)}
            sys.stdout.write(json.dumps(row) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
