"""Pictures on the stage that are talked to."""

import pytest

from app.web.controller import PageController
from app.web.sessions import Sessions
from tests.helpers.page.page_requests import ONE_STEP, begin, drawn, names, scenery, shown


@pytest.fixture
def tell(talk):
    """Tells the picture of a request something: the number of that request, what the page shows."""

    def tell(picture, text=None, *, kind="tell", prompt="", knobs=ONE_STEP, **more):
        job, views = begin(talk, kind, prompt, knobs=knobs, picture=picture, text=text, **more)
        return job.number, shown(views)

    return tell


@pytest.fixture(scope="package")
def plain(plain_pipeline):
    return PageController(plain_pipeline, Sessions())


@pytest.fixture(scope="package")
def detailed(nano_pipeline):
    """The same with the second pass, for tests marked with `details`."""
    return PageController(nano_pipeline, Sessions())


@pytest.fixture
def talk(request):
    return request.getfixturevalue(getattr(request, "param", "plain"))


details = pytest.mark.parametrize("talk", ["detailed"], indirect=True)


@pytest.fixture(scope="package")
def houses():
    """Numbers of finished pictures of a house by a lake."""
    return {}


@pytest.fixture
def house(talk, houses):
    """The number of the one that a test talks to."""
    if talk not in houses:
        number, view = drawn(talk, "a house by a lake", who="ann", knobs=ONE_STEP)
        assert names(view) == ["1 house"] and scenery(view)["setting"] == "lake"
        houses[talk] = number
    return houses[talk]
