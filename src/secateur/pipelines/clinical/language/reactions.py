"""Reactions to a drug, as a sentence words them."""

from __future__ import annotations

import re

HIVES = (
    r"(?:(?:an?|severe|mild|diffuse|bad|facial|skin|itchy|red|bumpy) )*"
    r"(?:rash|welts|(?:mouth |oral )?(?:sores|ulcers)|asthma|wheez\w+|(?:acute )?dystonia"
    r"|hives|urticaria|anaphyla\w+|angioedema|(?:lip|tongue|throat|facial) swelling"
    r"|swelling of (?:the|his|her) (?:lips?|tongue|throat|face))"
)
REACTED_TO = re.compile(
    r"(?:\b(?:gets?|got|ha[sd]|develop(?:s|ed)?"
    r"|(?:br(?:ea|o)ks?|broke|c(?:omes|ame)) out (?:in|with)|history of|shows?|showed|records?) "
    r"|(?:^|[.,;:\n]) ?)"
    rf"{HIVES} (?:with|from|to|on|after)"
    r"(?: (?:taking|receiving|using|starting|beginning|being given))? $",
    re.IGNORECASE,
)
"""Before a drug that did harm: "She gets a rash with"."""
