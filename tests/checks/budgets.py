#!/usr/bin/env python3
"""Size budgets: a function has at most 80 lines, a file at most 800. 40 and 400 are what is aimed at.

Generated tables (*.inc) are exempt. `--list` shows everything above the aim.
"""
import ast
import sys

from lib import check as c, cpp

FUNCTION_AIM, FUNCTION_HARD = 40, 80
FILE_AIM, FILE_HARD = 400, 800
FOLDERS = ("src", "include", "tests", "fuzz", "examples")


def python_functions(text):
    return [(node.name, node.lineno, node.end_lineno - node.lineno + 1) for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def check(root):
    out = c.Findings()
    count = 0
    long_functions, long_files = [], []
    for path in c.files(root, FOLDERS, cpp.SOURCES + (".py",)):
        text = c.read(root, path)
        lines = text.count("\n")
        if lines > FILE_HARD:
            out.problem(path, "%d lines; the limit is %d" % (lines, FILE_HARD), "split it by what it is about")
        elif lines > FILE_AIM:
            long_files.append("%s: %d lines" % (path, lines))
        for name, first, length in python_functions(text) if path.endswith(".py") else cpp.functions(text):
            count += 1
            where = "%s:%d" % (path, first)
            if length > FUNCTION_HARD:
                out.problem(where, "%s has %d lines; the limit is %d" % (name, length, FUNCTION_HARD),
                            "give its steps names")
            elif length > FUNCTION_AIM:
                long_functions.append("%s: %s, %d lines" % (where, name, length))
    out.summary = "%d functions, %d above %d lines; %d files above %d" % (
        count, len(long_functions), FUNCTION_AIM, len(long_files), FILE_AIM)
    if "--list" in sys.argv:
        print("\n".join(long_functions + long_files))
    return out


def body(lines):
    return "".join("  step(%d);\n" % n for n in range(lines))


GOOD = {
    "src/base/a.cpp": '#include "base/a.h"\nnamespace hfhub {\nint f(int a = {}) {\n' + body(77) + "}\n}\n"
                      "struct S {\n  S() : a_{1}, b_(2) {\n" + body(70) + "  }\n  int a_{0};\n  int b_;\n};\n"
                      "const T kTable[] = {\n" + "  {1, 2},\n" * 300 + "};\n"
                      'const char* kText = R"(void g() {\n' + "\n" * 100 + '})";\n',
    "src/base/table.inc": "ROW(1)\n" * 2000,
}
BAD = [
    ("a long function", {"src/base/b.cpp": "void f() {\n" + body(79) + "}\n"}, "f has 81 lines"),
    ("a long method", {"src/base/b.h": "class X {\n public:\n  X() : a_{1} {\n" + body(80) + "  }\n};\n"}, "X has 82"),
    ("a long extern C function", {"src/base/b.cpp": 'extern "C" int f(void) {\n' + body(80) + "}\n"}, "f has 82"),
    ("after an operator", {"src/b.cpp": "bool operator==(A a, B b) {\n" + body(90) + "}\n"}, "92 lines"),
    ("a long constructor", {"src/b.cpp": "X::X(int a) noexcept\n    : a_(a), b_{2} {\n" + body(90) + "}\n"}, "X::X has 93"),
    ("a long test", {"tests/unit/b_test.cpp": "TEST(A, b) {\n" + body(80) + "}\n"}, "TEST has 82"),
    ("a long lambda inside", {"src/b.cpp": "void f() {\n  g([&] {\n" + body(90) + "  });\n}\n"}, "f has 94"),
    ("a long file", {"src/base/c.h": "// x\n" * 801}, "801 lines"),
    ("a long Python function", {"tests/x.py": "def f():\n" + "    a = 1\n" * 81}, "f has 82"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
