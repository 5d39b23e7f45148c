"""What a training draws in a terminal, read back from the screen, and what it writes elsewhere.

usage: check_terminal.py PROGRAM FOLDER [--required]      exits with 77 where pyte is not there, unless it is required
"""
import fcntl
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios

TRAIN = ["train", "lenet5-classic", "--data", ".", "--batch-size", "4", "--epochs", "2", "--workers", "0"]
PLAIN = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME")} | {
    "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8", "TERM": "xterm"}


def write_pictures(folder, count):
    """Files of MNIST's kind: a bar whose place is the label."""
    for part in ("train", "t10k"):
        pixels = bytes(255 if x // 2 == i % 10 else 0 for i in range(count) for _ in range(28) for x in range(28))
        (folder / f"{part}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, count, 28, 28) + pixels)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, count) + bytes(i % 10 for i in range(count)))


def in_terminal(program, folder, columns, **environment):
    """All that was written, and the lines of each screen that was to be seen on the way; the last one is what stays."""
    import pyte
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 50, columns, 0, 0))
    process = subprocess.Popen([program, *TRAIN], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
                               env={**PLAIN, **environment})
    os.close(theirs)
    screen, raw, seen = pyte.Screen(columns, 50), b"", []
    stream = pyte.ByteStream(screen)
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        raw += part
        stream.feed(part)
        seen.append([line.rstrip() for line in screen.display])
    assert process.wait() == 0, raw.decode()
    os.close(ours)
    return raw, seen


def check_screen(program, folder, columns):
    raw, seen = in_terminal(program, folder, columns)
    bars = [line for lines in seen for line in lines if "━" in line or "╸" in line]
    assert bars, "no bar was to be seen"
    wanted = [r"^    [12]  [━╸─]+ +\d+ %"]
    if columns >= 80:
        wanted += [r"\d\.\d\d  \d\.\d\d   [\d,]+ img/s"]
    if columns >= 200:
        wanted += [r" · \d+ s left, \d+ s in all · data \d+ % · [\d,]+ MiB$"]
    for words in wanted:
        assert all(re.search(words, bar) for bar in bars), (words, bars[0])
    for lines in seen:  # the bar is one line, and the last one
        at = [i for i, line in enumerate(lines) if "━" in line or "╸" in line]
        assert len(at) <= 1 and not any(line for i in at for line in lines[i + 1:]), lines
    stays = seen[-1]
    rows = [line for line in stays if re.match(r"^    [12]  \d\.\d{4}  ", line)]
    assert len(rows) == 2 and not any("━" in line for line in stays), stays
    header = next(line for line in stays if line.startswith("epoch"))
    assert ("img/s" in header) == (columns >= 64), header
    assert all(len(row) == len(rows[0]) for row in rows), rows
    assert b"\033[36m" in raw


def check_switches(program, folder):
    raw, _ = in_terminal(program, folder, 80, NO_COLOR="1")
    assert b"\033[36m" not in raw and b"\r\033[K" in raw
    raw, _ = in_terminal(program, folder, 80, TERM="dumb")
    assert b"\033" not in raw and b"\xe2\x94\x81" not in raw
    raw, _ = in_terminal(program, folder, 80, LC_ALL="C")
    assert raw.isascii() and re.search(rb" =*>-+ ", raw), raw[:300]  # a quick run may show its first bar only
    raw, _ = in_terminal(program, folder, 200, COLUMNS="40")
    assert max(len(line) for line in re.split(rb"[\r\n]+|\033\[\w+", raw) if b"\xe2\x95\xb8" in line) <= 40 * 3
    ran = subprocess.run([program, *TRAIN], cwd=folder, env=PLAIN, capture_output=True)
    assert b"\r" not in ran.stdout + ran.stderr and b"\033" not in ran.stdout + ran.stderr, ran
    assert re.fullmatch(rb"(epoch=\d loss=[\d.]+ acc=[\d.]+ test_loss=[\d.]+ test_acc=[\d.]+ img_s=\d+ time_s=[\d.]+\n){2}",
                        ran.stdout), ran.stdout
    ran = subprocess.run([program, *TRAIN, "--progress", "always"], cwd=folder, env={**PLAIN, "JPY_PARENT_PID": "1"},
                         capture_output=True)
    assert b"\r" in ran.stderr and b"\033[K" not in ran.stderr, "a notebook knows carriage returns, and no more"
    ran = subprocess.run([program, *TRAIN, "--color", "always", "--progress", "always"], cwd=folder, env=PLAIN,
                         capture_output=True)
    assert b"\033[36m" in ran.stderr and b"\033" not in ran.stdout


def main():
    program, work = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    try:
        import pyte  # noqa: F401: is it there?
    except ImportError:
        print("pyte is missing (apt-get install python3-pyte)")
        return 1 if "--required" in sys.argv else 77
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    write_pictures(work, 800)
    for columns in (40, 80, 200):
        check_screen(program, work, columns)
    check_switches(program, work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
