"""What people are allergic to: drugs of a vocabulary, their families, and a table of the rest."""

from __future__ import annotations

import re

from spacy.lang.en.stop_words import STOP_WORDS

from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.language.rules import Rule, any_rule
from secateur.pipelines.document.document import Span
from secateur.pipelines.terminology.matcher import TermMatcher

ALLERGENS = (
    Rule("sea food", r"(?:shell|sea)[- ]?(?:fish|food)|fish|shrimps?|crabs?|lobsters?|iodine",
         "shellfish", "selfish"),
    Rule("food", r"peanuts?|(?:tree )?nuts?|eggs?|milk|dairy(?: products?)?|soy|wheat|gluten"
         r"|lactose"
         r"|strawberr(?:y|ies)|tomato(?:es)?|citrus|chocolate|msg|bananas?|avocados?|kiwi",
         "tree nuts", "nutrition"),
    Rule("insect", r"(?:bee|wasp|hornet|insect|fire ant)s?(?: (?:stings?|venom|bites?))?|venom",
         "bee stings", "been"),
    Rule("animal", r"(?:pet |cat |dog |animal )?(?:dander|hair|fur)|cats?|dogs?|horses?|feathers?"
         r"|dust(?: mites?)?", "pet dander", "category"),
    Rule("plant", r"(?:tree |grass )?pollens?|ragweed|grass(?:es)?|trees|molds?|poison (?:ivy|oak)",
         "ragweed", "graph"),
    Rule("material", r"latex|(?:adhesive|surgical|silk|paper)?[ -]?tapes?|adhesives?|band-?aids?"
         r"|bandages?|nickel|metals?|neoprene|rubber|wool|perfumes?|(?:hair )?dyes?|soaps?"
         r"|detergents?|steri-?strips?|dermabond|sutures?", "adhesive tape", "tapered"),
    Rule("contrast", r"(?:iv |ivp |iodinated |ct |x-ray )?(?:contrast|dye)(?: (?:dye|media|medium"
         r"|material|agents?))?|gadolinium", "IVP dye", "contrary"),
    Rule("antiseptic", r"betadine|povidone|chlorhexidine|chloraprep|hibiclens|iodophors?"
         r"|alcohol swabs?",
         "Betadine", "beta"),
    Rule("drug", r"sulfas?|sulfites?|sulfur|penicillins?|pcn|nsaids?|aspirin|asa|mycins"
         r"|(?:beta|calcium channel)[- ]blockers?|ace[- ]inhibitors?|statins?|steroids|opioids?"
         r"|narcotics|codeine|vaccines?|(?:flu|tetanus|pneumonia) (?:shot|vaccine)s?"
         r"|an(?:a)?esthesia"
         r"|local anesthetics?|antibiotics?|antihistamines", "sulfa", "result"),
    Rule("surroundings", r"environmental|seasonal|hay ?fever|pollution"
         r"|smoke", "seasonal", "season"),
)  # fmt: skip
"""Allergens that no vocabulary of drugs has."""
_ALLERGEN = re.compile(rf"(?<![\w-])(?:{any_rule(ALLERGENS)})(?![\w-])", re.IGNORECASE)
_WORDS = 3
"""Most words of an allergen of a list that is in no table."""
_NO_WORDS = STOP_WORDS - {"with", "and"} | frozenset(
    "patient pt medications medication medicine drug drugs known nonsignificant noncontributory"
    " significant mentioned reviewed chart causes cause unknown year years".split()
)


def substances(text: str, vocabulary: TermMatcher | None) -> list[Span]:
    """Finds drugs and common allergens, whatever the text says of them; half-open offsets."""
    drugs = known_drugs(text, vocabulary) if vocabulary else []
    return sorted({*drugs, *(match.span() for match in _ALLERGEN.finditer(text))})


def may_be_substance(name: str, vocabulary: TermMatcher | None) -> bool:
    """Whether an item of a list of allergies may name one: known, or a few words of no sentence."""
    if substances(name, vocabulary):
        return True
    words = re.findall(r"[a-z']+", name.lower())
    is_problem = vocabulary and any(m.term.kind == "problem" for m in vocabulary.find(name))
    return 0 < len(words) <= _WORDS and _NO_WORDS.isdisjoint(words) and not is_problem
