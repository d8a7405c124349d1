"""How attention grows with a document: the finance model on one report cut at doubling lengths.

Attention is counted with its selection, over all layers, as the modules report it; peak memory is
the process's.
"""

from __future__ import annotations
