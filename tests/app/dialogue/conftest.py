"""A chat that draws nothing, for the tests of what it answers."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.config import load_config
from app.dialogue.chat import Chat
from app.glossary.repair import Glossary
from app.imaging.settings import DrawSettings
from maskgil.prompts import NothingKnownError


@pytest.fixture
def chat():
    """Makes a chat that draws nothing; of what it does not know a lion and a tree are nearest."""

    def make(language=None, speaks=()):
        config = replace(load_config(), speaks=speaks)
        made = Chat(SimpleNamespace(config=config, glossary=Glossary.load()), DrawSettings(), None,
                    language=language)  # fmt: skip
        made.conversation.nearest = nothing_known
        return made

    return make


def nothing_known(wish):
    raise NothingKnownError(wish, ("lion", "tree"))
