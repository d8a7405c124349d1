"""The grammar of prescriptions: tables of counts, units, routes, frequencies and durations.

Points in abbreviations are optional ("b.i.d.", "bid", "p.r.n.", "q. 4 h."); numbers may be spelled.
"""

from __future__ import annotations

from secateur.pipelines.clinical.language.rules import Rule, any_rule
from secateur.pipelines.document.calendar_words import WEEKDAY_BEGINS

NUMBER = r"\(?\d{1,2}[.)](?!\d)"
"""The mark of a numbered item ("1.", "(1)"), no decimal ("1.2 cm")."""

COUNT = (
    r"(?:\d+(?: ?(?:[-–]|to) ?\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|the next)"
)
TIME = rf"(?:{COUNT}[- ]?(?:days?|d|weeks?|wks?|months?|mos?|years?|yrs?)\b|\d+/(?:7|52|12)\b)"
"""A stretch of time from a day on: "six weeks", "3 mo", "2/52"."""

_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TENS = rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]{_ONES})?)"
SPELT = (
    rf"(?:{_ONES} hundred(?: (?:and )?(?:{_TENS}|{_ONES}))?|(?:a|one) thousand|{_TENS}"
    rf"|ten|eleven|twelve|fifteen|(?:one[- ])?half|{_ONES}|[½¼])"
)
"""A number in words, as people say doses: "twenty five", "five hundred"."""
FIGURE = r"(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
_HALVES = rf"{FIGURE}(?:[ -]?(?:½|1/2|and a half))?"
AMOUNT = (
    rf"(?:{_HALVES}(?: ?(?:[-–/]|to|or) ?{_HALVES})*"
    rf"|{SPELT}(?:(?:[-–]| to | or ){SPELT})?)"
)
"""A number or range of a dose: "5/325", "1-1/2", "one to two"."""

UNITS = (
    Rule("mass", r"(?:mg|mcg|µg|ug|gm?|(?:milli|micro)?grams?|grains?)\b(?!/d?l)", "mg", "mg/dL"),
    Rule("activity", r"(?:(?:million )?units?|unt|u|iu)\b(?!/d?l)", "units", "unity"),
    Rule("charge", r"(?:meq|mmol|milliequivalents?)\b(?!/d?l)", "mEq", "mEq/L"),
    Rule("volume", r"(?:ml|cc|millilit(?:er|re)s?)\b", "mL", "L"),
    Rule("spoon", r"(?:t(?:ea|able)spoons?|tsp|tbsp)\b", "tsp", "spoon"),
    Rule("percent", r"%", "%", "pct"),
    Rule("piece", r"(?:pills?|tab(?:let)?s?|cap(?:sule)?s?|lozenges?|suppositor(?:y|ies))\b",
         "tabs", "table"),
    Rule("puff", r"(?:puffs?|sprays?|inhalations?|actuations?)\b", "puffs", "inhaler"),
    Rule("drop", r"(?:drops?|gtts?)\b", "gtts", "dropped"),
    Rule("patch", r"(?:patch(?:es)?|strips?|rings?|applications?)\b", "patch", "patchy"),
    Rule("pack", r"(?:packs?|packets?|sachets?|scoops?|capfuls?|vials?|amp(?:oule)?s?"
         r"|inch(?:es)?)\b",
         "packet", "packed"),
)  # fmt: skip
"""What a dose is counted in, none of the laboratory's ("mg/dL")."""
UNIT = any_rule(UNITS)

