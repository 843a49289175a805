"""Missing referents: "the cheetah" without one, "the fifth cat" of three."""

from __future__ import annotations

from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.editing.attributes import attributes_of
from maskgil.nano.dialogue.editing.exchanges import Exchanges
from maskgil.nano.dialogue.editing.referents.referents import LONGEST
from maskgil.nano.dialogue.fragments import Mention, read_fragment
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.wording.anaphora import beyond
from maskgil.nano.world.settings import PLACES

_TAKING = ("remove", "replace", "move", "enlarge it", "shrink it")
_TELLING = ("", "make", "paint", "want")
_DEFINITE = ("the", "that", "this", "these", "those", "all", "my", "your", "both")


class Missing(Exchanges):
    """Exchanges, and remarks on what is not there."""

    def are_fewer(self, words: list[str]) -> bool:
        """Whether "the fifth cat" of three is spoken of, which a remark tells."""
        things = [self.edits[index] for index in self.edits.there]
        if found := beyond(words, things):
            said, name, count = found
            self.edits.remarks.append(Remark("only", name, said=said, count=count))
        return found is not None

    def is_missing(self, verb: str, words: list[str]) -> bool:
        """Whether something is asked of a thing that is not there, which a remark tells."""
        if verb in (*_TELLING, *_TAKING) and self._is_behind(verb, words):
            return True
        if (kept := self.spared(words)[1]) is not None and not self.such(kept):
            self.miss(kept)
            return True
        if verb in _TELLING and words[:1] and words[0] in _DEFINITE:
            mention, length = self._absent(words)
            rest = words[length:]
            told = attributes_of(rest[leads(rest, "copula") :])
            is_told = told is not None and (told.is_scalar or not told.is_noun_too)
            if mention is None or not is_told or (told and told.way and not leads(rest, "copula")):
                return False
            self.miss(mention)
            return True
        if verb in _TAKING and verb != "remove":
            mention, _ = self._absent(words)
            if mention is not None and self.is_around(mention):
                return False  # "replace the church with a cave"
            if mention is not None:
                self.miss(mention)
            return mention is not None
        return False

    def _is_behind(self, verb: str, words: list[str]) -> bool:
        """Whether another look is told of what is behind everything, or it is to go: "the sky"."""
        setting = self.edits.before.setting
        length = leads(words, "scenery part") or 2 * (list(words[:2]) == ["the", setting])
        if not length or setting is None or self.subject(words)[1]:
            return False
        rest = words[length:]
        rest = rest[leads(rest, "copula") :]
        told = attributes_of(rest)
        name, found = words[length - 1], read_fragment(" ".join(rest))
        is_told = told is not None and "count" not in told.told
        if rest and not is_told and (found.mentions or found.scenery or len(rest) > 1):
            return False
        if not rest and (verb != "remove" or name == setting):
            return False
        of = "setting" if name in PLACES else "noun"
        self.edits.remarks.append(Remark("scenery", name, of, name))
        return True

    def _absent(self, words: list[str]) -> tuple[Mention | None, int]:
        """The thing that words begin with where there is none of it, and how many words name it."""
        if leads(words, "other") or self.subject(words)[1]:
            return None, 0
        for end in range(min(len(words), LONGEST), 0, -1):
            mention = self._mention(words[:end])
            named = mention is not None and read_fragment(words[end - 1]).mentions
            if mention is not None and named and not self.found(mention):
                return mention, end
        return None, 0
