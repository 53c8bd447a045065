"""Print the lowest versions that pyproject.toml allows, as constraints for pip: python tools/minimum.py

The weekly run installs under them, so that what is declared is what has been tried.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOOR = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*>=\s*([0-9.]+)")


def minimum(text):
    """Return the lines of a constraints file, from the text of pyproject.toml.

    A requirement that names no lowest version is a ValueError.
    """
    project = tomllib.loads(text)["project"]
    extras = project.get("optional-dependencies", {}).values()
    floors = set()
    for requirement in [each for group in (project["dependencies"], *extras) for each in group]:
        if requirement.startswith(project["name"] + "["):  # an extra that brings in another one
            continue
        found = FLOOR.match(requirement)
        if not found:
            raise ValueError(f"{requirement!r} names no lowest version")
        floors.add("{}=={}".format(*found.groups()))
    return sorted(floors)


if __name__ == "__main__":
    print("\n".join(minimum((ROOT / "pyproject.toml").read_text(encoding="utf-8"))))
