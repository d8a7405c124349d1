"""The handover of a note: scored, assembled and written out."""

from __future__ import annotations

from time import perf_counter

from secateur.pipelines.clinical.handover.assemble import assemble
from secateur.pipelines.clinical.handover.render import as_text
from secateur.pipelines.clinical.handover.scored import scored_units
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.handover import Handover, count_words, limit_of
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.validation import check
from secateur.pipelines.terminology import sources


def hand_over(document: Document) -> Handover:
    """Makes the handover of one note; the same note always gives the same handover.

    Sentences, rows and turns are weighed by the importance model over the whole note, and shortened
    by the compression model; drugs, allergies and what they are taken for come from the note's
    lists and sentences. No decoder runs: every item is in the note's own words, with the places
    that it is taken from.

    Args:
        document: The note.

    Returns:
        The handover, within `limit_of` its note's words.

    Raises:
        UsageError: What is given is no document, or the importance model is not to be had.
    """
    check(document, Document)
    begin = perf_counter()
    vocabulary = sources.vocabulary() if sources.is_installed() else None
    units = scored_units(document)
    sections = assemble(document, sentences_of(document), units, vocabulary)
    text = as_text(sections)
    return Handover(
        doc_id=document.doc_id,
        style="handover",
        text=text,
        sections=sections,
        words=count_words(text),
        limit=limit_of(document.text),
        timings={"total_s": perf_counter() - begin},
    )
