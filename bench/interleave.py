#!/usr/bin/env python3
"""Times convgrad and PyTorch in turns, so that a machine whose speed drifts is fair to both.

    interleave.py step  BUILD [--rounds 12] [--threads N]   one LeNet-5 training step, batch 128
    interleave.py epoch BUILD [--rounds 1]                  one whole epoch, loading and test set included

BUILD is the folder with the programs; PyTorch comes from build/oracle (`./run bench` sees to both).
Prints the median of each, and of the ratios of neighbouring turns, with their range.
"""
import argparse, os, re, statistics, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Peer:
    """A program that runs once for each line it is given, and answers with seconds."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self):
        self.process.stdin.write('\n')
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def epoch(command):
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(f'  {said.strip()}')
    return float(re.search(r'time ([\d.]+) sec', said)[1])


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument('what', choices=['step', 'epoch'])
    ask.add_argument('build')
    ask.add_argument('--rounds', type=int)
    ask.add_argument('--threads', type=int)
    args = ask.parse_args()
    threads = [str(args.threads)] if args.threads else []
    if args.what == 'step':
        ours = Peer([f'{args.build}/bench/bench_lenet', *threads])
        theirs = Peer([sys.executable, f'{HERE}/peers/lenet_step.py', *threads])
        ours(), theirs()  # the first turns warm up
    else:
        ours = lambda: epoch([f'{args.build}/cli/convgrad', 'train', 'lenet5', '--weight-decay', '1e-6', '--out', '/tmp/epoch.safetensors'])
        theirs = lambda: epoch([sys.executable, f'{HERE}/peers/lenet_epoch.py'])
    a, b = [], []
    for _ in range(args.rounds or (12 if args.what == 'step' else 1)):
        a.append(ours())
        b.append(theirs())
    ratios = sorted(y / x for x, y in zip(a, b))
    unit, scale = ('ms', 1e3) if args.what == 'step' else ('s', 1)
    print(f'{args.what}: convgrad {statistics.median(a) * scale:.1f} {unit}, PyTorch {statistics.median(b) * scale:.1f} {unit}; '
          f'{statistics.median(ratios):.2f} times as fast ({ratios[0]:.2f} – {ratios[-1]:.2f}, {len(ratios)} turns)')


if __name__ == '__main__':
    main()
