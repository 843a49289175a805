"""Changes in the languages that are read by frames: Arabic, Hindi, Japanese and Russian."""

from __future__ import annotations

import pytest

from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation
from app.dialogue.translation import heard_as, translated
from app.glossary.repair import Glossary
from maskgil.nano.dialogue.stage import Planner
from maskgil.presets.load import load_collage

STANDS = "a white cat and a dog in the garden"
BLACK = "a black cat and a dog in the garden"
HORSE = "a horse and a dog in the garden"
TWO = "two white cats and a dog in the garden"
COMES_TO = {
    "add": "a boat next to a white cat and a dog in the garden",
    "remove": "a white cat in the garden",
    "without": "a white cat in the garden",
    "recolour": BLACK,
    "should be": BLACK,
    "its colour": BLACK,
    "instead": HORSE,
    "into": HORSE,
    "bigger": "a big white cat and a dog in the garden",
    "count": TWO,
    "one more": TWO,
    "beside": "a red boat to the left of a white cat and a dog in the garden",
    "night": "a white cat and a dog in the garden at night",
    "sunset": "a white cat and a dog in the garden at sunset",
    "rain": "a white cat and a dog in the garden in the rain",
    "snow": "a white cat and a dog in the garden while it is snowing",
    "beach": "a white cat and a dog on the beach",
    "two verbs": "a white cat and a boat in the garden",
    "worn": "a white cat wearing a hat and a dog in the garden",
}
SAID = {
    "ru": {
        "add": "добавь лодку рядом с кошкой",
        "remove": "пожалуйста, уберите собаку",
        "without": "без собаки",
        "recolour": "сделай кошку чёрной",
        "should be": "кошка должна быть чёрной",
        "its colour": "измени цвет кошки на чёрный",
        "instead": "лошадь вместо кошки",
        "into": "преврати кошку в лошадь",
        "bigger": "увеличь кошку",
        "count": "сделай двух кошек",
        "one more": "ещё одну кошку",
        "beside": "добавь красную лодку слева от кошки",
        "night": "сделай ночь",
        "sunset": "пусть будет закат",
        "rain": "пусть идёт дождь",
        "snow": "сделай так, чтобы шёл снег",
        "beach": "перенеси всё на пляж",
        "two verbs": "убери собаку и добавь лодку",
        "worn": "надень на кошку шляпу",
    },
    "ar": {
        "add": "أضف قارباً بجانب القطة",
        "remove": "من فضلك أزل الكلب",
        "without": "بدون كلب",
        "recolour": "اجعل القطة سوداء",
        "should be": "يجب أن تكون القطة سوداء",
        "its colour": "غيّر لون القطة إلى الأسود",
        "instead": "حصان بدلاً من القطة",
        "into": "استبدل القطة بحصان",
        "bigger": "اجعل القطة أكبر",
        "count": "اجعلها قطتين",
        "one more": "أضف قطة أخرى",
        "beside": "أضف قارباً أحمر على يسار القطة",
        "night": "اجعلها ليلاً",
        "sunset": "عند غروب الشمس",
        "rain": "اجعلها تمطر",
        "snow": "اجعل الثلج يتساقط",
        "beach": "انقلهم إلى الشاطئ",
        "two verbs": "أزل الكلب وأضف قارباً",
        "worn": "أعط القطة قبعة",
    },
    "hi": {
        "add": "बिल्ली के पास एक नाव जोड़ो",
        "remove": "कृपया कुत्ते को हटाइए",
        "without": "कुत्ते के बिना",
        "recolour": "बिल्ली को काला कर दो",
        "should be": "बिल्ली काली होनी चाहिए",
        "its colour": "बिल्ली का रंग काला कर दो",
        "instead": "बिल्ली की जगह घोड़ा",
        "into": "बिल्ली को घोड़े में बदल दो",
        "bigger": "बिल्ली को बड़ा करो",
        "count": "दो बिल्लियाँ कर दो",
        "one more": "एक और बिल्ली जोड़ो",
        "beside": "बिल्ली के बाईं ओर एक लाल नाव जोड़ो",
        "night": "रात कर दो",
        "sunset": "सूर्यास्त कर दो",
        "rain": "बारिश करो",
        "snow": "बर्फ गिराओ",
        "beach": "सबको समुद्र तट पर ले जाओ",
        "two verbs": "कुत्ते को हटाओ और एक नाव जोड़ो",
        "worn": "बिल्ली को टोपी पहनाओ",
    },
    "ja": {
        "add": "猫の隣に船を追加してください",
        "remove": "犬を消してください",
        "without": "犬なしで",
        "recolour": "猫を黒くして",
        "should be": "猫は黒にしてください",
        "its colour": "猫の色を黒に変えて",
        "instead": "猫の代わりに馬",
        "into": "猫を馬に変えて",
        "bigger": "猫を大きくして",
        "count": "猫を二匹にして",
        "one more": "もう一匹猫を追加して",
        "beside": "猫の左に赤い船を追加して",
        "night": "夜にして",
        "sunset": "夕暮れにしてください",
        "rain": "雨を降らせて",
        "snow": "雪を降らせて",
        "beach": "場所を砂浜にして",
        "two verbs": "犬を消して船を追加して",
        "worn": "猫に帽子をかぶせて",
    },
}
MOVED = {
    "ru": "передвинь кошку влево, подвинь кошку вправо, подвинь собаку вверх, сдвинь собаку вниз",
    "ar": "حرك القطة إلى اليسار, حرك القطة إلى اليمين, حرك الكلب إلى الأعلى, حرك الكلب للأسفل",
    "hi": "बिल्ली को बाएँ ले जाओ, बिल्ली को दाईं ओर ले जाओ, कुत्ते को ऊपर ले जाओ, कुत्ते को नीचे ले जाओ",
    "ja": "猫を左に動かして, 猫を右に動かして, 犬を上に移動して, 犬を下に移動してください",
}
STYLES = ["pencil sketch", "watercolour", "pixel art", "silhouette", "flat"]
STYLED = {
    "ru": "как рисунок карандашом, акварелью, пиксель-арт, силуэт, в плоском стиле, в 3d",
    "ar": "كرسم بالقلم الرصاص, بالألوان المائية, فن البكسل, صورة ظلية, بأسلوب مسطح, ثلاثي الأبعاد",
    "hi": "पेंसिल स्केच की तरह, जलरंग में, पिक्सेल आर्ट, सिल्हूट, सपाट शैली में, थ्री डी",
    "ja": "鉛筆画にして, 水彩画風に, ドット絵にして, シルエットにして, フラットにして, 絵本風に",
}
STEPS = ["another", "undo", "redo", "save", "restart"]
TOLD = {
    "ru": "другой вариант, отмени, повтори, сохрани, начни сначала",
    "ar": "مرة أخرى, تراجع, أعد التغيير, احفظ الصورة, ابدأ من جديد",
    "hi": "फिर से बनाओ, वापस, फिर से करो, तस्वीर सहेजो, शुरू से शुरू करो",
    "ja": "もう一回, 元に戻して, やり直し, 保存してください, 最初から",
}
FURTHER = {
    "each its own": "a black cat and a brown dog in the garden",
    "two more": "a white cat and three dogs in the garden",
    "too big": "a white cat and a small dog in the garden",
    "put": "a white cat to the right of a dog in the garden",
    "all": "a white cat in the garden",
    "polite": "a white cat, a dog and three birds in the garden",
}
"""What changes of the same picture come to."""
SAID_FURTHER = {
    "ru": {
        "each its own": "сделай кошку чёрной и собаку коричневой",
        "two more": "добавь ещё две собаки",
        "too big": "собака слишком большая",
        "put": "поставь кошку справа от собаки",
        "all": "убери всех собак",
        "polite": "добавьте, пожалуйста, трёх птиц",
    },
    "ar": {
        "each its own": "اجعل القطة سوداء والكلب بنياً",
        "two more": "أضف كلبين آخرين",
        "too big": "الكلب كبير جداً",
        "put": "انقل القطة إلى يمين الكلب",
        "all": "احذف كل الكلاب",
        "polite": "هل يمكنك إضافة ثلاثة طيور من فضلك",
    },
    "hi": {
        "each its own": "बिल्ली को काला और कुत्ते को भूरा करो",
        "two more": "दो और कुत्ते जोड़ो",
        "too big": "कुत्ता बहुत बड़ा है",
        "put": "बिल्ली को कुत्ते के दाईं ओर रखो",
        "all": "सब कुत्ते हटाओ",
        "polite": "कृपया तीन पक्षी जोड़ें",
    },
    "ja": {
        "each its own": "猫を黒く、犬を茶色にして",
        "two more": "犬をもう二匹追加して",
        "too big": "犬が大きすぎます",
        "put": "猫を犬の右に動かして",
        "all": "犬を全部消してください",
        "polite": "鳥を三羽追加してください",
    },
}
IT = {"ru": "сделай её красной", "ar": "اجعلها حمراء", "hi": "इसे लाल कर दो", "ja": "それを赤くして"}
WISHES = {
    "ru": {
        "кошка без шляпы": "a cat",
        "кошка и ещё собака": "a cat and a dog",
        "кошка больше собаки": "a cat and a dog",
        "синяя птица над домом": "a blue bird above a house in a field",
        "это кошка": "a cat",
    },
    "ar": {
        "سيارة لونها أحمر": "a red car",
        "كلب بدون قبعة": "a dog",
        "قطة وكلب آخر": "a cat and a dog",
        "حصان أبيض خلف البيت": "a white horse behind a house in a field",
    },
    "hi": {
        "टोपी के बिना बिल्ली": "a cat",
        "पेड़ के नीचे बिल्ली": "a cat under a tree in the park",
        "बड़ी बिल्ली और छोटा घोड़ा": "a big cat and a small horse",
    },
    "ja": {
        "散歩している犬": "a walking dog in the park",
        "猫を描いてください": "a cat",
        "左に犬、右に猫": "a dog to the left of a cat",
    },
}
STRANGE = {
    "ru": "сделай зорблакс красным",
    "ar": "اجعل زوربلاكس أحمر",
    "hi": "ज़ोर्ब को लाल कर दो",
    "ja": "ゾルブを赤くして",
}


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(load_collage())


