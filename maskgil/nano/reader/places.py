"""Settings in sentences: which gives way to which, and what stands for one within another."""

from __future__ import annotations

STANDS_FOR = {
    "forest": "tree", "mountain": "mountain", "hill": "hill", "sea": "wave", "beach": "palm tree",
    "castle": "castle", "city": "skyscraper", "village": "house", "farm": "barn",
    "desert": "cactus", "pond": "pond", "road": "road", "moon": "full moon", "jungle": "palm tree",
    "garden": "flower", "street": "street lamp", "railway": "rails",
}  # fmt: skip
"""Setting -> what is drawn of it where another one is the scene's."""
GENERAL = ("sky", "snow", "hill", "mountain", "sea", "forest", "city", "street")
"""The settings that give way to any other, the first sooner."""
WATERS = ("lake", "river", "pond", "beach", "sea", "underwater")
WHERE = frozenset(
    ("in", "on", "at", "through", "across", "along", "into", "over", "onto", "inside", "within",
     "up", "down")
)  # fmt: skip
"""Prepositions behind which a thing that is a setting too is the setting."""
SKIES = frozenset(("in", "through", "across", "into", "inside"))
"""Those behind which the sky is where something is, not what is over it."""
INDOORS = ("kitchen", "bathroom", "bedroom", "living room")
