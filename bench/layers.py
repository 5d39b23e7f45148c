#!/usr/bin/env python3
"""Times the convolution layers of bench/layers.csv, three passes each, convgrad and PyTorch in turns.

    layers.py BUILD [--only REGEX] [--quick] [--json FILE] [--against FILE] [--page FILE] [--threads N] [--peer NAME]
              [--by WHAT] [--layers FILE] [--explain]

Large batches are 32 (16 in one dimension, 8 in three; a quarter of these with --quick); each pass runs with one sample, too.
--only chooses among lines like "vgg_3_2 forward 32". A turn is some calls of each side, of which the median counts; a case's time is the lower quartile of
its turns, its ratio the quotient of the two, its range that of neighbouring turns. "noise" is the ratio of convgrad's own odd
and even turns; --peer same runs convgrad against itself instead, --peer onednn against oneDNN in the layouts that it likes best,
their reorders left out, --peer none alone. FLOPs are those of taps inside the input; the roofline is the
larger of FLOPs / peak and bytes / bandwidth, both measured first. --against compares ratios with an earlier --json FILE;
--page is where the page with the pictures goes (bench/report.html). --layers FILE takes other layers than bench/layers.csv, in the same
columns. --explain times every algorithm that can compute a case
instead, beside the planner's choice, and says what the choices cost against the best ones.
"""
import argparse, csv, json, math, os, re, statistics, subprocess, sys

import page

HERE = os.path.dirname(os.path.abspath(__file__))
PASSES = 'forward', 'backward_data', 'backward_weights'


class Peer:
    """A program that answers each line of JSON with one."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, **question):
        self.process.stdin.write(json.dumps(question) + '\n')
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def layers(file):
    with open(file) as file:
        for row in csv.DictReader(file):
            numbers = lambda text: [int(n) for n in text.split('x')]
            given, rank = numbers(row['in']), row['in'].count('x') + 1
            axes = lambda text: (numbers(text) * rank)[:rank] if 'x' not in text else numbers(text)
            yield row['id'], {
                'in_channels': int(row['C']), 'out_channels': int(row['K']), 'groups': int(row['groups']), 'input': given,
                'kernel': axes(row['kernel'].rstrip('T')), 'stride': axes(row['stride']), 'pad': axes(row['pad']),
                'dilation': axes(row['dil']), 'transposed': row['kernel'].endswith('T')}


def cases(only, quick=False, file=f'{HERE}/layers.csv'):
    for large in True, False:
        for name, layer in layers(file):
            batch = {1: 16, 2: 32, 3: 8}[len(layer['input'])] // (4 if quick else 1) if large else 1
            for which in PASSES:
                if re.search(only, f'{name} {which} {batch}'):
                    yield name, dict(layer, batch=batch, **{'pass': which})


def work(c):
    """FLOPs of the taps inside the input, and bytes of the three tensors."""
    places = taps = cells = outputs = 1
    for i, k, s, p, d in zip(c['input'], c['kernel'], c['stride'], c['pad'], c['dilation']):
        out = (i - 1) * s + d * (k - 1) + 1 - 2 * p if c['transposed'] else (i + 2 * p - d * (k - 1) - 1) // s + 1
        small, large = (i, out) if c['transposed'] else (out, i)
        places *= sum(0 <= o * s + t * d - p < large for o in range(small) for t in range(k))
        taps, cells, outputs = taps * k, cells * i, outputs * out
    pairs = c['in_channels'] * c['out_channels'] // c['groups']
    floats = c['batch'] * (c['in_channels'] * cells + c['out_channels'] * outputs) + pairs * taps
    return 2 * c['batch'] * pairs * places, 4 * floats


def lower_quartile(values):
    return sorted(values)[(len(values) - 1) // 4]


def geometric_mean(values):
    return math.exp(statistics.fmean(map(math.log, values))) if values else float('nan')


def measure(case, ours, theirs, args, peak):
    turns, seconds = (3, 0.03) if args.quick else (7, 0.1)
    algorithm = ours(case=case)['algorithm']
    if theirs:
        theirs(case=case)
    a, b = [], []
    for _ in range(turns):
        a.append(ours(run=seconds)[args.by])
        if theirs:
            b.append(theirs(run=seconds)[args.by])
        if sum(a) + sum(b) > (0.5 if args.quick else 12):  # a second a call: a few turns must do
            break
    flops, size = work(case)
    roof = max(flops / peak['gflops'], size / peak['gbs']) / 1e9
    result = {'batch': case['batch'], 'pass': case['pass'], 'algorithm': algorithm, 'seconds': lower_quartile(a),
              'noise': lower_quartile(a[::2]) / lower_quartile(a[1::2] or a)}
    result |= {'flops': flops, 'bytes': size, 'gflops': flops / result['seconds'] / 1e9, 'of_roofline': roof / result['seconds']}
    if theirs:
        pairs = [y / x for x, y in zip(a, b)]
        result |= {'peer_seconds': lower_quartile(b), 'ratio': lower_quartile(b) / result['seconds'],
                   'ratio_low': min(pairs), 'ratio_high': max(pairs)}
    return result


ALGORITHMS = 'implicit_gemm', 'flat', 'depthwise', 'winograd', 'strided_winograd', 'whole', 'columns', 'small'


def explain(args, ours):
    """The time of each algorithm, in turns, and what the planner's choice loses against the quickest."""
    losses = []
    for name, case in cases(args.only, args.quick, args.layers):
        chosen = ours(case=case)['algorithm']
        able = [a for a in ALGORITHMS if ours(case=case, algorithm=a)['algorithm'] == a and (a != 'small' or chosen == a)]
        times = {a: [] for a in able}
        for _ in range(3):
            for a in able:
                ours(case=case, algorithm=a)
                times[a].append(ours(run=0.05)[args.by])
        least = {a: min(t) for a, t in times.items()}
        losses.append((least[chosen] / min(least.values()), name, case))
        flops = work(case)[0]
        print(f"{name:<13}{case['pass']:<17}{case['batch']:>3}  " + '  '.join(
            f"{'*' if a == chosen else ' '}{a} {t * 1e3:.3f} ms ({flops / t / 1e9:.0f} GFLOP/s)" for a, t in least.items()), flush=True)
    print(f"the planner's choices (*) take {geometric_mean([l for l, *_ in losses]):.3f} times as long as the quickest (geometric mean of "
          f"{len(losses)}); more than a tenth is lost in " + (', '.join(f"{n} {c['pass']} {c['batch']} ({l:.2f})" for l, n, c in losses if l > 1.1) or 'none'))


