#!/usr/bin/env python3
"""hub.py LOCALHUB WORK COMMAND...: runs a command with a local Hub, in a clean environment, with WORK as its folder, and ends
with its code. The Hub has tests/files, and tests/hangs, whose every request hangs."""
import os
import shutil
import sys
import subprocess

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conformance"))
from run import Hub, environment  # noqa: E402


def main():
    localhub, work, command = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3:]
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    hub = Hub(localhub, work)
    hub.commit("model/tests/files", [
        {"path": "config.json", "text": "{}"}, {"path": "ünï 😀.txt", "text": "grüße 😀\n"},
        {"path": "big.bin", "generate": {"kind": "random", "seed": 7, "size": 3000000}, "xet": True}])
    hub.commit("model/tests/hangs", [{"path": "file.bin", "text": "never"}])
    for path in ("/tests/hangs/*", "/api/models/tests/hangs*"):
        hub.admin("POST", "faults", {"match": {"path": path}, "times": 0, "action": {"delay_ms": 600000}})
    try:
        return subprocess.run(command, env={**environment(hub, work), "HFHUB_TEST_WORK": work}, timeout=600).returncode
    finally:
        hub.stop()


sys.exit(main())
