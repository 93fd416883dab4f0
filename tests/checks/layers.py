#!/usr/bin/env python3
"""The ladder: a folder of src/ includes only the folders that src/LAYERS gives it, and those stand above it there.

Project includes are written from src/ ("net/http.h"). `public` stands for the installed headers; src/cli sees
<hfhub.hpp> and nothing else of ours, so that the public API is known to be enough for a whole program.
"""
import os
import re

from lib import check as c, cpp

PUBLIC = re.compile(r"^hfhub(\.hp?p?$|/)")


def ladder(root, out):
    allowed = {}
    for number, line in enumerate(c.read(root, "src/LAYERS").splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        folder, _, names = line.partition(":")
        for name in names.split():
            if name != "public" and name not in allowed:
                out.problem("src/LAYERS:%d" % number, "%s may not include %s, which is not above it" % (folder, name),
                            "a folder sees lower levels only; list lower levels first")
        allowed[folder.strip()] = set(names.split())
    return allowed


def folder_of(path, allowed):
    """The longest declared folder that `path` (written from src/) lies in."""
    parts = path.split("/")[:-1]
    while parts and "/".join(parts) not in allowed:
        parts.pop()
    return "/".join(parts)


def judge(out, where, folder, include, allowed, root):
    name = include[1:-1]
    if PUBLIC.match(name):
        if "public" not in allowed[folder]:
            out.problem(where, "%s includes the public header %s" % (folder, name), "only capi and cli know the API")
        elif folder == "cli" and name != "hfhub.hpp":
            out.problem(where, "cli includes %s" % name, "the command line is written on <hfhub.hpp> alone")
    elif include[0] == '"':
        if not os.path.exists(os.path.join(root, "src", name)):
            out.problem(where, 'there is no src/%s' % name, 'write includes from src/: "net/http.h"')
            return
        target = folder_of(name, allowed)
        if target != folder and target not in allowed[folder]:
            out.problem(where, "%s may not include %s (%s)" % (folder, target or "the top of src", name),
                        "move the code, pass a value or a std::function in; src/LAYERS is the policy")


def check(root):
    out = c.Findings()
    allowed = ladder(root, out)
    edges = 0
    for path in c.files(root, ["src"], cpp.SOURCES + (".inc",)):
        inside = os.path.relpath(path, "src")
        folder = folder_of(inside, allowed)
        if not folder:
            out.problem(path, "its folder is not in src/LAYERS", "add a line there, and a README.md to the folder")
            continue
        for line, include in cpp.includes(c.read(root, path)):
            edges += 1
            judge(out, "%s:%d" % (path, line), folder, include, allowed, root)
    for folder in allowed:
        if not os.path.isdir(os.path.join(root, "src", folder)):
            out.problem("src/LAYERS", "there is no folder src/%s" % folder, "remove the line")
    out.summary = "%d folders, %d includes" % (len(allowed), edges)
    return out


GOOD = {
    "src/LAYERS": "# folder: may include\nbase:\nnet: base\nxet/format: base\nxet/cas: xet/format net\ncapi: net public\ncli: public\n",
    "src/base/a.h": "#include <string>\n",
    "src/net/n.cpp": '#include "base/a.h"\n// #include "xet/cas/c.h"\n#include "net/n.h"\n',
    "src/net/n.h": "",
    "src/xet/format/f.h": '#include "base/a.h"\n',
    "src/xet/cas/c.h": '#include "xet/format/f.h"\n',
    "src/capi/x.cpp": '#include "hfhub/hub.h"\n#include <hfhub.h>\n#include "net/n.h"\n',
    "src/cli/main.cpp": '#include <hfhub.hpp>\n#include <vector>\n',
}
BAD = [
    ("an upward include", {"src/base/b.h": '#include "net/n.h"\n'}, "base may not include net"),
    ("a sibling", {"src/xet/format/g.h": '#include "xet/cas/c.h"\n'}, "xet/format may not include xet/cas"),
    ("a neighbour by file name", {"src/net/m.cpp": '#include "n.h"\n'}, "there is no src/n.h"),
    ("the API below capi", {"src/net/m.cpp": '#include <hfhub.h>\n'}, "includes the public header"),
    ("cli with C", {"src/cli/b.cpp": "#include <hfhub.h>\n"}, "cli includes hfhub.h"),
    ("cli with internals", {"src/cli/b.cpp": '#include "net/n.h"\n'}, "cli may not include net"),
    ("an undeclared folder", {"src/misc/b.cpp": ""}, "not in src/LAYERS"),
    ("a line without a folder", {"src/LAYERS": "base:\nnet: base\nxet/format: base\nxet/cas: xet/format net\ncapi: net "
                                 "public\ncli: public\nold: base\n"}, "no folder src/old"),
    ("a cycle in the policy", {"src/LAYERS": "base: net\nnet: base\n"}, "not above it"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
