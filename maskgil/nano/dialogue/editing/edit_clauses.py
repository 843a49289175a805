"""Edits that the clauses of an utterance ask for, by the kinds of their verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import AIRLESS, named
from maskgil.nano.dialogue.clauses import Clause
from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.editing.attributes import (
    Attributes,
    attributes_of,
    side_at,
    sides_of,
    sky_of,
    without_side,
)
from maskgil.nano.dialogue.editing.deeds import bare_deed, ends_deed
from maskgil.nano.dialogue.editing.exchanges import BEHIND
from maskgil.nano.dialogue.editing.merging import THINGS_AND_PLACES
from maskgil.nano.dialogue.editing.retelling import Retelling
from maskgil.nano.dialogue.editing.which import PLACING, both_first, each_first
from maskgil.nano.dialogue.fragments import Fragment, Mention, read_fragment, read_place, roles_at
from maskgil.nano.dialogue.wording import dangling, with_antecedents
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.settings import place

_BRINGING = ("", "add", "want", "prefer", "paint", "make", "put", "give")
PEOPLE = ("person", "people")
_DEPTHS = ("background", "back", "distance", "foreground")  # of the picture that stands
_NEW = (["a"], ["an"], ["another"], ["two"], ["three"], ["some"])
_ARTICLES = (["a"], ["an"], ["the"])
_WHOLE = 2  # new things of a wish that names a place of its own: nobody takes it for a change


class EditClauses(Retelling):
    """Runs clauses on a scene; what they leave undecided stands in `is_new` and `in_doubt`."""

    def run(self, clause: Clause) -> None:
        """What the clause asks for."""
        words = with_antecedents(clause.words)
        if clause.verb == "make" and self.lets_go([], ["let", *words]):
            return
        if clause.verb != "add" and self.are_fewer(words):
            return
        if clause.verb == "replace" and len(pair := self.pair_apart(words)) == 2:
            return self.edits.swap(*pair)
        if clause.verb in PLACING and (related := self.related_pair(clause.verb, words)):
            one, relation, other = related
            self.edits.relate(one, relation, [other])
            return self.look_at([one])
        chosen = dict(self.chosen)
        for told in self.told_apart(clause.verb, words):
            self._run(clause.verb, told)
        self.chosen = chosen

    def _run(self, verb: str, words: list[str]) -> None:
        if verb in (*_BRINGING, "replace") and verb != "add" and self.paints_part(words):
            return
        words = self.of_owners(verb, words)
        if verb in (*_BRINGING, "replace", "move") and self._tells_sky(words):
            return
        if self.is_missing(verb, words):
            return
        if words[-2:] == ["any", "more"] and _denied(words):
            words = words[:-2]
        if self.instead_of and verb in _BRINGING:
            old, self.instead_of = self.instead_of, []
            return self._become_of(old, words)
        if verb in _BRINGING and self._coloured_ground(words):
            return
        if any(leads(words[n:], "swapped") for n in range(len(words))) and self._swaps(words):
            return
        words = each_first(both_first(words))
        if verb == "stop" and self._part([*words, "stops"], ""):
            return
        if verb in ("", "put", "move"):
            words = self._led_into(words)
        if verb in (*_BRINGING, "remove", "replace", "enlarge it", "shrink it") and (
            self._part(words, verb)
        ):
            return
        kind = verb.replace(" ", "_") or "bare"
        getattr(self, f"_{kind}")(words)

    # Verbs

    def _make(self, words: list[str]) -> None:
        at = next((n for n, w in enumerate(words) if w in ("to", "into", "in") and n), None)
        if length := leads(words, "fresh"):
            rest = words[length:]
            rest = rest[leads(rest, "copula", "joint") :]
            return self._picture(rest)
        if self._sky_with(words):
            return
        if words and words[0] in ("there", "there's"):
            return self._add(words[1 + (words[1:2] == ["be"]) :])
        if (length := leads(words, "pronoun")) and self._counts_known(words[length:]):
            return
        if (length := leads(words, "pronoun")) and self._is_place(words[length:]):
            words = [*words[:length], "in", *words[length:]]
        things, length = self._subject_or_sky(words)
        if things and length < len(words):
            told_new = not leads(words, "pronoun") and words[length + 1 : length + 2] in _ARTICLES
            if words[length] in ("for", "by") or (words[length] == "into" and told_new):
                return self.state(things, words[length + 1 :], replacing=True)
            return self.state(things, words[length:], pronoun=leads(words, "pronoun") == length)
        if at is not None and things == [] and length == 0:
            return self._become_of(words[:at], words[at + 1 :])
        self._bare(words)

    def _subject_or_sky(self, words: list[str]) -> tuple[list[int], int]:
        """The subject; "it" of "make it rain" is nobody."""
        length = leads(words, "pronoun")
        rest = words[length:]
        rest = rest[leads(rest, "copula") :]
        if length and rest:
            found = read_fragment(" ".join(rest))
            if found.scenery and not found.mentions and not attributes_of(rest):
                return self.edits.there or [-1], length
        return self.subject(words)

    def _is_place(self, words: list[str]) -> bool:
        """Whether the picture is to be in what words name: "make it a church", and no house."""
        text = " ".join(words)
        if read_fragment(text).setting or not read_place(text).setting:
            return False
        meant = [noun(self.edits[index].noun) for index in self.focus or self.edits.there]
        around = self.edits.scenery["setting"] is not None or len(self.edits.there) > 1
        return around and all(each.category != "building" for each in meant)

    def _led_into(self, words: list[str]) -> list[str]:
        """ "Take her to the church", where none stands, as "take her in the church"."""
        at = words.index("to") if "to" in words else len(words)
        told = read_place(" ".join(words[at + 1 :]))
        new = any(not self.found(each) for each in read_fragment(" ".join(words[:at])).mentions)
        if new or not told.setting or told.mentions or self.found_in(words[at + 1 :]):
            return words
        return [*words[:at], "in", *words[at + 1 :]]

    def _picture(self, words: list[str]) -> None:
        """What is said of the whole picture."""
        found = read_place(" ".join(words))
        if not self.set_scenery(found, words):
            self._bare(words)

    def _paint(self, words: list[str]) -> None:
        """ "Paint it blue"; "draw a red car on a street" is a new picture."""
        for end in range(len(words) - 3, 0, -1):
            if words[end] in ("in", "to", "into", "on") and is_whole(words[end + 1 :], "picture"):
                return self._add(words[:end])
        if (told := attributes_of(words)) and not told.is_noun_too:
            return self._bare(words)
        things, length = self.subject(words)
        if things and length < len(words) and not self.is_told_new(words):
            return self.state(things, words[length:])
        if self._is_known_anew(words):
            return
        found = read_fragment(" ".join(words))
        if found.scenery and not found.mentions:
            self.set_scenery(found, words)
            return
        self.wish = " ".join(words)
        if found.setting and found.setting != self.edits.scenery["setting"]:
            self.is_new = True
        else:
            self.in_doubt = not self._is_joined_to_known(found)
            self.merge(found, words)

    def _is_joined_to_known(self, found: Fragment) -> bool:
        """Whether what is named stands to something that is there."""
        related = {index for each in found.relations for index in each.objects}
        return any(self.found(found.mentions[index]) for index in related)

    def _move(self, words: list[str]) -> None:
        things, length = self.subject(words)
        if not things:
            things, length = self.it(), 0
        self.state(things, words[length:])

    def _put(self, words: list[str]) -> None:
        while words and words[-1] in BEHIND:
            words = words[:-1]
        things, length = self.subject(words)
        several = len(things) > 1 and "relation" in roles_at(words, length)[1]
        if not several and (self._gives_each(words) or self._gives(words)):
            return
        if things and length < len(words) and not self.is_told_new(words):
            return self.state(things, words[length:])
        if not self._is_known_anew(words):
            self._add(words)

    def _give(self, words: list[str]) -> None:
        if self._gives_each(words) or self._gives(words):
            return
        owners = self.it() if len(read_fragment(" ".join(words)).mentions) == 1 else []
        subject = named(replace(self.edits[owners[0]], count=1), definite=True) if owners else ""
        if not subject or not self._gives([*subject.split(), "with", *words]):
            self._add(words)

    def _prefer(self, words: list[str]) -> None:
        """ "I'd rather have a dog": instead of the cat that was spoken of last."""
        if rival := self._rival(words):
            return self.state(rival, words, replacing=True)
        self._want(words)

    def _rival(self, words: list[str]) -> list[int]:
        """What was spoken of last, where something new of its kind is wanted rather."""
        told = self.fragment(words).mentions
        return self.rivals(told[0]) if len(told) == 1 and not told[0].definite else []

    def rivals(self, mention: Mention, brought: Sequence[int] = ()) -> list[int]:
        """What a new thing is wanted instead of: what was just `brought`, or one of its kind."""
        if len(brought) == 1:
            return list(brought)
        if self.found(mention):
            return []
        kind = noun(mention.thing.noun).category
        known = [i for i in self.edits.there if noun(self.edits[i].noun).category == kind]
        recent = [index for index in known if index in self.focus]
        return next((each for each in (recent, known) if len(each) == 1), [])

    def _want(self, words: list[str]) -> None:
        """ "I want the cat to be black"; "I'd like a dragon above the castle"."""
        things, length = self.subject(words)
        if things and length < len(words) and not self.is_told_new(words):
            return self.state(things, words[length:])
        if "than" in words:
            at = words.index("than")
            words = [*words[:at], "instead", "of", *words[at + 1 :]]
        if self._instead(words):
            return
        if (told := attributes_of(words)) and not told.is_noun_too:
            return self._bare(words)
        if self.has_more(words) or not (self._counts_known(words) or self._is_known_anew(words)):
            self._add(words)

    def _is_known_anew(self, words: list[str]) -> bool:
        """ "The red car" where one stands that is not red."""
        found = self.fragment(words)
        if not found.mentions or not found.mentions[0].definite or found.relations:
            return False
        if not all(mention.definite and self.found(mention) for mention in found.mentions):
            return False
        self._told_again(found, words)
        return True

    def _add(self, words: list[str]) -> None:
        """New things, and where they stand; "with a hat" is worn by who was spoken of."""
        while words and words[-1] in ("too", "as", "well", "also", "again", "there", "in", "on"):
            words = words[:-1]
        if not words or self._dresses(words):
            return
        if self._more(words) or self._as_many_of_it(words, 1):
            return
        if words[0] == "the":
            things, length = self.subject(words)
            if things and length < len(words) and attributes_of(words[length:]):
                return self.state(things, words[length:])
        if ("for" in words or "to" in words) and (self._gives_each(words) or self._gives(words)):
            return
        words = self._without_pronouns(dangling(_side_last(words)))
        found = self.fragment(without_side(words))
        if not found.mentions and attributes_of(words):
            return self._bare(words)
        self.merge(found, words)

    # No verb

    def _bare(self, words: list[str]) -> None:
        """What is said without a verb: of what it is, and whether it is a new wish."""
        words = words[leads(words, "copula") if leads(words, "copula") < len(words) else 0 :]
        if not words:
            return
        if (sky := sky_of(words)) and not self._is_over(words):
            return self.edits.set(**sky)
        if self._sky_with(words):
            return
        if self._more(words) or self._eases(words) or self._throws(words):
            return
        if ends_deed(words):
            return self._stop(bare_deed(words)[leads(bare_deed(words), "at rest") :])
        told = attributes_of(words)
        if told is not None and not (told.is_noun_too and words[0] in ("the", "a", "an")):
            return self._tell_it(told)
        if self._told_for(words) or (
            "for" in words and (self._gives_each(words) or self._gives(words))
        ):
            return
        if self._told_of_alone(words):  # "only the dog should be brown"
            words = words[leads(words, "only") :]
        elif self._only(words) or self._instead(words):
            return
        if length := leads(words, "fresh"):
            rest = words[length:]
            return self._picture(rest[leads(rest, "copula", "joint") :])
        if not self.is_told_new(words):
            over = self._is_over(words)
            things, length = self.subject(words) if over else self._subject_or_sky(words)
            if things and length < len(words):
                if self._is_clothed(words[length:]) and self._gives(words):
                    return  # "… and the dog a hat"
                told_too = self._mention(words[:length]) if len(things) == 1 else None
                if told_too is not None and attributes_of(words[length:]):
                    self._retell(things[0], replace(told_too, counted=False))
                pronoun = leads(words, "pronoun") == length
                return self.predicate(things, words[length:], pronoun=pronoun)
        if words[0] in ("it's", "it"):
            words = words[1:]
        if not self._is_where(words):
            self._phrase(words)

    def _told_of_alone(self, words: list[str]) -> bool:
        """Whether a look is told of what is there, of that alone."""
        rest = words[leads(words, "only") :]
        things, length = self.subject(rest)
        said = rest[length:]
        said = said[leads(said, "copula") :]
        told = attributes_of(said) if things and len(rest) < len(words) else None
        return told is not None and "count" not in told.told

    def _sky_with(self, words: list[str]) -> bool:
        """ "Night with a full moon": the sky told anew, and what is in it."""
        at = next((n for n, word in enumerate(words) if word in ("with", "and") and n), None)
        sky = sky_of(words[:at]) if at is not None else {}
        found = read_fragment(" ".join(words[at:])) if sky and at is not None else None
        if found is None or not found.mentions or at is None:
            return False
        self.edits.set(**sky)
        self._add(words[at + 1 :])
        return True

    def _told_for(self, words: list[str]) -> bool:
        """ "White for the horse", "smaller, the car"."""
        at = max((n for n, word in enumerate(words) if word in ("the", "that", "this")), default=0)
        if len(words) > 1 and leads(words[-1:], "pronoun") and (told := attributes_of(words[:-1])):
            self._tell_it(told)  # "lower it"
            return True
        told = attributes_of(words[: at - (words[at - 1] in ("for", "with"))]) if at else None
        rest = words[at:]
        if told is None:
            return False
        things, length = self.subject(rest)
        if not things or length < len(rest):
            return False
        self.apply(things, told)
        return True

    def _tell_it(self, told: Attributes) -> None:
        things = self.it()
        if told.is_scalar:
            things = [self.wearer(index) for index in things]  # a hat is as large as its head
            things = things if self.focus else things[:1]
        self.apply(things, told)

    def _phrase(self, words: list[str]) -> None:
        """A noun phrase alone: what stands told anew, something to add, or a new picture."""
        words = dangling(_side_last(words))
        plain = self._without_pronouns(words)
        found = self.fragment(without_side(plain))
        if self._one_so(found):
            return
        if not found.mentions:
            if self.set_scenery(found, words):
                self.in_doubt |= words[0] in ("a", "an") and found.setting is not None
            else:
                self.left_out.append(" ".join(words))
            return
        known = [bool(self.found(mention)) for mention in found.mentions]
        if all(known) and self._are_more(found):
            return self.merge(found, words)
        if known == [False] and found.mentions[0].thing.count == 1 and self._dresses(plain):
            return
        if all(known) and not (found.scenery and not found.mentions[0].definite):
            return self._told_again(found, words)
        related = {index for each in found.relations for index in each.objects}
        pointed = (
            plain != words
            or not self.edits.there
            or any(side is not None for side in sides_of(words))
            or any(known[index] for index in related)
            or words[-1] in _DEPTHS
            or "relation" in roles_at(words, 0)[1]
            or (leads(words, "plenty", "more") > 0 and not found.scenery)
            or (words[-1] == "sky" and self.has_sky())
            or any(
                mention.definite and there
                for mention, there in zip(found.mentions, known, strict=True)
            )
        )
        if self._is_laid_out(found, sides_of(words)) and not any(known):
            self.is_new = not self._belongs(found)
        if not pointed:
            fresh = known.count(False)
            if fresh >= _WHOLE and found.setting not in (None, self.edits.scenery["setting"]):
                self.is_new = True
                return
            compound = any(read_fragment(word).mentions for word in found.left_out)  # "cat hat"
            plain_one = fresh == 1 and not found.scenery and not compound
            self.in_doubt = not plain_one or not self._belongs(found)
        self.merge(found, words)

    def _is_laid_out(self, found: Fragment, sides: list[int | None]) -> bool:
        """Whether "the farmer on the left and a dog on the right" speaks of a picture as known."""
        told = len(sides) == len(found.mentions) >= _WHOLE and None not in sides
        return told and found.mentions[0].definite

    def _is_clothed(self, words: list[str]) -> bool:
        """Whether words are no more than something to wear: "a hat"."""
        told = read_fragment(" ".join(words)).mentions if self.is_told_new(words) else ()
        return len(told) == 1 and noun(told[0].thing.noun).category == "clothes"

    def _belongs(self, found: Fragment) -> bool:
        """Whether all that is named is at home where the scene is: a boat on a lake."""
        there = {self.edits[index].noun.split()[-1] for index in self.edits.there}
        implied = (name for told, name in THINGS_AND_PLACES.items() if told in there)
        setting = self.edits.scenery["setting"] or next(implied, None)
        if setting is None:
            return False
        where = place(setting)
        return all(
            set(where.tags) & set(told.settings)
            or ("w" in told.places and where.water)
            or (told.category == "celestial" and where.outdoors and where.name != "underwater")
            or ("t" in told.places and "table" in where.tags)
            or (told.category in PEOPLE and where.name not in AIRLESS)
            for told in (noun(mention.thing.noun) for mention in found.mentions)
        )


def _denied(words: list[str]) -> bool:
    """Whether something is said not to be so."""
    return any(word in ("not", "never") or word.endswith("n't") for word in words)


def _side_last(words: list[str]) -> list[str]:
    """ "On the left a house" as "a house on the left"."""
    length, _ = side_at(words, 0)
    behind = words[length:]
    return [*behind, *words[:length]] if length > 1 and behind[:1] in _NEW else words
