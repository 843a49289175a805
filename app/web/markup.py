"""HTML fragments: what was heard, the progress line, header and footer.

All output of models and people is escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import gcd

from app.dialogue.notes import noted
from app.dialogue.telling import worded
from app.i18n import Translations
from app.imaging.sizes import RATIOS
from app.languages import LANGUAGES, OWN_NAMES
from app.server.job_queue import QueueStatus
from app.types import Heard, Result, Update

MOST_WORDS = 12  # listed as not drawn
NEARLY = 0.03  # relative error within which a grid is named by a usual ratio
UNLIKELY = 0.005  # guesses below are not worth showing

ENGLISH = Translations()

HEADER = """
<div class="brand">
  <div class="mark" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i><i></i><i></i><i></i><i></i></div>
  <div><h1>{title}</h1><p>{lead}</p></div>
</div>
"""  # noqa: E501


def header(words: Translations = ENGLISH) -> str:
    count = len(LANGUAGES) - 1  # Cantonese needs large-v3
    return HEADER.format(title=escape(words("title")), lead=escape(words("lead", count=count)))


def footer(words: Translations = ENGLISH) -> str:
    return f"<p><b>{escape(words('voice'))}</b> {escape(words('voice.more'))}</p>"


def heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def language_choices() -> list[tuple[str, str]]:
    """Menu entries (shown, code): every language by its own name, in English order."""
    named = [
        (own if own == LANGUAGES[code] else f"{own} · {LANGUAGES[code]}", code)
        for code, own in OWN_NAMES.items()
    ]
    return sorted(named, key=lambda entry: LANGUAGES[entry[1]])


def nothing_heard(words: Translations = ENGLISH) -> str:
    return f'<div class="heard empty">{escape(words("heard.empty"))}</div>'


def heard_card(
    heard: Heard, words: Translations = ENGLISH, *, chosen: bool = False, unclear: bool = False
) -> str:
    """Language, alternative guesses as buttons, transcript, translation and repairs.

    `chosen`: the visitor declared the language. `unclear`: the first guess is a button too.
    """
    said = heard.transcript
    guesses = [] if chosen else said.guesses[0 if unclear else 1 : 3]
    others = "".join(
        f'<button type="button" data-language="{escape(code)}">'
        f"{escape(own_name(code))} {words.percent(probability)}</button>"
        for code, probability in guesses
        if probability >= UNLIKELY
    )
    if others:
        others = f'<span class="others">{escape(words("heard.or"))} {others}</span>'
    sure = words("heard.sure", percent=words.percent(said.language_probability))
    return _card(
        said.language,
        words("heard.set") if chosen else sure,
        others,
        said.text,
        _row(words("heard.english"), f"“{escape(said.translation)}”")
        + _repair(heard, words)
        + "".join(_row(words("heard.note"), escape(noted(note, words))) for note in heard.notes),
    )


def typed_card(wish: Heard, words: Translations = ENGLISH) -> str:
    """A text typed in another language and its English reading."""
    said = wish.transcript
    rows = _row(words("heard.typed"), f"“{escape(said.translation)}”")
    if wish.unknown:
        unknown = words("status.not_understood", words=", ".join(wish.unknown))
        rows += _row(words("heard.note"), escape(unknown))
    return _card(said.language, "", "", said.text, rows)


def restored_card(language: str, transcript: str, words: Translations = ENGLISH) -> str:
    """The transcript stored in a restored picture."""
    if not transcript:
        return nothing_heard(words)
    return _card(language, words("heard.from"), "", transcript, "")


def own_name(code: str) -> str:
    """A language as its speakers call it."""
    return OWN_NAMES.get(code, code)


def _card(language: str, sure: str, others: str, transcript: str, rows: str) -> str:
    name = f"<b>{escape(own_name(language))}</b>" if language else ""
    return f"""
<div class="heard">
  <div class="language">{name} <span>{escape(sure)}</span>{others}</div>
  <blockquote lang="{escape(language)}" dir="auto">{escape(transcript)}</blockquote>
  <dl>{rows}</dl>
</div>
"""


def _repair(heard: Heard, words: Translations) -> str:
    repair = heard.repair
    marks = [
        f"<del>{escape(wrong)}</del> → <ins>{escape(right)}</ins>"
        for wrong, right in repair.replaced
    ]
    new = [right for _, right in repair.replaced]
    marks += [
        f"+ <ins>{escape(added)}</ins>"
        for added in repair.added
        if not any(added in right for right in new)
    ]
    return _row(words("heard.repaired"), ", ".join(marks)) if marks else ""


def _row(term: str, value: str) -> str:
    return f'<div><dt>{escape(term)}</dt><dd dir="auto">{value}</dd></div>'


def status(text: str, *, share: float = 0.0, kind: str = "idle") -> str:
    """The progress line: `share` of the bar filled; `kind` idle, busy, done or error."""
    role = ' role="alert"' if kind == "error" else ""
    return f"""
