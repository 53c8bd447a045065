"""What several test files share."""

from pathlib import Path

import pytest
from browser import chromium
from checks_table import pytest_terminal_summary  # noqa: F401  the table of answers tried

HTML = Path(__file__).parent.parent / "_build" / "html"


@pytest.fixture(scope="session")
def book():
    """The folder of the built book. The tests look at what is there; they do not build it."""
    if not (HTML / "index.html").is_file():
        pytest.fail("There is no built book to test: run `make book` first.", pytrace=False)
    return HTML


@pytest.fixture(scope="session")
def chrome():
    """One Chromium for each worker; a test opens its own context in it."""
    with chromium() as browser:
        yield browser
