"""Word-order typology: languages with postposed colours, verbs and prepositions."""

from __future__ import annotations

VERB_FIRST = frozenset({"ar", "ru", "uk", "be", "pl", "cs"})  # languages that may begin with it
VERB_LAST = frozenset({"ja", "ko", "tr", "hi"})
VERB_LAST_BEHIND_WHO = frozenset({"de", "nl"})  # languages that have it last in a relative clause

# Languages whose colours stand after the noun.
NOUN_FIRST = frozenset({
    "fr", "es", "pt", "it", "ca", "gl", "oc", "ro", "la", "ar", "he", "fa", "vi", "id", "ms", "jw",
    "su", "th", "km", "lo", "sw", "sn", "yo", "ha", "mg", "sq", "mt", "cy", "br", "ln", "mi", "haw",
    "eu", "so",
})  # fmt: skip
# Languages that say where behind the thing: "the house beside" for "beside the house".
POSTPOSITIONS = frozenset({"zh", "yue", "ja", "ko", "tr", "hi"})
# Languages that count behind the thing, with a counting word or without.
COUNTED_LAST = frozenset({"ja", "ko", "th", "lo", "km", "my"})
# Languages that say two colours of one thing side by side.
COMPOUND_COLOURS = frozenset({"de", "nl"})
