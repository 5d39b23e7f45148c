"""Writes the table of docs/compatibility.md from the counts of oracle_database.py: python3 python/tools/compatibility.py

  build/oracle/bin/python python/tests/oracle_database.py --most 60 --json python/convgrad/_compatibility.json     makes the counts
"""
from __future__ import annotations

import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- made by python/tools/compatibility.py -->", "<!-- end -->"


def families(table: dict) -> list[str]:
    order = list(dict.fromkeys(["convolution"] + sorted({entry["family"] for entry in table.values()})))
    lines = ["| family | names | cases | pass | |", "|---|---|---|---|---|"]
    for family in order:
        mine = [e for e in table.values() if e["family"] == family]
        cases, passed = sum(e["cases"] for e in mine), sum(e["passed"] for e in mine)
        lines.append(f"| {family} | {len(mine)} | {cases:,} | {passed:,} | {100 * passed / cases:.2f} % |")
    rest = [e for e in table.values() if e["family"] != "convolution"]
    cases, passed = sum(e["cases"] for e in rest), sum(e["passed"] for e in rest)
    lines.append(f"| all but convolution | {len(rest)} | {cases:,} | {passed:,} | **{100 * passed / cases:.2f} %** |")
    return lines


def failures(table: dict) -> list[str]:
    lines = ["| name | pass | what fails, and how often |", "|---|---|---|"]
    for name, entry in sorted(table.items()):
        if not entry["failures"]:
            continue
        reasons = "; ".join(f"{count}: {reason}".replace("|", "\\|").replace("\n", " ") for reason, count in
                            sorted(entry["failures"].items(), key=lambda item: -item[1]))
        lines.append(f"| `{name}` | {entry['passed']} of {entry['cases']} | {reasons} |")
    return lines


def made(table: dict) -> str:
    beyond = sum(entry["beyond"] for entry in table.values())
    return "\n".join([BEGIN, "", *families(table), "",
                      f"Not counted: {beyond:,} cases with what convgrad leaves out by design (complex and half numbers, 8- and 16-bit "
                      "integers, sparse layouts), and the tensors that PyTorch's own tests keep elsewhere.", "", *failures(table), "", END])


def main() -> None:
    table = json.loads((ROOT / "python/convgrad/_compatibility.json").read_text(encoding="utf-8"))
    page = ROOT / "docs/compatibility.md"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    page.write_text(before + made(table) + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
