"""Conversation state: current and earlier scenes, and the effect of an utterance."""

# h, w grid of the picture's tokens.

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.dialogue.asking import asked_in
from app.dialogue.clauses.lookups import NOBODY_KNOWS
from app.dialogue.expected import Expected
from app.dialogue.orders import as_added, ordered
from app.dialogue.phrase_table import FRAMED, languages, phrases_told
from app.dialogue.replies import Moment, Picture, Reply
from app.dialogue.statements import stated
from app.dialogue.translation import (
    Utterance,
    as_a_wish,
    digits_in,
    thanked,
    understood,
)
from app.errors import ForeignTextError
from app.glossary.normalize import folded_words
from app.glossary.typed import (
    TypedWish,
    before_english,
    courtesy_of,
    english_letters,
    in_their_words,
    read_typed,
    words_told,
)
from app.imaging.settings import MAX_SEED, clean_prompt
from app.languages import LANGUAGES
from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.commands import command_words, is_wordless
from maskgil.nano.dialogue.editing.inscribing import orders_lettering
from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.outcome import ALL_STEPS, Outcome
from maskgil.nano.dialogue.pending import answered, gone_on
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.stage import Plan, Planner
from maskgil.nano.dialogue.telling import actions_of, line_of
from maskgil.nano.reader.phrases.lettering import asks_for_lettering
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import located, somewhere
from maskgil.nano.world.captions import canonical
from maskgil.prompts import NothingKnownError

if TYPE_CHECKING:
    from app.glossary.repair import Glossary
    from maskgil.nano.dialogue.outcome import Question

_LANGUAGE_SAID = re.compile(
    rf"^[^:.,]{{0,40}}\bin (?:{'|'.join(LANGUAGES.values())})\s*:\s*", re.IGNORECASE
)  # "now in Spanish: …"
AT_LIMIT = ", as far as it can be drawn"
LONGEST_HISTORY = 100  # pictures that can be gone back to
_BY_ITSELF = ("undo", "redo", "another")  # done with what stood, whatever is said
_ASKS = "Say or type what you would like to see."
Painter = Callable[[Plan, str, int, Picture | None], Picture]
"""Draws a plan by its caption and a seed, on the picture before where some of it stays."""


