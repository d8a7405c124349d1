"""Words of prescriptions, as alternatives of patterns: units of a dose, what ends a drug."""

from __future__ import annotations

DOSE_UNIT = r"(?:mg|mcg|µg|ug|g|units?|u|iu|meq|ml)\b(?!/d?l)"
"""What a dose is counted in on most prescriptions, no unit of the laboratory's ("mg/dL")."""
STOP = "stop|hold|discontinue|do not take"
"""An order that ends a drug, for now or for good; "d/c" may be a discharge as well."""
DISCONTINUED = r"stopped|discontinued|d/?c['’]?e?d"
"""What an order has ended for good."""
WEIGHED = (
    r"consider\w*|could|might|if|rather than|instead of|avoid\w*|discuss\w*|refus\w+|declin\w+"
    r"|hesitan\w+|reluctan\w+|too risky"
)
"""Before a drug that is spoken of and not given."""
STOPPED = rf"{DISCONTINUED}|held|on hold"
"""What an order has ended, for now or for good."""
ENDED = "finished|ended|dropped|given up|used up"
"""What has ended, by an order or by itself."""
NOT_TAKEN = "no longer tak(?:e|ing)|not tak(?:e|ing|en)"
NO_MORE_OF = (
    rf"(?:(?:{STOP})(?:e?d)?|{STOPPED}|{NOT_TAKEN})(?: taking)?"
    r"(?: (?:for now|until [\w' ]{1,40}|(?:during|at) this (?:encounter|visit)))?"
)
"""What heads a part of a list that holds drugs that ended: "Hold until seen"."""
_ABOUT = r"(?:(?:that|which|you|to|should|must|was|were|are|have|been) )*"
LIST_OF_ENDED = rf"(?:home )?(?:med(?:ication|icine)?|drug)s? {_ABOUT}{NO_MORE_OF}"
"""The same, said of the drugs: "Medications you should no longer take"."""
