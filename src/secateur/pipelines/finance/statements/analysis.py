"""Standard lines, derived lines and checks of statements whose rows have concepts."""

from __future__ import annotations

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.checks import with_checks
from secateur.pipelines.finance.statements.derived import with_derived
from secateur.pipelines.finance.statements.standard import with_standard


def analysed(book: StatementBook) -> StatementBook:
    """Names the standard lines of a report anew, with what is derived from and checked by them."""
    return with_checks(with_derived(with_standard(book)))
