"""Summary: sentences with their evidence, and what a reader checks first."""

from __future__ import annotations

from dataclasses import dataclass, field

from secateur.pipelines.document.document import Box, Bytes, Part


@dataclass(frozen=True)
class Evidence:
    """A place in the document that supports a sentence of a summary; fields as in `Entity`.

    Attributes:
        note: Of a record, the number of its note from 1, see `Handover.notes`; else 0.
    """

    start: int
    end: int
    text: str
    section: str | None = None
    page: int | None = None
    box: Box | None = None
    source: Bytes | None = None
    part: Part = ()
    section_path: tuple[str, ...] = ()
    note: int = 0


@dataclass(frozen=True)
class Prescription:
    """How a drug is taken, in the note's words; a field is empty where the note says none.

    Attributes:
        name: As in `Summary.medications`.
        dose: Strength and amount that hold last ("25 mg, 1-2 tablets"); tapers and scales whole.
        route: How it gets into the patient ("PO", "left eye").
        frequency: How often and when ("q6h prn"); empty where the dose has its times.
        evidence: Where the note says so; None where it names the drug in other words only.
    """

    name: str
    dose: str = ""
    route: str = ""
    frequency: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True)
class SummarySentence:
    """One sentence of a summary.

    Attributes:
        text: The sentence.
        evidence: Sentences of the document that it rests on, best first; may be empty.
        confidence: Geometric mean of the model's token probabilities, 0 to 1.
        flags: What to check: "no evidence", "number", "unit", "dose", "drug", "frequency", "date",
            "side", "site", "study", "negation", "uncertainty", "person", "opposite", "term",
            "cut short"; "other words" (evidence by sense), "quoted" (the note's own sentence).
    """

    text: str
    evidence: tuple[Evidence, ...]
    confidence: float
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summary:
    """A document's summary with its provenance and cost.

    Attributes:
        doc_id: The document's name.
        style: "brief", "history" or "assessment".
        summary: The sentences joined, each ended by a stop.
        sentences: At most three for "brief".
        attention: "dap" or "full".
        tokens: Tokens of the document that the model read.
        recovered: Whether a flagged sentence made it run again with full attention, or quote.
        timings: Seconds by stage ("prefill_s", "decode_s") and in all ("total_s").
        terms: Its terms that the note knows ("supported") or not ("unsupported"); by a vocabulary.
        medications: Drugs taken or prescribed when the note ends.
        stopped: Drugs that the note says are stopped, held or switched to another.
        allergies: Allergies and intolerances.
        follow_up: Where the note says what happens next.
        prescriptions: How each of `medications` is taken, in their order.
    """

    doc_id: str
    style: str
    summary: str
    sentences: tuple[SummarySentence, ...]
    attention: str
    tokens: int
    recovered: bool
    timings: dict[str, float]
    terms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    medications: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    follow_up: tuple[Evidence, ...] = ()
    prescriptions: tuple[Prescription, ...] = ()
