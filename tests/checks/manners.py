#!/usr/bin/env python3
"""Library manners: no output, no process exit, no environment reads, no signals, no locale from inside the library.

assert() is welcome: what ships is built without it. The command line (src/cli) may do all of
the above; a listed file may do what is listed for it.
"""
import re

from lib import check as c, cpp

RULES = [
    ("writes to the terminal", r"\b(printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror)\s*\(|\bstd::(cout|cerr|clog)\b"
     r"|<iostream>", "log through runtime/log.h"),
    ("ends the process", r"\b(abort|exit|_exit|_Exit|quick_exit|terminate|raise)\s*\(", "return an Error"),
    ("reads the environment", r"\b(getenv|secure_getenv|setenv|putenv|unsetenv)\s*\(|\benviron\b",
     "add an option to runtime/config_table.inc"),
    ("touches signals", r"\b(signal|sigaction|sigprocmask|pthread_sigmask)\s*\(", "nothing but platform/ knows signals"),
    ("changes the locale", r"\bsetlocale\s*\(|\bstd::locale::global\b", "use the locale-free conversions of <charconv>"),
    ("runs at exit", r"\b(atexit|at_quick_exit|__cxa_atexit)\s*\(|__attribute__\s*\(\(\s*(con|de)structor",
     "tie it to a session"),
    ("sleeps or is random behind our back", r"\b(sleep|usleep|rand|srand|random)\s*\(|\bstd::this_thread::sleep_",
     "wait on a cancellable clock; take randomness from platform/"),
    ("changes the working directory or mask", r"\b(chdir|fchdir|umask)\s*\(", "pass full paths and modes"),
]
ALLOWED = {
    "src/platform/posix/system.cpp": ["reads the environment", "touches signals"],
    "src/platform/posix/process.cpp": ["reads the environment"],  # programs that it starts inherit it
}


def check(root):
    out = c.Findings()
    paths = [p for p in c.files(root, ["src", "include"], cpp.SOURCES) if not p.startswith("src/cli/")]
    for path in paths:
        code = cpp.code_only(c.read(root, path))
        for what, pattern, mend in RULES:
            if what in ALLOWED.get(path, []):
                continue
            for match in re.finditer(pattern, code):
                before = code[:match.start()].rstrip()
                member = before.endswith((".", "->")) or re.search(r"\b(?!std\b)\w+::$", before)
                declared = re.search(r"[\w>&*]$", before) and not re.search(r"\b(return|else|do)$", before)
                if not member and not declared:
                    out.problem("%s:%d" % (path, cpp.line_of(code, match.start())),
                                "%s: %s" % (what, match.group(0).strip()), mend)
    out.summary = "%d files" % len(paths)
    return out


GOOD = {
    "src/cli/main.cpp": "int main() { printf(\"x\"); exit(1); }\n",
    "src/base/a.cpp": '// printf("no");\nstatic_assert(true);\nvoid f(Op& op) { op.raise(); op->abort (); std::snprintf(b, n, "exit()"); }\n'
                      "void Op::abort() {}\nvoid abort(int);\n",
    "src/platform/posix/system.cpp": "const char* f() { return getenv(\"A\"); }\n",
}
BAD = [
    ("output", {"src/net/a.cpp": 'void f() {\n  fprintf(stderr, "x");\n}\n'}, "a.cpp:2: writes to the terminal"),
    ("streams", {"src/net/a.cpp": "void f() { std::cerr << 1; }\n"}, "std::cerr"),
    ("exit", {"src/net/a.cpp": "void f() { std::exit(1); }\n"}, "ends the process"),
    ("abort", {"src/net/a.cpp": "void f() { if (x) abort(); }\n"}, "ends the process"),
    ("the environment", {"src/net/a.cpp": "auto f() { return std::getenv(\"A\"); }\n"}, "reads the environment"),
    ("a signal handler", {"src/net/a.cpp": "void f() { ::signal(1, g); }\n"}, "touches signals"),
    ("in a public header", {"include/hfhub.hpp": "inline void f() { std::abort(); }\n"}, "ends the process"),
    ("sleep", {"src/net/a.cpp": "void f() { std::this_thread::sleep_for(1s); }\n"}, "sleeps"),
    ("not the listed thing", {"src/platform/posix/system.cpp": "void f() { exit(1); }\n"}, "ends the process"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
