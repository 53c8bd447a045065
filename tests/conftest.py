"""What several test files share."""

import os
from pathlib import Path

import browser
import pytest
from checks_table import pytest_terminal_summary  # noqa: F401  the table of answers tried
from hypothesis import settings

pytest.register_assert_rewrite("readable", "on_screen", "lab")  # they say what was found, as tests do
HTML = Path(__file__).parent.parent / "_build" / "html"

# The tests call make as a person does: nothing of the make that runs the tests goes along.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)

# A slow example on a busy machine is no fault: no property here is about time.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_configure(config):
    config.pluginmanager.register(browser)  # its summary: what was not checked for want of a browser


@pytest.fixture(scope="session")
def book():
    """The folder of the built book. The tests look at what is there; they do not build it."""
    if not (HTML / "index.html").is_file():
        pytest.fail("There is no built book to test: run `make book` first.", pytrace=False)
    return HTML


@pytest.fixture(scope="session")
def chrome():
    """One Chromium for each worker; a test opens its own context in it."""
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="session")
def home(book):
    """The address of the built book, served on this machine."""
    with browser.served(book) as address:
        yield address


@pytest.fixture
def visit(chrome, book, home):
    """Return visit(page, how=…, …), a context manager that opens a page of the book and watches it."""

    def open_page(page, how="http", **options):
        address = home if how == "http" else book.as_uri() + "/"
        return browser.watched(chrome, f"{address}{page}.html", **options)

    return open_page