class Conversation:
    """One person's pictures, one after another. Not to be shared between threads.

    `nearest` answers for a text that names nothing known: it raises NothingKnownError. `speaks`:
    codes of languages that the person is likely to use, the likeliest first.
    """

    def __init__(
        self,
        planner: Planner,
        painter: Painter,
        glossary: Glossary,
        *,
        seed: int = 0,
        nearest: Callable[[str], object] | None = None,
        speaks: Sequence[str] = (),
    ) -> None:
        self.planner, self.painter, self.glossary = planner, painter, glossary
        self.seed, self.nearest, self.speaks = seed, nearest, tuple(speaks)
        self.history: list[Moment | None] = [None]
        self.at = 0
        self.question: Question | None = None
        self.asked = ""  # the utterance, in English, that a question is about
        self.language = ""
        self.answering = ""  # the language of the utterance that is answered, or refused

    @property
    def moment(self) -> Moment | None:
        """What stands."""
        return self.history[self.at]

    @property
    def expected(self) -> Expected | None:
        """What is likely to be said to what stands; None where nothing does."""
        moment = self.moment
        return None if moment is None else Expected(moment.arrangement.scene, self.glossary)

    def say(self, text: str, *, spoken: Utterance | None = None) -> Reply:
        """What `text` comes to, drawn; `spoken`: its English where it was heard.

        Raises NothingKnownError where a new wish names nothing that can be drawn, SettingsError
        for what is no prompt, ForeignTextError for a text in no language that is known.
        """
        text = clean_prompt(text)
        chosen = self._chosen(text)
        if chosen is not None and (self.language not in languages() or self.language in FRAMED):
            spoken = spoken or Utterance(self.language, text, len(text))
        utterance = spoken or self.in_english(text)
        return self.carry_out(chosen or self.outcome(utterance.english), text, utterance)

    def _chosen(self, text: str) -> Outcome | None:
        """What the choice that `text` is would come to, as it was written in the question."""
        if self.question is None:
            return None
        asked = asked_in(self.language, self.question, self.glossary)
        said = [each.lower() for each in asked.choices]
        at = said.index(text.lower()) if text.lower() in said else None
        return None if at is None else self.question.outcomes[at]

    def outcome(self, english: str) -> Outcome:
        """What an utterance comes to: an answer where something was asked, else as it is read."""
        asked = self.question
        found = answered(asked, english) or gone_on(asked, english) if asked else None
        if found is not None:
            return found
        moment = self.moment
        if not english:  # of what was said nothing is asked for
            return Outcome("none")
        if moment is None:
            return interpret(english, None)
        stands = moment.arrangement
        return interpret(english, stands.scene, moment.focus, moment.change, stands.row())

    def carry_out(self, outcome: Outcome, said: str, utterance: Utterance) -> Reply:
        """Do what `said`, in English `utterance`, comes to. Raises what `say` does."""
        self.answering = utterance.language
        before, english = self.moment, utterance.english
        if self.question is not None and outcome in self.question.outcomes:
            english = self.asked  # what the answer is about
        reply = self._carried_out(outcome, said)
        self.question, self.asked = reply.question, english
        question = reply.question
        self.language = utterance.language
        if question is not None:
            question = asked_in(self.language, question, self.glossary)
            reply = replace(reply, line=question.text, question=question)
        return replace(
            reply,
            left_out=self._left_out(reply, said, utterance),
            replaced=_replaced(outcome.wish or english, before, reply),
            language=utterance.language,
            english="" if utterance.english == said else utterance.english,
        )

    def _left_out(self, reply: Reply, said: str, utterance: Utterance) -> tuple[str, ...]:
        """What of an utterance is not done, in its own words: all of it where nothing else is."""
        language, unknown = utterance.language, utterance.unknown
        told = (*words_told(said, language, self.glossary), *phrases_told(said, language))
        remarked = {each.said for each in reply.remarks}
        theirs = list[str]()
        for each in reply.left_out:
            if each in remarked or language == "en":
                theirs.append(each)
            elif each != utterance.english and not {NOBODY_KNOWS, *unknown} & {*each.split()}:
                theirs += in_their_words([each], told)
            elif not unknown:
                theirs.append(said)
        return tuple(dict.fromkeys((*theirs, *unknown)))

    def in_english(self, text: str) -> Utterance:
        """A typed text in English. Raises ForeignTextError for one in no language that is known."""
        text = _LANGUAGE_SAID.sub("", text)
        english = english_letters(text, command_words())
        spoken = (self.language,) if self.language else ()
        speaks = (*self.speaks, *spoken) if self.language == "en" else (*spoken, *self.speaks)
        usual = next(iter(before_english(speaks)), "")
        so_far = self.language or usual or "en"
        if is_wordless(text):
            return Utterance(so_far, text, len(text))
        if english and (orders_lettering(text) or asks_for_lettering(text)):
            return Utterance("en", text, len(text))  # "write NASA on it" is no Spanish
        if said := self._courtesy(text, so_far):
            return said
        is_english = english == sum(map(len, folded_words(text)))
        if said := thanked(text, usual, is_english=is_english):
            return said
        if self.moment is not None:
            scene = self.moment.arrangement.scene
            if said := stated(text, self.glossary, scene, usual):
                return said
        found = understood(text, self.glossary, english, usual)
        theirs = found is not None and found.language == usual
        is_open = self.moment is not None and not theirs and (found is None or found.unknown)
        if is_open and not is_english and (order := ordered(text, self.glossary, usual)):
            return order
        if found is not None and found.unknown:
            first = folded_words(text)[0]
            if first in found.unknown and first in command_words():  # "add un perro"
                rest = tuple(word for word in found.unknown if word != first)
                return replace(found, english=f"{first} {found.english}", unknown=rest)
            mixed = self._mixed(text, speaks)  # "un gato and a boat"
            if mixed is not None and len(mixed.unknown) < len(found.unknown):
                return as_added(mixed, text)
        if found is not None and found.language != usual and self.moment is None:
            mixed = self._mixed(text, speaks)  # "fiori in un vaso"
            if mixed is not None and mixed.language not in (found.language, *languages()) and (
                _letters(text) - sum(map(len, mixed.unknown)) > found.known
            ):  # fmt: skip
                return as_added(mixed, text)
        if found is not None:
            return found if self.moment is not None else as_a_wish(found, text, self.glossary)
        if is_english:
            return Utterance("en", text, english)
        wish = read_typed(text, self.glossary, speaks=speaks)
        if wish is None:  # words of no language are of whom they come from
            known = digits_in(text) if so_far == "en" else _letters(text) // 2
            is_said = english > known
            return Utterance("en" if is_said else so_far, text, len(text))
        return as_added(wish, text)

    def _courtesy(self, text: str, usual: str) -> Utterance | None:
        """A yes, no, hello or thanks that stands alone: in English where something was asked."""
        found = courtesy_of(text, self.glossary, usual)
        if found is None:
            return None
        language, english = found
        answers = self.question is not None and english in ("yes", "no")
        if answers and language in languages():
            return None  # by the table
        return Utterance(language, english if answers else "", len(text))

    def _mixed(self, text: str, speaks: Sequence[str]) -> TypedWish | None:
        """A text of which one language knows a part, as a wish in several, if it is one."""
        try:
            return read_typed(text, self.glossary, speaks=speaks)
        except ForeignTextError:
            return None

    def _carried_out(self, outcome: Outcome, said: str) -> Reply:
        if outcome.action == "question" and outcome.question:
            return self._reply("question", said, outcome.question.text, question=outcome.question)
        if outcome.action in ("undo", "redo"):
            return self._travel(outcome.action, said, outcome.steps)
        if outcome.action == "restart":
            self._push(None)
            return self._reply("restart", said, "a new start")
        if outcome.action in ("save", "enlarge", "another") and self.moment is None:
            line = "there is no picture yet"
            return self._reply("none", said, line, key="status.no_picture")
        if outcome.action == "another":
            return self._another(said)
        if outcome.action in ("save", "enlarge"):
            lines = {"save": "kept as a file", "enlarge": "a larger file"}
            return self._reply(outcome.action, said, lines[outcome.action])
        if outcome.action == "new":
            return self._new(outcome.wish, said)
        if outcome.change is None or outcome.action == "none":
            line = "; ".join(each.line for each in outcome.remarks) or "nothing was changed"
            if self.moment is None and not outcome.remarks:
                return self._reply(
                    "none", said, _ASKS, left_out=outcome.left_out, key="picture.ask"
                )
            more = {"left_out": outcome.left_out, "remarks": outcome.remarks}
            return self._reply("none", said, line, **more)
        return self._change(outcome, said)

    def _reply(self, action: str, said: str, line: str, **more: Any) -> Reply:
        return Reply(action, said, line, self.moment, **more)

    def _push(self, moment: Moment | None) -> None:
        """One more state behind the one that stands; what had been undone is gone."""
        self.history = [*self.history[: self.at + 1], moment][-LONGEST_HISTORY:]
        self.at = len(self.history) - 1

    def _travel(self, action: str, said: str, steps: int) -> Reply:
        """So many states back, or forth again, or as many as there are."""
        to = self.at + (steps if action == "redo" else -steps)
        to = self._begun() if steps == ALL_STEPS else max(0, min(len(self.history) - 1, to))
        if to == self.at:
            line = "there is nothing to redo" if action == "redo" else "there is nothing to undo"
            key = "status.no_forth" if action == "redo" else "status.no_back"
            return self._reply("none", said, line, key=key)
        left, self.at = self.moment, to
        caption = self.moment.caption if self.moment else "nothing"
        line = f"{'again' if action == 'redo' else 'back to'} {caption}"
        if left is None or left.caption != caption:
            return self._reply(action, said, line)
        change = None if self.moment is None else self.moment.change
        line += f" ({self.at if change is None else line_of(change)})"
        return self._reply(action, said, line, number=self.at)

    def _begun(self) -> int:
        """The state that what stands was made of, change by change."""
        at = self.at
        while at > 0 and (moment := self.history[at]) is not None:
            before = self.history[at - 1]
            same = before and before.arrangement.scene == moment.arrangement.scene
            if moment.change is None and not same:
                break
            at -= 1
        return at

    def _another(self, said: str) -> Reply:
        moment = self.moment
        assert moment is not None
        self._draw(self.planner.first(moment.arrangement.scene, self._next_seed()), moment.focus)
        return self._reply("another", said, "the same, drawn anew")

    def _next_seed(self) -> int:
        seeds = [moment.seed for moment in self.history if moment]
        return (max(seeds, default=self.seed - 1) + 1) % (MAX_SEED + 1)

    def _new(self, wish: str, said: str) -> Reply:
        read = read_scene(wish)
        scene = somewhere(read.scene)
        if not scene.things and scene.setting is None and scene.style == "3d":
            try:
                _ = self.nearest and self.nearest(wish)
            except NothingKnownError as error:
                raise NothingKnownError(said, error.nearest) from None
            raise NothingKnownError(said)
        focus = (0,) if len(scene.things) == 1 else ()
        self._draw(self.planner.first(scene, self.seed), focus, new=True)
        assert self.moment is not None
        return self._reply("new", said, self.moment.caption, left_out=read.left_out)

    def _change(self, outcome: Outcome, said: str) -> Reply:
        change, moment = outcome.change, self.moment
        assert change is not None and moment is not None
        change = self._as_placed_before(change)
        plan = self.planner.next(change, moment.arrangement)
        line, is_at_limit = line_of(change), False
        if plan.hole.any():
            self._draw(plan, outcome.focus, change)
        elif change.before == change.after:
            return self._reply("none", said, "it cannot be moved further")
        elif not line:
            already = Remark("already")
            return self._reply("none", said, already.line, remarks=(already,))
        else:  # what is told otherwise looks the same
            stands = replace(moment, arrangement=plan.arrangement)
            self._push(replace(stands, focus=outcome.focus, change=change))
            line, is_at_limit = line + AT_LIMIT, True
        action = "+".join(actions_of(change))
        line = "; ".join((line, *(each.line for each in outcome.remarks)))
        more = {"left_out": outcome.left_out, "remarks": outcome.remarks}
        return self._reply(action, said, line, is_at_limit=is_at_limit, **more)

    def _as_placed_before(self, change: Change) -> Change:
        """A change that ends the weather without the place that came with it alone."""
        if change.before.weather == "clear" or change.after.weather != "clear":
            return change
        setting, came = change.before.setting, None
        for moment in reversed(self.history[: self.at + 1]):
            if moment is None or moment.arrangement.scene.setting != setting:
                break
            came = moment.change
        bare = replace(change.after, setting=None)
        implied = came and located(replace(came.after, setting=None)).setting == setting
        if came is None or not implied or came.before.setting is not None or (
            change.after.setting != setting or located(bare) != bare
        ):  # fmt: skip
            return change
        return replace(change, after=bare)

    def _draw(
        self, plan: Plan, focus: tuple[int, ...], change: Change | None = None, *, new: bool = False
    ) -> None:
        before = None if new or self.moment is None else self.moment
        seed = plan.arrangement.seed
        caption = canonical(plan.arrangement.scene, bare=True)
        kept = None if before is None or plan.is_whole else before.picture
        picture = self.painter(plan, caption, seed, kept)
        self._push(Moment(plan.arrangement, picture, seed, focus, change))


def _replaced(english: str, before: Moment | None, reply: Reply) -> tuple[tuple[str, str], ...]:
    """Pairs of a word and the thing that an utterance brought in its place."""
    if reply.moment is None or reply.moment is before or reply.action in _BY_ITSELF:
        return ()
    old = [] if before is None or reply.action == "new" else before.arrangement.scene.things
    count = {each.noun: each.count for each in old}
    scene = reply.moment.arrangement.scene
    new = {each.noun for each in scene.things if each.count > count.get(each.noun, 0)}
    if before is None or reply.action == "new" or before.arrangement.scene.setting != scene.setting:
        new.add(scene.setting or "")
    return tuple(pair for pair in read_scene(english).replaced if pair[1] in new)


def _letters(text: str) -> int:
    return sum(map(len, folded_words(text)))
