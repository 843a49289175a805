"""One running page for all attacks on it."""

import httpx
import pytest

from tests.helpers.page.running_page import served


@pytest.fixture(scope="package")
def running(pipeline):
    with served(pipeline) as found:
        yield found


@pytest.fixture(scope="package")
def address(running):
    return running[1]


@pytest.fixture
def alive(address):
    """After every attack the page still answers."""
    yield
    assert httpx.get(address, timeout=30).status_code == 200
