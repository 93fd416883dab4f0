#!/usr/bin/env python3
"""Runs the example programs of the bindings against a local Hub: the same four in each language, the same output.

usage: examples.py --localhub PROGRAM LANGUAGE=FOLDER...
"""
import argparse
import os
import re
import struct
import json
import subprocess
import sys
import tempfile

from run import Hub, environment

PATIENCE_S = 60
HEADER = {"__metadata__": {"format": "pt"}, "b/weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
          "a.é😀": {"dtype": "BF16", "shape": [], "data_offsets": [24, 26]}}


def safetensors(folder):
    header = json.dumps(HEADER).encode()
    path = os.path.join(folder, "model.safetensors")
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + bytes(26) + os.urandom(3000000))
    return path


def fill(hub, folder):
    hub.commit("model/examples/one", [{"path": "config.json", "text": "{}"},
                                      {"path": "model.safetensors", "from_file": safetensors(folder), "lfs": True, "xet": True},
                                      {"path": "plain.bin", "text": "no tensors"}])
    hub.commit("model/examples/two", [{"path": "config.json", "text": "{}"}])
    for name in ("slow", "slower"):
        hub.commit("model/examples/" + name, [{"path": "config.json", "text": "{}"}])
        hub.admin("POST", "faults", {"match": {"path": "/api/models/examples/%s/*" % name}, "times": 0,
                                     "action": {"delay_ms": 600000}})


def examples(folder, hub, work):
    """(what, program, arguments, exit code, pattern of what it prints, and of what it says on stderr)"""
    upload = os.path.join(work, "upload")
    os.makedirs(os.path.join(upload, "sub"), exist_ok=True)
    for name in ("a.txt", "sub/b.txt"):
        with open(os.path.join(upload, name), "w") as file:
            file.write(name)
    snapshot = r".*/models--examples--%s/snapshots/[0-9a-f]{40}"
    file = snapshot % "one" + "/model.safetensors"
    return [
        ("a download", "download_progress", ["examples/one", "model.safetensors"], 0, file, None),
        ("a file that is not there", "download_progress", ["examples/one", "nothing"], 1, "", ".*not found.*"),
        ("no arguments", "download_progress", [], 2, "", "(?i).*usage.*"),
        ("snapshots", "snapshots_cancel", ["examples/one", "examples/two", "examples/slow", "examples/slower"], 0,
         "examples/one %s\nexamples/two %s\nexamples/slow cancelled\nexamples/slower cancelled" %
         (snapshot % "one", snapshot % "two"), None),
        ("a pull request", "upload_folder_pr", ["examples/two", upload], 0,
         re.escape(hub.endpoint) + r"/examples/two/discussions/\d+", None),
        ("tensors", "safetensors_range", ["examples/one", "model.safetensors"], 0,
         re.escape("a.é😀 BF16 []\nb/weight F32 [2, 3]"), None),
        ("no tensors", "safetensors_range", ["examples/one", "plain.bin"], 1, "", ".+"),
    ]


def check(language, folder, example, env):
    what, program, arguments, code, out, err = example
    try:
        done = subprocess.run([os.path.join(folder, program), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, env=env, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return ["%s: %s (%s) did not end" % (language, program, what)]
    printed, said = done.stdout.decode().strip(), done.stderr.decode()
    problems = []
    if done.returncode != code:
        problems.append("ended with %d, not %d" % (done.returncode, code))
    if not re.fullmatch(out, printed):
        problems.append("printed %r, which is not %r" % (printed, out))
    if err is not None and not re.match(err, said, re.S):
        problems.append("said %r, which is not %r" % (said, err))
    return ["%s: %s (%s) %s; stderr: %s" % (language, program, what, problem, said[-500:]) for problem in problems]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--localhub", required=True)
    parser.add_argument("--only", default="", help="the programs, with commas between; the others are not there")
    parser.add_argument("languages", nargs="+")
    given = parser.parse_args()
    problems = []
    for language, folder in (pair.split("=", 1) for pair in given.languages):
        with tempfile.TemporaryDirectory(prefix="examples-") as work:
            hub = Hub(given.localhub, work)
            fill(hub, work)
            env = environment(hub, work)
            chosen = [e for e in examples(folder, hub, work) if not given.only or e[1] in given.only.split(",")]
            for example in chosen:
                problems += check(language, folder, example, env)
            hub.stop()
        print("%s: %d runs" % (language, len(chosen)), flush=True)
    if problems:
        print("\n".join(problems))
        sys.exit(1)


if __name__ == "__main__":
    main()
