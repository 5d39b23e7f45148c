"""A training's page as its readers meet it: in Chromium, from a file, without a network.

usage: check_report.py PROGRAM FOLDER [--required]      exits with 77 where no browser is there, unless it is required
"""
import base64
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import zlib

from browser import Browser, decoded


class Fault(Exception):
    pass


def expect(what, found):
    if found:
        raise Fault(f"{what}: {found}")


def equal(what, got, wanted):
    if got != wanted:
        raise Fault(f"{what}: {got}, not {wanted}")


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.reader(file))


def number(words):
    return float(re.sub(r"[,%−]|\s", lambda m: "-" if m[0] == "−" else "", words))


# ---- what holds for every page

def loads_nothing(browser, page):
    browser.open(page)
    asked = browser.requests()
    expect("requests", [url for url in asked if not url.startswith(("file:", "data:"))])
    equal("files loaded", [url for url in asked if url.startswith("file:")], [page.resolve().as_uri()])
    expect("console", browser.console())


def shows_its_pictures(browser, page):
    browser.open(page)
    browser.ask("probe.open_details(true)")
    expect("pictures", browser.ask("probe.bad_pictures()"))
    for picture in re.findall(r"data:image/png;base64,([^\"]+)", page.read_text()):
        try:
            decoded(base64.b64decode(picture, validate=True))
        except (ValueError, zlib.error) as error:
            raise Fault(error) from error


def fits(browser, page):
    for width in (320, 400, 1200):
        browser.open(page, width=width)
        browser.ask("probe.open_details(true)")
        expect(f"sideways at {width} pixels", browser.ask("probe.sideways()"))


def has_contrast(browser, page):
    for scheme in ("light", "dark"):
        browser.media(prefers_color_scheme=scheme)
        browser.open(page)
        browser.ask("probe.open_details(true)")
        expect(f"contrast, {scheme}", browser.ask("probe.low_contrast()"))
        expect(f"contrast of lines, {scheme}", browser.ask("probe.faint_lines()"))
        tells_colours_apart(*browser.ask("probe.line_colors()"))
    browser.media()


def linear(rgb):
    return [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb]


