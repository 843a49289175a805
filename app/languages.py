"""The languages Whisper knows: code, English name and the name its speakers use.

Codes are Whisper's own (ISO 639-1 where one exists; `jw` is its code for Javanese, `haw` Hawaiian,
`yue` Cantonese, which only large-v3 knows).
"""

from __future__ import annotations

import difflib
import locale
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from app.errors import SpeechError

_TABLE = """
en English|English
zh Chinese|中文
de German|Deutsch
es Spanish|Español
ru Russian|Русский
ko Korean|한국어
fr French|Français
ja Japanese|日本語
pt Portuguese|Português
tr Turkish|Türkçe
pl Polish|Polski
ca Catalan|Català
nl Dutch|Nederlands
ar Arabic|العربية
sv Swedish|Svenska
it Italian|Italiano
id Indonesian|Bahasa Indonesia
hi Hindi|हिन्दी
fi Finnish|Suomi
vi Vietnamese|Tiếng Việt
he Hebrew|עברית
uk Ukrainian|Українська
el Greek|Ελληνικά
ms Malay|Bahasa Melayu
cs Czech|Čeština
ro Romanian|Română
da Danish|Dansk
hu Hungarian|Magyar
ta Tamil|தமிழ்
no Norwegian|Norsk
th Thai|ไทย
ur Urdu|اردو
hr Croatian|Hrvatski
bg Bulgarian|Български
lt Lithuanian|Lietuvių
la Latin|Latina
mi Māori|Te reo Māori
ml Malayalam|മലയാളം
cy Welsh|Cymraeg
sk Slovak|Slovenčina
te Telugu|తెలుగు
fa Persian|فارسی
lv Latvian|Latviešu
bn Bengali|বাংলা
sr Serbian|Српски
az Azerbaijani|Azərbaycanca
sl Slovenian|Slovenščina
kn Kannada|ಕನ್ನಡ
et Estonian|Eesti
mk Macedonian|Македонски
br Breton|Brezhoneg
eu Basque|Euskara
is Icelandic|Íslenska
hy Armenian|Հայերեն
ne Nepali|नेपाली
mn Mongolian|Монгол
bs Bosnian|Bosanski
kk Kazakh|Қазақ тілі
sq Albanian|Shqip
sw Swahili|Kiswahili
gl Galician|Galego
mr Marathi|मराठी
pa Punjabi|ਪੰਜਾਬੀ
si Sinhala|සිංහල
km Khmer|ខ្មែរ
sn Shona|ChiShona
yo Yoruba|Yorùbá
so Somali|Soomaali
af Afrikaans|Afrikaans
oc Occitan|Occitan
ka Georgian|ქართული
be Belarusian|Беларуская
tg Tajik|Тоҷикӣ
sd Sindhi|سنڌي
gu Gujarati|ગુજરાતી
am Amharic|አማርኛ
yi Yiddish|ייִדיש
lo Lao|ລາວ
uz Uzbek|Oʻzbekcha
fo Faroese|Føroyskt
ht Haitian Creole|Kreyòl ayisyen
ps Pashto|پښتو
tk Turkmen|Türkmençe
nn Nynorsk|Nynorsk
mt Maltese|Malti
sa Sanskrit|संस्कृतम्
lb Luxembourgish|Lëtzebuergesch
my Burmese|မြန်မာ
bo Tibetan|བོད་སྐད་
tl Tagalog|Tagalog
mg Malagasy|Malagasy
as Assamese|অসমীয়া
tt Tatar|Татарча
haw Hawaiian|ʻŌlelo Hawaiʻi
ln Lingala|Lingála
ha Hausa|Hausa
ba Bashkir|Башҡортса
jw Javanese|Basa Jawa
su Sundanese|Basa Sunda
yue Cantonese|粵語
"""


def _read(table: str) -> tuple[dict[str, str], dict[str, str]]:
    english, own = {}, {}
    for line in table.strip().splitlines():
        code, names = line.split(" ", 1)
        english[code], own[code] = names.split("|")
    return english, own


LANGUAGES, OWN_NAMES = _read(_TABLE)
# Languages written without spaces between words.
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my", "bo"})
_ALIASES = {
    "jv": "jw", "nb": "no", "iw": "he", "in": "id", "cmn": "zh", "mandarin": "zh", "fil": "tl",
    "filipino": "tl", "castilian": "es", "flemish": "nl", "valencian": "ca", "myanmar": "my",
    "moldovan": "ro", "farsi": "fa", "haitian": "ht", "sinhalese": "si", "panjabi": "pa",
    "pushto": "ps", "letzeburgesch": "lb", "maori": "mi",
}  # fmt: skip
_LONGEST = 40  # letters of a language's name


def check_language(name: str) -> str:
    """The Whisper code for a code ("fr", "pt-BR") or a name ("French", "Français").

    Raises SpeechError that offers names that begin so or are spelt nearly so, if there are any.
    """
    code = language_code(name)
    if code is not None:
        return code
    known, asked = _names(), plain(name)
    near = [key for key in known if len(asked) > 2 and key.startswith(asked)]
    near += difflib.get_close_matches(asked, known, n=3, cutoff=0.6)
    codes = list(dict.fromkeys(known[key] for key in near))[:3]
    offer = ", ".join(f"{code} ({LANGUAGES[code]})" for code in codes)
    if offer:
        raise SpeechError(f"unknown language {name!r}: did you mean {offer}? Or leave it to auto")
    raise SpeechError(
        f"unknown language {name!r}: give a code or a name (fr, French, Français), or auto"
    )


def language_code(name: str) -> str | None:
    """As `check_language`, but None for what is no language."""
    asked = plain(name)
    for key in (asked, asked.replace("_", "-").split("-")[0]):
        if key in _names():
            return _names()[key]
    return None


def known_languages(names: Iterable[object]) -> tuple[str, ...]:
    """The Whisper codes among `names` (codes, browsers' tags as "pt-BR"), each once, in order."""
    found = (language_code(name[:_LONGEST]) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(code for code in found if code is not None))


def locale_languages() -> tuple[str, ...]:
    """The language that this computer's locale is set to; none for "C" and unknown ones."""
    name, _ = locale.getlocale()
    return known_languages([name] if name else [])


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Codes by codes, aliases and names, as `plain` writes them."""
    known = {code: code for code in LANGUAGES} | _ALIASES
    for table in (LANGUAGES, OWN_NAMES):
        known |= {plain(own): code for code, own in table.items()}
    return known


def plain(name: str) -> str:
    """Lower case, no accents on Latin letters: 'Français' -> 'francais'."""
    letters = unicodedata.normalize("NFKD", name.strip().lower())
    bare = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    return unicodedata.normalize("NFKC", bare)
