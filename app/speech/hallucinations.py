"""Hallucination filter: what Whisper writes over sound without speech.

Over music, noise and silence the model falls back on the ends of the videos it was trained on. In
English, into which every language is translated, such sentences are told by their kind (thanks for
watching, calls to subscribe, farewells until the next video, signatures of subtitles), in other
languages by what Whisper is known to write, and weak words together with Whisper's own doubts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from app.languages import plain
from app.thresholds import NO_SPEECH, UNLIKELY, UNSURE_LOGPROB, UNSURE_NO_SPEECH

if TYPE_CHECKING:
    from app.speech.engine import Decoding

# Kinds of sentences with which nobody asks for a picture: patterns over plain English words, one a
# line; a dash before or after stands for any further words, {some} for up to four.
_MEDIUM = r"(?:video|vlog|episode|channel|stream|podcast|tutorial|show|broadcast)s?"
_THIS = rf"(?:this|my|our|the|today s|another|a new) (?:\w+ )?{_MEDIUM}"
_SOME = r"(?:\w+ ){0,4}"
_KINDS = r"""
— (?:thank you|thanks) {some}for (?:watch|view|listen|join|tun|subscrib)ing —
— (?:thank you|thanks) {some}for (?:your|the|all) {some}(?:attention|support|views|time|company) —
— (?:you|everyone|everybody) {some}(?:enjoy|lik|lov|watch)(?:e|ed|ing)? {this} —
(?:enjoy|welcome) {some}{this} —
{some}(?:see|meet|catch|talk to) you(?: all| guys| again| later| soon| then| there| tomorrow)*
{some}(?:see|meet|catch) you {some}(?:next|new|following|{medium}|time|week) —
(?!(?:an?|the|some|draw|paint|show) ){some}subscribe
(?!(?:an?|the|some|draw|paint|show) ){some}subscribe (?:to|and|for|on|now|if|below|my|our|the) —
— (?:don t|do not|never) forget to (?:like|subscribe|share|comment|follow|hit|click|press|turn) —
{some}(?:hit|smash|click|press|ring|leave) (?:the |a |that )?(?:like|bell|notification|comment)s? —
(?:please )?(?:like|share|follow|comment) {some}(?:and|or) (?:like|share|follow|comment|subscribe) —
{some}end of {this}
(?:closed |this )?(?:subtitl|caption|transcri)\w* {some}(?:by|from|for|of|at) —
(?:translated|translation) {some}by —
{some}(?:will|ll) be right back
(?:to be continued|stay tuned) —
— all rights reserved
(?:copyright|for more information) —
"""
_ADDRESS = re.compile(r"\bwww\.|https?:|\w\.(?:com|org|net|tv|gov|edu)\b", re.IGNORECASE)

# The same in other languages, one phrase a line, compared without case, accents and punctuation.
# Seen in Whisper's output over sound without speech.
_CREDITS = """
sous titres par —
sous titres realises par —
sous titres crees par —
sous titres fait par —
sous titrage —
— societe radio canada
merci d'avoir regarde —
merci d'avoir visionne —
merci de votre attention
merci pour votre attention
abonnez vous —
n'oubliez pas de vous abonner —
n'hesitez pas a vous abonner —
a bientot pour de nouvelles videos
gracias por ver —
muchas gracias por ver —
gracias por su atencion
suscribete —
suscribanse —
no olvides suscribirte —
subtitulos por —
subtitulos realizados por —
subtitulado por —
obrigado por assistir —
obrigada por assistir —
inscreva se no canal —
inscreva se
nao se esqueca de se inscrever —
legendas por —
legendas pela —
legendado por —
transcricao e legendas —
legenda adriana zanotto
untertitel von —
untertitel der —
untertitel im auftrag —
untertitelung —
vielen dank fürs zuschauen
danke fürs zuschauen
bis zum nächsten mal
sottotitoli —
grazie per aver guardato —
grazie per la visione
iscrivetevi al canale —
ondertitels —
ondertiteld door —
ondertiteling —
bedankt voor het kijken
tv gelderland —
napisy stworzone —
napisy by —
zdjęcia i napisy —
dziękuję za uwagę
dziękuję za oglądanie
dziękuję za obejrzenie —
titulky vytvořil —
titulky —
děkuji za pozornost
feliratok —
köszönöm hogy megnézt —
subtitrarea —
multumesc pentru vizionare
va multumim pentru vizionare
nu uitati sa va abonati —
undertekster —
tekstet av —
teksting av —
svensktextning —
undertexter —
tack för att ni tittade
tak fordi du så med
kiitos kun katsoit
tekstitys —
υπότιτλοι —
ευχαριστώ που παρακολουθήσατε
altyazi —
altyazı —
izlediginiz icin tesekkur —
izlediğiniz için teşekkür —
abone olmayi unutmayin —
abone olmayı unutmayın —
субтитры —
редактор субтитров —
— dimatorzok
— корректор а егорова
продолжение следует
спасибо за просмотр
спасибо за внимание
подписывайтесь на —
подпишитесь на канал
ставьте лайки —
дякую за перегляд
дякуємо за перегляд
дякую за увагу
субтитрувальниця —
ترجمة نانسي قنقر
نانسي قنقر
اشتركوا في القناة —
شكرا على المشاهدة
شكرا للمشاهدة
תודה שצפיתם
תודה על הצפייה
כתוביות —
देखने के लिए धन्यवाद
ขอบคุณที่รับชม
โปรดติดตามตอนต่อไป
hãy subscribe cho kênh —
hay subscribe cho kenh —
cảm ơn các bạn đã theo dõi —
cám ơn các bạn đã theo dõi —
cảm ơn các bạn đã xem —
hẹn gặp lại các bạn trong những video tiếp theo
— ghiền mì gõ —
terima kasih telah menonton —
terima kasih kerana menonton —
diolch yn fawr iawn am wylio'r fideo
시청해주셔서 감사합니다
시청해 주셔서 감사합니다
구독과 좋아요 —
구독 좋아요 —
다음 영상에서 만나요
한글자막 by —
자막 —
mbc 뉴스 —
"""

# The same for scripts without spaces: anything that holds one of these is no request.
_CREDITS_UNSPACED = """
ご視聴ありがとう ご清聴ありがとう ご視聴いただき チャンネル登録 高評価 次の動画でお会い 次回の動画
字幕by 字幕由 字幕提供 字幕製作 字幕制作 字幕志愿者 字幕志願者 字幕組 字幕组 字幕翻译 字幕翻譯
字幕校对 中文字幕 请不吝点赞 請不吝點贊 請不吝點讚 打赏支持 打賞支持 明镜与点点 明鏡與點點
谢谢观看 謝謝觀看 感谢观看 感謝觀看 谢谢收看 謝謝收看 感谢收看 感謝收看
谢谢大家观看 多谢您收看 多謝您收看
订阅我的频道 訂閱我的頻道 优优独播剧场 優優獨播劇場 下集预告 下集預告 词曲李宗盛 詞曲李宗盛
"""

# What nobody asks to see: counted as invented when Whisper doubts that there was speech.
_WEAK = """
you|thank you|thank you very much|thanks|bye|bye bye|goodbye|ok|okay|oh|ah|eh|hm|hmm|mm|uh|um|huh
so|the|i|a|and|yeah|yes|no|wow|hey|hi|hello|i'm sorry|sorry|sir|all right|right|you you|beep
music|music playing|soft music|applause|laughter|laughs|silence|blank audio|sigh|sighs
merci|merci beaucoup|au revoir|gracias|adios|obrigado|obrigada|tchau|danke|vielen dank|tschuss
grazie|ciao|спасибо|пока|takk|tack|tak|kiitos|tesekkur ederim|teşekkürler|dziękuję|dank u wel
谢谢|謝謝|谢谢大家|謝謝大家|嗯|啊|哦|拜拜|ありがとうございました|ありがとうございます|おやすみなさい|はい|うん|あ
감사합니다|네|아|오|شكرا|תודה|धन्यवाद|cảm ơn|terima kasih
"""


def sounds_invented(decoding: Decoding) -> bool:
    """Whether a transcript is none: no letters, unlikely, or nothing but what Whisper makes up.

    Unlikely means both a high no-speech probability and a low mean log probability, as in
    Radford et al. 2022, Sec. 4.5.
    """
    sentences = [each for each in _sentences(decoding.text) if _plain_words(each)]
    others = [_plain_words(each) for each in sentences if not _is_credit(each)]
    is_weak = all(words in _weak_words() for words in others)
    if not others or (is_weak and len(others) < len(sentences)):
        return True
    if decoding.no_speech > NO_SPEECH and decoding.mean_logprob < UNLIKELY:
        return True
    doubtful = decoding.no_speech > UNSURE_NO_SPEECH or decoding.mean_logprob < UNSURE_LOGPROB
    return doubtful and is_weak


def without_credits(text: str) -> str:
    """`text` without the sentences that Whisper adds of its own accord; perhaps nothing is left."""
    sentences = _sentences(text)
    kept = [sentence for sentence in sentences if not _is_credit(sentence)]
    return text if len(kept) == len(sentences) else "".join(kept).strip()


def _sentences(text: str) -> list[str]:
    """`text` cut after each end of a sentence; a dot within a word (amara.org) is none."""
    return re.findall(r".+?(?:[.!?…♪]+(?:\s+|$)|[。！？]+\s*|$)", text, re.DOTALL)


def _is_credit(sentence: str) -> bool:
    """Whether a sentence only ends, signs or captions a video."""
    words = _plain_words(sentence)
    bare = words.replace(" ", "")
    return bool(
        _kinds().fullmatch(words)
        or _credits().fullmatch(words)
        or _ADDRESS.search(sentence)
        or any(part in bare for part in _unspaced())
    )


@lru_cache
def _kinds() -> re.Pattern[str]:
    """All of `_KINDS` as one pattern over plain words."""
    words = {"{some}": _SOME, "{this}": _THIS, "{medium}": _MEDIUM}
    kinds = _KINDS
    for name, pattern in words.items():
        kinds = kinds.replace(name, pattern)
    return _any_of(kinds, lambda kind: kind)


@lru_cache
def _credits() -> re.Pattern[str]:
    """All phrases of `_CREDITS` as one pattern over plain words."""
    return _any_of(_CREDITS, lambda phrase: re.escape(_plain_words(phrase)))


def _any_of(lines: str, pattern_of: Callable[[str], str]) -> re.Pattern[str]:
    """Any of `lines`, whose dashes stand for any further words."""
    patterns = []
    for line in lines.strip().splitlines():
        before = "(?:.* )?" if line.startswith("—") else ""
        after = "(?: .*)?" if line.endswith("—") else ""
        patterns.append(before + pattern_of(line.strip("— ")) + after)
    return re.compile("|".join(patterns))


@lru_cache
def _unspaced() -> tuple[str, ...]:
    return tuple(_plain_words(phrase).replace(" ", "") for phrase in _CREDITS_UNSPACED.split())


@lru_cache
def _weak_words() -> frozenset[str]:
    return frozenset(_plain_words(phrase) for phrase in re.split(r"[|\n]", _WEAK.strip()))


def _plain_words(text: str) -> str:
    """Lower-case words without accents on Latin letters and without punctuation."""
    return " ".join(re.findall(r"\w+", plain(text)))
