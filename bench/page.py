"""The page of a run of bench/layers.py: what each case reaches of the machine, and how it compares with PyTorch."""
import html
import math
import pathlib

STYLE = pathlib.Path(__file__).resolve().parent.parent / "cli" / "report" / "page" / "style.css"
COLOURS = {"forward": "#0072b2", "backward_data": "#d55e00", "backward_weights": "#009e73"}  # for every kind of sight
WIDTH, HEIGHT, LEFT, BOTTOM = 680, 360, 56, 40


def marker(which, x, y, title):
    """A circle, square or triangle: shape and colour both tell the pass."""
    shapes = {"forward": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"', "backward_data": f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"',
              "backward_weights": f'<path d="M{x:.1f} {y - 4.5:.1f}l4.5 8h-9z"'}
    return f'{shapes[which]} fill="{COLOURS[which]}" fill-opacity=".75"><title>{html.escape(title)}</title>{ {"forward": "</circle>", "backward_data": "</rect>", "backward_weights": "</path>"}[which]}'


def label(r):
    return f"{r['id']}, {r['pass'].replace('_', '-')}, batch {r['batch']}"


def roofline(results, peak):
    """GFLOP/s over FLOPs a byte, both in powers of ten, under the machine's roof."""
    low_x, high_x, low_y, high_y = -1.0, 3.5, -1.0, math.ceil(math.log10(peak["gflops"]) * 2) / 2 + 0.1
    x_of = lambda v: LEFT + (math.log10(v) - low_x) / (high_x - low_x) * (WIDTH - LEFT - 10)
    y_of = lambda v: HEIGHT - BOTTOM - (math.log10(v) - low_y) / (high_y - low_y) * (HEIGHT - BOTTOM - 10)
    parts = []
    for e in range(0, 4):
        parts.append(f'<text x="{x_of(10 ** e):.0f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10 ** e}</text>')
    for e in range(0, int(high_y) + 1):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 10}" y1="{y_of(10 ** e):.1f}" y2="{y_of(10 ** e):.1f}"/>'
                     f'<text x="{LEFT - 6}" y="{y_of(10 ** e) + 4:.0f}" text-anchor="end">{10 ** e}</text>')
    ridge = peak["gflops"] / peak["gbs"]
    parts.append(f'<polyline class="roof" points="{x_of(10 ** low_x):.1f},{y_of(peak["gbs"] * 10 ** low_x):.1f} '
                 f'{x_of(ridge):.1f},{y_of(peak["gflops"]):.1f} {x_of(10 ** high_x):.1f},{y_of(peak["gflops"]):.1f}"/>')
    for r in results:
        intensity, reached = r["flops"] / r["bytes"], max(r["gflops"], 10 ** low_y)
        parts.append(marker(r["pass"], x_of(min(max(intensity, 10 ** low_x), 10 ** high_x)), y_of(reached),
                            f"{label(r)}: {r['gflops']:.1f} GFLOP/s, {r['of_roofline']:.0%} of the roofline, {r['algorithm']}"))
    parts.append(f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 4}" text-anchor="middle">FLOPs a byte of the three tensors</text>')
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="GFLOP/s of each case under the roofline">{"".join(parts)}</svg>')


def bars(results):
    """Ratios to PyTorch, least first, on a scale of powers of two."""
    some = sorted((r for r in results if "ratio" in r), key=lambda r: r["ratio"])
    if not some:
        return "<p>PyTorch was not measured.</p>"
    step, height = (WIDTH - LEFT - 10) / len(some), 260
    low, high = min(-1.0, math.log2(some[0]["ratio"])), max(2.0, math.log2(some[-1]["ratio"]))
    y_of = lambda ratio: 10 + (high - math.log2(ratio)) / (high - low) * (height - 40)
    parts = []
    for e in range(math.ceil(low), math.floor(high) + 1):
        parts.append(f'<line class="{"one" if e == 0 else "grid"}" x1="{LEFT}" x2="{WIDTH - 10}" y1="{y_of(2 ** e):.1f}" y2="{y_of(2 ** e):.1f}"/>'
                     f'<text x="{LEFT - 6}" y="{y_of(2 ** e) + 4:.0f}" text-anchor="end">{2.0 ** e:g}×</text>')
    for i, r in enumerate(some):
        top, bottom = sorted((y_of(r["ratio"]), y_of(1)))
        parts.append(f'<rect x="{LEFT + i * step:.2f}" width="{step * 0.85:.2f}" y="{top:.1f}" height="{max(bottom - top, 1):.1f}" '
                     f'fill="{COLOURS[r["pass"]]}"><title>{html.escape(label(r))}: {r["ratio"]:.2f} ({r["ratio_low"]:.2f} – {r["ratio_high"]:.2f})</title></rect>')
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Times as fast as PyTorch, case by case">{"".join(parts)}</svg>'


def rows(results):
    for r in results:
        ratio = f"<td>{r['ratio']:.2f}</td><td>{r['ratio_low']:.2f} – {r['ratio_high']:.2f}</td>" if "ratio" in r else "<td></td><td></td>"
        yield (f'<tr><th scope="row">{html.escape(r["id"])}</th><td class="left">{r["pass"].replace("_", "-")}</td><td>{r["batch"]}</td>'
               f'<td class="left">{r["algorithm"]}</td><td>{r["seconds"] * 1e3:.3f}</td><td>{r["gflops"]:.1f}</td>'
               f'<td>{r["of_roofline"]:.0%}</td>{ratio}</tr>')


def write(path, peak, results, sentences):
    legend = " ".join(f'<span style="color:{colour}">{"●■▲"[i]}</span> {which.replace("_", "-")}' for i, (which, colour) in enumerate(COLOURS.items()))
    text = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>convgrad: convolution layers measured</title>
<style>{STYLE.read_text()}
svg {{ width: 100%; height: auto; font-size: 11px; fill: currentColor; }}
.grid {{ stroke: var(--rule); }} .one {{ stroke: var(--ink); stroke-width: 1.5; }} .roof {{ fill: none; stroke: var(--ink); stroke-width: 1.5; }}</style>
<header><p class="eyebrow">bench/layers.py</p><h1>Convolution layers, beside PyTorch</h1>
<p class="verdict">{"<br>".join(html.escape(s) for s in sentences)}</p>
<p class="soft">{peak["gflops"]:.0f} GFLOP/s and {peak["gbs"]:.1f} GB/s, measured first. {legend}</p></header>
<main>
<section><h2>Under the roofline</h2><p class="soft">One mark a case; the line is the most that peak and memory allow a direct method. Winograd needs fewer
multiplications, so it may stand above.</p>{roofline(results, peak)}</section>
<section><h2>Times as fast as PyTorch</h2><p class="soft">One bar a case, the slowest first; below the dark line PyTorch is faster.</p>{bars(results)}</section>
<section><h2>Every case</h2><div class="wide" tabindex="0"><table><thead><tr><th scope="col">layer</th><th scope="col" class="left">pass</th><th scope="col">batch</th>
<th scope="col" class="left">algorithm</th><th scope="col">ms</th><th scope="col">GFLOP/s</th><th scope="col">of roofline</th><th scope="col">ratio</th><th scope="col">range</th></tr></thead>
<tbody>{"".join(rows(results))}</tbody></table></div></section>
</main></html>
"""
    pathlib.Path(path).write_text(text)
