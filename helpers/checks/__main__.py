"""Who solved what in a class: python -m helpers.checks report FOLDER... [--csv FILE]

Each learner is a folder or a notebook in FOLDER. Notebooks are run, so run this where they can do no harm.
"""

import argparse
import sys
from pathlib import Path

from .in_class.classroom import report, table, write_csv


def positive(text):
    number = float(text)
    if not 0 < number < 1e6:
        raise ValueError
    return number


def arguments(given):
    """Return the parsed command line; it ends with a sentence and status 2 where it cannot be used."""
    parser = argparse.ArgumentParser("python -m helpers.checks", description=__doc__.partition(":")[0] + ".")
    commands = parser.add_subparsers(required=True, metavar="report")
    made = commands.add_parser("report", help="run the notebooks of a class and say who solved what")
    made.add_argument("folders", nargs="+", metavar="FOLDER", help="holds a folder or notebook per learner")
    made.add_argument("--csv", metavar="FILE", help="write the table for a spreadsheet, too")
    made.add_argument("--seconds", type=positive, default=60, help="for one notebook; 60 unless given")
    made.add_argument("--gigabytes", type=positive, default=4, help="of memory for one; 4 unless given")
    told = parser.parse_args(given)
    if missing := [folder for folder in told.folders if not Path(folder).exists()]:
        parser.error(f"there is no {missing[0]}.")
    return told


def main(given=None):
    """Print the report, and write it where --csv says; return the exit status."""
    told = arguments(given)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console that knows no ✓
    try:
        found = report(told.folders, told.seconds, int(told.gigabytes * 1e9))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    if not found:
        print("There is no folder of a learner and no notebook in it.", file=sys.stderr)
        return 1
    print(table(found))
    try:
        if told.csv:
            write_csv(found, told.csv)
    except OSError as error:
        print(f"{told.csv} could not be written ({error.strerror}).", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
