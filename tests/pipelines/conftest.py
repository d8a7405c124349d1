"""Random models in folders, as commands take them; no test changes them."""

import pytest
from tiny_folders import save_decoder, save_tagger


@pytest.fixture(scope="session")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tagger(tmp_path_factory.mktemp("tagger")))


@pytest.fixture(scope="session")
def decoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_decoder(tmp_path_factory.mktemp("decoder")))
