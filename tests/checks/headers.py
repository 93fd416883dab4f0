#!/usr/bin/env python3
"""The header matrix: every public header compiles alone, and included twice, without a warning, as C99 to C2x and C++11
to C++23 (hfhub.hpp from C++17), with gcc and with clang.
"""
import concurrent.futures
import os
import shutil
import subprocess

from lib import check as c

WARNINGS = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
C = ["c99", "c11", "c17", "c2x"]
CPP = ["c++11", "c++14", "c++17", "c++20", "c++2b"]


def compilers():
    """[(C compiler, C++ compiler)]; clang under its plain name or the one Debian 12 gives it."""
    clang = next((suffix for suffix in ("-14", "", "-15", "-16", "-17", "-18", "-19") if shutil.which("clang" + suffix)), None)
    pairs = [("gcc", "g++")] if shutil.which("gcc") else []
    return pairs + ([("clang" + clang, "clang++" + clang)] if clang is not None else [])


def compile_one(root, compiler, standard, header):
    language = "c++" if "++" in standard else "c"
    text = "#include <%s>\n#include <%s>\nint header_matrix_unit;\n" % (header, header)
    extra = ["-Wstrict-prototypes"] if language == "c" else []
    command = [compiler, "-std=" + standard, "-fsyntax-only", "-x", language, "-I", os.path.join(root, "include")]
    result = subprocess.run(command + WARNINGS + extra + ["-"], input=text, capture_output=True, text=True)
    return (compiler, standard, header, result.stderr.strip()) if result.returncode else None


def jobs_for(root):
    found = [os.path.relpath(path, "include") for path in c.files(root, ["include"], (".h", ".hpp"))]
    for pair in compilers():
        for header in found:
            if header.endswith(".h"):
                yield from ((root, pair[0], standard, header) for standard in C)
            first = CPP.index("c++17") if header.endswith(".hpp") else 0
            yield from ((root, pair[1], standard, header) for standard in CPP[first:])


def check(root):
    out = c.Findings()
    names = " ".join(pair[0] for pair in compilers())
    if "gcc" not in names or "clang" not in names:
        out.problem("header matrix", "needs gcc and clang, found: %s" % (names or "neither"), "./dev deps test")
        return out
    jobs = list(jobs_for(root))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = [failure for failure in pool.map(lambda job: compile_one(*job), jobs) if failure]
    for compiler, standard, header, text in failures:
        first = next((line for line in text.splitlines() if "error" in line), text)
        out.problem("include/%s" % header, "%s -std=%s: %s" % (compiler, standard, first))
    out.summary = "%d compilations with %s" % (len(jobs), names)
    return out


H = "#ifndef A\n#define A\n#include <stdint.h>\n#ifdef __cplusplus\nextern \"C\" {\n#endif\nint32_t hfhub_a(void);\n#ifdef __cplusplus\n}\n#endif\n#endif\n"
GOOD = {"include/hfhub.h": H, "include/hfhub.hpp": "#pragma once\n#include <hfhub.h>\n#include <optional>\nstatic_assert(sizeof(int) > 1);\n"}
BAD = [
    ("not alone", {"include/hfhub/b.h": "#ifndef B\n#define B\nuint32_t hfhub_b(void);\n#endif\n"}, "gcc -std=c99"),
    ("no include guard", {"include/hfhub/b.h": "struct b { int x; };\n"}, "redefinition"),
    ("a C99-only construct", {"include/hfhub/b.h": "#ifndef B\n#define B\nint hfhub_b(int n, int a[static 1]);\n#endif\n"}, "g++ -std=c++11"),
    ("old style prototype", {"include/hfhub/b.h": "#ifndef B\n#define B\nint hfhub_b();\n#endif\n"}, "prototype"),
    ("a C++ keyword", {"include/hfhub/b.h": "#ifndef B\n#define B\nint hfhub_b(int class);\n#endif\n"}, "g++"),
    ("only clang objects", {"include/hfhub/b.h": "#ifndef B\n#define B\nenum { X = 1,, };\n#endif\n"}, "clang"),
    ("C++20 in hfhub.hpp", {"include/hfhub.hpp": "#pragma once\n#include <span>\ninline int f(std::span<int> s) { return s[0]; }\n"},
     "g++ -std=c++17"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
