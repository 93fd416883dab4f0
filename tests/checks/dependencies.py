#!/usr/bin/env python3
"""One dependency, one folder: a foreign header is included only where this table says, so that swapping a library,
or porting to another system, touches one folder. A header the table does not know is a new dependency.
"""
import re

from lib import check as c, cpp

# (headers, what they are, folders that may include them)
OWNERS = [
    (r"curl/.*", "libcurl", ["src/net"]),
    (r"(mbedtls|psa)/.*", "mbedTLS", ["src/digest", "src/net", "tests/localhub"]),
    (r"blake3\.h", "BLAKE3", ["src/digest", "tests/localhub"]),
    (r"rapidjson/.*", "RapidJSON", ["src/json", "tests/localhub"]),
    (r"(zstd|lz4|lz4frame|lz4hc)(_errors)?\.h", "zstd and LZ4", ["src/codec", "tests/localhub", "tests/unit/codec"]),
    (r"CLI/.*", "CLI11", ["src/cli"]),
    (r"(microhttpd|sqlite3|zlib)\.h", "the local Hub's libraries", ["tests/localhub"]),
    (r"(gtest|gmock)/.*", "GoogleTest", ["tests", "fuzz"]),
    (r"benchmark/.*", "GoogleBenchmark", ["tests/bench"]),
    (r"(immintrin|cpuid|arm_neon|sys/auxv|asm/hwcap)\.h", "instruction sets", ["src/digest", "src/codec"]),
    (r"(poll|unistd|signal|spawn|termios|sys/ioctl|sys/wait)\.h", "the terminal", ["src/platform", "src/cli", "tests", "examples"]),
    (r"(dirent|dlfcn|fcntl|fnmatch|malloc|netdb|pthread|pwd|sched|strings|sys/.*|linux/.*|netinet/.*|arpa/.*)(\.h)?",
     "the operating system", ["src/platform", "tests", "examples"]),
    (r"(assert|ctype|errno|float|inttypes|iso646|limits|math|setjmp|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|time"
     r"|wchar)\.h", "C", ["include", "src", "tests", "fuzz", "examples"]),
    (r"[a-z0-9_]+", "C++", ["include", "src", "tests", "fuzz", "examples"]),
    (r"hfhub(\.h|(_[a-z]+)?\.hpp|/[a-z_]+\.h)", "ours", ["include", "src/capi", "src/cli", "tests", "fuzz", "examples"]),
]


def check(root):
    out = c.Findings()
    count = 0
    for path in c.files(root, ["include", "src", "tests", "fuzz", "examples"], cpp.SOURCES):
        for line, include in cpp.includes(c.read(root, path)):
            if include[0] == '"':
                continue
            count += 1
            name, where = include[1:-1], "%s:%d" % (path, line)
            owner = next((row for row in OWNERS if re.fullmatch(row[0], name)), None)
            if not owner:
                out.problem(where, "<%s> is a new dependency" % name, "give it a row, and one folder, in dependencies.py")
            elif not path.startswith(tuple(folder + "/" for folder in owner[2])):
                out.problem(where, "<%s> (%s) belongs to %s" % (name, owner[1], ", ".join(owner[2])),
                            "call that folder's own functions instead")
    out.summary = "%d includes" % count
    return out


GOOD = {
    "src/net/a.cpp": "#include <curl/curl.h>\n#include <vector>\n",
    "src/platform/posix/a.cpp": "#include <sys/stat.h>\n#include <unistd.h>\n",
    "src/json/a.cpp": "#include <rapidjson/document.h>\n",
    "include/hfhub.h": "#include <stdint.h>\n",
    "tests/unit/net/a_test.cpp": "#include <gtest/gtest.h>\n#include <sys/socket.h>\n",
}
BAD = [
    ("curl in the cache", {"src/cache/a.cpp": "#include <curl/curl.h>\n"}, "belongs to src/net"),
    ("JSON library in the Hub", {"src/hub/a.cpp": "#include  <rapidjson/reader.h>\n"}, "belongs to src/json"),
    ("mbedTLS in the cache", {"src/cache/a.h": "#include <mbedtls/sha256.h>\n"}, "mbedTLS"),
    ("zstd in net", {"src/net/b.cpp": "#include <zstd.h>\n"}, "belongs to src/codec"),
    ("CLI11 in the client", {"src/client/a.cpp": "#include <CLI/CLI.hpp>\n"}, "belongs to src/cli"),
    ("SQLite in the library", {"src/cache/a.cpp": "#include <sqlite3.h>\n"}, "belongs to tests/localhub"),
    ("GoogleTest in the library", {"src/cache/a.cpp": "#include <gtest/gtest.h>\n"}, "belongs to tests"),
    ("POSIX outside platform", {"src/cache/a.cpp": "#include <sys/stat.h>\n"}, "belongs to src/platform"),
    ("something new", {"src/cache/a.cpp": "#include <boost/asio.hpp>\n"}, "new dependency"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
