"""What the commands of `evaluate` draw with where no test looks at details."""

from functools import lru_cache

import pytest

from maskgil.evaluation import image_sets
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.presets.choice import ModelChoice
from tests.helpers.small_pictures import in_one_pass, on_small_grid


@pytest.fixture
def small_pictures(monkeypatch):
    """The commands load nano as shipped and draw on a quarter of its cells, in one pass."""

    def loaded(choice: ModelChoice) -> ImageGenerator:
        return in_one_pass(on_small_grid(choice.load()))

    monkeypatch.setattr(image_sets, "_loaded", lru_cache(maxsize=1)(loaded))
