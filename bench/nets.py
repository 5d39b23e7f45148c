"""Times whole nets of bench/peers/nets.py on convgrad's Python module and on PyTorch, in turns: the same file, the same seed.

usage: nets.py BUILD [--only REGEX] [--rounds 3]

Prints of each net the training step and the forward call with one sample, medians and the median of the ratios of neighbouring turns
with their range; the most memory of the processes; and the losses of the second step, which must agree.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = str(HERE / "peers" / "nets.py")


class Peer:
    """A program that answers each line with one of JSON."""

    def __init__(self, command, env):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)

    def __call__(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def peers(build, script):
    """What starts the script on convgrad, and on PyTorch."""
    env = os.environ | {"PYTHONPATH": str(pathlib.Path(build).resolve() / "python")}
    return [lambda: Peer([sys.executable, "-m", "convgrad", str(script)], env), lambda: Peer([sys.executable, str(script)], dict(os.environ))]


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("build")
    ask.add_argument("--only", default="")
    ask.add_argument("--rounds", type=int, default=3)
    args = ask.parse_args()
    names = [n for n in re.findall(r'^    "(\w+)": \(', pathlib.Path(SCRIPT).read_text(), re.M)]
    for name in names:
        for what in ("train", "infer"):
            line = f"{name} {what}"
            if not re.search(args.only, line):
                continue
            ours, theirs = (start() for start in peers(args.build, SCRIPT))
            losses = [peer(f"{name} check")["value"] for peer in (ours, theirs)]
            ours(line), theirs(line)  # the first turns warm up
            a, b = zip(*[(ours(line), theirs(line)) for _ in range(args.rounds)])
            ratios = sorted(y["seconds"] / x["seconds"] for x, y in zip(a, b))
            memory = a[-1]["peak_mb"] / b[-1]["peak_mb"]
            print(f"{line:24} convgrad {statistics.median(x['seconds'] for x in a) * 1e3:8.1f} ms, PyTorch "
                  f"{statistics.median(y['seconds'] for y in b) * 1e3:8.1f} ms; {statistics.median(ratios):.2f} times as fast "
                  f"({ratios[0]:.2f} – {ratios[-1]:.2f}); memory {a[-1]['peak_mb']} against {b[-1]['peak_mb']} MB ({memory:.2f}); "
                  f"second loss {losses[0]:.6g} and {losses[1]:.6g}", flush=True)
            ours.end(), theirs.end()


if __name__ == "__main__":
    main()
