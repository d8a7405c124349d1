"""Words that tell what is to happen after a note, by kind, one way to say it a line."""

from __future__ import annotations

import re

from secateur.pipelines.clinical.language.prescribing import COUNT, TIME
from secateur.pipelines.clinical.language.rules import any_of
from secateur.pipelines.document.calendar_words import MONTH, WEEKDAY, WEEKDAY_BEGINS

_HOURS = rf"{COUNT} ?(?:h|hrs?|hours?)\b"
_DATE = rf"(?:\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{1,2}} {MONTH}|{MONTH} \d{{1,2}})\b"
_SEEN = r"(?:visit|checks?|appointment|follow-?up)"
_TESTS = (
    r"(?:cbc|fbc|bmp|cmp|lfts?|tfts?|inr|labs?|bloods?|u&es?|tsh|lactate|weights?|wts|nsts?"
    r"|levels?|(?:hb)?a1c|psa|cea|cultures?)"
)
_OTHER_TESTS = any_of(r"""
    echo\w*
    stress test
    stud(?:y|ies)
    scan
    ct
    mri
    pet
    dexa
    x-?rays?
    c?xr
    (?-i:US)
    ultrasound
    e[ek]g
    ecg
    (?!program|kilo|milli)\w{3,}gram
    \w{3,}(?:graphy|scopy)
    turbt
    biops(?:y|ies)
    tissue sampling
    (?:drain|suture|staple|cast|catheter|stent) removal
    (?:clips|sutures|staples|stitches|drain) out
    re-?eval\w*
    re-?dress(?: \w+)?
""")
_EXAM = rf"(?:{_TESTS}|{_OTHER_TESTS})"
_SPECIALISTS = r"(?:derm\w*|allergist|ophth\w*|cardiolog\w*|dentist|eye clinic)"
_EMERGENCY = r"(?:ED|ER|A&E|emergency (?:room|department))"
_WHY = r"(?: (?:w/|with|for|given|at|as)(?!\w)[^:;]*)?(?:\W*$|[.,;]\s)"

