"""Drugs and allergens that are told in the transcript of a visit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.lists.dialogue import Turn, is_question
from secateur.pipelines.clinical.lists.drugitems import known_drugs
from secateur.pipelines.clinical.lists.drugmentions import is_of_relative
from secateur.pipelines.clinical.lists.drugprose import told_drugs
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.relatives import names_family
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.terminology.matcher import TermMatcher

_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|uh[- ]huh|m+[- ]?hm+|I (?:do|am)|every day|right|correct)\b", re.I
)
_ENDED = re.compile(
    r"\b(?:stop(?:ped|s)?|quit|ran out|came off|took me off|off (?:it|that|of)|no longer|any ?more"
    r"|do(?:n['’]t| not) take)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:take|taking|taken|on|us(?:e|ing)|medications?|meds|medicines?|pills?|prescriptions?)\b",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"\b(?:I(?:['’]m| am|['’]ve been)? (?:\w+ ){0,2}?(?:take|taking|use|using|on)"
    r"|(?:doctor|s?he|they) (?:has|have|put|started) me on)\b",
    re.IGNORECASE,
)
_TOOK = re.compile(
    r"\b(?:took|tried|used|had|was|were|ago|last|borrowed|if|wants?|should)\b", re.IGNORECASE
)
_SOMEONE = re.compile(
    r"\bnot me\b|\b(?:my|a|his|her) (?:buddy|friend|neighbou?r|boss|colleague|co-?worker)\b", re.I
)
_ALLERGIES = re.compile(r"\ballerg", re.IGNORECASE)
_ALLERGEN = re.compile(
    r"\b(?:latex|shellfish|shrimp|peanuts?|tree nuts|eggs?|iodine|contrast(?: dye)?|bee stings?"
    r"|adhesives?|tape|sulfa)\b",
    re.IGNORECASE,
)
# How a clinician words an order to the patient, and how a plan does.
_WORDINGS = (
    (r"^(?:(?:and|then|okay|ok|alright|all right|right|so|no|yes|well|now)\b\W*)+", ""),
    (r"\b(?:I|we)(?:['’](?:m|re|d|ll)| am| are| will| would)? (?:(?:just|also) )?"
     r"(?:(?:want|like|going|gonna|plan(?:ning)?) (?:you )?(?:to )?)?(?=(?:stop|start|switch|give"
     r"|put|add|prescrib|call|send|increase|decrease|change|hold)\w*\b)", ""),
    (r"\b(?:give|prescribe) you\b|\b(?:call|send) (?:you )?in\b|\bput you (?:back )?on\b"
     r"|\bstart you (?:back )?on\b", "start"),
    (r"\b(switch|change|move) you (?:over )?to\b", r"\1 to"),
    (r"\b(switch|change|move) to ([\w-]+) instead of (?:(?:the|your) )?([\w-]+)",
     r"\1 \3 to \2"),
    (r"\b(stop|hold|increase|decrease) your\b", r"\1"),
    (r"\bmilligrams?\b", "mg"),
)  # fmt: skip
_PARTS = re.compile(r",? (?:and|but) (?=(?:I|my|he|she|they)\b)", re.IGNORECASE)
_CLAUSES = re.compile(r",? (?:and )?(?:so|but|then) (?=(?:I|we|you|let)\b)", re.IGNORECASE)


def spoken_drugs(
    document: Document, said: Sequence[Turn], vocabulary: TermMatcher
) -> Iterator[list[tuple[str, bool]]]:
    """Finds the drugs that a clinician orders or stops, and that the patient says are taken.

    Args:
        document: The transcript.
        said: Its turns.
        vocabulary: Drug names.

    Yields:
        Lower-case names of each sentence, each with whether the patient takes it.
    """
    asked = ""
    for turn in said:
        texts = [document.text[slice(*span)] for span in turn.sentences]
        statements = [text for text in texts if not is_question(text)]
        if turn.is_clinician:
            asked = next((text for text in reversed(texts) if is_question(text)), "")
            yield from (_ordered(text, vocabulary) for text in statements)
            continue
        yield _answered(asked, " ".join(texts), vocabulary)
        for text in statements:
            taken = bool(_ASKS.search(asked) or _TAKES.search(text))
            if taken or not _ALLERGIES.search(asked):
                yield from (_told(part, taken, vocabulary) for part in _PARTS.split(text))


def spoken_allergens(
    document: Document, said: Sequence[Turn], vocabulary: TermMatcher | None
) -> Iterator[str]:
    """Finds what the patient names where allergies are asked for.

    Args:
        document: The transcript.
        said: Its turns.
        vocabulary: Drug names; without it only common allergens are known.

    Yields:
        Lower-case names in order.
    """
    asked: list[str] = []
    for turn in said:
        texts = [document.text[slice(*span)] for span in turn.sentences]
        if turn.is_clinician:
            asked = [text for text in texts if _ALLERGIES.search(text)]
        elif asked:
            named = [name for text in texts for name in _reacted_to(text, vocabulary)]
            if texts and _YES.match(texts[0]) and is_question(asked[-1]):
                named = named or list(_reacted_to(asked[-1].rstrip(" ?"), vocabulary))
            yield from named


def _reacted_to(text: str, vocabulary: TermMatcher | None) -> Iterator[str]:
    """Allergens of what the patient says, none that is denied or another's."""
    if is_question(text) or _is_of_others(text) or names_family(text):
        return
    for span in _allergens(text, vocabulary):
        if not context_of(text, *span).negated:
            yield text[slice(*span)].lower()


def allergens_named(text: str, vocabulary: TermMatcher | None) -> list[str]:
    """Lists the drugs and common allergens that a text names, whatever it says of them."""
    return [text[slice(*span)] for span in _allergens(text, vocabulary)]


def _allergens(text: str, vocabulary: TermMatcher | None) -> list[Span]:
    drugs = known_drugs(text, vocabulary) if vocabulary else []
    return sorted({*drugs, *(match.span() for match in _ALLERGEN.finditer(text))})


def _told(text: str, taken: bool, vocabulary: TermMatcher) -> list[tuple[str, bool]]:
    """Drugs of what the patient says, none that another takes or that was taken."""
    if _is_of_others(text):
        return []
    told = told_drugs(text, taken, vocabulary)
    return [(name, on) for name, on in told if not (on and _TOOK.search(text))]


def _is_of_others(text: str) -> bool:
    return is_of_relative(text) or _SOMEONE.search(text) is not None


def _ordered(text: str, vocabulary: TermMatcher) -> list[tuple[str, bool]]:
    """Drugs of what a clinician says, worded as in a plan."""
    found: list[tuple[str, bool]] = []
    for clause in _CLAUSES.split(text):
        for wording, order in _WORDINGS:
            clause = re.sub(wording, order, clause, flags=re.IGNORECASE)
        found += told_drugs(clause, False, vocabulary)
    return found


def _answered(asked: str, answer: str, vocabulary: TermMatcher) -> list[tuple[str, bool]]:
    """Drugs of a question ("Are you still on lisinopril?") with what is answered."""
    if not _ASKS.search(asked):
        return []
    names = [asked[a:b].lower() for a, b in known_drugs(asked, vocabulary)]
    if _ENDED.search(answer) and len(names) == 1 and not known_drugs(answer, vocabulary):
        return [(names[0], False)]
    first = answer.split(".", 1)[0]
    return [(name, True) for name in names] if _YES.search(first) else []
