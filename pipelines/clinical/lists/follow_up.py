"""What is to happen after the note: appointments, referrals, repeats, as the note words them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.calendar_words import MONTH, WEEKDAY, WEEKDAY_BEGINS
from secateur.pipelines.clinical.checks.evidence import evidence_at
from secateur.pipelines.clinical.lists.dialogue import clinician_says, turns
from secateur.pipelines.clinical.lists.patterns import COUNT, FREQUENCY, NUMBER, TIME
from secateur.pipelines.clinical.lists.tables import rows
from secateur.pipelines.document import Document, Evidence

PLANNED = ("Plan", "Assessment and Plan", "Instructions", "Disposition", "Assessment")
"""Sections that say what follows."""

_HOURS = rf"{COUNT} ?(?:h|hrs?|hours?)\b"
_DATE = rf"(?:\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{1,2}} {MONTH}|{MONTH} \d{{1,2}})\b"
_SEEN = r"(?:visit|checks?|appointment|follow-?up)"
_NEXT = re.compile(
    r"\bfollow[-\u2010\u2011– ]?up\b|(?<!\d-)\bf/?u\b"
    # "RTC repair" is of a rotator cuff.
    rf"|(?:^|[.,;:(–-]\s*|\b(?:to|and|then|will)\s+)r\.?t\.?[co]\b|\br\.?t\.?[co]\s+{TIME}"
    rf"|\breturn (?:in\b|to clinic\b|visit\b|for\b|{TIME})"
    r"|\bsee (?:him|her|them|me|us) again\b"
    r"|\brefer(?:ral|red)?\b(?! to (?:\w+ )?(?:chart|notes?|reports?|record|dictation))"
    r"|\b(?:is|are|would be) (?:\w+ly |also )?(?:recommended|advised)\b|\bI (?:would )?recommend\b"
    r"|\bapp(?:oin)?t(?:ment)?s?\b|\b(?<!as )ordered(?=[.;,]|$)"
    r"|(?:^|[.;:]\s*)(?:consult|ordered|chase)\b"
    r"|\bconsult(?:ation)?(?=\.?$|[;,] | (?:placed|requested|pending|for|re|once|after|when)\b)"
    r"|(?<!may )\brepeat\b|\brecheck\b|\bto be booked\b|\bwill see\b|\bschedule[d]?\b"
    r"|\b(?:clinic|visit|check)\b.{0,30}\b(?:in|on|within)\b"
    rf"|\bclinic(?: (?:with )?Dr\.? [\w'’-]+)? {TIME}(?! (?:ago|before|earlier|later|prior))"
    rf"|\b{_SEEN}\b.{{0,20}}\b(?:{TIME}|{_HOURS})"
    rf"|\b{TIME}.{{0,20}}\b{_SEEN}\b|\brecommended\.?$"
    rf"|\b(?:in|within|every) {TIME}|\bin an? (?:week|month|year)\b|\bbe followed up\b"
    r"|\bawait(?:ing)? (?:pathology|results?|cultures?|biops(?:y|ies))\b"
    r"|\b(?:family )?meeting (?:tomorrow|on|at)\b|\bfamily (?:mtg|meeting) \d{1,2}/\d"
    r"|\bphone call\b"
    rf"|\b{TIME} (?:after|post)[- ]discharge\b"
    r"|\bnext (?:\w+ )?(?:visit|review|session|appointment|dose|labs?|infusion|scan|run)\b"
    r"|(?:^|[.,;:]\s*)ref (?:to )?[a-z]{4}"
    r"|\b(?:shown|present(?:ed)?|discussed) at(?: \w+){0,2} tumou?r board\b"
    r"|\b(?:\w*-?excision|resection|biopsy|imaging|testing) (?:should|may) be considered\b"
    r"|\bwill (?:get|receive) the results?\b|\b(?:reported|to follow) in an addendum\b"
    r"|\bnotify (?:the )?(?:md|physician|provider|doctor|surgeon|office|clinic)\b"
    r"|\b(?:[ops]t|slp) eval\w*\b.{0,40}\b(?:requested|ordered)"
    r"|\b\d{1,2}/\d{1,2}/\d{4} at (?=\D|\d{4}\b|\d{1,2}(?::| ?[ap]\.?m))"
    r"|\b(?:on|at) [A-Z]?[a-z]*\s?\d{1,2}/\d{1,2}\b(?!/)"
    rf"|\bweekly with\b|\b(?:rv|r/v|review) (?:in )?{TIME}",
    re.IGNORECASE,
)
_TESTS = (
    r"(?:cbc|bmp|cmp|lfts?|inr|labs?|bloods?|u&e|tsh|lactate|weights?|nsts?"
    r"|levels?|a1c|psa|cea|cultures?)"
)
_EXAM = (
    rf"(?:{_TESTS}|echo\w*|stress test|stud(?:y|ies)|scan|ct|mri|pet|dexa|x-?rays?|c?xr"
    r"|(?-i:US)|ultrasound|e[ek]g|ecg|(?!program|kilo|milli)\w{3,}gram|\w{3,}(?:graphy|scopy)|turbt|biops(?:y|ies)"
    r"|tissue sampling|(?:drain|suture|staple|cast|catheter|stent) removal"
    r"|(?:clips|sutures|staples|stitches|drain) out|re-?eval\w*|re-?dress(?: \w+)?)"
)
_WHY = r"(?: (?:w/|with|for|given|at|as)(?!\w)[^:;]*)?(?:\W*$|;)"
_ORDERED = re.compile(
    r"^\W*(?!(?:last|prior|previous|recent|old|had)\b)(?:\w[\w/-]* ){0,3}?"
    rf"{_EXAM}(?: [\w/-]+){{0,2}}? (?:{TIME}|{WEEKDAY_BEGINS}[a-z]*"
    rf"(?: \d{{1,2}}/\d{{1,2}})?|{_DATE}){_WHY}"
    rf"|^\W*(?:\w[\w/-]* ){{0,3}}?{_EXAM} (?:today|tonight), [^.;]*\bif\b"
    rf"|^\W*(?!{_TESTS}){_EXAM}(?![^.;]*\b(?:shows?|showed|neg|pos|normal|done|was|is)\b)"
    r"(?: [a-z/+-]+){0,5}(?:;|\W*$)"
    rf"|^\W*(?!(?:last|prior|since|seen|done|started|from)\b)(?:[a-z]+ ){{1,3}}{_DATE}\W*$"
    rf"|\b(?:nurse|phone|telephone|video) (?:call|visit) (?:in )?{TIME}"
    r"|^\W*(?:labs?|bloods?):\s*"
    r"(?!(?:normal|none|stable|reviewed|as|see|per|unremarkable|negative|wnl)\b)"
    r"(?:[a-z][\w/-]*(?:,? and |, |\W*$))+$"
    rf"|^\W*recommendations?:.{{0,60}}\b{_EXAM}\b",
    re.IGNORECASE,
)
"""A sentence of a plan that is but what is to be done, and when: "BMP 2 weeks", "Labs: TSH"."""
_ORDERED_LAST = re.compile(
    rf"(?:\s[-–]|[,.])\s(?:[\w/-]+ )?{_EXAM}(?: [\w/-]+){{0,2}}?"
    rf" (?:{TIME}|\d{{1,2}}/\d{{1,2}}(?!/)){_WHY}",
    re.IGNORECASE,
)
"""The end of one that orders something else before: "decrease levothyroxine, TSH 6 wks"."""
_SOON = re.compile(
    rf"\b(?:call(?: back)?|phone|ring|seen?|reassess) in {_HOURS}|^\W*attend\b"
    r"|\b(?:ring|dial) (?:111|999|911)\b|\breview this (?:morning|evening)\b"
    r"|\bif no (?:change|better|improvement)\b"
    rf"|\brevisit (?:on )?{WEEKDAY}"
    r"|\btomorrow\b|\bnext (?:week|month)\b|\bexpected date\b|\bafter cycle \d+"
    rf"|\bnext (?:{WEEKDAY}|{MONTH})\b|\b(?:on|until|by) {WEEKDAY}\b|\b{WEEKDAY} for\b"
    rf"|\b(?<!\d )(?:on|for|in) (?:\d{{1,2}} )?{MONTH}\b(?! ?(?:\d{{1,2}}, )?\d{{4}})"
    rf"|\b(?:{_TESTS}|x-?rays?|films?|ct|mri|scan|consult|echo\w*)\b.{{0,40}}\bin the morning\b"
    r"|\b(?:at|with) (?:that|the next|next) (?:\w+ ){0,2}(?:visit|draw|appointment|clinic|day)\b"
    r"|\bplanned\b.{0,20}\d|\bplanned (?:for |in )?(?:the )?(?:a\.?m\b|morning|tomorrow)"
    r"|\b(?:postoperative day|pod) \d|\bdue (?:(?:in|next|on|by|at)\b|\d{1,2}/\d)"
    rf"|\b(?:due|{WEEKDAY},?|needs\b.{{0,60}}\bby) {MONTH}\b|: {MONTH} \d{{1,2}} at \d"
    r"|\b(?:restart|resume)\b.{0,40}\b(?:when|once)\b|\bnote to (?:pcp|gp)\b"
    r"|\b(?:scans?|imaging|films?) after (?:c|cycle )\d|\bneeds outpatient\b"
    rf"|\b{_TESTS} at \d{{4}}\b|\blisted, \d"
    r"|\b(?:w(?:ee)?kly|q\d? ?w(?:ee)?ks?) (?:visits?|pcr)\b|\bRN weekly\b"
    r"|\b(?:derm\w*|allergist|ophth\w*|cardiolog\w*|dentist|eye clinic)"
    r" (?:yearly|annually|q ?\d? ?y(?:ea)?rs?)\b"
    r"|\bclinic\b.{0,12}\b\d{1,2}/\d{1,2}\b|\bin the last week\b"
    rf"|\b{_TESTS}\b.{{0,60}}\b(?:weekly|daily|every|q\d|before (?:cycle|dose)"
    r"|in (?:the )?a\.?m\b)"
    rf"|\b(?:on|by) the \d{{1,2}}(?:st|nd|rd|th)\b|\bby (?:the )?end of\b|\bwithin the month\b"
    r"|\bscheduled for\b|\bto be (?:seen|done|drawn)\b|\bat \d+ and \d+ months\b"
    rf"|\b(?:weekly|daily|monthly) {_TESTS}\b"
    r"|\bto be (?:booked|arranged|called|phoned|repeated|reviewed|settled|scheduled|rechecked"
    r"|decided)\b"
    r"|\b(?:e-?consult|message|order|referral)\b.{0,40}\bsent\b"
    r"|\b(?:exam|therapy|screening|visit)s? (?:yearly|annually|monthly|weekly)\b"
    r"|\b(?:weekly|monthly) (?:(?:psycho)?therapy|visits|sessions|[cd]bt|counsell?ing)\b"
    rf"|\b(?:listed|booked) for (?:\d{{1,2}}[/.]\d|{WEEKDAY}|{MONTH})|\breturn if\b"
    r"|\bif\b.{0,60}\b(?:go|return|come(?: back)?) to (?:the )?(?:ED|ER|emergency)\b"
    r"|\b\dx/(?:week|wk)\b"
    r"|\b(?:return|come back|go|attend|to) (?:to )?(?:the )?"
    r"(?:ED|ER|A&E|emergency (?:room|department))\b.{0,20}\b(?:if|for|with)\b"
    r"|\b(?<!free to )(?:call|contact|ring)(?: [\w/]+){0,3} (?:if|immediately|with any)\b",
    re.IGNORECASE,
)
"""What tells of a time ahead where a plan is told."""
_BRIEFLY = re.compile(
    rf"\bthis (?:week|month|afternoon)\b|\bshould see\b|\bat \d+ (?:weeks|wks?|months|mos?)\b"
    rf"|\b{TIME} (?:after|from)\b"
    r"|\b(?:eval(?:uation)?|re-eval) (?:for|this)\b"
    r"|^\W*(?:(?!(?:feel|is|was|are|were|has|have|had|will|would|may|can|should)\b)"
    r"[A-Za-z][\w'’-]* ){1,5}"
    r"to (?:advise|book|call|phone|telephone|ring|see|review|arrange|decide|contact"
    r"|repeat|plan|visit)\b",
    re.IGNORECASE,
)
"""What tells of a time ahead in a short sentence of a plan; in a longer one it need not."""
_BRIEF, _LONG = 12, 30
"""Most words of a sentence in which `_BRIEFLY`, and in which `_SOON`, tells of a time ahead."""
_DOSE = re.compile(r"\d ?(?:mg|mcg|units?|ml)\b", re.IGNORECASE)
_ASKED = re.compile(
    r"\b(?:have|has|been|is|are) (?:(?!not\b|never\b)\w+ )?(?:booked|arranged)\b"
    r"|\bhas been ordered\b"
    r"|\bcould you (?:kindly |please )?\w+"
    r"|\bI have (?:ordered|requested|scheduled|referred)\b|\bha(?:s|ve) been scheduled\b"
    r"|\bgrateful if you (?:could|would)\b|\bplease (?:check|repeat|arrange|book|recheck|obtain)\b"
    r"|\bplease could you\b|\brequested(?=\W*$| \()"
    r"|\bI (?:shall|will) (?:see|ring|call|phone|review|repeat)\b",
    re.IGNORECASE,
)
"""What a letter says is to happen."""
_NONE = re.compile(
    rf"\b(?:(?:first|second|third|fourth|\d+(?:st|nd|rd|th)|{COUNT}|several) (?:[\w-]+ ){{0,3}}"
    rf"(?:episodes?|events?|falls?|admissions?|attacks?|flares?|times) (?:in|within) {TIME})"
    # How fast something changed, how often a drug is given.
    rf"|\b(?:smaller|larger|less|more|lower|higher|better|worse|loss|lost|gain|gained) in {TIME}"
    rf"|\b{FREQUENCY} scheduled\b"
    r"|(?:^|(?<=[.;]))[^.;\n]*\bnot (?:needed|required|indicated|necessary)\W*$"
    r"|\bno (?:further |additional |specific |routine )*"
    r"(?:follow[-\u2010\u2011– ]?up|referral|repeat|recheck)\b[^.;]*"
    r"|\baware of (?:the|her|his|this|my|our)\b[^.;]*\breferral\b"
    r"|\b(?:here|seen|presents?|comes? in) (?:today )?for (?:(?:an?|his|her) )?(?:\w+ )?"
    r"(?:follow[-\u2010\u2011– ]?up|f/?u|repeat|recheck)\b[^.;,]*",
    re.IGNORECASE,
)
_RESULT = r"(?:neg(?:ative)?|pos(?:itive)?|normal|wnl|stable|unremarkable|unchanged|clear)\b"
_DONE = re.compile(
    # "Repeat MRI once stable" and "if clear" are ahead.
    r"\b(?:repeat|recheck)(?:ed)?\b(?:(?!\b(?:if|once|when|until|unless|after|for|to)\b)[^.;:]){0,40}?"
    rf"(?:(?:\s[-\u2013]\s*|:\s*)(?:{_RESULT}|no \w+)|\s{_RESULT}(?=\W*$|[.,;]))"
    # "Followup EKG done this morning", not "follow up if an X-ray shows".
    r"|\bfollow[-\u2010\u2011\u2013 ]?up"
    r"(?: (?!(?:if|once|when|until|unless|after|for|to|in|with)\b)\w+){1,3}"
    r" (?:show(?:s|ed|ing)|reveal(?:s|ed|ing)|demonstrat(?:es|ed|ing)"
    r"|done (?:today|this|yesterday|on|last))\b",
    re.IGNORECASE,
)
"""A repeat or follow-up that has been done, and what it showed."""
_PAST = re.compile(
    r"\b(?:thanks?|saw|did|undergone|occurred|underwent|experienced|revealed|showed|was|were"
    r"|had|has been|have been|came|took|stopped|present(?:s|ed|ing))\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|shall|should|must|would like|to (?:return|follow|see|be|have|obtain|recheck)"
    r"|return|recheck|repeat|next|please|instructed|asked|recommend\w*|advised|encouraged|needs?"
    r"|booked|arranged|ordered|ha(?:s|ve) been (?:requested|scheduled)"
    r"|to (?:call|phone|telephone|ring|arrange)|going to|continue|pending"
    r"|upcoming|tomorrow|prn|p\.r\.n)\b",
    re.IGNORECASE,
)
_PLANNED_HEAD = re.compile(r"\b(?:planned|scheduled|appointment|due|visit)\b", re.IGNORECASE)
_HEAD = re.compile(
    r"\s*(?:\d{1,2}[.)]\s*|[-*•#]\s*)?"
    r"(?:(?:discharge )?follow[-\u2010\u2011 ]?up(?: (?:plans?|instructions?|appointments?))?|f/?u"
    r"|rtc|return to clinic|(?:(?:upcoming|your) )?appointments?"
    r"|(?:tests?|results?|labs?)(?: still)? pending[^:\n]{0,30}"
    r"|next(?: (?:visit|review|appt|appointment)|(?=:)))"
    r"(?::|[ \t]*(?:\n|$))",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:.*, )?(?:(?:electronically|digitally) )?(?:signed|dictated|transcribed|authenticated)"
    r"(?: (?:electronically|digitally))?(?::| by\b| on\b| \d)|(?:total )?time (?:spent|\d)",
    re.IGNORECASE,
)
"""The end of a note, which a head of what follows may stand above."""
_SIGNED = re.compile(
    r"(?:(?:Dr\.? )?[A-Z][\w.'’-]*,? ){1,4}"
    r"(?:(?:M\.?D|D\.?O|N\.?P|P\.?A(?:-C)?|R\.?N|B\.?S\.?N|CRNP|FNP|DPM|Ph\.?D|Psy\.?D|LCSW)\.?"
    r"(?:, )?)+"
    r"(?:,? ?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|[A-Z][a-z]+ \d{1,2}, \d{4}))?\.?"
)
"""A name with its degrees, and a day: at the end of a note whoever wrote it."""
_LABEL = re.compile(
    rf"^(?:(?![^:]*\b(?:in (?:{COUNT}|an?) |tomorrow\b))"
    rf"[A-Za-z][A-Za-z ,/&-]{{2,40}}:|{NUMBER}|[-*•#])\s*"
)
_OTHER = re.compile(r"(?:code status|(?:discharge )?condition|diagnos[ie]s|prognosis)\b", re.I)
"""What a line below a head of what follows may be of in its place."""
_HOPED = re.compile(
    r"\W*(?:(?:(?:short|long)[- ]term )?goals?(?: \d+)?|[sl]tgs? ?\d*|prognosis)(?: \([^()]*\))?:",
    re.IGNORECASE,
)
"""What is hoped for or expected is no appointment: "Goals: full flexion in 6 weeks"."""
_EMPTY = re.compile(
    r"\W*+(?:none|n/a|nil|unknown|follow-?up(?: and dispositions?)?|\w+ \w+ follow-?up)?\W*",
    re.IGNORECASE,
)


def follow_up(document: Document, sentences: Sequence[tuple[int, int]]) -> tuple[Evidence, ...]:
    """Lists the sentences that say what is to happen after the note.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.

    Returns:
        Their places in order; rows of a table of what is planned are such sentences. What a
        sentence tells of the past only is not ahead, nor is "no follow-up needed". Of a transcript
        it is what the clinician says.
    """
    if said := turns(document):
        sentences = clinician_says(document, said)
    sections = {passage.section for passage in document.passages}
    has_plan = not sections.isdisjoint(("Plan", "Assessment and Plan", "Instructions"))
    wanted = sections & {*PLANNED} if has_plan else sections - {"Chief Complaint"}
    dated = {row.start for row in rows(document) if _PLANNED_HEAD.search(" ".join(row.heads))}
    headed = [s for s in document.sections if _HEAD.match(document.text, s.start)]
    last = len(document.text.rstrip())
    found = []
    for start, end in sentences:
        passage = document.passage_at(start)
        if passage is None or passage.section not in wanted:
            continue
        whole = document.text[start:end]
        text = _LABEL.sub("", whole)
        is_told = (
            _HEAD.match(whole) is not None
            or (any(s.start <= start < s.end for s in headed) and not _OTHER.match(whole))
            or ((has_plan or start > len(document.text) / 2) and _is_soon(text))
            or (has_plan and _is_ordered(whole, text))
        )
        is_none = (
            (end >= last and _SIGNED.fullmatch(whole))
            or _HEAD.fullmatch(whole)
            or any(other.match(whole) for other in (_SIGNATURE, _HOPED))
            or (passage.kind == "title" and whole.isupper())
        )
        if start in dated or (not is_none and _is_ahead(text, is_told)):
            found.append(evidence_at(document, end - len(text), end))
    return tuple(found)


def _is_ahead(text: str, is_told: bool) -> bool:
    """Whether a sentence is of what is to happen, as a head above it may tell."""
    if _SIGNATURE.match(text):
        return False
    text = _DONE.sub("", _NONE.sub("", text))
    if _EMPTY.fullmatch(text):
        return False
    only_past = _PAST.search(text) and not _AHEAD.search(text)
    says = any(cue.search(text) for cue in (_NEXT, _ASKED))
    return (is_told or says) and not only_past


def _is_soon(text: str) -> bool:
    """Whether a sentence of a plan tells when something is to happen, and gives no drug."""
    words = len(text.split())
    cues = [_SOON] * (words <= _LONG) + [_BRIEFLY] * (words <= _BRIEF)
    return not _DOSE.search(text) and any(cue.search(text) for cue in cues)


def _is_ordered(whole: str, text: str) -> bool:
    """Whether a short sentence of a plan is but an order, with its label or without, or ends so."""
    words = len(whole.split())
    is_order = words <= _BRIEF and any(_ORDERED.search(said) for said in (whole, text))
    return is_order or (words <= _LONG and _ORDERED_LAST.search(text) is not None)