# "RTC" with no time behind it may be a rotator cuff.
_VISITS = rf"""
    \bfollow(?:ing|ed)?[-\u2010\u2011– ]?up\b
    (?<!\d-)\bf/?u\b
    (?:^|[.,;:(–-]\s*|\b(?:to|and|then|will)\s+)r\.?t\.?[co]\b
    \br\.?t\.?[co]\s+{TIME}
    \breturn (?:in\b|to clinic\b|visit\b|for\b|{TIME})
    \bsee (?:him|her|them|me|us) again\b
    \bapp(?:oin)?t(?:ment)?s?\b
    \bwill see\b
    \bschedule[d]?\b
    \bto be booked\b
    \b(?:will|to) be followed\b
    \b(?:clinic|visit|check)\b.{{0,30}}\b(?:in|on|within)\b
    \bclinic(?: (?:with )?Dr\.? [\w'’-]+)? {TIME}(?! (?:ago|before|earlier|later|prior))
    \b{_SEEN}\b.{{0,20}}\b(?:{TIME}|{_HOURS})
    \b{TIME}.{{0,20}}\b{_SEEN}\b
    \bnext (?:\w+ )?(?:visit|review|session|appointment|dose|labs?|infusion|scan|run)\b
    \b(?:rv|r/v|review) (?:in )?{TIME}
    \bphone call\b
    \b(?:family )?meeting (?:tomorrow|on|at|{WEEKDAY})\b
    \bfamily (?:mtg|meeting) \d{{1,2}}/\d
"""
_REFERRALS = r"""
    \brefer(?:ral|red)?\b(?! to (?:\w+ ){0,2}(?:chart|notes?|reports?|record|dictation|interp\w+))
    (?:^|[.,;:]\s*)ref (?:to )?[a-z]{4}
    (?:^|[.;:]\s*)(?:consult|ordered|chase)\b
    \bconsult(?:ation)?(?=\.?$|[;,] | (?:placed|requested|pending|for|re)\b)
    \bconsult(?:ation)? (?:in|if|once|before|after|when)\b
    \bc/s (?:in|if|once|when|for|re|today|tomorrow)\b
    \b(?:[ops]t|slp) eval\w*\b.{0,40}\b(?:requested|ordered)
    \b(?:shown|present(?:ed)?|discussed) at(?: \w+){0,2} tumou?r board\b
    \b(?:[op]t|slp)(?:/(?:[op]t|slp))* (?:eval\w*|screen|when|once|if|in)\b
    \bdiscuss\b[^.;]{0,40}\bwith (?:his|her|their|the) (?:\w+ologist|pcp|surgeon|psychiatrist)\b
    \bnotify (?:the )?(?:md|physician|provider|doctor|surgeon|office|clinic)\b
"""
_REPEATS = r"""
    (?<!may )\brepeat\b
    \brecheck\b
    \bweekly with\b
"""
_ADVICE = r"""
    \b(?:is|are|would be) (?:\w+ly |also )?(?:recommended|advised)\b
    \bI (?:would )?recommend\b
    \brecommended\.?$
    \b(?<!as )ordered(?=[.;,]|$)
    \b(?:\w*-?excision|resection|biopsy|imaging|testing) (?:should|may) be considered\b
"""
_RESULTS_AHEAD = r"""
    \bawait(?:ing)? (?:pathology|results?|cultures?|cx|biops(?:y|ies))\b
    \bwill (?:get|receive) the results?\b
    \b(?:reported|to follow) in an addendum\b
"""
_TIMES = rf"""
    \b(?:in|within|every) (?:approximately |about |around |the next )?{TIME}
    \bin an? (?:week|month|year)\b
    \b{TIME} (?:after|post)[- ]discharge\b
    \b\d{{1,2}}/\d{{1,2}}/\d{{4}} at (?=\D|\d{{4}}\b|\d{{1,2}}(?::| ?[ap]\.?m))
    (?<!\d )\b(?:on|at) [A-Z]?[a-z]*\s?\d{{1,2}}/\d{{1,2}}\b(?!/)
"""
NEXT = re.compile(
    any_of(_VISITS, _REFERRALS, _REPEATS, _ADVICE, _RESULTS_AHEAD, _TIMES), re.IGNORECASE
)
"""What tells of a time ahead wherever it stands."""

