"""Backends are asked for small pictures: what they draw is compared, whatever it shows."""

import pytest


@pytest.fixture(scope="session")
def pipeline(small_pipeline):
    return small_pipeline
