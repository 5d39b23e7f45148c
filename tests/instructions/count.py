"""Counts the instructions of small calls, which repeat where times do not, and compares them with counts.json.

usage: count.py PROGRAM COMPILER [--record]

Counts belong to a compiler and to how it was called, one file or a group of files at a time: each has a record of its own, and
where there is none there is nothing to compare (exit status 77: skipped).
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

RECORD = pathlib.Path(__file__).with_name("counts.json")
TIMES = 10  # as in count.cpp
BAND = 0.03


def count(program):
    # One instruction set, which valgrind knows; one thread; and the C library's functions as for one processor.
    env = os.environ | {"CONVGRAD_ISA": "AVX2", "OMP_NUM_THREADS": "1",
                        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM"}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", "--cache-sim=no", "-q", program],
                       env=env, check=True)
        counts = {}
        for file in pathlib.Path(folder).iterdir():
            text = file.read_text()
            if name := re.search(r"^desc: Trigger: Client Request: (\w+)", text, re.M):
                counts[name.group(1)] = round(int(re.search(r"^(?:totals|summary): (\d+)", text, re.M).group(1)) / TIMES)
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("compiler")
    parser.add_argument("--record", action="store_true")
    args = parser.parse_args()
    if args.record:
        records = json.loads(RECORD.read_text()) | {args.compiler: count(args.program)}
        RECORD.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n")
        return 0
    record = json.loads(RECORD.read_text()).get(args.compiler)
    if record is None:
        print(f"no record of what {args.compiler} makes: nothing to compare")
        return 77
    failed = False
    counts = count(args.program)
    for name in sorted(record.keys() | counts.keys()):
        before, now = record.get(name, 0), counts.get(name, 0)
        moved = now / before - 1 if before else float("inf")
        outside = abs(moved) > BAND
        failed |= outside
        print(f"{name:24} {before:9} {now:9} {moved:+7.1%}{'  moved' if outside else ''}")
    if failed:
        print("What moved is to be explained by a line in CHANGELOG.md, and recorded anew: count.py … --record")
    return failed


if __name__ == "__main__":
    sys.exit(main())
