"""Pictures on the stage that are talked to; each module has its own `talk`."""

import pytest

from tests.helpers.page_requests import ONE_STEP, begin, shown


@pytest.fixture
def tell(talk):
    """Tells the picture of a request something: the number of that request, what the page shows."""

    def tell(picture, text=None, *, kind="tell", prompt="", knobs=ONE_STEP, **more):
        job, views = begin(talk, kind, prompt, knobs=knobs, picture=picture, text=text, **more)
        return job.number, shown(views)

    return tell
