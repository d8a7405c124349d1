"""Names for a list to choose from, each used once.

Streamlit's widgets find what was chosen by its label again, so of two that read alike only one
could ever be reached.
"""

from __future__ import annotations

from collections.abc import Iterable


def told_apart(names: Iterable[str], form: str = "{} ({})") -> list[str]:
    """Numbers names that were given before.

    Args:
        names: In the order in which they keep their name.
        form: How a name and its number are written.

    Returns:
        The names in the same order, from the second of its kind on with a number that no other
        name has.
    """
    names = list(names)
    given = set(names)
    counts: dict[str, int] = {}
    labels = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        label = name
        if counts[name] > 1:
            while (label := form.format(name, counts[name])) in given:
                counts[name] += 1
        given.add(label)
        labels.append(label)
    return labels
