"""Sections of a note that say what follows."""

from __future__ import annotations

PLANNED = ("Plan", "Assessment and Plan", "Instructions", "Disposition", "Assessment")
"""Sections that say what follows."""
