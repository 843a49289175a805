"""How many are meant where a noun is several, and no number says how many."""

import pytest

from app.glossary.lexicon import KEPT, GlossaryLexicon, LexiconEntry
from app.glossary.repair import Glossary
from app.glossary.typed import read_typed

MEANT = {
    "ru": {
        "звёзды": "stars", "кошки": "cats", "собаки в парке": "dogs in the park", "птицы": "birds",
        "книги": "books", "деревья": "trees", "красные розы": "red roses", "женщины": "women",
        "мальчик и собаки": "a boy and dogs", "много цветов": "seven flowers",
        "несколько кошек": "four cats", "двое мужчин": "two men", "две девочки": "two girls",
        "кошка": "a cat", "портрет кошки": "a cat", "около кошки": "a cat",
        "девочка на лошади": "a girl on a horse", "собака за кошкой": "a dog behind a cat",
        "кошка больше собаки": "a cat and a dog",
    },
    "ar": {
        "نجوم": "stars", "النجوم": "stars", "قطط": "cats", "كلاب في الحديقة": "dogs in the garden",
        "بيوت": "houses", "كتب": "books", "رجال": "men", "نساء": "women", "سيارات": "cars",
        "كلبان وقطة": "two dogs and a cat", "سيارتان حمراوان": "two red cars", "كلب": "a dog",
        "قطة وكلب": "a cat and a dog", "كتاب": "a book", "بعض القطط": "four cats",
    },
    "zh": {
        "星星们": "stars", "孩子们": "children", "两只猫": "two cats", "几只狗": "four dogs",
        "一群羊": "five sheep", "很多花": "seven flowers", "猫": "a cat",
    },
    "ja": {"猫たち": "cats", "たくさんの花": "seven flowers", "猫": "a cat"},
    "ko": {"고양이들": "cats", "많은 꽃": "seven flowers", "고양이": "a cat"},
    "tr": {"kediler": "cats", "birkaç kedi": "four cats", "kedi": "a cat"},
    "hi": {"बिल्लियाँ": "cats", "बिल्ली": "a cat"},
    "fr": {"des chats": "cats", "plusieurs chats": "four cats",
           "beaucoup de fleurs": "seven flowers"},
    "es": {"varios gatos": "four cats", "muchas flores": "seven flowers"},
    "pt": {"várias flores": "four flowers", "muitos gatos": "seven cats"},
    "it": {"molti gatti": "seven cats", "alcuni fiori": "four flowers"},
    "de": {"mehrere Katzen": "four cats", "viele Blumen": "seven flowers"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, said in MEANT.items() for text in said]
)
def test_a_plural_is_several(language, text):
    wish = read_typed(text, Glossary.load(), speaks=[language])
    assert wish is not None
    assert wish.prompt == MEANT[language][text]


def test_an_inflection_is_remembered_until_a_word_is_added():
    lexicon, asked = GlossaryLexicon("sw"), []
    lexicon.add("kutya", LexiconEntry("noun", 1))
    look = lexicon._longest_of
    lexicon._longest_of = lambda word: asked.append(word) or look(word)

    def meant() -> list[str | int]:
        return [entry.value for item in lexicon.scan("kutyaso") for entry in item.entries]

    assert meant() == meant() == [1]
    assert asked == ["kutyaso"]
    lexicon.add("kutyas", LexiconEntry("noun", 2))
    assert meant() == [2]
    for number in range(2 * KEPT):
        lexicon.scan(f"kutya{number}")
    assert len(lexicon._near) <= KEPT