_COMES_TO = r"(?<!went )(?<!came )(?<!taken )(?<!brought )to"
_TO_EMERGENCY = rf"{_EMERGENCY}\b.{{0,20}}\b(?:if|for|with|should)\b"
_CALLS = rf"""
    \b(?:call(?: back)?|phone|ring|seen?|reassess) in {_HOURS}
    \b(?:ring|dial) (?:111|999|911)\b
    \bif no (?:change|better|improvement)\b
    \breturn if\b
    \bif\b.{{0,60}}\b(?:go|return|come(?: back)?) to (?:the )?(?:ED|ER|emergency)\b
    \b(?:return|come back|go|attend|{_COMES_TO}) (?:to )?(?:the )?{_TO_EMERGENCY}
    \b(?<!free to )(?<!on )(?:call|contact|ring)(?: [\w/]+){{0,3}} (?:if|for|immediately|with any)\b
    (?:^|[.;]\s*)(?:{_EMERGENCY}|911|999) (?:if|for)\b
    \bwill (?:call|message|notify|inform|e-?mail|fax|update|write to)\b
    \bseek (?:\w+ )?(?:care|help|attention) (?:if|for)\b
"""
_DAYS = rf"""
    \bt(?:omorrow|mrw)\b
    \bnext (?:week|month)\b
    \bnext (?:{WEEKDAY}|{MONTH})\b
    \b(?:on|until|by) {WEEKDAY}\b
    \b{WEEKDAY} for\b
    \brevisit (?:{WEEKDAY}|at|in|on)\b
    (?:^|[.;:]\s*)next [\w/]+ (?:at|in|on|due)\b
    \b\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})? (?:at|@) \d{{1,2}}(?::\d\d| ?[ap]\.?m\b)
    \b(?<!\d )(?:on|for|in|on or after) (?:\d{{1,2}} )?{MONTH}\b(?! ?(?:\d{{1,2}}, )?\d{{4}})
    \b(?:due|{WEEKDAY},?|needs\b.{{0,60}}\bby) {MONTH}\b
    : {MONTH} \d{{1,2}} at \d
    \b(?:on|by) the \d{{1,2}}(?:st|nd|rd|th)\b
    \bby (?:the )?end of\b
    \bwithin the month\b
    \bin the last week\b
    \bat (?:\d+, ?)*\d+,? and \d+ (?:weeks|months)\b
    \banticipate {COUNT} (?:days|weeks|months) of\b
    \b(?:sling|splint|brace|boot|cast|collar|pessary)\b.{{0,20}}\bfor {TIME}
    \b(?:postoperative day|pod) \d+\b(?! (?:from|after|of|status|s/p))
    \breview this (?:morning|evening)\b
    \bexpected date\b
    \bafter cycle \d+
    \b\dx/(?:week|wk)\b
"""
_BOOKED = rf"""
    ^\W*attend\b
    \bplanned\b.{{0,20}}\d
    \bplanned (?:for |in )?(?:the )?(?:a\.?m\b|morning|tomorrow)
    \bdue (?:(?:in|next|on|by|at)\b|\d{{1,2}}/\d)
    \bscheduled for\b
    \blisted, \d
    \b(?:listed|booked) for (?:\d{{1,2}}[/.]\d|{WEEKDAY}|{MONTH})
    \bto be (?:seen|done|drawn)\b
    \bto be (?:booked|arranged|called|phoned|repeated|rechecked)\b
    \bto be (?:reviewed|settled|scheduled|decided)\b
    \b(?:e-?consult|message|order|referral)\b.{{0,40}}\bsent\b
    \bnote to (?:pcp|gp)\b
    \bneeds outpatient\b
    \bas (?:an )?outpatient\b
    \boutpatient {_EXAM}\b
    \b(?:restart|resume)\b.{{0,40}}\b(?:when|once)\b
    \b(?:clinic|visit|infusion)\b.{{0,12}}\b\d{{1,2}}/\d{{1,2}}\b
    (?:^|[:;]\s*)\w+ clinic(?= for\b|\s[-–]|\W*$)
    \b(?:at|with) (?:that|the next|next) (?:\w+ ){{0,2}}(?:visit|draw|appointment|clinic|day)\b
"""
_TESTS_AHEAD = rf"""
    \b{_TESTS} at \d{{4}}\b
    \b(?:{_TESTS}|x-?rays?|films?|ct|mri|scan|consult|echo\w*)\b.{{0,40}}\bin the morning\b
    \b{_TESTS}\b.{{0,60}}\b(?:weekly|daily|every|q ?\d|in (?:the )?a\.?m\b)
    \b{_TESTS}\b.{{0,60}}\bbefore (?:cycle|dose|discharge)\b
    \b(?:weekly|daily|monthly) {_TESTS}\b
    \b(?:li|lithium|gas(?:es)?|[av]bg|glucose|troponins?|hgb|h/?h|ptt|lytes|bili\w*) ?q ?\d+ ?h
    \bcircumference q ?\d+ ?h
    \be[ck]g in (?:the )?a\.?m\b
    \b{_EXAM}(?: [\w/-]+){{0,4}} (?:if|when|once) (?:she|he|they|the)\b
    \b(?:rhc|lhc|cath\w*|{_EXAM}) {WEEKDAY}\b
    \b(?:{_EXAM}|scans|imaging|films?) after (?:c|cycle )\d
"""
_RHYTHMS = rf"""
    \b(?:w(?:ee)?kly|q\d? ?w(?:ee)?ks?) (?:visits?|pcr)\b
    \bRN weekly\b
    \b{COUNT} sessions\b
    \b{_SPECIALISTS} (?:yearly|annually|q ?\d? ?y(?:ea)?rs?)\b
    \b(?:exam|therapy|screening|visit)s? (?:yearly|annually|monthly|weekly)\b
    \b(?:weekly|monthly) (?:(?:psycho)?therapy|visits|sessions|[cd]bt|counsell?ing)\b
"""
CALLS = re.compile(any_of(_CALLS), re.IGNORECASE)
"""What says when to call or come back, in a sentence of any length."""
SOON = re.compile(any_of(_DAYS, _BOOKED, _TESTS_AHEAD, _RHYTHMS), re.IGNORECASE)
"""What tells of a time ahead where a plan is told."""

