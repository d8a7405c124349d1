"""Who is called a newspaper, or has shares, is no person."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.trades import with_trades


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("the newspaper [Ohm|PER] said", "the newspaper [Ohm|ORG] said"),
        ("the [Ohm|LOC] news agency", "the [Ohm|ORG] news agency"),
        ("its unit [Spain|LOC]", "its unit [Spain|LOC]"),
        ("the editor [Ohm|PER]", "the editor [Ohm|PER]"),
        ("[Ohm|PER] shares rose 3 %", "[Ohm|ORG] shares rose 3 %"),
        ("[Ohm|LOC] filed for bankruptcy", "[Ohm|ORG] filed for bankruptcy"),
        ("[Ohm|PER] posted a net loss", "[Ohm|ORG] posted a net loss"),
        ("[Ohm|PER] posted a letter", "[Ohm|PER] posted a letter"),
        ("shares of [Ohm|PER]", "shares of [Ohm|ORG]"),
        ("shares of [Ohio|LOC] tax", "shares of [Ohio|LOC] tax"),
        ("[Ohm|PER] founder [Ann Reis|PER]", "[Ohm|ORG] founder [Ann Reis|PER]"),
        ("[Ohm|LOC] founder [Ann Reis|PER]", "[Ohm|LOC] founder [Ann Reis|PER]"),
        ("[Ohm and Ohm|PER]", "[Ohm and Ohm|ORG]"),
        ("its [Ohm|ORG] lithium project", "its [Ohm|LOC] lithium project"),
        ("lender [Ohm|PER] said", "lender [Ohm|ORG] said"),
        ("[Crypto exchange|ORG] [Ohm|PER] said", "Crypto exchange [Ohm|ORG] said"),
        ("[Miner Ohm|ORG] said", "Miner [Ohm|ORG] said"),
        ("[Miners Union|ORG] said", "[Miners Union|ORG] said"),
        ("[Ann Reis|PER]'s [Ohm|PER] bought it", "[Ann Reis|PER]'s [Ohm|ORG] bought it"),
        ("[Ann Reis|PER]'s [Ohm|LOC] home", "[Ann Reis|PER]'s [Ohm|LOC] home"),
        ("a stake in [Ohm|LOC].", "a stake in [Ohm|ORG]."),
        ("a stake in [Ohm|LOC] oil", "a stake in [Ohm|LOC] oil"),
        ("a stake in [Spain|LOC].", "a stake in [Spain|LOC]."),
        ("the [Reis|ORG] administration", "the [Reis|PER] administration"),
        ("the [FEMA|ORG] administration", "the [FEMA|ORG] administration"),
        ("our new [Ohm|ORG] mine", "our new [Ohm|LOC] mine"),
        ("the [Ohm|ORG] mine", "the [Ohm|ORG] mine"),
        ("an M.B.A. from [Ohm|LOC]", "an M.B.A. from [Ohm|ORG]"),
        ("a graduate of [Ohm|PER]", "a graduate of [Ohm|ORG]"),
        ("a plane from [Ohm|LOC]", "a plane from [Ohm|LOC]"),
        ("the mayor of [Ohm|ORG]", "the mayor of [Ohm|LOC]"),
        ("the mayor of [Ohm Ltd|ORG]", "the mayor of [Ohm Ltd|ORG]"),
        ("[Ohm|ORG], who became premier", "[Ohm|PER], who became premier"),
        ("[Ohm|ORG], who released it", "[Ohm|ORG], who released it"),
        ("[Ohm Reis|PER], which resigned", "[Ohm Reis|ORG], which resigned"),
    ],
)
def test_words_beside_a_name_tell_what_it_is(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_trades(text, found)) == expected
