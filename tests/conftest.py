"""What several test files share."""

import pytest
from browser import chromium


@pytest.fixture(scope="session")
def chrome():
    """One Chromium for each worker; a test opens its own context in it."""
    with chromium() as browser:
        yield browser
