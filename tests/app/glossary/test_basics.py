"""The most basic words, typed in languages for which nothing but a table is written by hand."""

import pytest

from app.glossary.repair import Glossary
from app.glossary.typed import read_typed
from maskgil.nano.reader.reader import read_scene

NOUNS = [
    "cat",
    "dog",
    "house",
    "tree",
    "car",
    "boat",
    "bird",
    "fish",
    "horse",
    "apple",
    "sun",
    "cow",
    "book",
    "chair",
    "table",
    "lion",
    "sports ball",
    "bicycle",
    "elephant",
    "man",
    "woman",
    "boy",
    "girl",
    "hat",
]
BASICS = {
    "ar": "قطة كلب بيت شجرة سيارة قارب عصفور سمكة حصان تفاحة شمس بقرة كتاب كرسي طاولة أسد كرة "
    "دراجة فيل رجل امرأة ولد بنت قبعة",
    "hi": "बिल्ली कुत्ता घर पेड़ गाड़ी नाव चिड़िया मछली घोड़ा सेब सूरज गाय किताब कुर्सी मेज शेर गेंद "
    "साइकिल हाथी आदमी औरत लड़का लड़की टोपी",
    "ja": "ねこ 犬 家 木 車 ボート 鳥 魚 馬 リンゴ 太陽 牛 本 椅子 テーブル ライオン ボール "
    "自転車 象 男の人 女の人 男の子 女の子 帽子",
    "ru": "кошка собака дом дерево машина лодка птица рыба лошадь яблоко солнце корова книга стул "
    "стол лев мяч велосипед слон мужчина женщина мальчик девочка шляпа",
    "de": "Katze Hund Haus Baum Auto Boot Vogel Fisch Pferd Apfel Sonne Kuh Buch Stuhl Tisch Löwe "
    "Ball Fahrrad Elefant Mann Frau Junge Mädchen Hut",
}
COLOURED = {
    "ar": ("قطة {}", "حمراء زرقاء خضراء صفراء سوداء بيضاء بنية وردية برتقالية رمادية بنفسجية"),
    "hi": ("{} बिल्ली", "लाल नीली हरी पीली काली सफेद भूरी गुलाबी नारंगी धूसर बैंगनी"),
    "ja": ("{}猫", "赤い 青い 緑の 黄色い 黒い 白い 茶色い ピンクの オレンジ色の 灰色の 紫の"),
    "ru": (
        "{} кошка",
        "красная синяя зелёная жёлтая чёрная белая коричневая розовая оранжевая серая фиолетовая",
    ),
    "de": ("{} Katze", "rote blaue grüne gelbe schwarze weiße braune rosa orange graue lila"),
}
COLOURS = [
    "red",
    "blue",
    "green",
    "yellow",
    "black",
    "white",
    "brown",
    "pink",
    "orange",
    "gray",
    "purple",
]
COUNTED = {
    "ar": (("cat", "{} قطط", "- اثنتان ثلاث أربع خمس ست سبع ثماني تسع عشر"),
           ("dog", "{} كلاب", "- اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة")),
    "hi": (("cat", "{} बिल्लियाँ", "एक दो तीन चार पांच छह सात आठ नौ दस"),
           ("dog", "{} कुत्ते", "एक दो तीन चार पाँच छः सात आठ नौ दस")),
    "ja": (("cat", "{}匹の猫", "一 二 三 四 五 六 七 八 九 十"),
           ("dog", "{}匹の犬", "1 2 3 4 5 6 7 8 9 10")),
    "ru": (("cat", "{} кошек", "- - - - пять шесть семь восемь девять десять"),
           ("dog", "{} собаки", "одна две три четыре - - - - - -")),
    "de": (("cat", "{} Katzen", "- zwei drei vier fünf sechs sieben acht neun zehn"),
           ("house", "{} Haus", "ein - - - - - - - - -")),
}  # fmt: skip
SETTINGS = {
    "ar": ("قطة {}", "على الشاطئ, في الغابة, في المدينة, في الثلج, تحت المطر, في الليل"),
    "hi": ("{} बिल्ली", "समुद्र तट पर, जंगल में, शहर में, बर्फ में, बारिश में, रात में"),
    "ja": ("{}猫", "砂浜の, 森の中の, 街の, 雪の中の, 雨の中の, 夜の"),
    "ru": ("кошка {}", "на пляже, в лесу, в городе, в снегу, под дождём, ночью"),
    "de": ("Katze {}", "am Strand, im Wald, in der Stadt, im Schnee, im Regen, bei Nacht"),
}
WHERE = ["on the beach", "in the forest", "in the city", "in the snow", "in the rain", "at night"]