_FORMS = (
    r"cream|oint(?:ment)?|gel|lotion|powder|solution|suspension|syrup|pump|infusion|sliding|paste"
)
WAYS = (
    Rule("mouth", r"(?:by mouth|oral(?:ly)?|per os|p\.?o)\b\.?", "p.o.", "orally given"),
    Rule("vein", r"(?:intravenous(?:ly)?|i\.?v|drip|gtt)\b\.?", "i.v.", "ivy"),
    Rule("muscle", r"(?:intramuscular(?:ly)?|i\.?m)\b\.?", "IM", "I'm"),
    Rule("skin", r"(?:subcut(?:aneous(?:ly)?)?|sub-?q|subcu|s[./]?[cq]|under (?:the"
         r"|your) skin)\b\.?",
         "s/c", "scale"),
    Rule("tongue", r"(?:sublingual(?:ly)?|s\.?l|under (?:the|your) tongue)\b\.?",
         "sublingually", "slow"),
    Rule("rectum", r"(?:(?:per )?rect(?:al(?:ly)?|um)|p\.?r(?!\.? ?n\b))\b\.?", "PR", "p.r.n."),
    Rule("vagina", r"(?:vaginal(?:ly)?|p\.?v)\b\.?", "vaginally", "pve"),
    Rule("lung", r"(?:inhaled?r?s?|by inhalation|(?:by |via "
         r"|per )?(?:(?:hand-held )?neb(?:uli[sz](?:ed|ers?))?s?)"
         r"|mdi)\b\.?", "nebulized", "nebula"),
    Rule("nose", r"(?:intranasal(?:ly)?|nasal(?:ly)?|(?:each|both) nostrils?"
         r"|nares)\b", "nares", "nose"),
    Rule("on skin", r"(?:topical(?:ly)?|transdermal(?:ly)?)\b", "topically", "topic"),
    Rule("cheek", r"buccal(?:ly)?\b", "buccal", "bucket"),
    Rule("spine", r"(?:intrathecal(?:ly)?|intradermal(?:ly)?"
         r"|epidural(?:ly)?)\b", "intrathecal", "theca"),
    Rule("tube", r"(?:(?:per|via|by|through) )?(?:the )?(?:ng|og|peg"
         r"|[gj])[- ]?tube\b", "via G-tube",
         "tube"),
    Rule("eye or ear", r"(?:(?:in |to )?(?:the )?(?:each|both|left|right|affected) (?:eyes?|ears?)"
         r"|ophthalmic|otic|o[us])\b", "both eyes", "eyes"),
    Rule("injected", r"inject(?:ed|ion)\b", "injected", "reject"),
)  # fmt: skip
"""How a drug gets into the patient."""
WAY = any_rule(WAYS)
ROUTE = rf"(?:{WAY}|(?:nebuli\w+|inhal\w+|patch|{_FORMS})\b)"
"""How a drug gets into the patient, or its form."""

