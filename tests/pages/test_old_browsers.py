"""Promise: a browser of some years ago reaches the contents and the search, and one gap takes nothing along.

Chromium plays the old browser: what that did not know is taken out of the pages, the styles and the language.
"""

import re

import pytest
from test_browser import NOTEBOOKS
from visible import is_seen, none_seen, unseen

PHONE = {"width": 390, "height": 800}
MENUS = {"All pages": "#book-nav", "On this page": "#page-toc"}
OUTSIDE = {"All pages": (386, 400), "On this page": (4, 400)}  # the margin that a menu leaves free
FORGET = """for (const name of ["popover", "showPopover", "hidePopover", "togglePopover"])
  delete HTMLElement.prototype[name];"""


def without_popovers(context):
    """Let neither the script nor the pages nor the styles of a context know what a popover is."""

    def answer(route):
        if route.request.resource_type not in ("document", "stylesheet"):
            return route.continue_()  # search reads pages as data
        reply = route.fetch()
        # An attribute or a pseudo-class of an unheard name is what these were to an old browser.
        text = re.sub(r" popover(?=>)|:popover-open", lambda found: found[0] + "-unheard", reply.text())
        return route.fulfill(response=reply, body=text)

    context.route(re.compile(r"\.(html|css)(\?.*)?$"), answer)
    context.add_init_script(FORGET)


def without(code):
    return lambda context: context.add_init_script(code)


NO_API = without(FORGET + "delete Array.prototype.findLast")


@pytest.mark.parametrize("prepare", [without_popovers, NO_API], ids=["no-popovers", "no-api"])
@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_the_menus_open_and_close(visit, prepare, how):
    with visit(NOTEBOOKS[0], viewport=PHONE, prepare=prepare) as at:
        for name, inside in MENUS.items():
            button, link = at.page.get_by_role("button", name=name), at.page.locator(f"{inside} a").nth(1)
            assert none_seen(link)
            button.focus()
            button.click() if how == "mouse" else at.page.keyboard.press("Enter")
            assert is_seen(link)
            at.page.mouse.click(*OUTSIDE[name]) if how == "mouse" else at.page.keyboard.press("Escape")
            assert none_seen(link)
        assert at.errors == []


def test_a_section_of_the_contents_is_gone_to(visit):
    with visit(NOTEBOOKS[0], viewport=PHONE, prepare=without_popovers) as at:
        at.page.get_by_role("button", name="On this page").click()
        link = at.page.locator("#page-toc a").last
        link.click()
        target = at.page.locator(link.get_attribute("href"))
        assert none_seen(link) and 0 <= target.bounding_box()["y"] < PHONE["height"]


def test_search_is_reached_and_finds(visit):
    with visit(NOTEBOOKS[0], viewport=PHONE, prepare=without_popovers) as at:
        box = at.page.get_by_role("searchbox")
        assert none_seen(box)
        at.page.get_by_role("button", name="All pages").click()
        assert is_seen(box)
        box.fill("bias")
        box.press("Enter")
        found = at.page.locator("#search-results li a")
        found.first.wait_for()
        assert unseen(found) == []
        assert at.errors == []


def test_without_javascript_too_the_lists_are_there(visit):
    with visit(NOTEBOOKS[0], viewport=PHONE, prepare=without_popovers, java_script_enabled=False) as at:
        for name, inside in MENUS.items():
            assert none_seen(at.page.get_by_role("button", name=name, include_hidden=True))
            assert unseen(at.page.locator(f"{inside} li:not(li li) > a")) == []


GAPS = {
    "findLast": "delete Array.prototype.findLast",
    "clipboard": "Object.defineProperty(navigator, 'clipboard', { get() { throw Error('none'); } })",
    "media": "MediaQueryList.prototype.addEventListener = undefined",
}


@pytest.mark.parametrize("gap", GAPS)
def test_one_gap_takes_nothing_else_along(visit, gap):
    with visit(NOTEBOOKS[0], prepare=without(GAPS[gap])) as at:
        at.page.keyboard.press("/")
        assert at.page.get_by_role("searchbox").evaluate("(box) => box === document.activeElement")
        at.page.locator("h2").last.scroll_into_view_if_needed()
        at.page.locator("#page-toc a[aria-current]").first.wait_for()
        if gap != "clipboard":
            assert at.page.locator(".copy").count() > 5
        if gap != "media":
            before = at.page.locator(".theme-name").inner_text()
            at.page.locator(".theme-switch").click()
            assert at.page.locator(".theme-name").inner_text() != before