def show(r, peak):
    line = (f"{r['id']:<13}{r['pass']:<17}{r['batch']:>3}  {r['algorithm']:<14}{r['seconds'] * 1e3:>10.3f} ms {r['gflops']:>6.1f} GFLOP/s "
            f"{r['gflops'] / peak['gflops']:>5.0%} of peak {r['of_roofline']:>5.0%} of roofline")
    if 'ratio' in r:
        line += (f"  peer {r['peer_seconds'] * 1e3:>9.3f} ms  {r['ratio']:>6.2f} ({r['ratio_low']:.2f} – {r['ratio_high']:.2f})"
                 f"  noise {r['noise']:.2f}")
    print(line, flush=True)


def summary(results):
    """What the cases come to, line by line."""
    lines = []
    for batches, chosen in ('large batches', lambda r: r['batch'] > 1), ('one sample', lambda r: r['batch'] == 1), ('all', lambda r: True):
        for which in *PASSES, '':
            some = [r for r in results if chosen(r) and which in r['pass'] and 'ratio' in r]
            if some:
                below = [f"{r['id']} {r['ratio']:.2f}" for r in some if r['ratio'] < 1]
                lines.append(
                    f"{batches}, {which or 'three passes'}: ratio {geometric_mean([r['ratio'] for r in some]):.2f}, "
                    f"roofline {geometric_mean([r['of_roofline'] for r in some]):.2f}; "
                    f"below one {len(below)} of {len(some)}{': ' + ', '.join(below) if which and below else ''}")
    noises = [abs(math.log(r['noise'])) for r in results]
    if noises:
        lines.append(f'noise: convgrad against itself differs by {math.expm1(statistics.median(noises)):.1%} (median), '
                     f'{math.expm1(max(noises)):.0%} (most)')
    return lines


def compare(results, path):
    with open(path) as file:
        before = {(r['id'], r['pass'], r['batch']): r for r in json.load(file)['cases']}
    print(f'against {path}:')
    for r in results:
        old = before.get((r['id'], r['pass'], r['batch']))
        if not old or 'ratio' not in r or 'ratio' not in old:
            continue
        moved = r['ratio'] / old['ratio']
        allowed = 0.05 + 2 * max(abs(math.log(r['noise'])), abs(math.log(old['noise'])))
        if abs(math.log(moved)) > allowed:
            print(f"  {r['id']:<13}{r['pass']:<17}{r['batch']:>3}  {old['ratio']:.2f} → {r['ratio']:.2f}  "
                  f"{'faster' if moved > 1 else 'SLOWER'}  {old['algorithm']} → {r['algorithm']}")


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument('build')
    ask.add_argument('--only', default='.')
    ask.add_argument('--layers', metavar='FILE', default=f'{HERE}/layers.csv')
    ask.add_argument('--quick', action='store_true', help='three short turns, smaller batches')
    ask.add_argument('--json', metavar='FILE')
    ask.add_argument('--against', metavar='FILE')
    ask.add_argument('--page', metavar='FILE', default=f'{HERE}/report.html')
    ask.add_argument('--explain', action='store_true', help='every algorithm beside the planner\'s choice')
    ask.add_argument('--threads', type=int)
    ask.add_argument('--peer', choices=['torch', 'onednn', 'same', 'none'], default='torch', help='whom to take turns with')
    ask.add_argument('--by', choices=['median', 'least', 'cpu'], default='median',
                     help='what counts of a turn: with busy neighbours, the least wall time, or (on one thread) processor time')
    args = ask.parse_args()
    threads = [str(args.threads)] if args.threads else []
    program = [f'{args.build}/bench/bench_layers', *threads]
    ours = Peer(program)
    if args.explain:
        return explain(args, ours)
    peers = {'torch': [sys.executable, f'{HERE}/peers/layers.py'], 'onednn': [f'{args.build}/bench/bench_onednn'], 'same': program[:1]}
    theirs = None if args.peer == 'none' else Peer(peers[args.peer] + threads)
    peak = ours(peak=True)
    print(f"peak {peak['gflops']:.0f} GFLOP/s, memory {peak['gbs']:.1f} GB/s")
    results = []
    for name, case in cases(args.only, args.quick, args.layers):
        results.append({'id': name, **measure(case, ours, theirs, args, peak)})
        show(results[-1], peak)
    lines = summary(results)
    print('\n'.join(lines))
    page.write(args.page, peak, results, [l for l in lines if 'three passes' in l or 'noise' in l])
    if args.json:
        with open(args.json, 'w') as file:
            json.dump({'peak': peak, 'cases': results}, file, indent=1)
    if args.against:
        compare(results, args.against)


if __name__ == '__main__':
    main()