def lab(rgb):
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (sum(a * b for a, b in zip(row, rgb)) for row in matrix)
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x / 0.9505, y, z / 1.089)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def tells_colours_apart(one, other):
    """As seen with each kind of colour blindness (Machado et al., 2009, full strength) and without."""
    kinds = {"none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
             "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
             "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
             "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900))}
    for kind, matrix in kinds.items():
        seen = [lab([min(max(sum(a * b for a, b in zip(row, linear(c))), 0), 1) for row in matrix]) for c in (one, other)]
        apart = sum((a - b) ** 2 for a, b in zip(*seen)) ** 0.5
        expect(f"{kind}: the lines' colours are near", "" if apart >= 20 else f"{apart:.0f}")


def is_reached_by_keyboard(browser, page):
    browser.media(prefers_reduced_motion="reduce")  # else the page is still scrolling when it is looked at
    browser.open(page)
    wanted, seen = browser.ask("probe.stops()"), []
    for _ in range(wanted + 40):
        browser.press("Tab")
        stop = browser.ask("probe.focused()")
        if stop is None:
            break
        expect(f"focus on {stop['name']}", [k for k in ("outlined", "shown", "on_screen") if not stop[k]])
        seen.append(stop)
    else:
        raise Fault(f"the focus does not leave the page after {len(seen)} stops")
    equal("stops", len(seen), wanted)
    equal("the focus goes in the page's order", [s["order"] for s in seen], sorted(s["order"] for s in seen))
    equal("the first stop", seen[0]["name"], "A To the report")
    expect("the matrix has more than one stop", [s["name"] for s in seen if s["in_matrix"]][1:])
    browser.media()


def opens_details_by_keyboard(browser, page):
    browser.open(page)
    for i in range(browser.ask("document.querySelectorAll('details').length")):
        browser.ask(f"document.querySelectorAll('summary')[{i}].focus()")
        browser.press("Enter")
        if not browser.ask(f"document.querySelectorAll('details')[{i}].open"):
            raise Fault(f"details {i} does not open")


def has_names(browser, page):
    browser.open(page)
    browser.ask("probe.open_details(true)")
    nodes = browser.accessible()
    named = {"image", "img", "link", "button", "radio", "region", "grid", "navigation", "heading"}
    expect("without a name", [node for node in nodes if node[0] in named and not node[1]])
    roles = {role for role, _ in nodes}
    expect("missing", {"main", "navigation", "heading"} - roles)
    levels = browser.ask("probe.headings()")
    equal("first heading", levels[0], 1)
    expect("headings that leap", [(a, b) for a, b in zip(levels, levels[1:]) if b > a + 1])


def prints(browser, page):
    browser.open(page)
    data = browser.command("Page.printToPDF", {"printBackground": True})["data"]
    expect("printed", "" if len(data) > 10000 else f"{len(data)} signs")


EVERY_PAGE = (loads_nothing, shows_its_pictures, fits, has_contrast, is_reached_by_keyboard, opens_details_by_keyboard,
              has_names, prints)


# ---- what holds for the page of a run

def tells_the_files_numbers(browser, page):
    run = page.parent
    browser.open(page)
    summary = json.loads((run / "summary.json").read_text())
    table = lambda name: browser.ask(f"probe.table({json.dumps(name)})")
    metrics = rows_of(run / "metrics.csv")
    for name, columns in (("Loss by epoch", (3, 7)), ("Accuracy by epoch", (4, 8))):
        shown = table(name)
        equal(f"rows of {name}", len(shown), len(metrics))
        for row, kept in zip(shown[1:], metrics[1:]):
            for cell, column in zip(row[1:3], columns):
                factor = 100 if "%" in cell else 1
                equal(name, f"{number(cell):.4f}", f"{round(factor * float(kept[column]), 2 if factor > 1 else 4):.4f}")
    confusion, shown = rows_of(run / "confusion.csv"), table("Confusion matrix")
    classes = len(confusion) - 1
    counts = [[int(cell) for cell in row[1:classes + 1]] for row in shown[1:classes + 1]]
    equal("confusion", counts, [[int(cell) for cell in row[1:]] for row in confusion[1:]])
    equal("sum of the matrix", sum(map(sum, counts)), summary["test_images"])
    trace = sum(counts[i][i] for i in range(classes))
    equal("trace", trace, summary["test_correct"])
    headline = browser.ask("document.querySelector('.headline b').textContent")
    expect("headline", headline if abs(number(headline) - 100 * trace / summary["test_images"]) > 0.0501 else "")
    layers, shown = rows_of(run / "layers.csv"), table("Layers")
    at = layers[0].index
    for row, kept in zip(shown[1:], layers[1:]):
        if kept[at("type")]:
            equal("parameters and MACs", [number(row[2]), number(row[3])], [float(kept[at(c)]) for c in ("parameters", "macs")])
    equal("shares", round(sum(number(row[-1].split("%")[0]) for row in shown[1:len(layers)]), 6), 100.0)
    answers = {row[0]: row for row in rows_of(run / "predictions.csv")[1:]}
    for group in ("By loss", "Right, but least sure"):
        figures = browser.ask(f"probe.figures({json.dumps(group)})")
        expect(f"{group} is empty", not figures)
        for index, loss in figures:
            equal(f"loss of {index}", loss, f"{float(answers[index][5]):.2f}")
    filters = rows_of(run / "pictures/filters.csv")
    for row, kept in zip(table("Filters")[1:], filters[1:]):
        equal("filters", row[1:4], [f"{float(kept[i]):.4f}" for i in (1, 2, 4)])


def shows_other_than_black(browser, page):
    browser.open(page)
    browser.ask("probe.open_details(true)")
    for selector in ("#mistakes figure .tile", "#filters .tile", ".cells figure .tile"):
        found = len(browser.pixels(selector))
        expect(f"colours of {selector}", "" if found > 8 else found)


def is_read_without_scripts(browser, page):
    browser.open(page, scripts=False)
    nodes = browser.accessible()
    words = " ".join(name for role, name in nodes if role in ("StaticText", "heading", "link"))
    summary = json.loads((page.parent / "summary.json").read_text())
    for part in (f"{100 * summary['test_accuracy']:.1f} %", "Curves", "Confusion", "Worst mistakes", "Filters", "Layers",
                 "Reproducibility", "Most confused:"):
        expect("not there without scripts", "" if part in words else part)
    equal("cells of the matrix", len([1 for role, name in nodes if role == "cell" or role == "gridcell"]) >= 100, True)
    expect("controls that would do nothing", [name for role, name in nodes if role == "button"])
    expect("console", browser.console())


def moves_in_the_matrix(browser, page):
    browser.open(page)
    cell = "[...document.activeElement.closest('tr').children].indexOf(document.activeElement.closest('td'))"
    row = "[...document.querySelector('table.matrix').tBodies[0].rows].indexOf(document.activeElement.closest('tr'))"
    browser.ask("document.querySelector('table.matrix [tabindex=\"0\"]').focus()")
    equal("begin", browser.ask(f"[{row}, {cell}]"), [0, 1])
    for key, control, place in (("ArrowRight", False, [0, 2]), ("ArrowDown", False, [1, 2]), ("End", False, [1, 10]),
                                ("ArrowRight", False, [1, 10]), ("Home", False, [1, 1]), ("End", True, [9, 10]),
                                ("Home", True, [0, 1])):
        browser.press(key, control)
        equal(f"{key}, control {control}", browser.ask(f"[{row}, {cell}]"), place)
    browser.press("Enter")
    words = browser.ask("probe.text(document.querySelector('.opened'))")
    expect("Enter opens no pictures", "" if "recognised" in words or "taken for" in words else words)
    expect("no picture in what Enter opened", not browser.ask("document.querySelectorAll('.opened .tile').length"))


def sorts_and_switches_the_matrix(browser, page):
    browser.open(page)
    before = browser.ask("probe.table('Confusion matrix')")
    browser.ask("document.querySelector('[data-sort=confusion]').focus()")
    browser.press("Enter")
    shown = browser.ask("probe.table('Confusion matrix')")
    recall = browser.ask("[...document.querySelector('table.matrix').tBodies[0].rows].map((r) => Number(r.dataset.recall))")
    equal("sorted by recall", recall, sorted(recall))
    equal("the diagonal", [row[1 + i] for i, row in enumerate(shown[1:11])],
          [dict((row[0], row[1 + i]) for i, row in enumerate(before[1:11]))[row[0]] for row in shown[1:11]])
    browser.ask("document.querySelector('[data-sort=class]').click()")
    equal("sorted by class again", browser.ask("probe.table('Confusion matrix')"), before)
    browser.ask("document.querySelector('#as-count').focus()")
    browser.press("ArrowRight")
    seen = "['.count', '.share'].map((c) => getComputedStyle(document.querySelector('.matrix ' + c)).display !== 'none')"
    equal("counts, shares", browser.ask(seen), [False, True])


def tells_a_steps_values(browser, page):
    """By arrows in a chart: the last step's values are those of steps.jsonl."""
    steps = [json.loads(line) for line in (page.parent / "steps.jsonl").read_text().splitlines()]
    browser.open(page)
    for curve, key, factor, digits in (("loss", "loss", 1, None), ("accuracy", "acc", 100, 2)):
        browser.ask(f"document.querySelector('[data-curves={curve}] .chart').focus()")
        for press, step in (("End", steps[-1]), ("ArrowLeft", steps[-2]), ("Home", steps[0])):
            browser.press(press)
            said = browser.ask(f"document.querySelector('[data-curves={curve}] .readout').textContent")
            found = re.match(r"step (\d+): training ([\d.e-]+)", said)
            equal(f"{curve}, {press}", found and int(found[1]), step["step"])
            value = factor * step[key]
            expect(said, "" if abs(float(found[2]) - value) <= max(1e-4 * abs(value), 0.006 if digits else 0) else value)
    browser.ask("document.querySelector('#loss-linear').focus()")
    browser.press("ArrowRight")
    shown = "['.linear', '.log'].map((c) => getComputedStyle(document.querySelector('.chart' + c)).display !== 'none')"
    equal("linear, logarithmic", browser.ask(shown), [False, True])


def keeps_still_where_asked(browser, page):
    browser.media(prefers_reduced_motion="reduce")
    browser.open(page)
    equal("scrolling", browser.ask("getComputedStyle(document.documentElement).scrollBehavior"), "auto")
    browser.media(forced_colors="active")
    browser.open(page)
    expect("console", browser.console())
    expect("lines in forced colours", browser.ask("document.querySelectorAll('.line').length") == 0)
    browser.media()


RUNS_PAGE = (tells_the_files_numbers, shows_other_than_black, is_read_without_scripts, moves_in_the_matrix,
             sorts_and_switches_the_matrix, tells_a_steps_values, keeps_still_where_asked)


# ---- that each of these can fail

def planted(page):
    """(check, page with a fault that it must find)"""
    def spoilt(find, put, count=1):
        changed = re.sub(find, put, text, count=count, flags=re.S)
        assert changed != text, find
        path = page.with_name("spoilt.html")
        path.write_text(changed)
        return path
    text = page.read_text()
    body = "(<main id=\"main\">)"
    yield loads_nothing, spoilt(body, r'\1<img src="http://example.invalid/a.png" alt="a">')
    yield loads_nothing, spoilt(r'"use strict";', '"use strict"; ')  # the policy refuses another script
    yield shows_its_pictures, spoilt(r"(base64,.{600}).{40}", r"\1" + 40 * "A")
    yield fits, spoilt(body, r'\1<table width="1300"><tr><td>wide</td></tr></table>')
    yield has_contrast, spoilt(body, r'\1<p><font color="#999999">faint</font></p>')
    yield is_reached_by_keyboard, spoilt(body, r'\1<a href="#main" tabindex="3">first</a>')
    yield has_names, spoilt(body, r'\1<h2>two</h2><h1></h1>')
    yield tells_the_files_numbers, spoilt(r'(class="count">)(\d)', r"\g<1>1\2")
    yield tells_the_files_numbers, spoilt(r"(loss )(\d)", r"\g<1>1\2")
    yield shows_other_than_black, spoilt(r'<use href="#sheet-worst"/>', "")
    yield is_read_without_scripts, spoilt(r'class="js-only"', "")


def passes(browser, check, page):
    begin = time.time()
    check(browser, page)
    print(f"{check.__name__:32} {page.name:24} {time.time() - begin:5.2f} s", flush=True)


def main():
    program, work = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    try:
        import selenium  # noqa: F401: is it there?
        missing = [name for name in ("chromium", "/usr/bin/chromedriver") if not shutil.which(name)]
    except ImportError as error:
        missing = [str(error)]
    if missing:
        print("missing:", *missing, "(apt-get install chromium chromium-driver python3-selenium)")
        return 1 if "--required" in sys.argv else 77
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    train = [program, "train", "lenet5-classic", "--data", "shapes10", "--optimizer", "adam", "--lr", "0.002", "--batch-size",
             "100", "--quiet", "--schedule", "cosine", "--name"]
    run = lambda *command: subprocess.run(command, cwd=work, check=True, capture_output=True,
                                          env={**os.environ, "OMP_NUM_THREADS": "1"})
    run(*train, "a", "--epochs", "2")
    run(*train, "b", "--epochs", "1")
    run(program, "report", "runs/a", "runs/b")
    page, comparison = work / "runs/a/report.html", work / "runs/a/compared-with-b.html"
    browser = Browser(work)
    try:
        for check in EVERY_PAGE:
            for one in (page, comparison):
                passes(browser, check, one)
        for check in RUNS_PAGE:
            passes(browser, check, page)
        for check, spoilt in planted(page):
            try:
                check(browser, spoilt)
            except Fault as fault:
                print(f"{check.__name__:32} finds {str(fault)[:90]}", flush=True)
            else:
                raise Fault(f"{check.__name__} does not see a planted fault")
            browser.media()
    finally:
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
