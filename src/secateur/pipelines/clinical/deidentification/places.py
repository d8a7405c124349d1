"""Where somebody lives, works or is treated: addresses, towns, employers, hospitals, schools."""

from __future__ import annotations

from secateur.pipelines.clinical.deidentification.forms import form

_STATES = (
    r"(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia"
    r"|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts"
    r"|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey"
    r"|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania"
    r"|Rhode Island|Tennessee|Texas|Utah|Vermont|(?:West )?Virginia|Washington|Wisconsin|Wyoming)"
)
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl"
    r"|Terrace|Highway|Hwy|Parkway|Pkwy|Circle|Square|Trail|Crescent|Close|Plaza|Grove|Gardens|Row)\b\.?"
)
_TOWN = r"(?!(?:At|From|In|Near|Of|To)\b)(?:[A-Z][\w'’-]{0,40}[a-z] ){0,2}[A-Z][\w'’-]{0,40}[a-z]"
_LIVES = (
    r"(?:(?:lives|lived|living|resides|residing|born|raised|grew up|works|worked|vacation(?:ed)?)"
    r" (?:alone |here )?(?:in (?:19|20)\d\d )?in|moved (?:here |back )?(?:to|from)"
    r"|(?:trip|travel(?:s|ed|led|ling)?|flew|drove|visit(?:ed|ing)?)(?: (?:him|her|them|in)){0,2}"
    r" (?:to|from)"
    r"|(?:native|resident) of"
    r"|(?:originally|(?:patient|he|she) is|man|gentleman|lady|retired [a-z]{3,}) from)"
)
_WORKS = (
    r"(?:(?:works?|worked|working|employed|job) (?:[a-z]+ (?:shift )?)?(?:as an? (?:[a-z]+ ){1,3})?"
    r"(?:at|for|by|with)|retired from|employer(?::| is))"
)
_NO_PLACE = (
    r"(?:The|An?|Hospital|Clinic|Assisted|Nursing|Group|Skilled|Independent|Dr|Mrs?|Ms|January|February|March|April"
    r"|May|June|July|August|September|October|November|December)"
)
_CAPITAL = rf"(?:(?:St|Ft|Mt)\.|(?!{_NO_PLACE}\b)[A-Z][\w'’-]*[a-z]\b)"
ADDRESSES = (
    # Before numbers: in "Boise, ID 83702" the state is no label.
    form("ADDRESS", r"\b[A-Z][a-z]+(?: [A-Z][a-z]+){0,2},? [A-Z]{2} \d{5}(?:-\d{4})?\b"),
    form(
        "ADDRESS",
        r"(?:\b(?:Flat|Unit) \d{1,4}[A-Z]?, )?\b\d{1,6}(?:-?[A-Z]| block of)?(?! [AP]M\b)"
        r"(?: [NSEW]\.?)?"
        rf"(?: (?:[A-Z][\w'-]*|\d+(?:st|nd|rd|th))){{1,4}} "
        rf"{_STREET}(?:,? (?:Apt|Apartment|Suite|Ste|Unit|#)\.? ?#?\w+)?"
        rf"(?:, {_CAPITAL}(?: {_CAPITAL})?(?=[.;)\n]|,(?! [A-Z]{{2}}\b)|$))?|\bP\.? ?O\.? Box \d+",
    ),
    # British ones: "Leeds LS7 4QB".
    form("ADDRESS", r"\b(?:(?:[A-Z][a-z]+ )?[A-Z][a-z]+,? )?[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"),
    form(
        "ADDRESS",
        r"\b(?:County Road|Route|Rte|Highway|Hwy|Interstate) \d{1,4}[A-Z]?\b"
        r"|\bR\.?R\.? \d+,? Box \w+(?:-\w)?|(?<![\d-])\d{5}-\d{4}(?![\d-])"
        rf"|\b(?:on|at|near|off|of) "
        rf"(?P<found>(?:(?:[A-Z][\w'-]{{1,30}}|\d{{1,3}}(?:st|nd|rd|th)) ){{1,2}}{_STREET}(?! \d))",
    ),
    form("ADDRESS", r"\b(?i:zip(?: code)?):? (?P<found>\d{5}(?:-\d{4})?)\b"),
)
PLACES = (
    form(
        "PLACE",
        r"\b(?!The )"
        r"(?:(?:(?:St|Ft|Mt|Dr|(?:[A-Z]\.){0,4}[A-Z])\.|[A-Z][\w'’-]{0,40}) (?:of )?){1,4}"
        r"(?:Medical Center|Hospital|Clinic|Health|Rehabilitation|Nursing Home|Hospice"
        r"|Infirmary|(?:High|Middle|Elementary) School|University|College|Church|Academy"
        r"|Correctional (?:Facility|Institution|Center)|(?:Assisted|Senior) Living"
        r"|Manor|Monastery|Convent|Pharmacy|Institute|Family Practice|Associates|Homecare|Home Care"
        r"|Kidney Care|(?:Care|Cancer|Heart|Eye|Kidney|Dialysis|Birth|Surgery|Imaging|Recovery"
        r"|Infusion|Wellness) Cent(?:er|re)|Visiting Nurses?|Fire (?:Rescue|Department)"
        r"|(?:Sober|Recovery|Halfway) House|Treatment Program"
        r"|Funeral Home|Dialysis|VNA|(?:& Sons )?Construction)\b"
        r"|\b(?:[A-Z][A-Z.'’]{1,30} ){1,5}(?:MEDICAL CENTER|(?:GENERAL|MEMORIAL|REGIONAL|COUNTY"
        r"|UNIVERSITY|CHILDREN['’]S) HOSPITAL)\b",
    ),
    form(
        "PLACE", r"\b(?:at|to|from) (?P<found>(?:[A-Z][\w'’-]{1,40} ){1,2}(?:General|Memorial))\b"
    ),
    # Practices are named by two words or more: "Tall Pines Pediatrics", not "Refer Dental".
    form(
        "PLACE",
        rf"\b(?P<found>(?:(?!{_NO_PLACE}\b)[A-Z][a-z'’]{{2,30}} ){{2,3}}"
        r"(?:Pediatrics|Paediatrics|Dental|Ortho(?:p(?:a)?edics)?|OTP|Drugs?))\b",
    ),
    form(
        "PLACE",
        r"\b(?i:hospital|facility|dest(?:ination)?|pharmacy|agency|(?:admitted|transferred) from):"
        rf"[ \t]*(?P<found>{_CAPITAL}(?: {_CAPITAL}){{1,4}})",
    ),
    # A letterhead.
    form(
        "PLACE",
        r"\A\s*(?P<found>(?:[A-Z][A-Z.'’-]{1,30} ){2,6}"
        r"(?:REHABILITATION|HEALTHCARE|HOSPICE|CLINIC|CENTER|CENTRE|INFIRMARY|ASSOCIATES|ALLIANCE))"
        r"(?=[ \t]*(?:\n|$))",
    ),
    form("PLACE", rf"\b{_TOWN}, {_STATES}\b(?: \d{{5}}(?:-\d{{4}})?\b)?"),
    # "in Joliet, IL", not "seen in Liver, CT".
    form(
        "PLACE",
        rf"\b(?:in|from|to|near|of) (?P<found>{_TOWN}"
        r", (?!CT|MD|PA|MI|OR|IV|ED|ER|IM)[ACDFGHIKLMNOPRSTUVW][A-Z]\b)",
    ),
    form(
        "PLACE",
        rf"\b(?i:{_LIVES}) (?P<found>{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
        rf"(?:, (?:{_CAPITAL}(?: {_CAPITAL})?|[A-Z]{{2}}\b))?)",
    ),
    form(
        "PLACE",
        rf"\b(?i:{_WORKS}) (?:the )?(?P<found>{_CAPITAL}(?: (?:& |and )?{_CAPITAL}){{0,3}})",
    ),
)
