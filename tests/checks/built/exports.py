#!/usr/bin/env python3
"""What libhfhub.so exports = what the headers declare = what docs/API.md describes; hfhub_* and nothing else.

Also: it needs no library that it should load on first use, and registers nothing to run at exit.
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from lib import check as c, header  # noqa: E402

MAY_NEED = re.compile(r"lib(stdc\+\+|gcc_s|c|m|mbedcrypto|lz4|blake3|pthread|dl|asan|ubsan|tsan)\.so|ld-linux")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(library, *options):
    lines = (line.split() for line in run("nm", "-D", *options, library).splitlines())
    return {(words[-1].split("@")[0], words[-2]) for words in lines if len(words) >= 2}


def check(root):
    out = c.Findings()
    library = os.path.join(c.build_dir(root), "lib", "libhfhub.so")
    exported = {name for name, kind in symbols(library, "--defined-only") if kind != "A"}
    declared = {function.name: function for function in header.functions(root)}
    described = set(re.findall(r"^### `(hfhub_\w+)`\n\n```c\n[^`]*\(", c.read(root, "docs/API.md"), re.M))
    for name in sorted(exported - set(declared)):
        out.problem("libhfhub.so", "exports %s, which no header declares" % name,
                    "declare it with HFHUB_API, or give it internal linkage")
    for name in sorted(set(declared) - exported):
        out.problem("%s:%d" % (declared[name].header, declared[name].line), "%s is declared but not exported" % name,
                    "define it in src/capi (extern \"C\", the same parameters)")
    for name in sorted(set(declared) - described):
        out.problem("docs/API.md", "does not describe %s" % name, "./dev format")
    for name in re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", library)):
        if not MAY_NEED.match(name):
            out.problem("libhfhub.so", "needs %s at start" % name, "load it on first use (platform/), or list it here")
    for name, _ in symbols(library, "--undefined-only"):
        if name in ("__cxa_atexit", "atexit"):
            out.problem("libhfhub.so", "imports %s: an object with a destructor lives until exit" % name,
                        "make it constexpr, tie it to a session, or leak it on purpose")
    out.summary = "%d functions" % len(declared)
    return out


def prepare(folder):
    os.makedirs(os.path.join(folder, "build", "x", "lib"))
    compiler = "g++" if os.path.exists(os.path.join(folder, "lib.cpp")) else "gcc"
    sources = [os.path.join(folder, name) for name in ("lib.c", "lib.cpp") if os.path.exists(os.path.join(folder, name))]
    subprocess.run([compiler, "-shared", "-fPIC", "-o", os.path.join(folder, "build/x/lib/libhfhub.so")] + sources +
                   (["-Wl,--no-as-needed", "-lz"] if os.path.exists(os.path.join(folder, "needs_z")) else []), check=True)


GOOD = {
    "include/hfhub.h": "/* R */\n#include <hfhub/a.h>\n",
    "include/hfhub/a.h": "/* A */\n\n/* Does. Since 0.1. */\nHFHUB_API int hfhub_a(void);\n",
    "docs/API.md": "### `hfhub_a`\n\n```c\nint hfhub_a(void);\n```\n",
    "lib.c": "int hfhub_a(void) { return 1; }\nstatic int helper(void) { return 2; }\nint (*use)(void) __attribute__((visibility(\"hidden\"))) = helper;\n",
}
BAD = [
    ("a stray export", {"lib.c": GOOD["lib.c"] + "int strlen_fast(void) { return 3; }\n"}, "exports strlen_fast"),
    ("an undeclared hfhub_ export", {"lib.c": GOOD["lib.c"] + "int hfhub_z(void) { return 3; }\n"}, "exports hfhub_z"),
    ("a missing definition", {"include/hfhub/a.h": GOOD["include/hfhub/a.h"] + "\n/* D. Since 0.1. */\nHFHUB_API int hfhub_b(void);\n"},
     "hfhub_b is declared but not exported"),
    ("not described", {"docs/API.md": "# nothing\n"}, "does not describe hfhub_a"),
    ("a library at start", {"needs_z": ""}, "needs libz"),
    ("a static destructor", {"lib.c": None, "lib.cpp": 'struct S { ~S(); int n; };\n__attribute__((visibility("hidden"))) S::~S() { n = 0; }\n'
                             'static S s;\nextern "C" int hfhub_a(void) { return s.n; }\n'}, "lives until exit"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD, prepare)
