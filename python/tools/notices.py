"""Adds THIRD-PARTY-NOTICES.txt to a wheel: the licences of the libraries that auditwheel puts into it, from Debian's own files.

  python3 python/tools/notices.py WHEEL
"""
from __future__ import annotations

import pathlib
import sys
import zipfile

# Library, and the package whose /usr/share/doc/PACKAGE/copyright holds its licence.
BUNDLED = {"Highway (libhwy, Apache-2.0 or BSD-3-Clause)": "libhwy1", "fmt (libfmt, MIT)": "libfmt9", "libgomp (GPL-3 with the GCC runtime "
           "library exception)": "libgomp1", "libstdc++ and libgcc (GPL-3 with the GCC runtime library exception)": "libstdc++6",
           "libpng": "libpng16-16", "zlib": "zlib1g", "nanobind (BSD-3-Clause), compiled in": None}
NANOBIND = "Copyright (c) 2022 Wenzel Jakob <wenzel.jakob@epfl.ch>. BSD-3-Clause: https://github.com/wjakob/nanobind/blob/master/LICENSE"


def notices() -> str:
    parts = ["Libraries by others that this package carries, and their licences.\n"]
    for name, package in BUNDLED.items():
        path = pathlib.Path(f"/usr/share/doc/{package}/copyright")
        text = NANOBIND if package is None else path.read_text(encoding="utf-8") if path.exists() else f"See Debian's package {package}."
        parts.append(f"{'=' * 100}\n{name}\n{'=' * 100}\n{text}\n")
    return "\n".join(parts)


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel, "a", zipfile.ZIP_DEFLATED) as archive:
        folder = next(name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name)
        archive.writestr(f"{folder}/licenses/THIRD-PARTY-NOTICES.txt", notices())


if __name__ == "__main__":
    main(sys.argv[1])
