"""Items: lexical units of a text, each with its disambiguated category."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from maskgil.nano.reader.lexicon import Lexicon, Roles
from maskgil.nano.reader.typography import Word
from maskgil.nano.reader.words import table, words_of_kind
from maskgil.nano.world.nouns import LIVING
from maskgil.nano.world.scene import LOOKS

NOUNS = ("noun", "near")
MOST = 10  # of one thing
_CORRECTED = 64  # unknown words of a text whose spelling is looked at
_LABEL = re.compile(r"no'n\d+|wr'tn\d+")
_LEVELS = ("top", "bottom", "middle")
_TIMES = re.compile(r"x\d{1,3}")
# What decides among several roles, the first first; what is a noun too is looked at apart.
_ORDER = (
    "not", "idiom", "likened", "count", "more", "fraction", "group", "measure", "relation", "with",
    "side", "wind", "style", "time", "weather", "where", "noun", "many", "size", "state", "texture",
    "colour", "place", "near", "part", "wall", "det", "pronoun", "be", "verb", "still", "adjective",
    "and", "of", "but", "possessive", "plain",
)  # fmt: skip
_BEFORE_NOUNS = ("det", "count", "colour", "texture", "size", "state", "adjective", "group",
                 "measure", "of", "relation", "with", "possessive", "not", "and", "unknown",
                 "verb", "plain", "time", "weather", "style", "wind")  # fmt: skip
_ARTICLES = ("det", "count", "colour", "texture", "size", "state", "adjective", "of", "possessive")
_MODIFIERS = ("colour", "texture", "size", "state", "adjective", "unknown")
_BEFORE_THINGS = ("det", "count", "colour", "more", "size", "state", "adjective", "verb", "of",
                  "group", "measure")  # fmt: skip
_EDIBLE = ("food", "fruit", "plant")
_ALWAYS_COLOURS = ("orange", "golden", "gold", "silver", "bronze", "peach", "coral", "lavender",
                   "olive", "ginger")  # fmt: skip


@dataclass(frozen=True)
class Item:
    """Words from `at` to `end`; `text`: normalised; `pause` before it: 1 a comma, 2 a stop."""

    kind: str
    value: str
    at: int
    end: int
    text: str
    pause: int = 0
    many: bool = False
    roles: Roles = field(default_factory=dict, compare=False)


@dataclass
class Chunk:
    """A chunk: items from `start` to `end` with one meaning.

    `kind`: thing, place, lost (unknown), wall (a background), or that of a single item.
    `implied`: what is on it: fire on what burns. `owned`: said with "his", "her", "its".
    `family`: parents and young ones.
    `borne`: what somebody is known by: a guitarist's guitar. `season`: "an autumn park"'s.
    `crowded`: the item that says that many are there, "a busy street".
    `spot`: the part of it that is meant: "a car window".
    `denied`: colours that it should not have: "not red".
    """

    kind: str
    value: str
    start: int
    end: int
    text: str
    pause: int = 0
    count: int = 1
    counted: bool = False
    grouped: bool = False
    sliced: bool = False
    many: bool = False
    definite: bool = False
    colour: str | None = None
    texture: str | None = None
    size: str | None = None
    state: str | None = None
    lettering: str | None = None
    place: str | None = None
    said: str = ""
    asked: str = ""
    implied: str = ""
    borne: str = ""
    spot: str = ""
    owned: bool = False
    family: bool = False
    season: str = ""
    extra: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    crowded: int | None = None

    @property
    def looks(self) -> dict[str, str | None]:
        """What is told of how it looks."""
        return {mark: getattr(self, mark) for mark in LOOKS}


def items_of(words: Sequence[Word], lexicon: Lexicon) -> list[Item]:
    """All `words` as items, in their order."""
    texts = _corrected(words, lexicon)
    limits = _limits(words)
    items: list[Item] = []
    at = 0
    while at < len(texts):
        end, roles = _match(texts, at, limits[at], lexicon)
        text = " ".join(texts[at:end])
        items.append(Item("", "", at, end, text, words[at].pause, roles=roles))
        at = end
    for number, item in enumerate(items):
        items[number] = _settled(item, items, number)
    for number, item in enumerate(items[:-1]):
        if item.text == "couple" and items[number + 1].many and not items[number + 1].pause:
            items[number] = replace(item, kind="count", value="2")  # "a couple cats"
        tree = lexicon.nouns.get(item.value) if item.kind in NOUNS else None
        last = items[number + 2 : number + 3]
        headed = [each.kind for each in last if not each.pause] in (["noun"], ["near"])
        if tree and tree.grows and items[number + 1].text == "wood" and not headed:
            items[number + 1] = replace(items[number + 1], kind="place", value="forest")
    for number in range(len(items) - 1, -1, -1):
        items[number] = _coloured(items, number, lexicon)
    return items


def _corrected(words: Sequence[Word], lexicon: Lexicon) -> list[str]:
    meant: dict[str, str] = {}
    texts: list[str] = []
    for word in words:
        text = word.text
        if _is_of_artist(texts):  # "in the style of monet" is of no money
            texts.append(text)
            continue
        if text not in lexicon.known_words and text not in meant and len(meant) < _CORRECTED:
            meant[text] = lexicon.typos.meant(text) or text
        texts.append(meant.get(text, text))
    return texts


def _is_of_artist(before: Sequence[str]) -> bool:
    """Whether the name of an artist follows: "in the style of", "a painting by"."""
    made = before[-1:] == ["by"] and before[-2:-1] != [] and before[-2] in words_of_kind("pictured")
    return made or list(before[-2:]) == ["style", "of"]


def _limits(words: Sequence[Word]) -> list[int]:
    """For each word, where the next pause behind it is."""
    limits = [len(words)] * len(words)
    for at in range(len(words) - 2, -1, -1):
        limits[at] = at + 1 if words[at + 1].pause else limits[at + 1]
    return limits


def _match(texts: list[str], at: int, limit: int, lexicon: Lexicon) -> tuple[int, Roles]:
    found = lexicon.match(texts, at, limit)
    if found is not None and _is_one_who(texts, at, found[0], found[1], lexicon):
        return lexicon.match(texts, at, found[0] - 1) or found
    if found is not None and found[0] > at + 1:
        return _shortened(texts, at, limit, found, lexicon)
    if at + 1 < limit and (found is None or found[0] == at + 1):
        joined = lexicon.roles(texts[at] + texts[at + 1])
        is_one = _is_one_who(texts, at, at + 2, joined, lexicon)
        may_join = not is_one and _may_join(texts[at], texts[at + 1], lexicon)
        if may_join and ("noun" in joined or "many" in joined):
            return at + 2, joined
    if found is not None:
        return found
    text = texts[at]
    if _LABEL.fullmatch(text):
        return at + 1, {"label": text}
    if _TIMES.fullmatch(text):
        return at + 1, {"times": text[1:]}
    if text[0].isdecimal() and re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", text):
        return at + 1, {"count": text}
    return at + 1, {"unknown": text}


def _is_one_who(texts: list[str], at: int, end: int, roles: Roles, lexicon: Lexicon) -> bool:
    """Whether several would be named behind "a": it is one who does something, "a bus | stops"."""
    if "many" not in roles or "noun" in roles or end < at + 2:
        return False
    acts = {"verb", "still"} & set(lexicon.roles(texts[end - 1]))
    start = at - 1
    while start >= 0 and {*_MODIFIERS} & set(lexicon.roles(texts[start])):
        start -= 1
    where = "relation" in lexicon.roles(texts[end]) if end < len(texts) else end > at + 2
    one = ("a", "an", "another", "every", "each", *(("the",) if start == 0 and where else ()))
    return bool(acts) and start >= 0 and texts[start] in one  # "the bus stops | in front of"


def _shortened(
    texts: list[str], at: int, limit: int, found: tuple[int, Roles], lexicon: Lexicon
) -> tuple[int, Roles]:
    """ "green | apple trees", not "green apple | trees"; "a fly | above", not "fly above"."""
    first = lexicon.roles(texts[at])
    longer = lexicon.match(texts, at + 1, limit)
    if "colour" in first and longer is not None and longer[0] > found[0] and _is_noun(longer[1]):
        return at + 1, first
    inner = lexicon.match(texts, found[0] - 1, limit)
    if "colour" in found[1] and not _is_noun(found[1]) and inner and _is_noun(inner[1]):
        after = lexicon.roles(texts[found[0]]) if found[0] < limit else {}
        if not _is_noun(after) and not set(after) & set(_MODIFIERS):
            return at + 1, first or {"unknown": texts[at]}  # "a red | orange"
    way = found[0] < limit and texts[found[0]] in words_of_kind("way")  # "on a | mountain road"
    if "where" in found[1] and (way or (inner is not None and inner[0] > found[0])):
        return lexicon.match(texts, at, found[0] - 1) or (at + 1, first or {"plain": ""})
    shelf = lexicon.roles(texts[found[0]]) if found[0] < limit else {}
    if (
        found[1].get("side") in _LEVELS
        and "noun" in shelf
        and "det" in lexicon.roles(texts[at + 1])
    ):
        return at + 1, first  # "on | the top shelf"
    named = inner is not None and inner[0] > found[0] and _is_noun(inner[1])
    if "time" in found[1] and named and "relation" in first:
        return at + 1, first  # "in | autumn leaves"
    whole = longer is not None and longer[0] > found[0] and _is_noun(longer[1])
    if "count" in found[1] and whole and "det" in first:
        return at + 1, first  # "a | bunch of grapes"
    before = lexicon.roles(texts[at - 1]) if at else {}
    if "verb" in found[1] and _is_noun(first) and set(before) & {"det", "colour", "size", "count"}:
        return at + 1, first
    if "still" in found[1] and texts[at] == "to" and _is_noun(before):
        fed = lexicon.nouns[before.get("noun") or before["many"]]
        if fed.category not in LIVING:
            return at + 1, first  # "feeding bread to | fish"
    if "time" in found[1] and _is_noun(first) and set(before) & {"colour", "size", "count"}:
        return at + 1, first  # "three yellow stars | in the sky"
    return found


def _is_noun(roles: Roles) -> bool:
    return "noun" in roles or "many" in roles


def _may_join(first: str, second: str, lexicon: Lexicon) -> bool:
    """Whether "sun flower" may be one word: not "cart on", nor a "green house"."""
    small = {"relation", "det", "plain", "be", "and", "with", "of"}
    roles = lexicon.roles(second)
    if "colour" in lexicon.roles(first) and _is_noun(roles):
        return False
    return min(len(first), len(second)) > 2 and not small & set(roles)


def _settled(item: Item, items: list[Item], number: int) -> Item:
    before = items[number - 1] if number else None
    roles = item.roles
    kind = next((kind for kind in _ORDER if kind in roles), next(iter(roles)))
    behind = items[number + 1 : number + 3]
    made_by = len(behind) == 2 and behind[0].text == "by" and "det" not in behind[1].roles
    if made_by and item.text in words_of_kind("pictured"):
        return replace(item, kind="unknown", value=item.text)  # "a painting by rembrandt"
    after = items[number + 1] if number + 1 < len(items) and not items[number + 1].pause else None
    leads = after is not None and bool(set(after.roles) & {*_MODIFIERS, "near", "noun", "many"})
    if item.text == "toy" and leads:
        return replace(item, kind="size", value="tiny")  # "a toy telescope"
    leads = leads or (after is not None and "place" in after.roles)
    acts = number + 1 < len(items) and {"verb", "still"} & set(items[number + 1].roles)
    if item.text in words_of_kind("anybody") and acts and items[number + 1].text.endswith("ing"):
        return replace(item, kind="noun", value="person")  # "someone sweeping the floor"
    if item.text in words_of_kind("anybody") and before is not None and not item.pause and (
        before.kind == "verb" or before.text.rpartition(" ")[2] in ("to", "with")
    ):  # fmt: skip
        return replace(item, kind="noun", value="person")  # "hugging someone"
    named = before is not None and not item.pause and before.kind in _ARTICLES
    told = kind in NOUNS or (kind == "verb" and named)  # "a clean plate"
    if told and item.text in words_of_kind("before nouns") and leads:
        return replace(item, kind="adjective", value=item.text)  # "a patient teacher"
    if told and leads and item.text in table("scaled"):
        return replace(item, kind="size", value=table("scaled")[item.text])  # "a toy guitar"
    if kind == "style" and item.text == roles["style"] and leads:
        kind = "adjective"  # "a flat tyre"
    if kind == "size" and "near" in roles and not leads:
        kind = "near"  # "a giant eating a cake"
    articled = table("behind an article").get(item.text) if kind in ("verb", "still") else None
    if articled and before is not None and before.text in ("a", "an") and not leads:
        return replace(item, kind="near", value=articled)  # "pouring a drink"
    if item.text in ("before", "after") and after is not None and after.text.endswith("ing"):
        return replace(item, kind="plain", value=item.text)  # "before putting it in the oven"
    if kind in ("verb", "still") and _is_head(item, items, number):
        return replace(item, kind="unknown", value=item.text)
    if kind in ("noun", "many") and (
        set(roles) & {"verb", "still"} or item.text in words_of_kind("twofold")
    ):
        after = items[number + 1] if number + 1 < len(items) else None
        adjectival = number > 1 and items[number - 2].kind in _ARTICLES
        is_there = [each.text for each in items[max(0, number - 2) : number]] == ["there", "is"]
        if not is_there and not _may_be_noun(item, before, after, adjectival=adjectival):
            kind = next((k for k in ("verb", "still", "adjective") if k in roles), "plain")
    if kind == "part" and "still" in roles and before is not None and before.kind == "noun":
        does = "verb" if "verb" in roles and after and "det" in after.roles else "still"
        kind = kind if before.many or item.pause else does  # "a ship sails on the sea"
    if before is not None and before.text in ("named", "called") and not item.pause:
        return replace(item, kind="unknown", value=item.text)
    called = kind == "noun" and roles["noun"] == item.text
    if "place" in roles and kind == "noun" and not called and "moon" not in item.text:
        kind = "place"  # a street is where something is, though it is a road too
    many = kind == "many" or "near many" in roles
    value = roles.get(kind, item.text)
    return replace(item, kind="noun" if kind == "many" else kind, value=value, many=many)


def _is_head(item: Item, items: list[Item], number: int) -> bool:
    """Whether a verb's base form is a noun of two words' second: "a hot dog stand"."""
    before = items[number - 1] if number and not item.pause else None
    after = items[number + 1] if number + 1 < len(items) else None
    ends = after is None or after.pause > 0 or "and" in after.roles
    base = item.text.isalpha() and not item.text.endswith(("s", "ing", "ed", "n", "t", "w", "d"))
    base = base or item.text == "stand"
    return before is not None and before.kind == "noun" and not before.many and ends and base


def _may_be_noun(item: Item, before: Item | None, after: Item | None, *, adjectival: bool) -> bool:
    """Whether a word that is a verb as often stands where a noun does."""
    if item.text in words_of_kind("needs article"):
        return before is not None and not item.pause and before.kind in _ARTICLES
    if before is not None and before.kind == "still" and before.text.endswith(("ing", "ed", "en")):
        return adjectival or "many" in item.roles  # "a burning house", "putting books away"
    if before is None or item.pause:
        return after is None or after.pause > 0 or "det" not in after.roles
    if before.kind == "and" and item.text.endswith("ing") and "det" in getattr(after, "roles", ()):
        return False  # "holding a hammer and building a birdhouse"
    if before.text in words_of_kind("modal"):
        return False
    if before.text in words_of_kind("parent"):  # "a mother duck"
        return True
    if before.kind == "noun" and {"colour", "texture"} & set(before.roles):  # "an orange duck"
        return True
    if before.kind == "noun" and item.text.partition(" ")[0].endswith("ing"):
        # "an elephant painting", "a girl skipping rope"
        return False
    if before.kind == "noun":  # "birds fly", "a bird flies", but "a gift box"
        return before.many == ("many" in item.roles or item.text.endswith("s"))
    if before.kind == "place":  # "a kitchen sink", but "in the park walks a dog"
        return "noun" in item.roles and not item.text.endswith("s")
    return before.kind in _BEFORE_NOUNS  # "the night train"


def _coloured(items: list[Item], number: int, lexicon: Lexicon) -> Item:
    """ "orange" before what may be so is a colour, "glass" a material; alone they are things."""
    item, roles = items[number], items[number].roles
    other = next((k for k in ("colour", "texture") if k in roles), None)
    after = items[number + 1] if number + 1 < len(items) and not items[number + 1].pause else None
    if after is not None and after.text in ("color", "colored", "tinted") and "colour" in roles:
        return replace(item, kind="colour", value=roles["colour"])
    if after is not None and after.text in words_of_kind("of a part") and "colour" in roles:
        return replace(item, kind="unknown", value=item.text)  # "a red haired boy"
    if after and after.text in ("color", "colored") and item.kind == "noun":
        dyed = [each.kind for each in items[number + 2 : number + 3]] == ["colour"]
        return item if dyed else replace(item, kind="unknown")  # "rainbow colored"
    before = items[number - 1] if number and not item.pause else None
    named = before is not None and before.kind in _BEFORE_THINGS
    if (
        item.kind in ("colour", "texture")
        and "near" in roles
        and named
        and (_stands_alone(after) or _is_next_named(items[number + 1 : number + 3]))
    ):
        many = "near many" in roles
        return replace(item, kind="near", value=roles["near"], many=many)  # "two limes"
    told = before is not None and (before.kind == "be" or before.text in ("painted", "colored"))
    ends = after is None or after.kind not in (*NOUNS, *_MODIFIERS)
    if "colour" in roles and item.kind == "noun" and told and ends:
        return replace(item, kind="colour", value=roles["colour"])
    if item.kind != "noun" or other is None or after is None:
        return item
    if other == "colour" and item.text in _ALWAYS_COLOURS and _shared(items, number, lexicon):
        return replace(item, kind="colour", value=roles["colour"])
    heads = (*NOUNS, "place", "part", "wall", "time")
    if item.many or after.kind not in (*heads, *_MODIFIERS):
        return item
    if other == "colour" and item.text not in _ALWAYS_COLOURS:
        return item  # a banana boat is not yellow
    edible = after.kind in NOUNS and lexicon.nouns[after.value].category in _EDIBLE
    if other == "colour" and item.text != "orange" and edible:
        return item
    return replace(item, kind=other, value=roles[other])


def _shared(items: list[Item], number: int, lexicon: Lexicon) -> bool:
    """Whether a colour follows "and", and the noun of both: "an orange and white cat"."""
    after = items[number + 1 : number + 4]
    if [each.kind for each in after[:2]] != ["and", "colour"] or any(i.pause for i in after):
        return False
    noun = after[2] if len(after) > 2 and after[2].kind in NOUNS else None
    return noun is not None and lexicon.nouns[noun.value].category not in _EDIBLE


def _is_next_named(items: list[Item]) -> bool:
    """Whether another thing follows with its article: "a lime and an orange"."""
    return [item.kind for item in items] in (["and", "det"], ["and", "count"])


def _stands_alone(after: Item | None) -> bool:
    """Whether what `after` begins is no noun that a colour before it could be of."""
    return after is None or after.kind in ("relation", "with", "be", "verb", "still", "plain")
