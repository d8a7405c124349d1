"""Times of what happened, of which results beside it are not, and kinds told by words."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import cases, period

ANNUAL = """Tamsel Power Company - Annual Report 2024

Revenues increased to $2,318 million from $2,240 million, primarily because new rates took effect \
in May 2024.

In March 2024 we issued bonds of $350 million. Cash from operations was $756 million, up from $689 \
million the year before. Dividends paid rose to $168 million; the Board in February 2025 raised \
the quarterly dividend.

At December 31, 2024, short-term debt was $182 million, compared with $205 million at 5.6% a year \
earlier. Inventories rose by $2.3 million to $24.8 million. The ratio of debt to total \
capitalization stood at 51.3% (2023: 52.0%). The pension plan was 94% funded at year-end. We plan \
to spend $1.1 billion in 2025.

As of December 31, 2024, we had 3,204 employees. Sales outside Maine were 71.4% of the total.

Cash was $96.2 million at December 31, 2024, an increase of $7.4 million from the end of 2023.

Finance costs fell to $2.9 million as the facility was repaid in March 2024. Investment income was \
$19.6 million in the year, $2.2 million more than in 2023.

The bridge loan was repaid on February 6, 2024; $183 million had been drawn as of December 31, \
2023. In 2024 we paid claims of $3.1 million, and $5.2 million was paid in 2023.
"""
HALF = """Half-year results for the six months ended 30 September 2025

On 2 June 2025 we acquired Lowther for £18.5m; it contributed £6.2m of revenue.

Sales from April to June were £91m; in the second quarter they were £95m.

Deposits rose by £1.1m in the first half, to £38.4m.
"""
FISCAL = """FORM 10-K
ANNUAL REPORT
For the fiscal year ended June 30, 2025

Costs were $23.5 million in fiscal 2025. In the fourth quarter, they were $6.1 million, compared \
to $5.8 million in the fourth quarter of the prior year.
"""
COVER = """FORM 20-F
For the fiscal year ended March 31, 2025

Number of outstanding shares as of the close of the period covered by the annual report: \
412,360,118 shares of common stock.
"""


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            ANNUAL,
            ("$2,318 million", "2024-01-01/2024-12-31"),
            ("$2,240 million", "2023-01-01/2023-12-31"),
            ("$350 million", "2024-03-01/2024-03-31"),
            ("$756 million", "2024-01-01/2024-12-31"),
            ("$689", "2023-01-01/2023-12-31"),
            ("$168 million", "2024-01-01/2024-12-31"),
            ("$205 million", "2023-12-31"),
            ("$2.3 million", "2024-01-01/2024-12-31"),
            ("$24.8 million", "2024-12-31"),
            ("51.3%", "2024-12-31", "PERCENT"),
            ("52.0%", "2023-12-31", "PERCENT"),
            ("94%", "2024-12-31", "PERCENT"),
            ("$1.1 billion", "2025-01-01/2025-12-31"),
            ("71.4%", "2024-01-01/2024-12-31", "PERCENT"),
            ("$7.4 million", "2024-01-01/2024-12-31"),
            ("$2.9 million", "2024-01-01/2024-12-31"),
            ("$19.6 million", "2024-01-01/2024-12-31"),
            ("$183 million", "2023-12-31"),
            ("$5.2 million", "2023-01-01/2023-12-31"),
        ),
        *cases(
            HALF,
            ("£6.2m", "2025-04-01/2025-09-30"),
            ("£91m", "2025-04-01/2025-06-30"),
            ("£95m", "2025-07-01/2025-09-30"),
            ("£1.1m", "2025-04-01/2025-09-30"),
            ("£38.4m", "2025-09-30"),
        ),
        *cases(
            FISCAL,
            ("$6.1 million", "2025-04-01/2025-06-30"),
            ("$5.8 million", "2024-04-01/2024-06-30"),
        ),
        *cases(COVER, ("412,360,118", "2025-03-31", "SHARES")),
    ],
)
def test_times_of_what_happened(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected
