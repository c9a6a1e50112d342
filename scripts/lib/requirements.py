# SPDX-License-Identifier: AGPL-3.0-only
"""The program behind scripts/requirements; its help is in that script."""

import argparse
import ast
import csv
import json
import os
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("METROLOGY_LOCAL") or ROOT / ".local")
ROWS = ROOT / "docs" / "requirements.csv"
RAN = LOCAL / "requirements.json"
STATUSES = ("done", "partly", "open")


class Declared:
    """Which test names which row, read from the tests' text (nothing is imported)."""

    def __init__(self, root=ROOT):
        self.by_id = {}
        self.problems = []
        for pattern in ("addons/*/tests/**/test_*.py", "tests/**/test_*.py"):
            for path in sorted(root.glob(pattern)):
                self._read(path, path.relative_to(root))

    def _read(self, path, relative):
        try:
            tree = ast.parse(path.read_text("utf-8"))
        except SyntaxError as error:
            self.problems.append(f"{relative}:{error.lineno}: {error.msg}")
            return
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                of_class = self._ids(node)
                for method in node.body:
                    if self._is_test(method):
                        name = f"{relative}::{node.name}::{method.name}"
                        self._note(name, of_class + self._ids(method))
            elif self._is_test(node):
                self._note(f"{relative}::{node.name}", self._ids(node))

    @staticmethod
    def _is_test(node):
        return isinstance(node, ast.FunctionDef) and node.name.startswith("test")

    @staticmethod
    def _ids(node):
        found = []
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                continue
            name = getattr(decorator.func, "id", getattr(decorator.func, "attr", ""))
            if name == "requirement":
                found += [
                    argument.value
                    for argument in decorator.args
                    if isinstance(argument, ast.Constant)
                ]
        return found

    def _note(self, test, ids):
        for item in ids:
            self.by_id.setdefault(item, [])
            if test not in self.by_id[item]:
                self.by_id[item].append(test)


def read_rows():
    with open(ROWS, encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        return reader.fieldnames, list(reader)


def write_rows(fields, rows):
    temporary = ROWS.with_suffix(".new")
    with open(temporary, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    temporary.replace(ROWS)


def read_outcomes():
    """Return {row: {test: outcome}} of the tests that ran here."""
    try:
        ran = json.loads(RAN.read_text())
    except FileNotFoundError:
        return {}
    found = {}
    for test, entry in ran.items():
        # A parametrised test is one test: the worst outcome counts.
        name = test.partition("[")[0]
        for item in entry["ids"]:
            outcomes = found.setdefault(item, {})
            if outcomes.get(name) != "failed":
                if entry["outcome"] != "skipped" or name not in outcomes:
                    outcomes[name] = entry["outcome"]
    return found


def check(rows, declared, outcomes):
    """Return what is wrong with the account, as lines."""
    found = list(declared.problems)
    known = set()
    for row in rows:
        if row["id"] in known:
            found.append(f"{row['id']}: twice in the account")
        known.add(row["id"])
        if row["status"] not in STATUSES:
            found.append(f"{row['id']}: status {row['status']!r} is none of {STATUSES}")
            continue
        if row["status"] == "done":
            tests = declared.by_id.get(row["id"], [])
            ran = outcomes.get(row["id"], {})
            if not tests:
                found.append(f"{row['id']}: done, but no test names it")
            elif not any(ran.get(test) == "passed" for test in tests):
                found.append(f"{row['id']}: done, but none of its tests ran and passed")
            failed = [test for test in tests if ran.get(test) == "failed"]
            found += [f"{row['id']}: done, but {test} failed" for test in failed]
    for item in sorted(set(declared.by_id) - known):
        found.append(
            f"{item}: not in the account, but named by {declared.by_id[item][0]}"
        )
    return found


def show_table(rows, declared):
    areas = {}
    for row in rows:
        areas.setdefault(row["area"], Counter())[row["status"]] += 1
        if row["id"] in declared.by_id:
            areas[row["area"]]["tested"] += 1
    head = ("area", *STATUSES, "tested", "all")
    lines = [head]
    total = Counter()
    for area, counts in sorted(areas.items()):
        all_rows = sum(counts[status] for status in STATUSES)
        lines.append((area, *(counts[key] for key in (*STATUSES, "tested")), all_rows))
        total += counts
    lines.append(
        ("together", *(total[key] for key in (*STATUSES, "tested")), len(rows))
    )
    for line in lines:
        print(f"{line[0]:<16}" + "".join(f"{cell:>8}" for cell in line[1:]))


def show_row(row, declared, outcomes):
    print(f"{row['id']}  [{row['status']}]  {row['area']}")
    for key in ("text_zh", "requirement_en", "acceptance", "note"):
        if row.get(key):
            print(f"  {key}: {row[key]}")
    for test in declared.by_id.get(row["id"], []):
        print(f"  {outcomes.get(row['id'], {}).get(test, 'did not run here')}: {test}")


def main():
    parser = argparse.ArgumentParser(prog="scripts/requirements")
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--area")
    parser.add_argument("--open", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    fields, rows = read_rows()
    declared, outcomes = Declared(), read_outcomes()
    if options.update:
        for row in rows:
            row["tests"] = " ".join(declared.by_id.get(row["id"], []))
        write_rows(fields, rows)
    if options.check:
        found = check(rows, declared, outcomes)
        print("\n".join(found))
        done = sum(row["status"] == "done" for row in rows)
        print(f"{len(rows)} rows, {done} done, {len(found)} problems")
        return 1 if found else 0
    if options.ids or options.area or options.open:
        chosen = [
            row
            for row in rows
            if (not options.ids or row["id"] in options.ids)
            and (not options.area or row["area"] == options.area)
            and (not options.open or row["status"] != "done")
        ]
        unknown = set(options.ids) - {row["id"] for row in rows}
        if unknown:
            sys.exit(f"no such row: {', '.join(sorted(unknown))}")
        for row in chosen:
            if options.ids:
                show_row(row, declared, outcomes)
            else:
                print(
                    f"{row['id']:<14} {row['status']:<7} {row['requirement_en'][:100]}"
                )
        return 0
    show_table(rows, declared)
    return 0


if __name__ == "__main__":
    sys.exit(main())
