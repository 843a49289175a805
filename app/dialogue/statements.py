"""Statements about activities, in languages without articles or without a phrase table."""

from __future__ import annotations

from app.dialogue.clauses.pronouns import LOOSE, PLURAL_ENDS, PRONOUNS
from app.dialogue.translation import Utterance
from app.glossary.english import rendered
from app.glossary.normalize import folded_words
from app.glossary.parts.doings import TRANSITIVE
from app.glossary.repair import Glossary
from app.glossary.typed import written_alike
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.reader.words import mutual
from maskgil.nano.world.scene import Scene

ARTICLELESS = ("zh", "ja", "ru", "ko", "tr", "hi", "ar", "uk", "pl")
DEFINITE = {"it": ("il", "lo", "la", "l", "i", "gli", "le"), "nl": ("de", "het")}
"""Articles of what is known, of languages that have no table of phrases."""


def stated(text: str, glossary: Glossary, scene: Scene, usual: str) -> Utterance | None:
    """A text that tells of one thing of the scene what it does: "собака спит", the dog is sleeping.

    So does one in the `usual` language that names nobody: "er rennt", "si abbracciano". None for
    any other, and where what it does is told before it: "спящая собака" is a wish.
    `usual`: the language of what was said before, which wins.
    """
    first = next(iter(folded_words(text)), "")
    if usual and (english := _of_whom_was_spoken(text, usual, glossary, scene)):
        return Utterance(usual, english, sum(map(len, folded_words(text))))
    known = (*ARTICLELESS, *(code for code, articles in DEFINITE.items() if first in articles))
    alike = [code for code in written_alike(text, glossary) if code in known]
    for language in sorted(alike, key=lambda code: code != usual):
        if english := _statement(text, language, glossary, scene):
            return Utterance(language, english, sum(map(len, folded_words(text))))
    return None


def _of_whom_was_spoken(text: str, language: str, glossary: Glossary, scene: Scene) -> str:
    """What those do who are there, where nobody else is named: "they are hugging"."""
    items = glossary.lexicon(language).scan(text)
    told = [item for item in items if item.text not in LOOSE.get(language, ())]
    who = PRONOUNS.get(language, {}).get(told[0].text, "") if told else ""
    doing = [item.get("doing") for item in told[bool(who) :]]
    if len(doing) != 1 or doing[0] is None:
        return ""
    deed = str(doing[0].value)
    plural = not who and language in PLURAL_ENDS and told[0].text.endswith(PLURAL_ENDS[language])
    several = deed in mutual() or plural or (len(scene.things) == 1 and scene.things[0].count > 1)
    who = "they" if several else who or "it"
    return f"{who} {'are' if who == 'they' else 'is'} {deed}"


def _statement(text: str, language: str, glossary: Glossary, scene: Scene) -> str:
    read = glossary.read(text, language)
    if not read.phrases or read.unknown or read.places or read.absent or len(read.phrases) > 2:
        return ""
    first, names = read.phrases[0], glossary.words.names
    looks = " ".join(filter(None, (first.size, first.doing)))
    deed = read.joints[0] if read.joints and read.joints[0] in TRANSITIVE else ""
    plain = first.noun is not None and not (first.count or first.colour)
    if not plain or not (looks or deed) or (read.joints and not deed):
        return ""
    if not _is_told_behind(text, language, glossary):
        return ""
    name = names[first.noun or 0]
    meant = read_scene(name).scene.things
    if not meant or all(thing.noun != meant[0].noun for thing in scene.things):
        return ""
    done_to = f"{deed} {rendered(read.phrases[1], names)}" if deed else ""
    return " ".join(filter(None, (f"the {name} is", looks, done_to)))


def _is_told_behind(text: str, language: str, glossary: Glossary) -> bool:
    """Whether what a thing does, or how it is, stands behind the thing."""
    items = glossary.lexicon(language).scan(text)
    things = [at for at, item in enumerate(items) if item.get("noun")]
    told = [at for at, item in enumerate(items) if item.get("look", "doing")]
    return bool(things and told) and things[0] < told[0] and not items[0].get("number")
