"""What a person makes of a summary: edited, approved, every step kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from secateur.pipelines.clinical.language.wording import joined
from secateur.pipelines.clinical.verification.terms import installed_reader, term_lists
from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.summary import Summary, SummarySentence
from secateur.pipelines.document.validation import check

Step = Literal["written", "edited", "approved"]


@dataclass(frozen=True)
class Version:
    """A summary at one time.

    Attributes:
        step: "written" by the model, or "edited" or "approved" by a person.
        when: ISO 8601, UTC.
        sentences: With evidence and flags.
        terms: Clinical terms of the sentences, as in `Summary`.
    """

    step: Step
    when: str
    sentences: tuple[SummarySentence, ...]
    terms: Mapping[str, tuple[str, ...]]

    @property
    def text(self) -> str:
        """The summary at that time."""
        return joined(self.sentences)


@dataclass(frozen=True)
class Review:
    """A summary with all its versions, the first one the model's, the last one what holds.

    Attributes:
        summary: As the model wrote it.
        versions: One or more.
    """

    summary: Summary
    versions: tuple[Version, ...]

    @classmethod
    def of(cls, summary: Summary) -> Review:
        """Begins with what the model wrote.

        Args:
            summary: What it wrote.

        Returns:
            A review of one version, not approved.
        """
        check(summary, Summary)
        return cls(summary, (Version("written", _now(), summary.sentences, summary.terms),))

    @property
    def sentences(self) -> tuple[SummarySentence, ...]:
        """The sentences that hold."""
        return self.versions[-1].sentences

    @property
    def approved(self) -> bool:
        """Whether what holds was approved; an edit after that takes it back."""
        return self.versions[-1].step == "approved"

    @property
    def text(self) -> str:
        """The summary that holds."""
        return self.versions[-1].text

    @property
    def holds(self) -> Summary:
        """The summary that holds, with all that is known of it."""
        terms = dict(self.versions[-1].terms)
        return replace(self.summary, sentences=self.sentences, summary=self.text, terms=terms)

    def edit(self, version: Version) -> Review:
        """Adds a version that a person wrote.

        Args:
            version: Its sentences, compared with the note.

        Returns:
            The review with it; not approved.
        """
        return replace(self, versions=(*self.versions, version))

    def approve(self) -> Review:
        """Adds that a person stands by what holds.

        Returns:
            The review, approved.
        """
        approved = replace(self.versions[-1], step="approved", when=_now())
        return replace(self, versions=(*self.versions, approved))

    def as_json(self) -> str:
        """Writes what holds as one JSON line.

        Returns:
            The fields of `Summary`, "approved" and "history", which has every version.
        """
        history = [
            {"step": version.step, "when": version.when, "summary": version.text}
            for version in self.versions
        ]
        record = {**asdict(self.holds), "approved": self.approved, "history": history}
        return json.dumps(record, ensure_ascii=False) + "\n"


def reexamine(
    document: Document, before: Sequence[SummarySentence], texts: Sequence[str]
) -> Version:
    """Ties sentences that a person wrote to the note, as the model's were.

    Args:
        document: The note.
        before: The sentences so far; one whose text is the same stays as it is.
        texts: The sentences now.

    Returns:
        The edited version; sentences of the person have confidence 1.
    """
    known = {sentence.text: sentence for sentence in before}
    reader = installed_reader()
    verifier = Verifier(document, sentences_of(document), reader)
    examined = [
        known.get(text) or verifier.examine(SummarySentence(text, (), confidence=1.0))
        for text in texts
    ]
    compared = verifier.compare(examined)
    return Version("edited", _now(), compared, term_lists(texts, document.text, reader))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
