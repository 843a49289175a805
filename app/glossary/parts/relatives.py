"""Relative pronouns that look like other words: "in dem ein Junge sitzt", "où dort un chat"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.glossary.lexicon import GlossaryLexicon
from app.glossary.parts.doings import TRANSITIVE
from app.glossary.parts.joints import VERBS
from app.glossary.world import lives

_GERMAN = {"in": "worin", "auf": "worauf", "an": "woran", "unter": "worunter", "über": "worüber",
           "ueber": "worüber", "vor": "wovor", "hinter": "wohinter", "neben": "woneben",
           "bei": "woneben"}  # fmt: skip
_BEGINS = re.compile(
    rf"(?P<comma>,?)\s+(?P<way>{'|'.join(_GERMAN)})\s+"
    r"(?P<who>dem|der|denen|das|die|den|welche[mnrs]?)\s+(?P<behind>[^,.;!?]+)",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"(?P<comma>,?)\s+(?:der|die|das|welche[rs]?)\s+(?P<what>[^,.;!?]+?)\s+(?P<verb>\w+)\s*(?=[,.;!?]|$)",
    re.IGNORECASE,
)
_QUI = re.compile(r"(?:,|\s+(?:et|y|e))?\s+(?:qui|que)\s+(?P<verb>\w+)", re.IGNORECASE)
_QUI_SAID = ("fr", "es", "pt")
_WHERE = re.compile(r",?\s+(?P<said>où|ou)\s+(?P<behind>[^,.;!?]+)", re.IGNORECASE)
_THERE = re.compile(r"(?:il y a|se trouve|est|sont)\b", re.IGNORECASE)
_ARTICLE = re.compile(
    r"(?:ein|eine|der|die|das|viele|mehrere|einige|zwei|drei|\d+)\s", re.IGNORECASE
)


def told_apart(text: str, lexicon: GlossaryLexicon, names: Sequence[str]) -> str:
    """A text with its relative pronouns as words that are nothing else: "worin", "là où".

    Who does something to another is told as in a sentence: "die Frau, die ein Buch liest".
    `names`: of the concepts in English.
    """
    if lexicon.language == "de":
        text = _BEGINS.sub(_of(lexicon, _begun), text)
        return _WHO.sub(lambda found: _acting(found, lexicon, names), text)
    text = _QUI.sub(_of(lexicon, _doing), text) if lexicon.language in _QUI_SAID else text
    return _WHERE.sub(_of(lexicon, _where), text) if lexicon.language == "fr" else text


def _acting(found: re.Match[str], lexicon: GlossaryLexicon, names: Sequence[str]) -> str:
    """ "Ein Bär, der Honig isst" as "ein Bär isst Honig"."""
    verb = _deed(found["verb"], lexicon)
    before = found.string[: found.start()].split()[-1:]
    named = before and any(item.get("noun") for item in lexicon.scan(before[0]))
    if _is_who(found["what"], lexicon, names):
        return found[0]  # ", die Katze schläft"
    is_whose = not found["comma"] and (verb not in TRANSITIVE or not named)  # "der Hund der Frau"
    return found[0] if not verb or is_whose else f" {found['verb']} {found['what']}"


def _is_who(said: str, lexicon: GlossaryLexicon, names: Sequence[str]) -> bool:
    """Whether somebody is named, and with no word of their own before them but how they look."""
    *looks, last = lexicon.scan(said)
    noun = last.get("noun")
    told = all(item.get("colour", "size", "look") for item in looks)
    return noun is not None and told and not last.many and lives(names[int(noun.value)])


def _doing(found: re.Match[str], lexicon: GlossaryLexicon) -> str:
    """ "Une fille qui lit un livre" as "une fille lit un livre": no bed."""
    deed, first = _deed(found["verb"], lexicon), lexicon.scan(found["verb"])[0]
    is_plain = deed in TRANSITIVE or (deed and first.get("noun"))  # "un ours qui pêche"
    return f" {found['verb']}" if is_plain else found[0]


def _deed(word: str, lexicon: GlossaryLexicon) -> str:
    first = next(iter(lexicon.scan(word)), None)
    doing = first and (first.get("doing") or first.get("relation"))
    said = str(doing.value) if doing else ""
    return said if first is not None and (first.get("doing") or said in VERBS) else ""


def _of(
    lexicon: GlossaryLexicon, told: Callable[[re.Match[str], GlossaryLexicon], str]
) -> Callable[[re.Match[str]], str]:
    return lambda found: told(found, lexicon)


def _begun(found: re.Match[str], lexicon: GlossaryLexicon) -> str:
    """Behind "in dem" stands who is there, by an article of their own or with the verb last."""
    behind = found["behind"]
    last = lexicon.scan(behind.split()[-1])
    is_clause = " " in behind.strip() and last and last[0].get("doing", "skip")
    if not (_ARTICLE.match(behind) or (found["comma"] and is_clause)):
        return found[0]
    return f" {_GERMAN[found['way'].lower()]} {behind}"


def _where(found: re.Match[str], lexicon: GlossaryLexicon) -> str:
    """ "Ou" without its accent is "or", but before a verb."""
    first = lexicon.scan(found["behind"].split()[0])
    acts = first and first[0].get("doing") is not None and first[0].get("noun") is None
    if found["said"].lower() == "où" or acts or _THERE.match(found["behind"]):
        return f" là où {found['behind']}"
    return found[0]
