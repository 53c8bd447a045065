"""The table at the end of a test run: for every exercise how many answers were tried and how many misjudged.

It reads what `test_checks.py` recorded, also from parallel workers.
"""

COLUMNS = ("own", "general", "right", "mutants", "equal", "refused", "passed though different")
COLUMNS += ("false passes", "false failures", "crashes", "hangs")


def pytest_terminal_summary(terminalreporter):
    reports = [r for outcome in ("passed", "failed") for r in terminalreporter.stats.get(outcome, [])]
    rows = [
        value for r in reports for name, value in r.user_properties if name == "checks" and r.when == "call"
    ]
    if not rows:
        return
    total = {column: sum(row[column] for row in rows) for column in COLUMNS} | {
        "exercise": f"{len(rows)} exercises"
    }
    width = max(len(row["exercise"]) for row in [*rows, total])
    terminalreporter.section("answers tried on every exercise")
    terminalreporter.line("  ".join([" " * width, *COLUMNS]))
    for row in [*rows, total]:
        cells = [f"{row[column]:>{len(column)}}" for column in COLUMNS]
        terminalreporter.line("  ".join([f"{row['exercise']:{width}}", *cells]))
    terminalreporter.line("own, general: wrong answers; equal: mutants that do the same on 2,000 inputs")
