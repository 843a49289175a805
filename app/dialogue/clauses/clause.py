"""A clause in English: phrases of the table, and the words between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.clauses.lookups import NAMES, ClauseLookups, amount_of, told_alone, unread
from app.dialogue.clauses.pronouns import LOOSE, PLURAL_ENDS, POSSESSIVES, PRONOUNS
from app.dialogue.clauses.tidying import tidied
from app.dialogue.clauses.word_order import (
    GENITIVES,
    IS,
    OF,
    ON_OR_ABOVE,
    SIDED,
    SINGLE,
    THERE_IS,
    in_order,
    is_paint,
    is_verb_phrase,
    settle,
    with_ones,
)
from app.dialogue.phrase_table import CommandPhrase, parts_of
from app.glossary.english import written
from app.glossary.lexicon import LexiconItem
from app.glossary.mixed import MixedWish
from app.glossary.parts.joints import RELATIVE
from app.glossary.repair import Glossary
from app.glossary.typed import read_in_several
from app.languages import UNSPACED
from maskgil.nano.dialogue.commands import is_whole
from maskgil.nano.dialogue.wording.clauses import is_verb
from maskgil.nano.reader.words import words_of_kind

_THE = CommandPhrase("det", "the")
_ARTICLES = ("a", "an", "the")
_BEHIND = frozenset({"zh"})  # languages that say where before what: told behind it in English
_INSTEAD = "instead of"
_SKY = "in the sky"
_ALONE = ("one", "another version", "another one")  # … and no thing behind it
_WHOM = ("him", "her")  # "他前面"
_PRO_DROP = ("es", "pt")  # languages that need not say who does something
_TOO = ("aussi", "también", "também", "auch", "也")


class TranslatedClause(ClauseLookups):
    """One clause: phrases of the table, and what stands between them."""

    def __init__(self, language: str, glossary: Glossary) -> None:
        super().__init__(language, glossary)
        self.told: list[CommandPhrase] = []
        self.behind: list[str] = []
        self.unknown: list[str] = []
        self.known = 0
        self.is_relative = False  # "戴帽子的": what is said before the thing that it is said of
        self.is_too = self.of_sky = self.is_single = False
        self.is_placed = False  # where something is stands first
        self.owned = set[int]()  # articles that say whose something is

    def read(self, parts: Sequence[str]) -> TranslatedClause:
        """Takes the words or characters of the clause."""
        at = start = self._subject(parts)
        while at < len(parts):
            length = self._match(parts, at)
            if not length:
                at += max(1, self._noun_length(parts, at), self._denies_look(parts, at))
                continue
            self._between(parts[start:at])
            if self._is_relative_article(parts[at : at + 2]):
                self.known += len(parts[at])
                at = start = self.taken = at + 1
                continue
            self.is_single = parts[at] in SINGLE.get(self.language, ())
            self._take(self.table[tuple(parts[at : at + length])], parts[at : at + length])
            self.known += sum(map(len, parts[at : at + length]))
            at = start = self.taken = at + length
        self._between(parts[start:])
        for at, (owner, part) in enumerate(zip(self.told, self.told[1:], strict=False)):
            if at in self.owned and owner == _THE and part.english in words_of_kind("spot"):
                self.told[at] = CommandPhrase("det", "his")  # "auf seiner Schulter"
        kinds = [phrase.kind for phrase in self.told]
        alone = kinds in (["det", "thing"], ["thing"]) or (
            len(kinds) == 1 and is_whole(self.told[0].english.split(), "other")
        )
        definite = alone and self.told[0].english.split()[0] == "the"
        self.is_too = definite and any(part in _TOO for part in (*parts[:1], *parts[-2:]))
        return self

    def _subject(self, parts: Sequence[str]) -> int:
        """How many words name who does what follows: "il mange", "corre" in a language without."""
        known = PRONOUNS.get(self.language, {}) if self.language not in UNSPACED else {}
        who = known.get(parts[0]) if parts else None
        if parts[:1] == ["sie"] and parts[1:2] and parts[1][-1] == "t":
            who = "she"  # of German; "sie tragen" are several
        at = int(who is not None)
        while at < len(parts) and parts[at] in LOOSE.get(self.language, ()):
            at += 1
        items = self.glossary.lexicon(self.language).scan(self.joint.join(parts[at:]))
        does = bool(items) and items[0].get("doing") is not None and items[0].get("noun") is None
        dropped = self.language in _PRO_DROP and at == 0 and len(items) > 1
        lengths = range(1, len(parts) - at + 1)
        phrases = (self.table.get(tuple(parts[at : at + n])) for n in lengths)
        acts = [phrase for phrase in phrases if phrase is not None]
        verbs = any(phrase.kind == "verb" for phrase in acts)
        if not (who or dropped) or not (verbs or (does and not acts)) or (dropped and verbs):
            return 0
        plural = dropped and parts[at].endswith(PLURAL_ENDS[self.language])
        self.told.append(CommandPhrase("thing", who or ("they" if plural else "he")))
        self.known += sum(map(len, parts[:at]))
        return at

    def _match(self, parts: Sequence[str], at: int) -> int:
        """The length of the longest phrase from `at` that is no part of a longer noun."""
        noun = self._noun_length(parts, at)
        for length in range(min(self.longest, len(parts) - at), 0, -1):
            phrase = self.table.get(tuple(parts[at : at + length]))
            if phrase is not None and phrase.english == "not" and self._denies_look(parts, at):
                return 0  # "不是红色的汽车"
            if phrase is None or (phrase.kind == "verb" and self._is_named(at)):
                continue
            if phrase.english == "and" and self._joins_colours(parts, at):
                continue  # "rot und weiß gestreift"
            if phrase.english == "full of" and self.taken == at:
                continue  # "plein de fleurs"
            if self._joins_look(parts, at):
                continue  # "一只黑色的狗"
            if phrase.english == "change" and self._is_measured(parts, at):
                continue  # "两把伞"
            if phrase.english in _ALONE and self._noun_length(parts, at + length):
                continue  # "左边的那只猫", "une autre voiture"
            if phrase.kind == "place" and 0 < length <= noun and not self._is_placed(at):
                continue  # "füge einen Mond hinzu"
            behind = parts[at + length - 1 : at + length]
            cut = length > 1 and is_verb_phrase(phrase) and self._is_article(behind)
            if cut and self._noun_length(parts, at + length):
                continue  # "rends la | voiture"
            return length if length >= noun else 0
        return 0

    def _is_relative_article(self, parts: Sequence[str]) -> bool:
        """Whether an article behind a thing begins what is told of it: "ein Mann der im Boot"."""
        after = self.table.get((parts[-1],)) if len(parts) > 1 else None
        article = self.language == "de" and self.table.get((parts[0],)) == _THE
        return article and self._names_last() and after is not None and after.kind == "prep"

    def _is_placed(self, at: int) -> bool:
        """Whether a preposition stands before this part, with an article or without."""
        told = [each.kind for each in self.told[-2:]]
        return self.taken == at and (told[-1:] == ["prep"] or told == ["prep", "det"])

    def _is_named(self, at: int) -> bool:
        """Whether an article stands before this part, or "without": "une porte" is no verb."""
        last = self.told[-1] if self.told and self.taken == at else None
        return last is not None and (last.kind == "det" or last.english == "remove")

    def _take(self, phrase: CommandPhrase, parts: Sequence[str]) -> None:
        worn = [each.kind for each in self.told[-2:]] == ["verb", "thing"]
        self.is_relative = list(parts) == ["的"] and worn and not is_paint(self.told[-1].english)
        if phrase.english in THERE_IS and self._is_in_relative():
            return None  # "devant laquelle il y a un chien"
        if phrase.kind == "side":
            return self._take_side(phrase.english)
        if phrase.english in SIDED and self.told and self.told[-1].kind == "thing":
            return self._take_side(f"to {phrase.english} of")  # "猫左边的狗"
        if phrase.kind == "sky":
            self.of_sky = True
            return
        if phrase.kind == "behind":
            return self._take_behind(phrase.english)
        if phrase.kind == "place":
            first = self.table.get((parts[0],))
            placed = [each.kind for each in self.told[-2:]] in (["prep"], ["prep", "det"])
            bare = not placed and (first is None or first.kind != "prep")
            self.of_sky |= bare and phrase.english == _SKY
            if self._is_put(parts):
                self.told[-1] = CommandPhrase("word", "it")  # "mets-le sur la lune"
            while self.told and self.told[-1].kind in ("det", "prep"):
                self.told.pop()
            if self.language in _BEHIND and not self._is_instead():
                self.behind.append(phrase.english)
                return
        if phrase.english == _INSTEAD and self.behind:  # "下雪代替夜晚"
            self.told += [CommandPhrase("place", told) for told in self.behind]
            self.behind = []
        if phrase == _THE and parts[0] in POSSESSIVES.get(self.language, ()):
            self.owned.add(len(self.told))
        if self._is_whose(phrase, parts):
            self.told += [OF, _THE] if phrase.kind == "drop" else [OF]
        if phrase.kind != "drop":
            self.told.append(phrase)

    def _take_behind(self, where: str) -> None:
        """Where something is, by what was told before: behind the thing that is named there."""
        self.is_placed |= not self.told
        if self.told and self.told[-1].kind in ("thing", "det") and self.joint:
            self.told.append(CommandPhrase("place", where))
        else:
            self.behind.append(where)

    def _is_whose(self, phrase: CommandPhrase, parts: Sequence[str]) -> bool:
        """Whether this is the article of whose the thing before it is: "die Katze der Hexe"."""
        if phrase.kind not in ("det", "drop") or (parts[0] not in GENITIVES.get(self.language, ())):
            return False
        given = self.told and self.told[0].english in ("give", "give them")
        return not given and self._names_last()

    def _names_last(self) -> bool:
        """Whether a thing was named last, and what is told of it is no colour alone."""
        last = self.told[-1] if self.told else None
        return last is not None and last.kind == "thing" and not is_paint(last.english)

    def _is_put(self, parts: Sequence[str]) -> bool:
        """Whether "the" behind a verb is what is to be somewhere: the place has its preposition."""
        first = self.table.get((parts[0],))
        placed = first is not None and first.kind == "prep" and len(parts) > 1
        told = self.told[-2:]
        return placed and len(told) == 2 and is_verb_phrase(told[0]) and told[1].english == "the"

    def _is_instead(self) -> bool:
        """Whether what follows is what is not wanted any more."""
        return bool(self.told) and self.told[-1].english == _INSTEAD

    def _take_side(self, side: str) -> None:
        """Where something is, by the thing named before it: told behind all else."""
        named = self.told and (self.told[-1].kind == "thing" or self.told[-1].english in _WHOM)
        thing = self.told.pop() if named else None
        where = "it" if thing is None else thing.english
        which = self.told and thing is not None and self.told[-1].kind == "det"
        if which and self.told[-1].english.startswith("the "):
            where = f"{self.told.pop().english} {where.removeprefix('the ')}"  # "the second cat"
        elif where.startswith("the "):
            where = f"a {where.removeprefix('the ')}"
        self.behind.append(f"{side} {where}")

    def _between(self, parts: Sequence[str]) -> None:
        """What no phrase of the table is: things with what they are told."""
        if not parts:
            return
        text = self.joint.join(parts)
        lexicon = self.glossary.lexicon(self.language)
        items = lexicon.scan(text)
        if self._is_in_relative() and len(items) > 1 and (deed := items[0].get("doing")):
            self.told.append(CommandPhrase("tell", str(deed.value)))  # "où jouent deux enfants"
            self.known += len(items[0].text)
            return self._between(parts[len(parts_of(items[0].text, self.language)) :])
        scene = self.glossary.read(text, self.language)
        mixed = self._with_english(text, scene.unknown)
        unknown = scene.unknown if mixed is None else mixed.unknown
        self.unknown += unknown
        self.known += sum(
            len(item.text.replace(" ", "")) for item in items if not item.get("unknown")
        )
        if paint := self._paint_of_sky(items):
            self.of_sky = True
            self.told.append(CommandPhrase("thing", paint))
            return
        looks = self._looks_alone(items)
        if tell := told_alone(items[looks:]):
            if looks:
                paints = [str(p.value) for item in items[:looks] if (p := item.get("colour"))]
                self.told.append(CommandPhrase("thing", " ".join(paints)))
            self.unknown = self.unknown[: len(self.unknown) - len(unknown)]
            self._tell(tell)
            return
        last = self.told[-1].english if self.told else ""
        if last in ("a", "one") or self.is_single:  # "einem Bären" is one, "des Bären" too
            single = tuple(replace(phrase, many=False) for phrase in scene.phrases[:1])
            scene = replace(scene, phrases=(*single, *scene.phrases[1:]))
        told, amount = written(scene, self.glossary.words.names), amount_of(items)
        told = told if mixed is None else mixed.prompt
        paint = next((str(p.value) for item in items if (p := item.get("colour"))), "")
        if self.language in UNSPACED and amount in NAMES.values() and paint and told in ("", paint):
            told = f"{amount} {paint}"  # "一只红色，一只蓝色"
        english = told or amount
        bound = bool(self.told) and (self.told[-1].kind == "det" or self._is_bound())
        is_named = any(phrase.noun is not None for phrase in scene.phrases)
        alone = bool(unknown) and not is_named
        bound |= len(self.told) > 1 and self.told[-1].english == "remove"  # "un homme sans tête"
        if self.language in UNSPACED:
            bound = bool(self.told) and is_verb(self.told[-1].english.split()) and not told
        else:
            bound |= bool(amount) and not told
        if alone and bound:
            english = f"{english} {unread(unknown[-1])}".strip()  # a thing that nobody knows
        if not english and unknown:
            self.told.append(CommandPhrase("unknown", unread(unknown[-1])))
        if not english:
            return
        first, _, rest = english.partition(" ")
        counted = any(item.get("number") for item in items)
        things = [phrase for phrase in scene.phrases if phrase.noun is not None]
        if self.told and self._is_bound():
            english = rest if first in _ARTICLES and rest else english
        elif self.language in UNSPACED and len(things) == 1 and not counted:
            english = f"the {rest if first in _ARTICLES else english}"
        if things:
            settle(self.told, self.glossary.words.names[things[0].noun or 0])
        if self.is_relative and things:
            return self._take_relative(english)
        doing = things[0].doing if len(things) == 1 else ""
        if doing and english.endswith(f" {doing}") and self.told and self.told[-1] == _THE:
            self.told += [CommandPhrase("thing", english.removesuffix(f" {doing}")), IS]
            english = doing  # "le garçon court"
            return self.told.append(CommandPhrase("tell", english))
        self.told.append(CommandPhrase("thing", english))
        if things and self.joint and items[-1].get("of"):
            self.told.append(OF)  # "el gato de | la bruja"
        if unknown and items[-1].get("unknown") and not (alone and bound):
            self.told.append(CommandPhrase("unknown", unread(unknown[-1])))

    def _looks_alone(self, items: Sequence[LexiconItem]) -> int:
        """How many items are colours that name something behind an article: "le noir dort"."""
        if not (self.told and self.told[-1].kind == "det"):
            return 0
        return next((at for at, item in enumerate(items) if not item.get("colour")), 0)

    def _paint_of_sky(self, items: Sequence[LexiconItem]) -> str:
        """The colour that the sky is to have, where nothing else is told of."""
        names_sky = any((place := item.get("place")) and place.value == _SKY for item in items)
        at = [phrase.kind for phrase in self.told[-2:]]
        if not self.of_sky and (not names_sky or at[-1:] == ["prep"] or at == ["prep", "det"]):
            return ""
        paints = [paint for item in items if (paint := item.get("colour"))]
        things = [item for item in items if item.get("noun") and not item.get("colour")]
        return str(paints[0].value) if paints and not things else ""

    def _tell(self, told: str) -> None:
        """What somebody does, or how they are, where they were named before: "… is sleeping"."""
        if self._is_in_relative():
            return self.told.append(CommandPhrase("tell", told))
        while self.told and self.told[-1].kind == "prep":
            self.told.pop()  # "狗在睡觉"
        last = self.told[-1].english if self.told else ""
        if self.told and self.told[-1].kind == "thing":
            self.told.append(IS)
        elif last in ("the", "it"):  # "está" without its accent
            self.told[-1] = IS
        self.told.append(CommandPhrase("tell", told))

    def _with_english(self, text: str, unknown: Sequence[str]) -> MixedWish | None:
        """What is told with English words among the others: "enlève the dog"."""
        strange = words_of_kind("function").intersection(text.split())
        if not (unknown or strange):
            return None
        found = read_in_several(text, self.glossary, (), (), self.language)
        better = found is not None and (strange or len(found.unknown) < len(unknown))
        return found if better else None

    def _take_relative(self, thing: str) -> None:
        """A thing behind what it wears: "戴蓝帽子的女孩" as "a girl wearing a blue hat"."""
        verb, worn = self.told[-2:]
        del self.told[-2:]
        if self.told and self.told[-1].english in NAMES.values():
            self.told.pop()
            thing = thing.replace("the ", "a ", 1)
        self.told += [
            CommandPhrase("thing", thing),
            verb,
            CommandPhrase("thing", worn.english.replace("the ", "a ", 1)),
        ]
        self.is_relative = False

    def _is_in_relative(self) -> bool:
        """Whether what was said last begins a relative clause."""
        return bool(self.told) and self.told[-1].english.endswith(RELATIVE)

    def _is_bound(self) -> bool:
        """Whether an article, or what stands for one, is before what follows."""
        sided = "the" in self.told[-1].english.split() and self.told[-1].kind == "det"
        return sided or self.told[-1].english.split()[-1] in (*_ARTICLES, "more", "another")

    def english(self, *, is_first: bool = True) -> str:
        """The clause in English; one that is not the first may go on from the one before."""
        told = in_order(self.told, self.language)
        if len(told) == 2 and told[0].english == "remove" and is_paint(told[1].english):
            told = [CommandPhrase("word", "not"), told[1]]  # "keine roten"
        told = with_ones(told)
        words = [phrase.english for phrase in told] + self.behind
        if told and told[-1].kind == "prep" and not self.behind and self.language != "de":
            words.append("it")  # "un chien à côté"; "setz einen Hut auf" has a verb in two parts
        text = " ".join(words).replace(ON_OR_ABOVE, "on")
        paint = next((each.english for each in told if is_paint(each.english)), "")
        things = [each for each in told if each.kind == "thing" and not is_paint(each.english)]
        if self.of_sky and paint and not things:
            return f"make the sky {paint}"
        if is_first and text.startswith("into the ") and self.language in UNSPACED:
            text = text.replace("into the", "make it a", 1)  # "换成女孩"
        text = text.removeprefix("into ") if is_first else text
        named = told[:1] and told[0].kind in ("det", "thing") and told[0].english != "the"
        if is_first and self.is_placed and named and not any(map(is_verb_phrase, told)):
            text = f"add {text}"  # "davor steht ein Ritter"
        if text.startswith("has "):
            text = f"it {text}"  # "tiene un loro"
        text = tidied(text)
        return f"{text} too" if self.is_too else text
