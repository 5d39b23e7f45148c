"""Times the operations of bench/peers/operations.py on convgrad's Python module and on PyTorch, in turns: the same file, the same seed.

usage: operations.py BUILD [--only REGEX] [--rounds 3]

Prints of each operation the lower quartiles and the median of the ratios of neighbouring turns with their range; then the geometric mean,
and what is slower than on PyTorch.
"""
import argparse
import math
import pathlib
import re
import statistics

from nets import peers

SCRIPT = pathlib.Path(__file__).resolve().parent / "peers" / "operations.py"


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("build")
    ask.add_argument("--only", default="")
    ask.add_argument("--rounds", type=int, default=3)
    args = ask.parse_args()
    ours, theirs = (start() for start in peers(args.build, SCRIPT))
    found = {}
    for name in ours("list")["names"]:
        if not re.search(args.only, name):
            continue
        ours(name), theirs(name)  # the first turns warm up
        a, b = zip(*[(ours(name)["seconds"], theirs(name)["seconds"]) for _ in range(args.rounds)])
        ratios = sorted(y / x for x, y in zip(a, b))
        found[name] = statistics.median(ratios)
        print(f"{name:44} convgrad {statistics.median(a) * 1e6:10.1f} µs, PyTorch {statistics.median(b) * 1e6:10.1f} µs; "
              f"{found[name]:6.2f} times as fast ({ratios[0]:.2f} – {ratios[-1]:.2f})", flush=True)
    below = [f"{name} ({ratio:.2f})" for name, ratio in found.items() if ratio < 1]
    print(f"geometric mean of {len(found)}: {math.exp(statistics.fmean(map(math.log, found.values()))):.2f}; below one {len(below)}: "
          f"{', '.join(below) or 'none'}")


if __name__ == "__main__":
    main()
