"""Patterns that several lists of a note share."""

from __future__ import annotations

NUMBER = r"\d{1,2}[.)](?!\d)"
"""The mark of a numbered item, no decimal ("1.2 cm")."""

COUNT = (
    r"(?:\d+(?: ?(?:[-–]|to) ?\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|the next)"
)
TIME = (
    rf"(?:(?:{COUNT}[- ]|\d+)(?:days?|d|weeks?|wks?|months?|mos?|years?|yrs?)\b|\d+/(?:7|52|12)\b)"
)
"""A stretch of time from a day on: "six weeks", "3 mo", "2/52"."""
