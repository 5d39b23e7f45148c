#!/usr/bin/env python3
"""What the folder of a run, its page and its tables cost: an epoch of LeNet-5 on Fashion-MNIST by `convgrad train` and by a
bare loop over the same steps. Both at once, each with one thread on a core of its own, so that a machine that slows down does
it to both; each turn they change cores.

    extras.py BUILD [--turns 4]

Prints the processor time of each, and how much more of it the training took: the geometric mean and the range of the turns.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile


def both(commands, cores, folder):
    """Seconds of the processor that each command took; they run side by side."""
    began = [subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              preexec_fn=lambda core=core: os.sched_setaffinity(0, {core}))
             for command, core in zip(commands, cores)]
    used = []
    for process in began:
        _, status, resources = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        used.append(resources.ru_utime + resources.ru_stime)
    return used


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument('build', type=pathlib.Path)
    ask.add_argument('--turns', type=int, default=4)
    args = ask.parse_args()
    build, cores = args.build.resolve(), sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        ask.error('takes two cores')
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(args.turns):
            commands = [[build / 'bench/bench_extras', '1'],
                        [build / 'cli/convgrad', 'train', 'lenet5', '--threads', '1', '--name', str(turn)]]
            bare, whole = both(commands, cores if turn % 2 else cores[::-1], folder)
            ratios.append(whole / bare)
            summary = json.loads((pathlib.Path(folder) / f'runs/{turn}/summary.json').read_text())
            print(f'bare loop {bare:.1f} s, train {whole:.1f} s; by the clock {summary["files_seconds_an_epoch"]:.2f} s for weights, '
                  f'state, tables and page, {summary["page_seconds_an_epoch"]:.2f} s for tables and page alone', flush=True)
    mean, *ends = (100 * (x - 1) for x in (statistics.geometric_mean(ratios), min(ratios), max(ratios)))
    print(f'{mean:+.1f} % of processor time ({ends[0]:+.1f} … {ends[1]:+.1f})')


if __name__ == '__main__':
    main()