<div class="status {kind}"{role}>
  <span>{escape(text)}</span>
  <div class="bar" aria-hidden="true"><i style="width:{share:.0%}"></i></div>
</div>
"""


def waiting(wait: QueueStatus, words: Translations = ENGLISH) -> str:
    """The progress line of a queued job (see `app.server.job_queue`)."""
    seconds = max(1, round(wait.seconds))
    key = "status.next" if wait.position == 1 else "status.waiting"
    line = words(key, position=wait.position, seconds=seconds)
    return status(line, share=0.02, kind="busy")


def drawing(update: Update, left: float, words: Translations = ENGLISH) -> str:
    """The progress line of one preview, with about `left` seconds remaining."""
    text = words("status.step", step=update.step, steps=update.num_steps)
    if left >= 1.5:
        text += " · " + words("status.left", seconds=round(left))
    return status(text, share=update.step / max(1, update.num_steps), kind="busy")


def finished(
    result: Result, words: Translations = ENGLISH, *, fresh: bool, told: str = "",
    understood: str = "",
) -> str:  # fmt: skip
    """The progress line of a finished picture; `fresh` if its prompt was just heard.

    `told`: the change that led to it. `understood`: the caption in the visitor's language.

    It ends with the model's caption where that differs from the prompt, and is followed by the
    words left out (`not_drawn`).
    """
    seconds = result.seconds
    text = words(
        "status.done_heard" if fresh else "status.done",
        listen=words.number(seconds.listen),
        draw=words.number(seconds.draw),
        seed=result.settings.seed,
    )
    if told:
        text = words("status.changed", change=told, draw=words.number(seconds.draw))
    elif result.drawn != result.prompt:
        text += " · " + words("status.as", caption=understood or result.drawn)
    return status(text, share=1.0, kind="done")


def not_drawn(
    left_out: Sequence[str], stands: Sequence[tuple[str, str]] = (), words: Translations = ENGLISH
) -> str:
    """A line of the prompt's words that were not drawn, and a line of replacements (`stands`)."""
    left_out = [worded(word, words) for word in left_out]
    replaced = [f"{worded(said, words)} → {worded(shown, words)}" for said, shown in stands]
    return _listed("status.left_out", left_out, words) + _listed("status.replaced", replaced, words)


def not_understood(said: Sequence[str], words: Translations = ENGLISH) -> str:
    """A line of the requested changes that were not made."""
    return _listed("status.not_understood", said, words)


def note(text: str) -> str:
    """A remark on what was drawn; empty for none."""
    return f'<p class="left-out">{escape(text)}</p>' if text else ""


def _listed(key: str, told: Sequence[str], words: Translations) -> str:
    if not told:
        return ""
    return note(words(key, words=_first_of(told)))


def _first_of(told: Sequence[str]) -> str:
    more = "…" if len(told) > MOST_WORDS else ""
    return ", ".join(told[:MOST_WORDS]) + more


def expected(
    seconds: float | None, words: Translations = ENGLISH, *, measured: bool = False
) -> str:
    """The expected drawing time, shown beside the slider; `measured` once calibration is over."""
    if seconds is None:
        kind, line = "", words("expect.later" if measured else "expect.unknown")
    else:
        shown = words.number(seconds, 1 if seconds < 9.95 else 0)
        kind, line = " known", words("expect", seconds=shown)
    ends = [escape(words(key)) for key in ("quality.faster", "quality.finer")]
    return f'<p class="expect{kind}">{ends[0]} <b>{escape(line)}</b> {ends[1]}</p>'


def ratio(grid: tuple[int, int]) -> str:
    """A grid (rows, columns) as width:height: the usual ratio nearby, else in lowest terms."""
    rows, columns = grid
    for wide, tall in RATIOS:
        if abs(columns * tall / (rows * wide) - 1) < NEARLY:
            return f"{wide} : {tall}"
    common = gcd(rows, columns)
    return f"{columns // common} : {rows // common}"


def example_label(language: str, text: str) -> str:
    """Two lines: the language's own name, and the words spoken."""
    return f"{own_name(language)}\n{text}"
