#!/usr/bin/env python3
"""Documentation that can be followed: relative links and named files exist, `./dev` commands are real, a C program shown
in a page is one of examples/ (and so compiles), and no file names a path of somebody's machine.
"""
import os
import re

from lib import check as c

PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
NAMED = re.compile(r"`((?:src|include|tests|fuzz|examples|docs|pkgconfig|\.ci)/[\w./-]*[\w/])`")
COMMAND = re.compile(r"\./dev +([a-z]+)")
FOREIGN = re.compile(r"(?<![\w.}])/(?:home/(?!you|user|some)\w{2,}|root/|work/|workspace/|Users/|opt/\w)")
TEXT = (".md", ".h", ".hpp", ".c", ".cpp", ".py", ".txt", ".inc", ".in", ".json", ".sh", ".cmake", ".yml")


def commands(root):
    script = c.read(root, "dev")
    return set(re.findall(r"^cmd_(\w+)\(\)", script, re.M)) | {"help"}


def check_page(root, page, known, out):
    folder = os.path.dirname(page)
    for number, line in enumerate(c.read(root, page).splitlines(), 1):
        where = "%s:%d" % (page, number)
        for target in LINK.findall(line):
            if not os.path.exists(os.path.join(root, folder, target)):
                out.problem(where, "the link to %s leads nowhere" % target)
        for target in NAMED.findall(line):
            if not os.path.exists(os.path.join(root, target)):
                out.problem(where, "there is no %s" % target, "name the file as it is called now")
        for command in COMMAND.findall(line):
            if command not in known:
                out.problem(where, "`./dev %s` is no command" % command)


def check_programs(root, page, programs, out):
    for match in re.finditer(r"^```c\n(.*?)^```", c.read(root, page), re.S | re.M):
        if "int main" in match.group(1) and match.group(1) not in programs:
            out.problem(page, "shows a program that is not a file of examples/: %s" % match.group(1).split("\n")[0],
                        "copy the file's text as it is")


def check(root):
    out = c.Findings()
    known = commands(root)
    top = [n for n in sorted(os.listdir(root)) if os.path.isfile(os.path.join(root, n)) and n.endswith(TEXT + ("dev",))]
    everything = top + c.files(root, ["docs", "src", "include", "tests", "fuzz", "examples", "pkgconfig", ".ci"], TEXT)
    pages = [path for path in everything if path.endswith(".md")]
    for page in PAGES:
        if page not in pages:
            out.problem(page, "is missing")
    programs = [c.read(root, path) for path in c.files(root, ["examples"], (".c",))]
    for page in pages:
        check_page(root, page, known, out)
        check_programs(root, page, programs, out)
    for path in everything:
        for number, line in enumerate(c.read(root, path).splitlines(), 1):
            if FOREIGN.search(line) and not path.endswith("checks/pages.py"):
                out.problem("%s:%d" % (path, number), "names a path of one machine: %s" % FOREIGN.search(line).group(0))
    out.summary = "%d pages, %d files" % (len(pages), len(everything))
    return out


GOOD = {"dev": "cmd_test() {\n}\n", "README.md": "[a](docs/A.md) [b](https://x.y/z) `src/base/a.h` `./dev test`\n",
        "examples/a.c": "int main(void) { return 0; }\n",
        "docs/B.md": "```c\nint main(void) { return 0; }\n```\n```c\nhfhub_op_free(op);\n```\n",
        "CONTRIBUTING.md": "GET `/api/root/x`\n", "CHANGELOG.md": "", "docs/A.md": "[up](../README.md)\n", "src/base/a.h": "// ~/.cache\n"}
BAD = [
    ("a dead link", {"docs/A.md": "[x](C.md)\n"}, "leads nowhere"),
    ("a file that moved", {"README.md": "see `src/base/b.h`\n"}, "there is no src/base/b.h"),
    ("an unknown command", {"README.md": "run ./dev polish\n"}, "is no command"),
    ("a home folder", {"src/base/a.h": "// see /home/robert/x\n"}, "path of one machine"),
    ("a program nobody compiles", {"README.md": "```c\nint main(void) { return 1; }\n```\n"}, "not a file of examples/"),
    ("a page gone", {"CHANGELOG.md": None}, "CHANGELOG.md: is missing"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
