#!/usr/bin/env python3
"""What the folder of a run, its page and its tables cost: an epoch of LeNet-5 on Fashion-MNIST by `convgrad train` and by a
bare loop over the same steps, in turns.

    extras.py BUILD [--rounds 3] [--threads N]

Prints the processor time and the time of each, and the medians of the ratios of neighbouring turns.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time


def timed(command, folder):
    before, begin = os.times(), time.time()
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user + after.children_system - before.children_user - before.children_system,
            time.time() - begin)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument('build', type=pathlib.Path)
    ask.add_argument('--rounds', type=int, default=3)
    ask.add_argument('--threads', type=int, default=0)
    args = ask.parse_args()
    build, threads = args.build.resolve(), str(args.threads)
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(args.rounds):
            bare = timed([build / 'bench/bench_extras', *([threads] if args.threads else [])], folder)
            whole = timed([build / 'cli/convgrad', 'train', 'lenet5', '--threads', threads, '--name', str(turn)], folder)
            files = json.loads((pathlib.Path(folder) / f'runs/{turn}/summary.json').read_text())['files_seconds_an_epoch']
            ratios.append([b / a for a, b in zip(bare, whole)])
            print(f'bare {bare[0]:.1f} s of processors, {bare[1]:.1f} s; train {whole[0]:.1f} s, {whole[1]:.1f} s, '
                  f'of which weights, tables and page {files:.2f} s', flush=True)
    for what, values in zip(('processor time', 'time'), zip(*ratios)):
        print(f'{what}: {100 * (statistics.median(values) - 1):+.1f} % ({100 * (min(values) - 1):+.1f} … {100 * (max(values) - 1):+.1f})')


if __name__ == '__main__':
    main()
