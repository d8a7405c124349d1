"""Line items of statements by IFRS and British rules, each for one kind of time by what it is.

The filings that teach `durations.py` are American, and say "receivable" and "cost of sales" alike,
but not "turnover" or "creditors".
"""

from __future__ import annotations

OVER_A_YEAR = """
    turnover; group revenue; other operating income; distribution costs; administrative expenses;
    selling and distribution costs; staff costs; wages and salaries; social security costs;
    pension costs; other pension costs; directors' remuneration; auditor's remuneration;
    finance costs; net finance costs; finance income; interest receivable; interest payable;
    profit before tax; profit before taxation; taxation; tax charge; profit for the year;
    loss for the year; profit for the period; underlying operating profit; exceptional items;
    depreciation of property, plant and equipment; depreciation charge; amortisation;
    impairment of goodwill; share-based payment charge; charge for the year; additions; disposals;
    exchange adjustments; purchase of property, plant and equipment; purchase of own shares;
    dividends paid; cash generated from operations; proceeds from borrowings;
    repayment of borrowings; repayment of lease liabilities; total comprehensive income;
    research and development costs; rental income; cash consideration; donations;
    ebitda; adjusted ebitda; ebit; ebita; net profit; net result; personnel costs;
    personnel expenses; employee benefits expense; cost of materials; material expenses;
    order intake; orders received; new orders; free cash flow; total income;
    ffo; affo; ffo per unit; affo per unit; distributions; distributions per unit;
    audit engagement; audit fees; audit services; non-audit services; other services;
    net operating income; rental revenue; weighted average units outstanding
"""
"""Names of what happens over a year, with ";" between them."""

ON_A_DAY = """
    tangible fixed assets; intangible fixed assets; stocks; inventories; debtors; creditors;
    creditors: amounts falling due within one year; trade and other receivables;
    trade and other payables; contract liabilities; borrowings; bank loans; bank overdrafts;
    cash at bank and in hand; net debt; net cash; net assets; net current assets;
    total assets less current liabilities; called up share capital; share capital; share premium;
    share premium account; capital redemption reserve; hedging reserve; translation reserve;
    retained earnings; shareholders' funds; non-controlling interests; provisions;
    retirement benefit obligations; retirement benefit surplus; pension deficit;
    deferred tax assets; deferred tax liabilities; current tax liabilities; right-of-use assets;
    lease liabilities; investment property; investments in associates; goodwill;
    non-current assets; non-current liabilities; carrying amount; net book value; order book;
    order backlog; equity ratio; gearing ratio; net financial debt; liquid funds; headcount;
    number of employees; market capitalisation; total equity; equity; interest-bearing net debt
"""
"""Names of what stands on a day."""


def line_items() -> dict[str, bool]:
    """Lists the names, each with whether it is for a stretch of time."""
    names = ((OVER_A_YEAR, True), (ON_A_DAY, False))
    return {" ".join(n.split()): lasts for text, lasts in names for n in text.split(";")}
