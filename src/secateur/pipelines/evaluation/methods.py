"""Summaries of a set's test part by the model and by methods without one, and their scores.

`python -m secateur.pipelines.evaluation.methods configs/clinical_summaries.toml` prints the tables
of the model card.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

import torch

from secateur.pipelines.clinical.handover.brief import DRAFTS
from secateur.pipelines.clinical.handover.drafts import write_drafts
from secateur.pipelines.clinical.handover.prompt import BRIEF
from secateur.pipelines.clinical.handover.salience import salient
from secateur.pipelines.clinical.handover.transcript import (
    SECTION_SENTENCES,
    section_writer,
    write_section,
)
from secateur.pipelines.clinical.handover.writing import Writer
from secateur.pipelines.clinical.training.datasets import Pair, as_documents
from secateur.pipelines.clinical.training.recipe import read_recipe, read_sets
from secateur.pipelines.clinical.verification.terms import TermReader, installed_reader
from secateur.pipelines.clinical.verification.verify import Verifier, quote
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.metric import Metric
from secateur.pipelines.evaluation.summaries import as_metrics, as_table, less, scores_of
from secateur.pipelines.runs.models import DTYPES, LoadedModel, load_model
from secateur.pipelines.runs.options import INT8, RunOptions

_WORD = re.compile(r"[a-z]{3,}")
_SECTION_TOKENS = 192
"""Most tokens of a section that is written of a dialogue."""


def lead(document: Document, count: int) -> str:
    """Takes the first sentences of a note."""
    spans = sentences_of(document)[:count]
    return " ".join(document.text[start:end] for start, end in spans)


def frequent(document: Document, count: int) -> str:
    """Takes the sentences whose words are the note's most frequent ones.

    The method is SumBasic (Nenkova and Vanderwende, 2005) without its discount of words already
    said, which matters for long summaries only.

    Args:
        document: The note.
        count: How many sentences.

    Returns:
        The sentences in the order of the note.
    """
    spans = sentences_of(document)
    words = [_WORD.findall(document.text[start:end].lower()) for start, end in spans]
    often = Counter(word for sentence in words for word in sentence)
    weights = [
        sum(often[word] for word in sentence) / len(sentence) if len(sentence) > 3 else 0.0
        for sentence in words
    ]
    best = sorted(sorted(range(len(spans)), key=lambda i: -weights[i])[:count])
    return " ".join(document.text[slice(*spans[i])] for i in best)


def by_model(
    document: Document,
    loaded: LoadedModel,
    reader: TermReader | None,
    request: str = BRIEF,
    drafts: int = DRAFTS,
) -> tuple[str, str, bool]:
    """Summarizes a note, or writes a section about a dialogue, with the model.

    Args:
        document: The note or dialogue.
        loaded: The model.
        reader: Reads clinical terms; None leaves that check out.
        request: What is asked for; a summary has at most three sentences.
        drafts: How many are written, see `summarize`.

    Returns:
        The summary as the model wrote it, the one with flagged sentences quoted instead, and
        whether any was flagged.
    """
    spans = sentences_of(document)
    verifier = Verifier(document, spans, reader)
    model, tokenizer = loaded.model, loaded.tokenizer
    if request == BRIEF:
        writer = Writer(model, tokenizer, *_most(request), drafts=drafts)
        shares = salient(document, spans, model, tokenizer)
        examined = write_drafts(document, spans, verifier, writer, shares)
    else:
        writer = section_writer(model, tokenizer, request, _SECTION_TOKENS, drafts)
        vocabulary = reader.vocabulary if reader else None
        examined = write_section(document, spans, verifier, writer, vocabulary)
    quoted = dict.fromkeys(quote(sentence).text for sentence in examined)
    return (
        " ".join(sentence.text for sentence in examined),
        " ".join(quoted),
        any(sentence.flags for sentence in examined),
    )


def _most(request: str) -> tuple[int, int]:
    """Most sentences and most tokens of an answer."""
    return (3, 96) if request == BRIEF else (SECTION_SENTENCES, _SECTION_TOKENS)


def unchecked(document: Document, loaded: LoadedModel, request: str = BRIEF) -> str:
    """Takes the model's likeliest text as it is: one draft of the whole note, nothing checked.

    Args:
        document: The note or dialogue.
        loaded: The model.
        request: What is asked for, see `by_model`.

    Returns:
        What is written when all measures that the pipeline adds to the model are off.
    """
    writer = Writer(loaded.model, loaded.tokenizer, *_most(request), request=request)
    [[draft]] = writer.summarize(document, sentences_of(document))
    return " ".join(sentence.text for sentence in draft)


def scored_pairs(recipe: Path, kind: str, part: str = "held_out") -> list[Pair]:
    """Reads what is scored.

    Args:
        recipe: Config file of the training, which learns nothing that shares text with these.
        kind: Which of its sets are scored, see `read_pairs`.
        part: "valid" or "held_out".

    Returns:
        The part's pairs of that kind, whole.

    Raises:
        UsageError: The recipe or a set is not in order, or the part has no set of the kind.
    """
    data = read_recipe(recipe).data
    tables = data.valid if part == "valid" else data.held_out
    chosen = [table for table in tables if table.get("kind") == kind]
    if not chosen:
        raise UsageError(f"{recipe}: no set of kind {kind} in data.{part}")
    return [pair for _, own in read_sets(chosen, recipe.parent / data.folder) for pair in own]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path, help="config of the training: its sets are scored")
    parser.add_argument("--kind", choices=["mtsamples", "mts_dialog"], default="mtsamples")
    parser.add_argument("--part", choices=["held_out", "valid"], default="held_out")
    parser.add_argument("--notes", type=int, default=60, help="how many, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", nargs="*", default=["smollm2-135m", "clinical"])
    parser.add_argument("--attention", nargs="+", choices=["full", "dap"], default=["full"])
    parser.add_argument("--dtype", choices=[*DTYPES, INT8], default="fp32")
    parser.add_argument("--drafts", type=int, default=DRAFTS, help="of which one is taken")
    parser.add_argument(
        "--unchecked", action="store_true", help="score the likeliest text alone, nothing checked"
    )
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args()


def main() -> None:
    """Prints the tables of each method."""
    options = _options()
    torch.set_num_threads(options.threads)
    pairs = scored_pairs(options.recipe, options.kind, options.part)
    random.Random(options.seed).shuffle(pairs)
    pairs = pairs[: options.notes]
    documents = as_documents(pairs)
    gold, notes = [pair.answer for pair in pairs], [document.text for document in documents]
    reader = installed_reader()

    def report(name: str, predicted: Sequence[str]) -> Mapping[str, list[float]]:
        columns = scores_of(gold, predicted, notes, reader)
        _print(f"{name}, {len(pairs)} texts", as_metrics(columns))
        return columns

    report("lead 1", [lead(document, 1) for document in documents])
    report("lead 3", [lead(document, 3) for document in documents])
    report("frequent 2", [frequent(document, 2) for document in documents])
    for model in options.models:
        columns = {}
        for attention in options.attention:
            chosen = RunOptions(model=model, attention=attention, dtype=options.dtype)
            loaded = load_model("clinical", chosen)
            name = f"{model}, {attention}"
            if options.unchecked:
                texts = [
                    unchecked(document, loaded, pair.request)
                    for document, pair in zip(documents, pairs, strict=True)
                ]
                columns[attention] = report(f"{name}, unchecked", texts)
                continue
            begin = perf_counter()
            written = [
                by_model(document, loaded, reader, pair.request, options.drafts)
                for document, pair in zip(documents, pairs, strict=True)
            ]
            mean = (perf_counter() - begin) / len(written)
            columns[attention] = report(name, [plain for plain, _, _ in written])
            report(f"{name}, flagged sentences quoted", [mended for _, mended, _ in written])
            flagged = sum(flag for _, _, flag in written)
            ends = f"{flagged} of {len(written)} have a flag; {mean:.2f} s a text"
            sys.stdout.write(f"{name}: {ends}\n")
        if {"full", "dap"} <= columns.keys():
            _print(f"{model}, dap less full", less(columns["dap"], columns["full"]))


def _print(title: str, metrics: Sequence[Metric]) -> None:
    sys.stdout.write(f"\n{title}\n{as_table(metrics)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
