"""Third-person pronouns of each language, and homographs that are none."""

from __future__ import annotations

_PEOPLE = {
    "fr": "il elle ils elles", "es": "el ella ellos ellas", "pt": "ele ela eles elas",
    "de": "er sie sie sie", "it": "lui lei loro loro",
    "nl": "hij zij zij ze", "ru": "он она они они",
    "uk": "він вона вони вони", "pl": "on ona oni one", "tr": "o o onlar onlar",
    "ar": "هو هي هم هما", "hi": "वह वह वे वे",
    "zh": "他 她 他们 她们", "ja": "彼は 彼女は 彼らは 彼女らは",
}  # fmt: skip
PRONOUNS = {
    language: dict(zip(said.split(), ("he", "she", "they", "they"), strict=False))
    for language, said in _PEOPLE.items()
}
"""He, she and they of each language, folded."""
LOOSE = {
    "de": ("sich", "einander"), "fr": ("se", "s"), "es": ("se", "esta", "estan"),
    "pt": ("se", "esta", "estao"), "it": ("si", "sta", "stanno"), "nl": ("elkaar", "zich"),
    "pl": ("się", "sie"),
}  # fmt: skip
"""What is said with a doing, and is none: himself, each other, is."""
PLURAL_ENDS = {"es": "n", "pt": "m"}
"""The end of what several do, in languages that need not say who."""
POSSESSIVES = {
    "de": ("sein", "seine", "seinen", "seinem", "seiner", "ihr", "ihre", "ihren", "ihrem", "ihrer"),
    "fr": ("son", "sa", "ses", "leur", "leurs"),
    "es": ("su", "sus"),
    "pt": ("seu", "sua", "seus", "suas"),
}
"""Articles that say whose something is."""