NEEDED = r"(?:p\.? ?r\.? ?n\b\.?|(?:as|if|when) (?:needed|required)\b)"
"""That a drug is only taken as needed."""
_MEAL = (
    r"(?:(?:a|each|every|the|her|his|evening|morning|main|first|last) )*(?:meals?|food|milk|juice"
    r"|water|breakfast|lunch|dinner|supper|bed(?:time)?|tea|feeds?|snacks?|dialysis|hd"
    r"|bowel movement)"
)
_DAYPART = (
    r"(?:mornings?|evenings?|afternoons?|nights?|bedtime|noon|midday|lunchtime|a\.?m|p\.?m|hs)"
)
_DAYS = rf"(?-i:(?i:{WEEKDAY_BEGINS})[a-z]*|MWF|T/?Th/?S|M/W/F|T/Th/Sat?)"
_HOURS = r"(?:hours?|hourly|hrs?|h|minutes?|mins?)"
_LONGER = (
    r"(?:days?|d|weeks?|weekly|wks?|w|months?|monthly|mo|shift|run|treatment|session|cycle|visit)"
)
FREQUENCIES = (
    Rule("bedtime", r"q\.? ?h\.? ?s|h\.s|hs|nocte|q\.?n(?:oc|ight)", "q.h.s", "q.h"),
    Rule("times a day", rf"(?:once|twice|thrice|{AMOUNT}(?: ?x| times?))[ /-](?:daily|nightly"
         rf"|weekly"
         r"|monthly|(?:(?:an?|per|each|every|in a) )?(?:day|night|week|wk|month))",
         "three times a day", "three times"),
    Rule("a day", r"(?:an?|per) (?:day|night|week|month)|/ ?day", "per day", "day"),
    Rule("every", rf"(?:every|each|q\.?) ?(?:(?:other|alternate|second|third) )?(?:{AMOUNT}[- ]?)?"
         rf"(?:{_HOURS}|{_LONGER}|meal|feed|{_DAYPART})", "q. 4-6 h", "every patient"),
    Rule("everyday", r"everyday", "everyday", "every"),
    Rule("every so many", r"q\.? ?(?:4|6|8|12)(?! ?/)", "q6", "q 5"),
    Rule("latin", r"b\.? ?i\.? ?d|t\.? ?i\.? ?d|q\.? ?i\.? ?d|q\.?o?\.?d|q\.?[ap]\.?m|b\.?d"
         r"|t\.?d\.?s"
         r"|q\.?d\.?s|o\.?d|o\.?m|mane|a\.?c|p\.?c|stat", "b.i.d", "bib"),
    Rule("parts of the day", rf"{_DAYPART}(?: and {_DAYPART})+|most (?:days|nights)",
         "morning and evening", "morning"),
    Rule("in parts of the day", rf"(?:in|at|during) (?:the )?(?:early )?{_DAYPART}", "at bedtime",
         "at the time"),
    Rule("each", r"(?:once )?(?:daily|nightly|weekly|monthly|hourly)|fortnightly|yearly|annually",
         "nightly", "night"),
    Rule("alternate", r"(?:on )?alternate days|(?:on |the )*other days(?: of the week)?",
         "alternate days", "day"),
    Rule("continuous", r"continuous(?:ly)?|as directed|while awake"
         r"|on an empty stomach", "as directed",
         "directed"),
    Rule("needed", NEEDED, "p.r.n.", "p.r."),
    Rule("on and off", r"\d+ ?h(?:(?:ou)?rs?)? on,? \d+ ?h(?:(?:ou)?rs?)? off"
         r"|on \d+ ?h(?:(?:ou)?rs?)?,? off \d+ ?h(?:(?:ou)?rs?)?", "12 h on, 12 h off", "12 h on"),
    Rule("meal", rf"(?:(?:\d+ ?(?:min(?:ute)?s?|hours?) )?(?:before|after)|with|at|between) {_MEAL}"
         r"|with (?:each|every) \w+(?: changes?)?", "30 minutes before breakfast", "with aspirin"),
    Rule("weekday", rf"(?:(?:on|every|each) )?{_DAYS}(?:(?:[/,&+ -]| and )+{_DAYS})*",
         "on Mondays and Fridays", "may"),
    Rule("days of a cycle", r"(?:on )?(?:days? |d)\d+(?: ?(?:[-–,&]|to|and) ?\d+)*"
         r"(?: of (?:each |an? )?\d+[- ]day cycles?)?", "days 1-5", "day"),
)  # fmt: skip
"""How often a drug is taken and when."""
FREQUENCY = rf"(?:(?:{any_rule(FREQUENCIES)})(?!\w))"

_STRETCH = r"(?:days?|d|weeks?|wks?|months?|doses?)\b"
DURATIONS = (
    Rule("for", rf"(?:x ?|for (?:at least |about |up to )?){AMOUNT} ?(?:more |additional "
         rf"|full )?{_STRETCH}",
         "for 7 days", "in 7 days"),
    Rule("for the next", r"for (?:a |another |an additional |the next |a total of |a minimum of "
         r"|the )+"
         rf"(?:{AMOUNT} )?(?:more "
         rf"|full )?{_STRETCH}", "for a minimum of the next one week", "the next week"),
    Rule("course", rf"{AMOUNT}[- ](?:day|week|month) (?:course|taper)", "10-day course", "10-day"),
    Rule("times", rf"(?:times|over) {AMOUNT} (?:days?|weeks?)\b", "times 7 days", "times 7"),
)  # fmt: skip
"""For how long a drug is taken."""
DURATION = any_rule(DURATIONS)
