"""What the server of forks loads last: it was started with signals held back.

Loading takes seconds, in which Ctrl-C, sent to all processes, would end it. From here on it minds
no Ctrl-C by itself, and what is forked off it, by other parts of a program too, hears signals as
ever.
"""

from __future__ import annotations

from secateur.pipelines.runs.batch.stopping import drop_held

drop_held()
