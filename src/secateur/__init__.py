"""Reads long professional documents with Dynamic Attention Pruning (DAP).

Entities, figures and statements of annual reports, summaries of clinical notes, and pruned
attention for any Hugging Face model that uses transformers' attention interface. What is named here
is the public interface; each name is imported on first use, so that `import secateur` loads no
library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secateur.core.config import DapConfig as DapConfig
    from secateur.core.hf import disable as disable
    from secateur.core.hf import enable as enable
    from secateur.core.hf import load as load
    from secateur.core.hf import restored as restored
    from secateur.core.hf import statistics as statistics
    from secateur.pipelines.clinical.handover.summarize import summarize as summarize
    from secateur.pipelines.document.document import Document as Document
    from secateur.pipelines.document.entity import Entity as Entity
    from secateur.pipelines.document.handover import Handover as Handover
    from secateur.pipelines.document.summary import Summary as Summary
    from secateur.pipelines.errors import SecateurError as SecateurError
    from secateur.pipelines.finance.reader.entities import extract as extract
    from secateur.pipelines.finance.reader.reports import statements as statements
    from secateur.pipelines.finance.statements.book import StatementBook as StatementBook
    from secateur.pipelines.finance.statements.comparison.compare import (
        StatementComparison as StatementComparison,
    )
    from secateur.pipelines.finance.statements.comparison.compare import (
        compare_statements as compare_statements,
    )
    from secateur.pipelines.finance.statements.xbrl import write_xbrl_json as write_xbrl_json
    from secateur.pipelines.ingestion.files.limits import Limits as Limits
    from secateur.pipelines.ingestion.read import read as read
    from secateur.pipelines.ingestion.read import read_each as read_each
    from secateur.pipelines.runs.models import load_model as load_model

__version__ = "0.1.0"

_OWNERS = {
    "secateur.core.config": ("DapConfig",),
    "secateur.core.hf": ("disable", "enable", "load", "restored", "statistics"),
    "secateur.pipelines.clinical.handover.summarize": ("summarize",),
    "secateur.pipelines.document.document": ("Document",),
    "secateur.pipelines.document.entity": ("Entity",),
    "secateur.pipelines.document.handover": ("Handover",),
    "secateur.pipelines.document.summary": ("Summary",),
    "secateur.pipelines.errors": ("SecateurError",),
    "secateur.pipelines.finance.reader.entities": ("extract",),
    "secateur.pipelines.finance.reader.reports": ("statements",),
    "secateur.pipelines.finance.statements.book": ("StatementBook",),
    "secateur.pipelines.finance.statements.comparison.compare": (
        "StatementComparison",
        "compare_statements",
    ),
    "secateur.pipelines.finance.statements.xbrl": ("write_xbrl_json",),
    "secateur.pipelines.ingestion.files.limits": ("Limits",),
    "secateur.pipelines.ingestion.read": ("read", "read_each"),
    "secateur.pipelines.runs.models": ("load_model",),
}
_MODULE_OF = {name: module for module, names in _OWNERS.items() for name in names}

__all__ = [
    "DapConfig",
    "Document",
    "Entity",
    "Handover",
    "Limits",
    "SecateurError",
    "StatementBook",
    "StatementComparison",
    "Summary",
    "__version__",
    "compare_statements",
    "disable",
    "enable",
    "extract",
    "load",
    "load_model",
    "read",
    "read_each",
    "restored",
    "statements",
    "statistics",
    "summarize",
    "write_xbrl_json",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
