"""What gives a person's name away: words before it, words behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Letters beyond Latin 1 ("ś", "ễ") count as either.
_UPPER, _LOWER = "A-ZÀ-ÖØ-ÞĀ-ɏḀ-ỿ", "a-zß-öø-ÿĀ-ɏḀ-ỿ"
LETTERS = _UPPER + _LOWER
# Bounded, since a text may hold one "word" of many thousand letters.
_MIXED = rf"[{_UPPER}][{LETTERS}’'-]{{0,40}}[{_LOWER}]"
_CAPS = rf"(?:[{_UPPER}]['’])?[{_UPPER}]{{3,40}}(?:-[{_UPPER}]{{1,40}})?"
_NAME = rf"{_MIXED}|{_CAPS}"
PARTICLE = r"de|van|der|von|la|del|al"
_FULL = (
    rf"(?:(?:{PARTICLE}) ){{0,2}}(?:{_NAME}|[{_UPPER}]\.)"
    rf"(?:,? (?:{_NAME}|[{_UPPER}]\.|[{_UPPER}]\b|(?:{PARTICLE})\b)){{0,3}}"
)
_TITLED = rf"(?:[{_UPPER}] ){{0,2}}{_FULL}"
_TWO = rf"(?:{_NAME}),? (?:[{_UPPER}]\.? )?(?:{_NAME})"
_LOOSE = rf"(?:{_MIXED})(?:,? (?:{_MIXED}|[{_UPPER}]\.)){{0,3}}"
_TITLES = r"(?:Dr|Drs|Mr|Mrs|Ms|Miss|Prof|Professor)\b\.?"
_CALLINGS = r"(?:Doctor|Nurse|Sister|Rev)\b\.?"
# In capitals "MR" is an image or a valve, "MS" a disease, "PA" a view, "DO" a verb.
_CAPS_TITLES = r"(?:MR|MS|PROF)\.|(?:MRS|DRS?)\b\.?"
_SPACE = r"(?: |(?<=\.))"
_CAPS_FULL = rf"[{_UPPER}]{{2,}}(?:[’'-][{_UPPER}]+)?(?: (?:[{_UPPER}]\.|{_CAPS})){{0,2}}"
_DEGREES = (
    r"(?:M\.?D|Ph\.?D|LCSW|(?:PMH|F)NP(?:-BC)?|PA-C|APRN|ARNP|CRNA|CNM|D\.?D\.?S|FACS|PharmD|RPh|DPM"
    r"|DPT|MSW|Esq|FRC[SP]|MRC[SP]|OTR(?:/L)?|CCC-SLP|LPN|RDN|CWOCN|NRP|EMT(?:-[A-Z])?|FRCOphth)\b"
)
_SHORT_DEGREES = r"(?:D\.?O|R\.?N|N\.?P|P\.?A)\b(?!\.? (?i:not|and|view|film|lateral|swab)\b)"
_LABELS = (
    r"(?:(?:patient|pt)(?:['’]?s)?(?: name)?|name|att(?:ending)?(?: physician)?|physician|surgeon"
    r"|assistant|anesthesiologist|pcp|primary care (?:physician|provider)|referring(?: physician)?"
    r"|provider|author|consultant|next of kin|emergency contact|spouse|guarantor|health care proxy"
    r"|signed|resident|interpreter|hcp|(?:hc|d|m)?poa|power of attorney|social worker|nurse"
    r"|(?:case|care) manager|care coordinator|therapist|pharmacist|dietiti?an|chaplain|scribe"
    r"|client|crew|coordinator|optom(?:etrist)?|anaesthetist|midwife|hygienist|dentist"
    r"|circulator|scrub(?: (?:nurse|tech))?|perfusionist|witness|caregiver|guardian|contact|caller)"
)
_ROLES = (
    r"(?:attending(?: physician)?|surgeon|anesthesiologist|pcp|primary care (?:physician|provider)"
    r"|referring physician|patient|next of kin|emergency contact|health care proxy)"
)
_PHRASES = (
    r"(?:(?:dictated|signed|seen|referred|entered|verified|authored|transcribed|ordered"
    r"|documented|prepared|reported) by|dear|name is|emergency contact|next of kin"
    r"|health care proxy)"
)
_RELATIVES = (
    r"(?:wife|husband|spouse|partner|(?:step)?(?:mother|father)|mom|mum|dad|sons?|daughters?|dtrs?"
    r"|(?:mother|father|son|daughter|brother|sister)-in-law|room-?mate|supervisor|landlord|pastor"
    r"|counsell?or|nanny|babysitter|teacher|coach|midwife|audiologist|dentist|twins?"
    r"|brothers?|sisters?|aunt|uncle|niece|nephew|(?:girl|boy)?friend|fianc[eé]e?|neighbou?r"
    r"|cousin|poa|grand(?:mother|father|son|daughter)|named|called|goes by"
    r"|married to|divorced from|widow(?:er)? of|lives with)"
)
_AGES = r"(?:years?|months?|weeks?|days?|yrs?|y\.?/?o)\b"
_DOES = (
    r"(?:returns|returned|presents|presented|comes|came|arrives|arrived|reports|reported|denies"
    r"|denied|states|stated|complains|complained|c/o|underwent|tolerated|feels|felt"
    r"|(?:is|was) (?:seen|here|admitted|brought|discharged|referred|transferred|evaluated))"
)
# What only persons do; a name alone that opens a sentence does it.
_SAYS = (
    r"(?:denies|denied|complains|complained|states|says|said|lives|lived|works|worked|smokes"
    r"|drinks|agrees|agreed|understands|asks|asked|wants|wishes|returns|returned|is here|came|comes"
    r"|recommends|is aware|(?:presents|presented) (?:today|to|for|with (?:his|her|mom|dad))"
    r"|will (?:return|call|check in|follow|be seen))"
)
_MEETS = r"(?:appt|appointment|visit|f/?u|session|call)"
_DONE = (
    r"(?:seen|evaluated|examined|performed|placed|drawn|done|read|reviewed|removed|inserted"
    r"|(?:re)?intubated|cleared|interviewed|accompanied|paged|called)"
)
_NO_VERB = r"(?![\w-]+(?:ly|ing|ed)\b)"
_OPENS = rf"(?:(?<=\A)|(?<=[.!?] )|(?<=\n)){_NO_VERB}"
# What follows the patient's name in a heading.
_HEADED = (
    r"(?:(?:MRN|DOB|SSN|MS\d|[Aa]cc(?:ession|t|ount)|ACC(?:ESSION|T|OUNT)|[Bb]ed \d|[Rr]oom \d)\b"
    r"|\d{1,2}-(?:[A-Z][a-z]{2}|[A-Z]{3})-\d{2,4}\b|\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
    r"|#\d|[MF] \d{1,3} ?Y?\b|(?:LOC|ADM|DOS)\b"
    rf"|D\.O\.B|[Aa]ge:? \d|\d{{1,3}}[- ]?(?i:{_AGES}|[mf]\b|(?:fe)?male\b))"
)


@dataclass(frozen=True)
class Cue:
    """What gives a name away.

    Attributes:
        pattern: With the name, and maybe words beside it, as group "found".
        leads: Whether the cue stands before the name; else behind it.
        sure: Whether any word but a function word is a name here: after a title.
        whole: Whether all words have to be names.
    """

    pattern: re.Pattern[str]
    leads: bool = True
    sure: bool = False
    whole: bool = False


def _before(cue: str, name: str, after: str = "", **traits: bool) -> Cue:
    """A cue with the name behind it, which may hold the next cue."""
    return Cue(re.compile(rf"{cue}(?=(?P<found>{name}){after})"), **traits)


def _behind(name: str, cue: str, **traits: bool) -> Cue:
    return Cue(re.compile(rf"(?<![{LETTERS}’'-])(?P<found>{name}){cue}"), leads=False, **traits)


_NO_LABEL = r"(?=\W|$)(?!:)"
CUES = (
    _before(rf"\b{_TITLES}{_SPACE}", _TITLED, sure=True),
    _before(rf"\b{_CALLINGS} ", _FULL),
    _before(rf"\b(?:{_CAPS_TITLES}){_SPACE}", _CAPS_FULL),
    _behind(_FULL, rf",? {_DEGREES}"),
    _behind(_FULL, rf", {_SHORT_DEGREES}"),
    _behind(_TWO, rf" {_SHORT_DEGREES}", whole=True),
    _before(rf"\b(?i:{_LABELS}(?: check(?:ed)?(?: by)?)?):[ \t]*", _FULL, _NO_LABEL),
    _before(rf"\b(?i:{_ROLES})(?: [-–] |, )", _TWO, _NO_LABEL, whole=True),
    _before(rf"\b(?i:{_PHRASES}):?[ \t]*", _FULL, _NO_LABEL),
    _before(r"(?m:^)[ \t]*(?i:re):[ \t]*", _TWO, _NO_LABEL, whole=True),
    _behind(_TWO, rf" {_DOES}\b", whole=True),
    _behind(_TWO, rf",? (?:aged? )?\d{{1,3}}(?:,? {_AGES})?,? (?:is|was|has|who)\b", whole=True),
    _behind(rf"{_OPENS}(?:{_MIXED})", rf" {_SAYS}\b", whole=True),
    _before(r"\b(?:RN|LPN|CNA|CRNA|RRT|MD|NP) ", rf"{_TWO}|{_NO_VERB}(?:{_MIXED})", whole=True),
    _before(
        r"\b(?i:(?:discussed|spoke|spoken|talked|conferred|met) (?:with|w/?)|[ds]/w) ",
        rf"{_TWO}|{_MIXED}",
        whole=True,
    ),
    _behind(_FULL, rf",? (?i:(?:is |was )?an? (?:[a-z]+,? ){{0,3}}\d{{1,3}}[- ]?{_AGES})"),
    _before(rf"\b(?i:{_RELATIVES})(?:[,:]? | \()(?:is |was )?", _LOOSE),
    _behind(
        rf"(?:{_NAME})(?: (?i:jr|sr|iii?|iv)\b\.?)?, (?:{_NAME})(?: (?:{_NAME}|[{_UPPER}]\b\.?))?",
        rf"[\s,;|(/-]{{1,12}}{_HEADED}",
        whole=True,
    ),
    _behind(_MIXED, rf"['’]s (?={_RELATIVES}\b)", whole=True),
    _before(rf"\b(?i:{_MEETS}) (?:w/|with) ?", rf"{_TWO}|{_MIXED}", whole=True),
    _before(rf"\b(?i:{_DONE}) by ", rf"{_TWO}|{_MIXED}", whole=True),
    _before(r"\b[Pp]er ", _MIXED, r",? (?:\(|(?:RN|PT|OT|SLP|RD|who)\b)", whole=True),
    _before(r"\b(?:(?:para)?medic|[Oo]fficer|[Dd]eputy|[Dd]etective|[swd]/o) ", _MIXED, whole=True),
    _behind(_MIXED, r",? PGY-?\d\b", whole=True),
    # "Deshawn Lightfoot 41M", "Ana Maria Ruiz   bed 5" at the head of a note.
    Cue(
        re.compile(
            rf"(?m:^)(?:(?i:patient|pt|name):?)?[ \t]*(?P<found>{_TWO})[ \t,]{{1,6}}"
            r"(?:\d{1,3} ?(?:[MF]|y/?o)\b|[Bb]ed \d|[Rr](?:oo)?m \d|DOB\b|MRN\b)"
        ),
        leads=False,
        whole=True,
    ),
    # "J. Smith / 62 M".
    _behind(
        rf"[{_UPPER}]\. ?(?:{_NAME})|{_TWO}(?: (?:{_NAME}))?",
        r"\s?[/,|]\s?\d{1,3} ?[/,|]? ?(?:y\.?/?o\.? ?)?[MF]\b",
        whole=True,
    ),
    _before(
        r"\b(?:[Pp]atient|[Pp]t\.?) ",
        rf"{_TWO}|{_NO_VERB}(?:{_MIXED})",
        rf" (?:is|was|has|had|[a-z]{{3,12}}ed|{_DOES})\b",
        whole=True,
    ),
)
