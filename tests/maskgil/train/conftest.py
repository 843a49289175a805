"""What the tests of training share."""

import pytest

from tests.helpers.tiny_training import make_shards


@pytest.fixture
def folder(tmp_path):
    make_shards(tmp_path / "shards", grids=((4, 4), (2, 6)))
    return tmp_path
