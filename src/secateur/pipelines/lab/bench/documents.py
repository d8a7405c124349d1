"""`secateur bench documents`: whole pipelines from file to records, against what one would use."""

from __future__ import annotations

import argparse
from typing import Any

from secateur.pipelines.errors import UsageError
from secateur.pipelines.lab.bench import entities as bench_entities
from secateur.pipelines.lab.bench import summaries as bench_summaries
from secateur.pipelines.runs.samples import samples

_FINANCE_LENGTHS = (8192,)
"""Tokens of a report that are measured unless others are asked for."""
_CLINICAL_TOKENS = 7680
"""Tokens of a record: SmolLM2's context of 8,192 less what the summary needs."""
SHOWN = (
    "document", "tokens", "method", "dtype", "seconds", "attention_s", "tokens_per_s", "peak_mib",
    "density",
)  # fmt: skip


def rows(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Measures.

    Raises:
        UsageError: There is no document, or it does not have the length; the message says which.
    """
    clinical = options.pipeline == "clinical"
    files = options.files or samples("note" if clinical else "report")
    if not files:
        raise UsageError("no FILE is given and there are no samples here; give a document")
    common = {"repeats": options.repeats, "threshold": options.threshold, "model": options.model}
    if not clinical:
        if len(files) > 1:
            raise UsageError(f"one report at a time, got {len(files)} files")
        return bench_entities.benchmark_entities(
            files[0],
            options.lengths or _FINANCE_LENGTHS,
            options.dtypes,
            options.methods or bench_entities.METHODS,
            compose_above=options.compose_above,
            **common,
        )
    methods = options.methods or bench_summaries.METHODS
    if options.words:
        return bench_summaries.benchmark_summaries(
            files, options.dtypes, words=options.words, methods=methods, **common
        )
    return [
        row
        for length in options.lengths or (_CLINICAL_TOKENS,)
        for row in bench_summaries.benchmark_summaries(
            files, options.dtypes, tokens=length or None, methods=methods, **common
        )
    ]
