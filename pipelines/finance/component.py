"""The spaCy component `secateur_entities`, and entities rendered by displaCy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from secateur.pipelines.document import Coverage, Document, Entity, Passage
from secateur.pipelines.export.records import as_record
from secateur.pipelines.export.tokens import as_doc
from secateur.pipelines.finance.entities import extract
from secateur.pipelines.models import LoadedModel, load_model
from secateur.pipelines.options import RunOptions

_PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)


class EntityComponent:
    """Sets `doc.ents`, whatever was there, to what the finance pipeline finds in a Doc's text."""

    def __init__(self, options: RunOptions) -> None:
        """Loads nothing yet: the model comes with the first Doc."""
        self._options = options
        self._loaded: LoadedModel | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Finds the entities.

        Args:
            doc: Any Doc; blank lines in its text part paragraphs.

        Returns:
            The same Doc: entities widened to whole tokens of its own, concepts as `kb_id_`, all
            fields in `user_data["secateur"]` in the order of the text.
        """
        if self._loaded is None:
            self._loaded = load_model("finance", self._options)
        document = document_of(doc.text)
        found = extract(document, self._loaded.model, self._loaded.tokenizer)
        spans = [
            doc.char_span(e.start, e.end, e.label, e.concept or "", alignment_mode="expand")
            for e in found
        ]
        doc.ents = filter_spans([span for span in spans if span is not None])
        doc.user_data["secateur"] = [as_record(entity) for entity in found]
        return doc


@Language.factory(
    "secateur_entities",
    default_config={"model": None, "attention": "dap", "threshold": None},
    assigns=["doc.ents"],
)
def create(
    nlp: Language,
    name: str,
    model: str | None,
    attention: Literal["dap", "full"],
    threshold: float | None,
) -> EntityComponent:
    """Makes the component for `nlp.add_pipe("secateur_entities")`.

    Args:
        nlp: The pipeline.
        name: What the component is called in it.
        model: As `--model` of `secateur entities`.
        attention: "dap" or "full".
        threshold: As `--threshold`.

    Returns:
        The component.
    """
    return EntityComponent(RunOptions(attention=attention, threshold=threshold, model=model))


def document_of(text: str) -> Document:
    """Takes a text as a document whose paragraphs blank lines part."""
    passages = tuple(Passage(*match.span()) for match in _PARAGRAPH.finditer(text))
    return Document("doc", text, passages, "text/plain", coverage=Coverage(len(text)))


def render(document: Document, entities: Sequence[Entity]) -> str:
    """Draws entities in their text, as displaCy does.

    Args:
        document: The document.
        entities: In reading order, disjoint.

    Returns:
        A page of HTML.
    """
    doc = as_doc(document, entities)
    return str(displacy.render(doc, style="ent", page=True, jupyter=False))
