#!/usr/bin/env python3
"""An installed libhfhub can be used: `cmake --install` into an empty prefix, move the prefix, then compile, link and run
one C program and one C++ program through pkg-config (shared and --static) and through find_package (both targets).

`--self-test` damages the installed prefix in several ways and expects each to be noticed.
"""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from lib import check as c  # noqa: E402

PROGRAM_C = """#include <hfhub.h>
#include <stdio.h>
int main(void) {
  hfhub_error *err = NULL;
  hfhub_session_options *options = NULL;
  hfhub_session *session = NULL;
  if (hfhub_session_options_new(&options, &err) != HFHUB_OK) return 1;
  if (hfhub_session_new(options, &session, &err) != HFHUB_OK) return 1;
  hfhub_session_options_free(options);
  hfhub_session_free(session);
  puts(hfhub_version());
  return 0;
}
"""
PROGRAM_CPP = """#include <hfhub.hpp>
#include <cstdio>
int main() { std::puts(hfhub::version().c_str()); }
"""
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES %(languages)s)
find_package(hfhub %(version)s REQUIRED)
add_executable(user user.%(ending)s)
target_link_libraries(user PRIVATE %(target)s)
"""


class Failed(Exception):
    pass


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        tail = "\n      ".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise Failed("%s\n      %s" % (" ".join(command)[:200], tail))
    return done.stdout


def install(prefix):
    build = c.build_dir(c.ROOT)
    staging = prefix + ".staging"
    run(["cmake", "--install", build, "--prefix", staging])
    os.rename(staging, prefix)  # a prefix that moved after the install must still work
    return prefix


def library_dir(prefix):
    for parent, _, leaves in os.walk(prefix):
        if "libhfhub.a" in leaves:
            return parent
    raise Failed("no libhfhub.a below the prefix")


def expect_version(program, version, environment, shared):
    printed = run([program], env=environment).strip()
    if printed != version:
        raise Failed("%s printed %r, not %s" % (program, printed, version))
    if ("libhfhub.so" in run(["ldd", program], env=environment)) != shared:
        raise Failed("%s is %slinked to libhfhub.so" % (program, "not " if shared else ""))


def through_pkg_config(prefix, work, version, shared):
    """Like a user: one prefix with everything, or one that only has the archive."""
    lib = library_dir(prefix)
    environment = dict(os.environ, PKG_CONFIG_PATH=os.path.join(lib, "pkgconfig"), LD_LIBRARY_PATH=lib)
    options = ["--cflags", "--libs"] + ([] if shared else ["--static"])
    flags = run(["pkg-config", *options, "hfhub"], env=environment).split()
    reported = run(["pkg-config", "--modversion", "hfhub"], env=environment).strip()
    if reported != version:
        raise Failed("pkg-config says version %s, expected %s" % (reported, version))
    for ending, compiler, text in (("c", ["cc", "-std=c99"], PROGRAM_C), ("cpp", ["c++", "-std=c++17"], PROGRAM_CPP)):
        source, program = os.path.join(work, "user." + ending), os.path.join(work, "user_" + ending)
        with open(source, "w") as file:
            file.write(text)
        run(compiler + ["-Wall", "-Werror", source, "-o", program] + flags)
        expect_version(program, version, environment, shared)


def through_cmake(prefix, work, version, shared):
    for languages, ending, text in (("C", "c", PROGRAM_C), ("C CXX", "cpp", PROGRAM_CPP)):
        project = os.path.join(work, ending)
        target = "hfhub::hfhub" if shared else "hfhub::hfhub_static"
        c.lay_out(project, {"CMakeLists.txt": PROJECT % locals(), "user." + ending: text})
        run(["cmake", "-G", "Ninja", "-S", project, "-B", project + "/b", "-DCMAKE_PREFIX_PATH=" + prefix])
        run(["cmake", "--build", project + "/b"])
        expect_version(project + "/b/user", version, os.environ, shared)


def check_prefix(prefix, out, only=None):
    """Every way of using the prefix, or one; what failed becomes a problem."""
    version = next(line.split()[2] for line in c.read(c.ROOT, "CMakeLists.txt").splitlines() if line.startswith("project("))
    archive_only = prefix + ".archive"
    shutil.copytree(prefix, archive_only, symlinks=True)
    lib = library_dir(archive_only)
    for name in os.listdir(lib):
        if ".so" in name:
            os.remove(os.path.join(lib, name))
    ways = [("pkg-config", through_pkg_config, prefix, True), ("pkg-config --static", through_pkg_config, archive_only, False),
            ("find_package, hfhub::hfhub", through_cmake, prefix, True),
            ("find_package, hfhub::hfhub_static", through_cmake, prefix, False)]
    for what, way, where, shared in [row for row in ways if only in (None, row[0])]:
        with tempfile.TemporaryDirectory() as work:
            try:
                way(where, work, version, shared)
            except Failed as failure:
                out.problem(what, str(failure), "see pkgconfig/")
    if only:
        return
    try:
        printed = run([os.path.join(prefix, "bin", "hf"), "version"])
        if version not in printed:
            out.problem("hf version", "printed %r" % printed)
    except (Failed, OSError) as failure:
        out.problem("the installed hf", str(failure), "see pkgconfig/CMakeLists.txt (INSTALL_RPATH)")


def check(root):
    out = c.Findings()
    with tempfile.TemporaryDirectory() as folder:
        check_prefix(install(os.path.join(folder, "moved")), out)
    out.summary = "pkg-config and find_package, shared and static, C and C++"
    return out


def edit(prefix, name, old, new):
    for parent, _, leaves in os.walk(prefix):
        for leaf in leaves:
            if leaf == name:
                path = os.path.join(parent, leaf)
                with open(path) as file:
                    text = file.read()
                if old not in text:
                    raise Failed("%s has no %r to damage" % (name, old))
                with open(path, "w") as file:
                    file.write(text.replace(old, new))


DAMAGE = [
    ("pkg-config --static", "hfhub.pc", "-lmbedcrypto -llz4 -lstdc++", ""),
    ("pkg-config", "hfhub.pc", "-lhfhub", "-lhfhub_renamed"),
    ("pkg-config", "hfhub.pc", "prefix=", "prefix=/nonexistent"),
    ("find_package, hfhub::hfhub_static", "hfhub-targets.cmake", "mbedcrypto", "mbedcrypto_renamed"),
    ("find_package, hfhub::hfhub", "hfhub-config.cmake", "hfhub-targets.cmake", "hfhub-target.cmake"),
    ("pkg-config", "session.h", "hfhub_session_options_new", "hfhub_session_options_create"),
]


def main():
    if "--self-test" not in sys.argv:
        c.main(check, {}, [])
        return
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        whole = install(os.path.join(folder, "whole"))
        for number, (way, name, old, new) in enumerate(DAMAGE):
            prefix = os.path.join(folder, "damaged%d" % number)
            shutil.copytree(whole, prefix, symlinks=True)
            edit(prefix, name, old, new)
            out = c.Findings()
            check_prefix(prefix, out, way)
            if not out.problems:
                failures.append("%s without %r: %s saw nothing" % (name, old, way))
    print("\n".join(failures) or "install: goes red on %d violations" % len(DAMAGE))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
