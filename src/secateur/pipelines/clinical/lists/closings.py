"""How a note or a letter ends: greetings and signatures."""

from __future__ import annotations

import re

DEGREE = (
    r"M\.?D|D\.?O|D\.?P\.?M|N\.?P|P\.?A(?:-C)?|R\.?N|B\.?S\.?N|CRNP|FNP|PMHNP(?:-BC)?|LCSW"
    r"|Ph(?:arm)?\.?D|Psy\.?D|D?PT|OTR?|SLP"
)
"""What stands behind the name of who signs."""
SIGNED = re.compile(
    r"\s*(?i:(?:dictated|transcribed|signed)(?:\s+by|\s+but not\b|\s+electronically|:|\s+\d)"
    r"|electronically signed|(?:total |cc |critical care )?time:? (?:spent|\d)|page \d+ of \d"
    r"|thank(?:s| you)(?: \w+){0,3} for"
    r"|(?:as always, )?(?:I|we)(?: \w+)? appreciate"
    r"|(?:we )?(?:will|shall) follow(?: (?:along|daily|with you))*\W*$"
    r"|(?:findings|results) (?:were|was) (?:discussed|communicated|called)"
    r"|(?:the )?(?:patient |pt |case )?(?:was )?(?:(?:seen|examined|evaluated|staffed|discussed)"
    r"(?:, | and | & |, and )?)+ with (?:the )?(?:attending|dr\.?)\W).*"
    r"|\s*(?:[A-Z][a-z]+: )?(?:(?:[A-Z][\w.’'-]*,? ){2,4}|\[NAME\],? )"
    rf"(?:(?:{DEGREE})\b\.?(?:/L)?,?\s*)+"
    r"(?:[A-Z-]{2,6}\b,?\s*)*(?:(?i:pager|beeper)\W*)?"
    r"(?:(?i:lic(?:ense)?)\W*\w*\d\w*)?(?:(?:electronically )?signed\b)?[\d/:, -]*"
    r"(?:/ (?i:discussed|supervised|staffed|seen)\b.*)?$"
    r"|\s*(?i:pager|beeper|tel(?:ephone)?|phone|fax|mobile)\W{0,3}[\d() .+-]{4,}"
    r"|\s*[A-Z]{2,3}[/:][a-z]{2,4}(?:\s+[DTRJ]:.*)?",
    re.DOTALL,
)
"""Who wrote or typed a note, when, and what is said to whom it was written for."""
GREETS = re.compile(
    r"\W*(?:(?:with )?(?:(?:kind|best|warm)(?:est)? )?(?:regards|wishes)"
    r"|(?:yours )?(?:sincerely|faithfully|truly)|respectfully(?: yours| submitted)?)"
    r"[ \t]*(?:[,.!\n]|$)",
    re.IGNORECASE,
)
"""What stands above a signature."""
DEAR = re.compile(r"^[^\S\n]*dear\b", re.IGNORECASE | re.MULTILINE)
TELLS = re.compile(
    r"(?:(?:many )?thank(?:s| you)|it was (?:a|my) pleasure"
    r"|(?:I|we) (?:reviewed|saw|met|had the pleasure))\b",
    re.IGNORECASE,
)
"""How the text of a letter begins, below diagnoses and plans that head it."""
