"""Dispatch of clauses to edits, by the kind of their verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED, named
from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.editing.attributes import (
    attributes_of,
    without_side,
)
from maskgil.nano.dialogue.editing.exchanges import BEHIND
from maskgil.nano.dialogue.editing.merging import BESIDE
from maskgil.nano.dialogue.editing.predicates import DEPTHS
from maskgil.nano.dialogue.editing.referents.agents import agents
from maskgil.nano.dialogue.editing.referents.classes import ends_in_noun
from maskgil.nano.dialogue.editing.referents.which import PLACING, both_first, each_first
from maskgil.nano.dialogue.editing.verbless import VerblessClauses, side_last
from maskgil.nano.dialogue.fragments import (
    Fragment,
    Mention,
    nouns_in,
    read_fragment,
    read_place,
    roles_at,
)
from maskgil.nano.dialogue.wording.anaphora import one_more, with_antecedents
from maskgil.nano.dialogue.wording.clauses import Clause
from maskgil.nano.dialogue.wording.ellipsis import dangling
from maskgil.nano.world.nouns import ALIVE, noun

_BRINGING = ("", "add", "want", "prefer", "paint", "make", "put", "give")
_ALTERING = ("remove", "replace", "move", "enlarge it", "shrink it")
_ARTICLES = (["a"], ["an"], ["the"])
_LOOSE = ("too", "as", "well", "also", "again", "back")


class EditClauses(VerblessClauses):
    """Applies clauses to a scene; undecided cases are in `is_new` and `in_doubt`."""

    def run(self, clause: Clause) -> None:
        """What the clause asks for."""
        words = one_more(with_antecedents(clause.words))
        if clause.verb == "make" and self.lets_go([], ["let", *words]):
            return
        if clause.verb != "add" and self.are_fewer(words):
            return
        if leads(clause.said.split(), "exchanging") and self._trades(words):
            return
        if clause.verb == "replace" and len(pair := self.pair_apart(words)) == 2:
            return self.edits.swap(*pair)
        if clause.verb in PLACING and (related := self.related_pair(clause.verb, words)):
            one, relation, other = related
            self.edits.relate(one, relation, [other])
            return self.look_at([one])
        if clause.said == "with" and (self.drawn_with(self.it(), words) or self._bears(words)):
            return
        if clause.said == "it needs" and self._is_borne(words):
            self._gives_all(self.name_of(self.it()[0]).split(), words)
            return
        words = self.all_there(clause.verb, words)
        chosen = dict(self.chosen)
        for told in self.told_apart(clause.verb, words):
            self._run(clause.verb, told)
        self.chosen = chosen

    def _is_borne(self, words: list[str]) -> bool:
        """Whether "it needs" what somebody wears or is grown with, and no more: of "it"."""
        told = read_fragment(" ".join(words)).mentions
        worn = [one for one in told if noun(one.thing.noun).category == "clothes"]
        parts = [word for word in words if is_whole([word], "own part")]
        return bool(told) and len(worn) + len(parts) == len(told) and bool(self.focus)

    def _bears(self, words: list[str]) -> bool:
        """ "With candles" of a cake that was spoken of: what is on it, or in it, is its own."""
        things = [self.bearer(index) for index in self.it()]
        name = self.edits[things[0]].noun if len(things) == 1 else ""
        told = read_fragment(f"a {name} with {' '.join(words)}").relations if name else ()
        bears = any(each.name in ("on", "in") and each.objects == (0,) for each in told)
        if not bears and not any(each.subject == 0 and each.name in CARRIED for each in told):
            return False
        self._with_subject(things, ["with", *words])
        return True

    def _trades(self, words: list[str]) -> bool:
        """ "Swap the cat with the dog", which are both there: each goes where the other is."""
        at = next((n for n, word in enumerate(words) if n and word in ("with", "for")), 0)
        known = words[at + 1 : at + 2] == ["the"] and not self.is_told_new(words)
        return bool(at) and known and self._swaps([*words[:at], "and", *words[at + 1 :]])

    def _looks_at_agent(self, words: Sequence[str]) -> None:
        """ "It" is who can do what is told of it: "it barks" is said of the dog."""
        if words and "it" not in self.chosen and (
            who := agents(self.edits, self.focus, words[0], words[1:])
        ):  # fmt: skip
            if words[0] in ("he", "she"):
                self.chosen["it"] = who[0]
            self.look_at(who)

    def _run(self, verb: str, words: list[str]) -> None:
        self._looks_at_agent(words)
        if verb in (*_BRINGING, *_ALTERING) and self.tells_part(verb, words):
            return
        if self.paints_each(verb, words):
            return
        words = self.of_owners(verb, self.at_parts(self.in_hands(words)))
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
        if verb in ("", "add") and (given := self._given_to_nobody(words)):
            verb, words = "give", given
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

    def _given_to_nobody(self, words: list[str]) -> list[str]:
        """ "A hat to the dog", "the dog a hat" as "the dog a hat", where no dog is there."""
        at = next((n for n in range(1, len(words)) if words[n] in ("to", "for")), len(words))
        who, what = words[at + 1 :], words[:at]
        if not who and words[:1] == ["the"]:
            at = next((n for n in range(2, len(words)) if self.is_told_new(words[n:])), len(words))
            who, what = words[:at], words[at:]
        told = who[:1] == ["the"] and self.is_told_new(what) and ends_in_noun(who)
        owner = self._mention(who) if told else None
        if owner is None or noun(owner.thing.noun).category not in ALIVE or self.found(owner):
            return []
        return [*who, *what] if self._mention(what) else []

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
            told_new = words[length + 1 : length + 2] in _ARTICLES
            if leads(words, "pronoun"):  # "change it into the kite", where none is
                new = self._mention(words[length + 1 :])
                told_new = told_new and new is not None and not self.found(new) and new.definite
            if words[length] in ("for", "by") or (words[length] == "into" and told_new):
                return self.state(things, words[length + 1 :], replacing=True)
            return self.state(things, words[length:], pronoun=leads(words, "pronoun") == length)
        if at is not None and things == [] and length == 0:
            return self._become_of(words[:at], words[at + 1 :])
        self._bare(words)

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
        if "to" not in words:
            return words
        at = words.index("to")
        told = read_place(" ".join(words[at + 1 :]))
        new = any(not self.found(each) for each in read_fragment(" ".join(words[:at])).mentions)
        if new or not told.setting or told.mentions or self.found_in(words[at + 1 :]):
            return words
        return [*words[:at], "in", *words[at + 1 :]]

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
        if self._is_known_anew(words) or self._instead(words):
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
        words = ["in" if word == "into" else word for word in words]  # "the cat into a box"
        things, length = self.subject(words)
        several = len(things) > 1 and "relation" in roles_at(words, length)[1]
        if not several and (self._gives_each(words) or self._gives(words)):
            return
        if things and length < len(words) and not self.is_told_new(words):
            return self.state(things, words[length:])
        if not self._is_known_anew(words):
            self._add(words)

    def _give(self, words: list[str]) -> None:
        if leads(words, "pronoun") and _is_for_some(words[2:]):
            words = words[leads(words, "pronoun") :]  # "give it a ball to the boy", as in Spanish
        things, length = self.subject(words)
        if things and words[length : length + 1] == ["in"]:  # "dress her in green"
            return self.state(things, ["wearing", *words[length + 1 :]])
        if words[:1] == ["it"] and (who := self._somebody_for(words[1:])):
            words = [*self.name_of(who[0]).split(), *words[1:]]
        told = [mention.thing.noun for mention in self.read(words).mentions]
        strange = told[:1] and told[0] not in self.nouns and noun(told[0]).category in ALIVE
        if words[:1] == ["the"] and (len(told) == 1 or strange):
            words = self._with_joint(words)
            if words[:1] != ["the"]:
                return self._add(words)
        if words[-3:] == ["next", "to", "it"]:  # "give it a cushion next to it"
            return self._add(words[length:] if things else words)
        if self._gives_known(words) or self._gives_each(words) or self._gives(words):
            return
        given = words[leads(words, "pronoun") :]
        owners = self._receiver(words) if len(read_fragment(" ".join(given)).mentions) == 1 else []
        subject = named(replace(self.edits[owners[0]], count=1), definite=True) if owners else ""
        if not subject or not self._gives([*subject.split(), "with", *given]):
            self._add(words)

    def _with_joint(self, words: list[str]) -> list[str]:
        """ "The dog boots" as "the dog with boots", or "a dog with boots" where there is none."""
        cuts = range(len(words) - 1, 1, -1)
        if end := next((n for n in cuts if self.subject(words[:n])[1] == n), 0):
            return [*words[:end], "with", *words[end:]]
        named_by = (n for n in cuts if ends_in_noun(words[:n]) and nouns_in(words[n:]))
        end = next(named_by, 0)
        return ["a", *words[1:end], "with", *words[end:]] if end else words

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
        while words and words[-1] in (*_LOOSE, "there", "in", "on"):
            words = words[:-1]
        if not words or self._dresses(words):
            return
        if self._more(words) or self._as_many_of_it(words, 1):
            return
        if words[0] == "the" or leads(words, "pronoun"):
            things, length = self.subject(words)
            told = things and length < len(words)
            if told and (attributes_of(words[length:]) or leads(words[length:], *DEPTHS)):
                return self.state(things, words[length:])  # "bring it closer"
        if self._gives_several(words):
            return
        if _is_for_some(words) and (self._gives_each(words) or self._gives(words)):
            return
        words = self._without_pronouns(dangling(side_last(words)))
        found = self.fragment(without_side(words))
        if not found.mentions and attributes_of(words):
            return self._bare(words)
        self.merge(found, words)


def _is_for_some(words: list[str]) -> bool:
    """Whether words name who gets something: "for the cat", but no "next to the cat"."""
    beside = zip(["", *words], words, strict=False)
    return any(word in ("for", "to") and before not in BESIDE for before, word in beside)


def _denied(words: list[str]) -> bool:
    """Whether something is said not to be so."""
    return any(word in ("not", "never") or word.endswith("n't") for word in words)
