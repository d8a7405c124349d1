"""A brief summary of a clinical note by the decoder, each sentence tied to its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from time import perf_counter

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core.model_configs import own_attention
from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.facts.follow_up import follow_up
from secateur.pipelines.clinical.handover.drafts import write_drafts
from secateur.pipelines.clinical.handover.prompt import HISTORY
from secateur.pipelines.clinical.handover.salience import salient
from secateur.pipelines.clinical.handover.transcript import section_writer, write_section
from secateur.pipelines.clinical.handover.writing import Writer
from secateur.pipelines.clinical.language.dialogue import turns
from secateur.pipelines.clinical.language.wording import joined, reworded
from secateur.pipelines.clinical.medications.reconciliation import medications, prescriptions
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.clinical.verification.terms import TermReader, installed_reader, term_lists
from secateur.pipelines.clinical.verification.verify import Verifier, quote
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.models import check_writer
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.summary import Summary, SummarySentence
from secateur.pipelines.document.validation import check

MAX_SENTENCES = 3
"""Most sentences of a brief summary."""
DRAFTS = 6
"""Drafts of each text: eight were no better on 130 validation notes (ROUGE-L 0.524, and 0.527)."""
# Up to this length DAP computes exact attention, so reading again would change nothing.
_EXACT_TOKENS = 512
_TOO_FEW_WORDS = 2
"""Words up to which a note is its own summary."""


def write_brief(
    document: Document,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_sentences: int = MAX_SENTENCES,
    max_new_tokens: int = 160,
    drafts: int = DRAFTS,
    recover: bool = True,
) -> Summary:
    """Summarizes one note; the same input always gives the same summary.

    A note that fits the model's context is read whole. A longer one is read in parts, cut between
    its passages; the parts' summaries are then read as one text. No part is left out. The sections
    that tell the most are then read once more by themselves. Of each several drafts are written,
    of which the one is taken that is most like the others and what people would say of the note,
    see `agreed` and `salient`. One of a word or two is its own summary.

    Every sentence is compared with its evidence. Where one is flagged the note is read again with
    full attention, if it was pruned, then with wording held to the note's own tokens; a sentence
    that is flagged still is said in the words of its evidence. Each happens at most once, and never
    for a transcript, which a note has to reword. A concept that has several names in the summary
    keeps one. What has no evidence even so gets the places that are like it in sense, if any.

    Of the transcript of a visit it is what a note about it would tell as history of present
    illness, in up to `SECTION_SENTENCES`.

    Args:
        document: The note.
        model: A decoder or an encoder-decoder, its attention already chosen.
        tokenizer: The model's fast tokenizer, with a chat template or without.
        max_sentences: Most sentences of a brief summary, 1 or more.
        max_new_tokens: Most tokens written for the summary and for each part's summary.
        drafts: How many are written of the note and of its telling sections each, 1 or more; four
            times as many of a transcript, which has no such sections.
        recover: Whether flagged sentences are mended as above, or only flagged.

    Returns:
        The summary with evidence, flags, lists and timings.

    Raises:
        ValueError: A number is below 1.
        UsageError: What is given as a document is none, a path for instance, or the model or the
            tokenizer is none for this.
    """
    check(document, Document)
    check_writer(model, tokenizer)
    numbers = {"max_sentences": max_sentences, "max_new_tokens": max_new_tokens, "drafts": drafts}
    for name, number in numbers.items():
        if number < 1:
            raise ValueError(f"{name} must be 1 or more, got {number}")
    begin = perf_counter()
    sentences = sentences_of(document)
    reader = installed_reader()
    vocabulary = reader.vocabulary if reader else None
    style = "history" if turns(document) else "brief"
    found = _own_words(document)
    if style == "history":
        writer = section_writer(model, tokenizer, HISTORY, max_new_tokens, drafts)
    else:
        writer = Writer(model, tokenizer, max_sentences, max_new_tokens, drafts=drafts)
    recovered = False
    if not found:
        verifier = Verifier(document, sentences, reader)
        if style == "history":
            found = write_section(document, sentences, verifier, writer, vocabulary)
        else:
            shares = salient(document, sentences, model, tokenizer)
            write = partial(write_drafts, document, sentences, verifier, writer, shares)
            found = write()
            if recover and _flagged(found):
                found, recovered = _recover(found, write, writer, document.text, model)
        if recover and reader is not None:
            found = _one_name(found, verifier, reader, document.text)
        found = verifier.compare(reworded(found, verifier, document))
    drugs = medications(document, sentences, vocabulary)
    tokens = writer.note_tokens or len(
        tokenizer(document.text, add_special_tokens=False, split_special_tokens=True)["input_ids"]
    )
    return Summary(
        doc_id=document.doc_id,
        style=style,
        summary=joined(found),
        sentences=found,
        attention="dap" if model.config._attn_implementation == "dap" else "full",
        tokens=tokens,
        recovered=recovered,
        timings={
            "prefill_s": writer.prefill_s,
            "decode_s": writer.decode_s,
            "total_s": perf_counter() - begin,
        },
        terms=term_lists((sentence.text for sentence in found), document.text, reader),
        medications=drugs.taken,
        prescriptions=prescriptions(document, sentences, drugs.taken, vocabulary),
        stopped=drugs.stopped,
        allergies=allergies(document, vocabulary),
        follow_up=follow_up(document, sentences),
    )


def _own_words(document: Document) -> tuple[SummarySentence, ...]:
    """All of a note that has too few words to be said in fewer, else nothing."""
    text = document.text.strip()
    if len(text.split()) > _TOO_FEW_WORDS:
        return ()
    start = document.text.index(text)
    return (SummarySentence(text, (evidence_at(document, start, start + len(text)),), 1.0),)


def _recover(
    found: tuple[SummarySentence, ...],
    write: Callable[[], tuple[SummarySentence, ...]],
    writer: Writer,
    note: str,
    model: PreTrainedModel,
) -> tuple[tuple[SummarySentence, ...], bool]:
    """Reads again with full attention where pruning may be to blame, then words it anew.

    The last words are the note's own: first the model's, held to the note's tokens, then quotes.
    """
    pruned = model.config._attn_implementation == "dap" and writer.longest_prompt > _EXACT_TOKENS
    with _full_attention(model) if pruned else nullcontext():
        again = _fewer_flags(found, write()) if pruned else found
        if _flagged(again):
            with writer.constrained(note):
                again = _fewer_flags(again, write())
    recovered, found = pruned or again != found, again
    mended: list[SummarySentence] = []
    for sentence in map(quote, found):
        if sentence.text not in [other.text for other in mended]:
            mended.append(sentence)
    return tuple(mended), recovered or tuple(mended) != found


def _one_name(
    found: tuple[SummarySentence, ...], verifier: Verifier, reader: TermReader, note: str
) -> tuple[SummarySentence, ...]:
    """Calls each concept by one name; a sentence that this would get flagged keeps its own."""
    named = reader.one_name([sentence.text for sentence in found], note)
    renamed = [
        verifier.examine(replace(sentence, text=text, evidence=(), flags=()))
        for sentence, text in zip(found, named, strict=True)
    ]
    return tuple(
        new if new.text != old.text and not (old.flags or new.flags) else old
        for old, new in zip(found, renamed, strict=True)
    )


def _fewer_flags(
    found: tuple[SummarySentence, ...], again: tuple[SummarySentence, ...]
) -> tuple[SummarySentence, ...]:
    """Takes the summary that was written again if fewer of its sentences are flagged."""
    return again if again and len(_flagged(again)) < len(_flagged(found)) else found


def _flagged(found: Sequence[SummarySentence]) -> list[SummarySentence]:
    return [sentence for sentence in found if sentence.flags]


@contextmanager
def _full_attention(model: PreTrainedModel) -> Iterator[None]:
    """Runs the model's full attention for a while; what DAP counted so far stays."""
    model.set_attn_implementation(own_attention(model))
    try:
        yield
    finally:
        model.set_attn_implementation("dap")
