#!/usr/bin/env python3
"""The folder map in docs/ARCHITECTURE.md names the folders of src/ and no others; each folder has a short README.md.

The map is the code block that follows the line `<!-- folder map -->`; a folder is the first word of a line, ending in /.
"""
import os
import re

from lib import check as c

LIMIT = 30  # lines of a folder's README


def mapped(text):
    block = re.search(r"<!-- folder map -->\s*```\w*\n(.*?)```", text, re.S)
    return re.findall(r"^(?:L\d\s+)?([a-z][\w/]*)/\s", block.group(1), re.M) if block else None


def layer_names(root):
    lines = (line.split("#")[0].strip() for line in c.read(root, "src/LAYERS").splitlines())
    return [line.partition(":")[0].strip() for line in lines if line]


def check(root):
    out = c.Findings()
    page = "docs/ARCHITECTURE.md"
    folders = layer_names(root)
    shown = mapped(c.read(root, page))
    if shown is None:
        out.problem(page, "has no folder map", "put <!-- folder map --> before the code block that lists src/")
        return out
    for folder in sorted(set(folders) - set(shown)):
        out.problem(page, "the folder map lacks %s/" % folder, "add its line")
    for folder in sorted(set(shown) - set(folders)):
        out.problem(page, "the folder map names %s/, which is not in src/LAYERS" % folder, "remove its line")
    for folder in folders:
        readme = "src/%s/README.md" % folder
        if not os.path.exists(os.path.join(root, readme)):
            out.problem(readme, "is missing", "ten lines: what lives here, what must not, where to change what")
        elif c.read(root, readme).count("\n") > LIMIT:
            out.problem(readme, "has more than %d lines" % LIMIT, "longer texts belong to docs/")
    out.summary = "%d folders" % len(folders)
    return out


PAGE = "# A\n<!-- folder map -->\n```\nL0 base/   things\nL1 net/    more\n           and more/ words\nL3 xet/format/  bytes\n```\nother/ text\n"
GOOD = {"src/LAYERS": "base:\nnet: base\nxet/format: base\n", "docs/ARCHITECTURE.md": PAGE, "src/base/README.md": "# base\n",
        "src/net/README.md": "# net\n", "src/xet/format/README.md": "# f\n"}
BAD = [
    ("a folder not in the map", {"src/LAYERS": "base:\nnet: base\nxet/format: base\nhub: net\n", "src/hub/README.md": "x"},
     "lacks hub/"),
    ("a folder gone", {"src/LAYERS": "base:\nnet: base\n"}, "names xet/format/"),
    ("no map", {"docs/ARCHITECTURE.md": "# A\n"}, "no folder map"),
    ("no README", {"src/net/README.md": None}, "src/net/README.md: is missing"),
    ("a long README", {"src/net/README.md": "x\n" * 40}, "more than 30 lines"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
