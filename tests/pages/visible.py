"""What a reader can see of an element: not that it is in the page, but that its place shows it."""

# Returns "" for what is seen, else why not. Asked of the browser at the element's own place: it is displayed,
# has a size and a colour, and nothing covers or cuts it off.
UNSEEN = """(element) => {
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const all = { opacityProperty: true, visibilityProperty: true };
  if (!element.checkVisibility(all)) return "is not displayed";
  const box = [...element.getClientRects()].find((each) => each.width > 1 && each.height > 1);
  if (!box) return "has no size";
  if (/rgba\\(.*, 0\\)/.test(getComputedStyle(element).color)) return "has no colour";
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return element.contains(there) ? "" : `is covered by ${there?.outerHTML.slice(0, 60)}`;
}"""
NAME = "(e) => e.textContent.trim().slice(0, 60) || e.outerHTML.slice(0, 60)"
EACH = f"(all) => {{ const [why, name] = [{UNSEEN}, {NAME}]; return all.map((e) => [name(e), why(e)]); }}"


def unseen(place):
    """Return "name: reason" for each element of a Locator that a reader cannot see."""
    return [f"{name}: {why}" for name, why in place.evaluate_all(EACH) if why]


def seen(place):
    """Return the words of each element of a Locator that a reader sees."""
    return [name for name, why in place.evaluate_all(EACH) if not why]


def is_seen(place):
    """Tell whether a reader sees the elements of a Locator: all of them, and there is one."""
    return place.count() > 0 and not unseen(place)


def none_seen(place):
    """Tell whether a reader sees no element of a Locator."""
    return not seen(place)


def show(page, how, width):
    """Show a page light or dark on a screen of a width in px, or as it is printed (how is "paper")."""
    page.set_viewport_size({"width": width, "height": 800})
    if how == "paper":
        page.emulate_media(media="print")
        return
    page.emulate_media(media="screen", color_scheme=how)
    if page.evaluate("document.documentElement.dataset.mode"):  # without JavaScript there is one theme only
        page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=how)
