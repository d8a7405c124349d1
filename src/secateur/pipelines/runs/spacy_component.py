"""The spaCy component `secateur_entities`.

SpaCy loads this module to read any component's name, so what runs a model is imported late.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import torch
from spacy.language import Language
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import filter_spans, minibatch

from secateur.pipelines.document.document import Coverage, Document, Passage
from secateur.pipelines.export.records import as_record
from secateur.pipelines.runs.options import Device, RunOptions

if TYPE_CHECKING:
    from secateur.pipelines.finance.reader.entities import Extraction
    from secateur.pipelines.runs.routing import EntityRouter

_SHARED_MIB = 64
"""Memory of a model call that short documents share, as in `secateur batch`."""
_PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)


class EntityComponent:
    """Sets `doc.ents`, whatever was there, to what the finance pipeline finds in a Doc's text."""

    def __init__(self, options: RunOptions) -> None:
        """Loads nothing yet: the model comes with the first Doc."""
        self._options = options
        self._process = os.getpid()

    def __call__(self, doc: Doc) -> Doc:
        """Finds the entities.

        Args:
            doc: Any Doc; blank lines in its text part paragraphs.

        Returns:
            The same Doc: entities widened to whole tokens of its own, concepts as `kb_id_`, all
            fields in `user_data["secateur"]` in the order of the text.
        """
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Finds the entities of many Docs, of which short ones share calls of the model.

        Args:
            stream: The Docs.
            batch_size: How many are taken at once.

        Yields:
            The same Docs in their order, see `__call__`.
        """
        self._settle()
        for docs in minibatch(stream, batch_size):
            found = self._router.extract([document_of(doc.text) for doc in docs]).results
            self._router.reset_statistics()
            yield from map(_with_entities, docs, found)

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Scores entities, as spaCy's own recognizer does, for `nlp.evaluate`.

        Args:
            examples: Docs with what was found, and what is in them.
            kwargs: What `nlp.evaluate` hands on.

        Returns:
            `ents_p`, `ents_r`, `ents_f` and `ents_per_type`.
        """
        return dict(get_ner_prf(examples, **kwargs))

    def _settle(self) -> None:
        """Takes one thread in another process than its own, as `nlp.pipe(n_process=2)` starts.

        OpenMP's other threads do not come along into a fork, which would wait for them for ever.
        """
        if self._process != os.getpid():
            self._process = os.getpid()
            torch.set_num_threads(1)

    @cached_property
    def _router(self) -> EntityRouter:
        from secateur.pipelines.runs.routing import EntityRouter

        return EntityRouter(self._options, share_mib=_SHARED_MIB)


def _with_entities(doc: Doc, found: Extraction) -> Doc:
    spans = [
        doc.char_span(e.start, e.end, e.label, e.concept or "", alignment_mode="expand")
        for e in found.entities
    ]
    doc.ents = filter_spans([span for span in spans if span is not None])
    doc.user_data["secateur"] = [as_record(entity) for entity in found.entities]
    return doc


@Language.factory(
    "secateur_entities",
    default_config={
        "model": None,
        "attention": "dap",
        "threshold": None,
        "dtype": "fp32",
        "device": "auto",
        "profile": None,
        "target_error": None,
        "target_speedup": None,
    },
    assigns=["doc.ents"],
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def create(
    nlp: Language,
    name: str,
    model: str | None,
    attention: Literal["dap", "full"],
    threshold: float | None,
    dtype: Literal["fp32", "bf16", "fp16"],
    device: Device,
    profile: str | None,
    target_error: float | None,
    target_speedup: float | None,
) -> EntityComponent:
    """Makes the component for `nlp.add_pipe("secateur_entities", config={…})`.

    Args:
        nlp: The pipeline.
        name: What the component is called in it.
        model: As `--model` of `secateur entities`.
        attention: "dap" or "full".
        threshold: As `--threshold`.
        dtype: As `--dtype`.
        device: As `--device`.
        profile: As `--profile`.
        target_error: As `--target-error`.
        target_speedup: As `--target-speedup`.

    Returns:
        The component.
    """
    return EntityComponent(
        RunOptions(
            attention=attention,
            threshold=threshold,
            model=model,
            dtype=dtype,
            device=device,
            profile=profile,
            target_error=target_error,
            target_speedup=target_speedup,
        )
    )


def document_of(text: str) -> Document:
    """Takes a text as a document whose paragraphs blank lines part.

    Args:
        text: Of a Doc.

    Returns:
        The document, named "doc".
    """
    passages = tuple(Passage(*match.span()) for match in _PARAGRAPH.finditer(text))
    return Document("doc", text, passages, "text/plain", coverage=Coverage(len(text)))
