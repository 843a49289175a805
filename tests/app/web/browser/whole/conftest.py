"""A page whose pictures can be talked to: these have to be as large as nano is."""

import pytest

from tests.app.web.browser.conftest import page, page_pipeline, served_page  # noqa: F401


@pytest.fixture(scope="session")
def pipeline(plain_pipeline):
    return plain_pipeline
