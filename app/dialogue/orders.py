"""Orders to add, remove or change a thing, in languages that have no table of phrases."""

from __future__ import annotations

from app.dialogue.phrase_table import beginning_languages, beginnings, parts_of, whole_phrases
from app.dialogue.translation import Utterance
from app.glossary.english import written
from app.glossary.normalize import as_written
from app.glossary.repair import Glossary
from app.glossary.typed import TypedWish, english_letters
from maskgil.nano.world.inflection import without_article


def ordered(text: str, glossary: Glossary, usual: str) -> Utterance | None:
    """A text that begins, or ends, with a verb of change: "togli il gatto", remove the cat.

    Nothing is asked for by one of which a thing is not known: it is left out. None for any other
    text. `usual`: the language of what was said before, which wins.
    """
    found = list[Utterance]()
    for language in sorted(beginning_languages(), key=lambda code: code != usual):
        verbs, parts = beginnings(language), parts_of(text, language)
        if english := whole_phrases(language).get(tuple(parts)):
            return Utterance(language, english, len(text))
        said = [part for part in parts if part in verbs]
        ends = {*parts[:1], *parts[-1:]} & {*said}
        if not ends or english_letters(" ".join(said)):
            continue
        rest = " ".join(part for part in parts if part not in verbs)
        read = glossary.read(rest, language)
        if read.unknown or not read.phrases:
            unknown = tuple(as_written(list(read.unknown), text)) or (text,)
            found.append(Utterance(language, "", len(text), unknown))
            continue
        verb, named = verbs[said[0]], written(read, glossary.words.names)
        if verb == "add":
            return Utterance(language, f"add {named}", len(text))
        named = without_article(named)  # what is there: "the black cat" of one that is not so
        return Utterance(language, f"{verb} the {named}".removeprefix("make "), len(text))
    return found[0] if found else None


def as_added(wish: TypedWish, text: str) -> Utterance:
    """A wish in a language without a table, as one for more where it is begun so: "aggiungi"."""
    language = wish.language
    begun = {word for word, verb in beginnings(language).items() if verb == "add"}
    rest = tuple(word for word in wish.unknown if not begun.issuperset(parts_of(word, language)))
    english = wish.prompt if rest == wish.unknown else f"add {wish.prompt}"
    return Utterance(wish.language, english, len(text), rest)