def typed(text, language):
    """What a text wishes for, all of it understood."""
    wish = read_typed(text, Glossary.load(), speaks=(language,))
    assert wish is not None and not wish.unknown, (text, wish)
    return wish.prompt


def things(text, language):
    return [
        (each.count, each.colour, each.noun)
        for each in read_scene(typed(text, language)).scene.things
    ]


@pytest.mark.parametrize("language", BASICS)
def test_things(language):
    read = [things(word, language) for word in BASICS[language].split()]
    assert read == [[(1, None, noun)] for noun in NOUNS]


@pytest.mark.parametrize("language", COLOURED)
def test_colours(language):
    text, said = COLOURED[language]
    read = [things(text.format(colour), language) for colour in said.split()]
    assert read == [[(1, colour, "cat")] for colour in COLOURS]


@pytest.mark.parametrize("language", COUNTED)
def test_counts(language):
    for noun, text, said in COUNTED[language]:
        for count, number in enumerate(said.split(), 1):
            if number != "-":
                assert things(text.format(number), language) == [(count, None, noun)], number


@pytest.mark.parametrize("language", SETTINGS)
def test_places(language):
    text, said = SETTINGS[language]
    read = [typed(text.format(place), language) for place in said.split(", ")]
    assert read == [f"a cat {where}" for where in WHERE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قطتان", [(2, None, "cat")]),
        ("كلبان", [(2, None, "dog")]),
        ("القطتين", [(2, None, "cat")]),
        ("قطة وكلبان", [(1, None, "cat"), (2, None, "dog")]),
        ("سيارتان حمراوان", [(2, "red", "car")]),
        ("الأسد", [(1, None, "lion")]),
        ("اسد اسود", [(1, "black", "lion")]),
        ("بسينة", [(1, None, "cat")]),
        ("حصان", [(1, None, "horse")]),
        ("ثلاثة أسود", [(3, None, "lion")]),
        ("خمسة أسود سوداء", [(5, "black", "lion")]),
        ("ثلاث قطط أسود", [(3, "black", "cat")]),
    ],
)
def test_two_of_a_thing_articles_and_letters_without_hamza(text, expected):
    assert things(text, "ar") == expected


@pytest.mark.parametrize("text", ["المطر", "مطر", "في المطر"])
def test_rain_by_itself(text):
    assert typed(text, "ar") == "in the rain"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("красную лодку и синюю машину", "ru", [(1, "red", "boat"), (1, "blue", "car")]),
        ("أزهار وغيوم", "ar", [(2, None, "flower"), (2, None, "cloud")]),
        ("赤い車", "ja", [(1, "red", "car")]),
        ("मेज और तीन सेब", "hi", [(1, None, "table"), (3, None, "apple")]),
    ],
)
def test_inflected_colours_and_counted_things(text, language, expected):
    assert things(text, language) == expected


@pytest.mark.parametrize(
    ("text", "prompt"),
    [("فتاة تلبس قبعة", "a girl wearing a hat"), ("طفل يركب حصانا", "a child riding a horse")],
)
def test_what_is_worn_and_ridden_in_arabic(text, prompt):
    assert typed(text, "ar") == prompt
