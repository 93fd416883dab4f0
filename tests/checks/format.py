#!/usr/bin/env python3
"""C and C++ sources look as clang-format 14 writes them, so that nobody discusses it. `./dev format` mends."""
import concurrent.futures
import os
import shutil
import subprocess

from lib import check as c, cpp

FOLDERS = ["include", "src", "tests", "fuzz", "examples"]
TOOL = "clang-format-14"


def misformatted(root, paths):
    done = subprocess.run([TOOL, "--dry-run"] + paths, cwd=root, capture_output=True, text=True)
    return [line for line in done.stderr.splitlines() if "[-Wclang-format-violations]" in line]


def check(root):
    out = c.Findings()
    if not shutil.which(TOOL):
        out.problem(TOOL, "is missing", "./dev deps test")
        return out
    paths = c.files(root, FOLDERS, cpp.SOURCES)
    parts = [paths[i::8] for i in range(8) if paths[i::8]]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        lines = [line for found in pool.map(lambda part: misformatted(root, part), parts) for line in found]
    for path in sorted({line.split(":")[0] for line in lines}):
        first = next(line for line in lines if line.startswith(path + ":"))
        out.problem(":".join(first.split(":")[:2]), "is not formatted", "./dev format")
    out.summary = "%d files" % len(paths)
    return out


STYLE = "BasedOnStyle: Google\nColumnLimit: 120\n"
GOOD = {".clang-format": STYLE, "src/base/a.cpp": "int f(int a) { return a; }\n"}
BAD = [
    ("two spaces", {"src/base/b.h": "int  f();\n"}, "src/base/b.h:1: is not formatted"),
    ("indentation", {"include/c.h": "struct A {\n    int x;\n};\n"}, "include/c.h:1: is not formatted"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
