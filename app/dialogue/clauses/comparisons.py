"""Comparisons in languages where the compared thing stands before the adjective: "狗比猫大"."""

from __future__ import annotations

import re
from dataclasses import replace

from app.glossary.english import written
from app.glossary.repair import Glossary
from maskgil.nano.world.inflection import without_article

_BIGGER = "bigger than"
_FORMS = {
    "zh": (
        r"(?:把)?(?P<one>.+?)(?:应该|要)?(?:是|变得|变)?(?:比(?P<than>.+?)(?:更|还|要)?"
        r"(?P<more>[大高小矮])(?:一点|一些|得多|很多|多了|了)?"
        r"|[和跟像](?P<as>.+?)一样[大高])",
        "大高",
    ),
    "ja": (
        r"(?P<one>.+?)[をはが](?P<than>.+?)より(?:も|もっと)*(?P<more>大き|高|小さ|低)(?:く|い|め).*",
        ("大き", "高"),
    ),
    "ru": (
        r"(?:(?:пусть|сделай|сделайте)\s+(?P<one>.+?)"
        r"|(?P<who>.+?)\s+(?:будет|стал[аои]?|должн[аоы]? быть))"
        r"\s+(?:(?:будет|станет)\s+)?(?:ещё\s+|намного\s+)?"
        r"(?P<more>больше|крупнее|выше|меньше|мельче|ниже)(?:\s+чем)?\s+(?P<than>.+)",
        ("больше", "крупнее", "выше"),
    ),
    "ar": (
        r"(?:(?:اجعل|اجعلي|خلي)\s+)?(?P<one>.+?)\s+(?P<more>أكبر|أطول|أضخم|أصغر|أقصر)\s+من\s+(?P<than>.+)",
        ("أكبر", "أطول", "أضخم"),
    ),
    "hi": (
        r"(?:(?P<one>.+?)\s+को\s+(?P<than>.+?)|(?P<who>\S+)\s+(?P<whom>\S+))\s+से\s+"
        r"(?:(?:ज़्यादा|ज्यादा|थोड़ा|थोड़ी|बहुत)\s+)?"
        r"(?P<more>बड़[ाीे]|ऊँच[ाीे]|छोट[ाीे]).*",
        ("बड़", "ऊँच"),
    ),
}
"""Language -> an utterance that compares, and how the adjectives of the larger one begin."""
_COMPARES = {code: (re.compile(form), larger) for code, (form, larger) in _FORMS.items()}


def comparison(text: str, language: str, glossary: Glossary) -> str:
    """What is to be larger, smaller or as large as what, in English; "" for anything else."""
    if language not in _COMPARES:
        return ""
    form, larger = _COMPARES[language]
    found = form.fullmatch(text.strip().rstrip(".").replace(",", ""))
    if found is None:
        return ""
    told = {name: said for name, said in found.groupdict().items() if said}
    one = _named(told.get("one") or told["who"], language, glossary)
    other = told.get("than") or told.get("whom") or told["as"]
    than = _named(other, language, glossary)
    if "as" in told:
        how = "as big as"
    else:
        how = _BIGGER if told["more"].startswith(tuple(larger)) else "smaller than"
    return f"make {one} {how} {than}" if one and than else ""


def _named(text: str, language: str, glossary: Glossary) -> str:
    """One thing that nothing but its looks is told of, with its article; "" for others."""
    scene = glossary.read(text, language)
    if len(scene.phrases) != 1 or scene.phrases[0].noun is None or scene.unknown:
        return ""
    single = replace(scene, phrases=(replace(scene.phrases[0], many=False),))  # "собаки" of one
    return f"the {without_article(written(single, glossary.words.names))}"