def standing(planner: Planner, scene: str, language: str) -> Conversation:
    """A conversation with somebody who speaks `language`, about a picture of `scene`."""
    conversation = Conversation(planner, laid_out, Glossary.load(), speaks=(language,))
    conversation.say(scene)
    return conversation


@pytest.mark.parametrize("language", SAID)
def test_changes(planner, language):
    read = {}
    for what, text in SAID[language].items():
        reply = standing(planner, STANDS, language).say(text)
        read[what] = (reply.moment.caption, reply.left_out)
    assert read == {what: (caption, ()) for what, caption in COMES_TO.items()}


@pytest.mark.parametrize("language", SAID_FURTHER)
def test_further_changes(planner, language):
    read = {}
    for what, text in SAID_FURTHER[language].items():
        reply = standing(planner, STANDS, language).say(text)
        read[what] = (reply.moment.caption, reply.left_out)
    assert read == {what: (caption, ()) for what, caption in FURTHER.items()}


@pytest.mark.parametrize("language", MOVED)
def test_moves(planner, language):
    lines = [
        standing(planner, "a cat, a dog", language).say(text).line
        for text in MOVED[language].split(", ")
    ]
    assert lines == ["moved the cat left", "moved the cat right", "moved the dog up",
                     "moved the dog down"]  # fmt: skip