BRIEFLY = re.compile(
    any_of(rf"""
        \bthis (?:week|month|afternoon)\b
        \bin (?:the )?(?:spring|summer|fall|autumn|winter)\b
        \bshould see\b
        \b(?:needs?|due for|order|obtain|send for|get) (?:an? )?(?:\w+ )?{_EXAM}\b
        \bat \d+ (?:weeks|wks?|months|mos?)\b
        \b{TIME} (?:after|from)\b
        \b(?:eval(?:uation)?|re-eval) (?:for|this)\b
    """)
    + r"|^\W*(?:(?!(?:good|nice|great|glad|happy|pleased|feel|is|was|are|were|has|have|had|will"
    r"|would|may|can|should)\b)"
    r"[A-Za-z][\w'’-]* ){0,5}"
    r"to (?:advise|book|call|phone|telephone|ring|see|review|arrange|decide|contact"
    r"|repeat|plan|visit)\b",
    re.IGNORECASE,
)
"""What tells of a time ahead in a short sentence of a plan; in a longer one it need not."""

ORDERED = re.compile(
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
ORDERED_LAST = re.compile(
    rf"(?:\s[-–]|[,.])\s(?:[\w/-]+ )?{_EXAM}(?: [\w/-]+){{0,2}}?"
    rf" (?:{TIME}|\d{{1,2}}/\d{{1,2}}(?!/)){_WHY}",
    re.IGNORECASE,
)
"""The end of one that orders something else before: "decrease levothyroxine, TSH 6 wks"."""
_CARE = (
    rf"(?:{_EXAM}|(?:function )?tests?|testing|holter|x-?rays? series|series|transplant\w*"
    r"|cath(?:s|eteri[sz]ation)?\b"
    rf"|panels?|profiles?|stools|ultrasounds?|sonograms?|dopplers?|urin(?:e|alys[ie]s)\b"
    r"|blood (?:tests?|work)|lipids?"
    r"|chem-?\d+|electrolytes|chemistries|t[34]|hcg|mra|colonoscopy|endoscopy|egd|ph test"
    r"|(?:physical|occupational|speech|respiratory) (?:therapy|care)|rehab\w*|home (?:health|care)"
    r"|nutritionist|dietitian|counsel\w*|injections?|instillation|therapist|surgeon|specialist"
    r"|\w{4,}olog(?:y|ist)s?|orthop\w+|psychiatr\w+|surgery|prenatal care|evaluation|consultation)"
)
AHEAD = re.compile(
    r"\b(?:(?:is|are|be|['’]m|['’]re|i am|we are|s?he is)? ?(?:going to|gon ?na)|will|['’]ll|shall"
    r"|plan(?:s|ning)?(?: (?:is|on|today is))? (?:to|on)?|wan ?na(?! (?:just )?be reminded)"
    r"|(?:want|would like|['’]d like|like)"
    r"(?: you| him| her| them| the patient)? to|needs?(?: to)?|requires?|to undergo"
    r"|let['’]?s(?! (?:\w+ ){0,3}(?:review|look|examine|talk)\b)"
    r"|go ahead and(?! (?:review|look|examine|take|check)\b)|recommend\w*"
    r"|arrangements (?:have been|were) made|set (?:\w+ ){1,3}up (?:for|with)"
    r"|due (?:for|to have)|ask (?:our|the|for)|give you a referral|i have ordered)\b"
    rf"[^.;]{{0,70}}?\b{_CARE}\b"
    rf"|\b(?:order|obtain|recheck|check) (?:you )?(?:an?|another|some|the|his|her|your"
    rf"|today)? ?[^.;]{{0,30}}?\b{_CARE}\b"
    r"|\b(?:comes? |see (?:\w+ ){1,2}|returns? |get )back\b(?! (?:to (?:normal|baseline)|in (?:his"
    r"|her|the) (?:back|past)))"
    r"|\b(?:like|want) (?:you|him|her) to return\b|\bset up an? (?:appointment|visit)\b"
    rf"|\b{_CARE}(?: [\w-]+)? (?:will|to) be (?:done|obtained|performed|ordered|drawn|arranged"
    r"|(?:re)?checked|repeated|scheduled|sent)\b"
    r"|\bhave (?:her|him|them|the patient|dr\.? \w+) (?:evaluated|seen|see|follow)\b"
    r"|\bneeds? to (?:see|go to) (?:dr|an?|the|his|her)\b"
    r"|\b(?:will|to) be seeing (?:dr|the)\b|\bmeet with\b"
    r"|\b(?:physical|occupational|speech) therapy\b[^.;]{0,40}\b(?:times|sessions|weeks)\b"
    rf"|^\W*(?:\d+\W+)?(?!(?:elevated|low|high|abnormal|positive|negative|normal|acute|chronic|history"
    rf"|status|post|prior|recent|last)\b)(?:(?!with\b|of\b)[a-z-]+ ){{0,2}}{_CARE}"
    rf"(?:,? (?:and )?(?:[a-z-]+ ){{0,2}}{_CARE})*\W*$"
    rf"|^\W*(?:we )?recommend\w* (?:\w+ ){{0,3}}{_CARE}\b",
    re.IGNORECASE,
)
"""A test, visit or treatment that is ordered, planned or needed."""
ANYWHERE = re.compile(
    r"\b(?:results?|pathology|cultures?|biops(?:y|ies)|x-?rays?|reports?|tests?|read|labs?)\b[^.;]{0,40}\bpending\b"
    r"|\b(?:is|are|remains?|still) pending\b"
    r"|\bpending (?:at (?:the|this) time|results?|final|pathology|cultures?)\b"
    r"|\bwait(?:ing)? for the (?:official|final) (?:read|report|results?)\b"
    r"|\b(?:can|could|will|should|to) be followed[- ]up\b|\b(?<!you )will be seeing (?!you\b)\w+"
    r"|\bdischarged\b[^.;]*\breferred to\b"
    rf"|\b(?:will|is going to|(?:is )?also going to) (?:need|require)\b[^.;]{{0,40}}?\b{_CARE}\b"
    r"|\barrangements (?:have been|were) made for\b"
    r"|\b(?:follow(?:ed|ing)?[ -]?up|return|seen) (?:\w+ ){0,6}(?:with|by|in"
    r"|to)\b[^.;]{0,40}\b(?:days?|weeks?|months?)\b(?! (?:ago|earlier|prior|before))",
    re.IGNORECASE,
)
"""What is pending or ahead in any section of a note."""
ASKED = re.compile(
    r"\b(?:have|has|been|is|are) (?:(?!not\b|never\b)\w+ )?(?:booked|arranged)\b"
    r"|\bhas been ordered\b"
    r"|\bcould you (?:kindly |please )?\w+"
    r"|\bI have (?:ordered|requested|scheduled|referred)\b|\bha(?:s|ve) been scheduled\b"
    r"|\bgrateful if you (?:could|would)\b|\bplease (?:check|repeat|arrange|book|recheck|obtain)\b"
    r"|\bplease could you\b|\brequested(?=\W*$|[,;]| \()"
    r"|\bI (?:shall|will) (?:see|ring|call|phone|review|repeat)\b",
    re.IGNORECASE,
)
"""What a letter says is to happen."""
