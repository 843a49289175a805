"""How two processes share the suite: the longest first, what shares a page in one process."""

from xdist.scheduler import LoadFileScheduling

# One running page and one Chromium serve all tests of such a folder.
TOGETHER = ("tests/app/web/browser/", "tests/app/server/")
# What takes more than ten seconds, the longest first: at the end only short files are left.
LONGEST = (
    *TOGETHER,
    "tests/app/backends/",
    "tests/app/dialogue/",
    "tests/app/web/",
    "tests/app/",
    "tests/polyvoice/",
    "tests/test_package.py",
    "tests/benchmarks/",
    "tests/maskgil/evaluation/",
    "tests/maskgil/train/",
    "tests/maskgil/data/test_tokenize.py",
)


def place(nodeid: str) -> int:
    """Where a test stands in the order of the suite."""
    found = (at for at, start in enumerate(LONGEST) if nodeid.startswith(start))
    return next(found, len(LONGEST))


class SuiteScheduling(LoadFileScheduling):
    """Files in the order in which they were collected, a folder of TOGETHER like one file."""

    def _split_scope(self, nodeid: str) -> str:
        folder = (start for start in TOGETHER if nodeid.startswith(start))
        return next(folder, super()._split_scope(nodeid))
