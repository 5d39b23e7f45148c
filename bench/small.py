"""Times small calls of convgrad, from C++, and of PyTorch, from Python, in turns and on one thread.

usage: small.py BUILD [--rounds 12] [--only REGEX]

Prints of each call the medians, and the median of the ratios of neighbouring turns with their range.
"""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


class Peer:
    """A program that times the call that each line names, and answers with seconds."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, name):
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def shown(seconds):
    return f"{seconds * 1e9:.0f} ns" if seconds < 1e-6 else f"{seconds * 1e6:.2f} µs"


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("build")
    ask.add_argument("--rounds", type=int, default=12)
    ask.add_argument("--only", default="")
    args = ask.parse_args()
    ours, theirs = Peer(f"{args.build}/bench/bench_small", "--turns"), Peer(sys.executable, str(HERE / "peers" / "small.py"))
    names = re.findall(r'^    "(\w+)":', (HERE / "peers" / "small.py").read_text(), re.M)
    middles = []
    for name in filter(lambda n: re.search(args.only, n), names):
        ours(name), theirs(name)  # the first turns warm up
        a, b = zip(*[(ours(name), theirs(name)) for _ in range(args.rounds)])
        ratios = sorted(y / x for x, y in zip(a, b))
        middles.append(statistics.median(ratios))
        print(f"{name:22} convgrad {shown(statistics.median(a)):>9}, PyTorch {shown(statistics.median(b)):>9}; "
              f"{middles[-1]:.1f} times as fast ({ratios[0]:.1f} – {ratios[-1]:.1f})", flush=True)
    print(f"geometric mean of {len(middles)}: {statistics.geometric_mean(middles):.2f}")


if __name__ == "__main__":
    main()
