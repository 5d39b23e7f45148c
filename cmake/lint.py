"""clang-tidy over what is ours, in batches: files that define no name twice are read as one, so that the headers, which
take most of the time, are read a few dozen times instead of a few hundred. A batch that passed is not read again until it, a
header or the rules change.

usage: lint.py BUILD_DIR [-j JOBS]      (BUILD_DIR holds a compile_commands.json)
"""
import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-14"
BATCH = 12


def defined_names(path):
    """Names that a file defines at its left edge and that belong to no class: what would clash with another file's."""
    text = (ROOT / path).read_text()
    names = set()
    for line in text.splitlines():
        if line[:1] in {"", " ", "#", "}", "/"} or line.startswith(("namespace", "template", "using namespace", "requires")):
            continue
        for pattern in (r"(?:[\w:<>,&*\[\] ]*?[ *&>])?(\w+)\s*(?:\(|\{|=|;|final|:(?!:))", r"(?:struct|class|enum class|using) (\w+)"):
            if match := re.match(pattern, line):
                names.add(match.group(1))
    return {n for n in names if not re.search(rf"::{n}\b", text)}


def batches(commands):
    """First fit among files that are compiled alike. Kernels stand alone: they include themselves once for each
    instruction set."""
    made = []
    for path, command in commands.items():
        kernel = path.startswith("src/kernels/")
        names = set() if kernel else defined_names(path)
        flags = path if kernel else re.sub(r" -o .*| -Os", "", command["command"])
        for batch, taken, alike in made:
            if alike == flags and len(batch) < BATCH and not taken & names:
                batch.append(path)
                taken |= names
                break
        else:
            made.append(([path], names, flags))
    return [batch for batch, _, _ in made]


def digest(paths):
    state = hashlib.sha256()
    for path in paths:
        state.update(path.encode() + (ROOT / path).read_bytes())
    return state.hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("-j", type=int, default=1)
    args = parser.parse_args()
    listed = subprocess.run(["git", "ls-files", "src", "cli", "include", ".clang-tidy"], cwd=ROOT, check=True, capture_output=True, text=True)
    tracked = [f for f in listed.stdout.split() if (ROOT / f).exists()]
    rules = digest(f for f in tracked if f.endswith((".h", ".clang-tidy")))
    commands = {str(pathlib.Path(c["file"]).relative_to(ROOT)): c for c in json.loads((args.build / "compile_commands.json").read_text())
                if c["file"].startswith((str(ROOT / "src"), str(ROOT / "cli")))}
    work = args.build.resolve() / "lint"
    work.mkdir(exist_ok=True)

    todo, database = [], []
    for batch in batches({f: commands[f] for f in tracked if f in commands}):
        key = hashlib.sha256((rules + digest(batch)).encode()).hexdigest()[:20]
        command = commands[batch[0]]["command"]
        source = ROOT / batch[0]
        if len(batch) > 1:
            source = work / f"{key}.cpp"
            source.write_text("".join(f'#include "{ROOT / f}"\n' for f in batch))
        if batch[0].startswith("src/kernels/"):  # one instruction set is enough to read
            command = command.replace(" -c ", " -mavx2 -mfma -DHWY_COMPILE_ONLY_STATIC -c ")
        database.append({"directory": commands[batch[0]]["directory"], "file": str(source),
                         "command": command.replace(str(ROOT / batch[0]), str(source))})
        if not (work / f"{key}.passed").exists():
            todo.append((batch, source, work / f"{key}.passed"))
    (work / "compile_commands.json").write_text(json.dumps(database))

    def run(job):
        batch, source, passed = job
        done = subprocess.run([TIDY, "-p", work, "--quiet", "--warnings-as-errors=*", "--checks=-bugprone-suspicious-include",
                               f"--config-file={ROOT / '.clang-tidy'}", source], capture_output=True, text=True)
        if done.returncode == 0:
            passed.touch()
        return batch, done

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
        for number, (batch, done) in enumerate(pool.map(run, todo), 1):
            print(f"[{number}/{len(todo)}] {batch[0]}" + (f" and {len(batch) - 1} more" if len(batch) > 1 else ""), flush=True)
            if done.returncode != 0:
                failed += 1
                print(done.stdout.strip() or done.stderr.strip(), flush=True)
    raise SystemExit(f"{failed} of {len(todo)} failed" if failed else 0)


if __name__ == "__main__":
    main()