@pytest.mark.parametrize("language", STYLED)
def test_styles(planner, language):
    conversation = standing(planner, STANDS, language)
    replies = [conversation.say(text) for text in STYLED[language].split(", ")]
    assert [reply.moment.arrangement.scene.style for reply in replies] == [*STYLES, "3d"]
    assert not any(reply.left_out for reply in replies)


@pytest.mark.parametrize("language", TOLD)
def test_what_is_said_to_the_program(planner, language):
    conversation = standing(planner, STANDS, language)
    replies = [conversation.say(text) for text in TOLD[language].split(", ")]
    assert [reply.action for reply in replies] == STEPS


@pytest.mark.parametrize("language", IT)
def test_it_is_what_was_last_spoken_of(planner, language):
    conversation = standing(planner, "a cat", language)
    assert conversation.say(IT[language]).moment.caption == "a red cat"


@pytest.mark.parametrize("language", STRANGE)
def test_what_nobody_knows_is_not_it(planner, language):
    conversation = standing(planner, "a cat", language)
    stood = conversation.moment
    assert conversation.say(STRANGE[language]).left_out
    assert conversation.moment is stood


@pytest.mark.parametrize("language", WISHES)
def test_wishes_in_words_of_changes_are_wishes(planner, language):
    for text, caption in WISHES[language].items():
        conversation = Conversation(planner, laid_out, Glossary.load(), speaks=(language,))
        assert conversation.say(text).moment.caption == caption, text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "нет, верни назад"),
        ("ar", "لا، تراجع"),
        ("hi", "नहीं, वापस"),
        ("ja", "いいえ、戻して"),
    ],
)
def test_no_before_a_change_takes_nothing_away(planner, language, text):
    assert standing(planner, STANDS, language).say(text).action == "undo"


@pytest.mark.parametrize(
    ("language", "text"), [("ru", "не убирай собаку"), ("hi", "कुत्ते को मत हटाओ")]
)
def test_what_is_not_to_be_done_is_not_done(planner, language, text):
    conversation = standing(planner, STANDS, language)
    assert conversation.say(text).moment.caption == STANDS


def test_what_is_written_alike_is_of_the_language_that_is_spoken(planner):
    assert standing(planner, "a house", "ja").in_english("猫").language == "ja"
    assert standing(planner, "a house", "zh").in_english("猫").language == "zh"


@pytest.mark.parametrize(
    ("text", "english"),
    [("黒い猫を三匹", "three black cats"), ("木を一本消して", "remove one tree"),
     ("走っている馬", "a horse running")],
)  # fmt: skip
def test_counts_behind_their_things_and_endings_of_verbs(planner, text, english):
    assert standing(planner, "a house", "ja").in_english(text).english == english


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "отмени два раза"),
        ("ar", "تراجع مرتين"),
        ("hi", "दो बार वापस"),
        ("ja", "2回元に戻して"),
    ],
)
def test_several_steps(language, text):
    assert translated(text, language, Glossary.load()).english == "undo 2 times"


def test_a_change_that_was_heard_is_read_as_it_was_said():
    glossary = Glossary.load()
    assert heard_as("Убери собаку.", "ru", "Get the dog.", glossary).english == "remove the dog"
    assert heard_as("Кошка на диване.", "ru", "A cat on a couch.", glossary).english == (
        "A cat on a couch."
    )
