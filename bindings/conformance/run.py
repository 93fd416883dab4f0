#!/usr/bin/env python3
"""Runs the conformance drivers against a local Hub and compares what they print: see README.md.

usage: run.py --localhub PROGRAM [--only NAME[,NAME...]] LANGUAGE=DRIVER...
       run.py --localhub PROGRAM --record c=DRIVER         writes what C prints into expected.txt, to be read before it counts
       run.py --localhub PROGRAM --exit 20 LANGUAGE=DRIVER...     20 times: a program that ends while downloads run
       run.py --localhub PROGRAM --signal LANGUAGE=DRIVER...      SIGINT keeps its meaning

A driver's every line must be that of expected.txt; scenarios that are not for its language are left out of both.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE_S = 300  # for one driver; a tenth is usual. Afterwards it hangs.


class Hub:
    """A local Hub with the fixture."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen([program, "--data", os.path.join(folder, "hub"), "--threads", "4"],
                                        stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.endpoint, self.cas = ready["endpoint"], ready["cas"]
        self.since = 0
        self.commits = {}  # their names have the time in them
        fixture(self)

    def admin(self, method, path, body=None):
        request = urllib.request.Request("%s/_admin/%s" % (self.endpoint, path), method=method,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def commit(self, repo, files):
        self.commits[self.admin("POST", "repos/%s/commit" % repo, {"summary": "a commit", "files": files})["commit"]] = repo

    def answer(self, step):
        """What a driver asks of this program."""
        if step["do"] == "admin":
            self.admin(step["method"], step["path"], step.get("body"))
            return "ok"
        if step["do"] == "mark":
            self.since = self.admin("GET", "log?since=999999999")["next"]
            return "ok"
        return "ok %d" % len(self.admin("GET", "log?since=%d" % self.since)["entries"])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()


def fixture(hub):
    hub.admin("POST", "settings", {"cas_open": True})
    random = lambda seed, size: {"kind": "random", "seed": seed, "size": size}
    hub.commit("model/conformance/files", [
        {"path": "README.md", "text": "# Files\n"}, {"path": "a.txt", "text": "hello\n"}, {"path": "folder/b.txt", "text": "b\n"},
        {"path": "empty.txt", "text": ""}, {"path": "mid.bin", "generate": random(1, 300000), "xet": False},
        {"path": "héllo wörld/😀 ünï.txt", "text": "grüße 😀\n"},
        {"path": "weights.safetensors", "generate": {"kind": "bf16", "seed": 2, "size": 3000000}, "xet": True}])
    hub.admin("POST", "repos/model/conformance/files/refs", {"kind": "tag", "name": "v1", "commit": "main"})
    hub.commit("model/conformance/hangs", [{"path": "file.bin", "generate": random(3, 1000), "xet": False}])
    hub.commit("model/conformance/flipped", [{"path": "flipped.bin", "generate": random(4, 200000), "xet": False}])
    hub.commit("dataset/conformance/rows", [{"path": "rows.csv", "text": "a,b\n"}])
    for name in ("private", "gated", "disabled", "state"):
        hub.commit("model/conformance/" + name, [{"path": "a.txt", "text": "hello\n"}])
    hub.admin("PUT", "repos/model/conformance/private", {"private": True})
    hub.admin("PUT", "repos/model/conformance/gated", {"gated": "manual"})
    hub.admin("PUT", "repos/model/conformance/disabled", {"disabled": True})
    hub.admin("POST", "tokens", {"token": "hf_AliceMayWrite000000000000000000001", "user": "alice", "role": "write",
                                 "orgs": ["conformance"], "name": "alice-token"})
    hub.admin("POST", "tokens", {"token": "hf_BobMayOnlyRead0000000000000000001", "user": "bob", "role": "read",
                                 "name": "bob-token"})
    hang(hub)


def hang(hub):
    """Every request for conformance/hangs waits for longer than anybody looks."""
    for path in ("/conformance/hangs/*", "/api/models/conformance/hangs*"):
        hub.admin("POST", "faults", {"match": {"path": path}, "times": 0, "action": {"delay_ms": 600000}})


def environment(hub, folder):
    """Nothing of the user's own set-up."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("HF_", "HUGGING", "TRANSFORMERS", "XDG_")) and not name.lower().endswith("_proxy")}
    return {**kept, "HOME": folder, "HF_HOME": os.path.join(folder, "hf"), "HF_ENDPOINT": hub.endpoint, "HFHUB_CAS": hub.cas,
            "HF_HUB_DISABLE_TELEMETRY": "1"}


def run(localhub, driver, scenarios, narrate):
    """(lines, what went wrong or None) of one driver, with a Hub of its own."""
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        table = os.path.join(folder, "scenarios.json")
        with open(table, "w", encoding="utf-8") as file:
            json.dump({"scenarios": scenarios}, file)
        work = os.path.join(folder, "work")
        os.mkdir(work)
        hub = Hub(localhub, folder)
        process = subprocess.Popen([driver, table, work], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   encoding="utf-8", env=environment(hub, folder))
        watchdog = threading.Timer(PATIENCE_S, process.kill)
        watchdog.start()
        lines = []
        for line in process.stdout:
            line = line.rstrip("\n")
            if line.startswith("@"):
                step = json.loads(line[1:])
                answer = hub.answer(step)
                if step["do"] == "admin" and step["method"] == "DELETE" and step["path"] == "faults":
                    hang(hub)
                process.stdin.write(answer + "\n")
                process.stdin.flush()
                continue
            for commit, repo in hub.commits.items():
                line = line.replace(commit, "${COMMIT of %s}" % repo)
            lines.append(line)
            if narrate:
                print(line, flush=True)
        code = process.wait()
        hung = not watchdog.is_alive()
        watchdog.cancel()
        process.stdin.close()
        hub.stop()
        if hung:
            return lines, "it was still running after %d s, at: %s" % (PATIENCE_S, lines[-1] if lines else "the start")
        return lines, None if code == 0 else "it ended with %d after: %s" % (code, lines[-1] if lines else "nothing")


def load(only):
    with open(os.path.join(HERE, "scenarios.json"), encoding="utf-8") as file:
        found = json.load(file)["scenarios"]
    return [s for s in found if not only or s["name"] in only]


def expected_lines(scenarios, language):
    wanted = {s["name"] for s in scenarios if language not in s.get("not_for", {})}
    with open(os.path.join(HERE, "expected.txt"), encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.split(" ", 1)[0] in wanted]


def record(scenarios, lines):
    """What C prints, in the table's order; what is not for C stays as it was written by hand."""
    by_hand = expected_lines([s for s in scenarios if "c" in s.get("not_for", {})], "c-has-none")
    with open(os.path.join(HERE, "expected.txt"), "w", encoding="utf-8") as file:
        for scenario in scenarios:
            for line in lines + by_hand:
                if line.split(" ", 1)[0] == scenario["name"]:
                    file.write(line + "\n")


def compare(language, got, expected):
    problems = []
    by_step = lambda lines: {" ".join(line.split(" ", 2)[:2]): line for line in lines}
    ours, theirs = by_step(got), by_step(expected)
    for step in list(theirs) + [s for s in ours if s not in theirs]:
        if ours.get(step) != theirs.get(step):
            problems.append("%s: expected %s\n%s  printed  %s" % (language, theirs.get(step, "nothing"), " " * len(language),
                                                                   ours.get(step, "nothing")))
    return problems


def exit_while_running(localhub, language, driver, times):
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        hub = Hub(localhub, folder)
        problems = []
        for i in range(times):
            try:
                done = subprocess.run([driver, "--exit-running"], env=environment(hub, folder), timeout=30)
                if done.returncode != 0:
                    problems.append("%s: exit while downloads run: code %d in round %d" % (language, done.returncode, i))
            except subprocess.TimeoutExpired:
                problems.append("%s: exit while downloads run: hung in round %d" % (language, i))
        hub.stop()
        return problems


def interrupted(localhub, language, driver):
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        hub = Hub(localhub, folder)
        process = subprocess.Popen([driver, "--signal"], stdout=subprocess.PIPE, text=True, env=environment(hub, folder))
        first = process.stdout.readline().strip()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        try:
            rest, _ = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            rest = "(hung)"
        hub.stop()
        if (first, rest.strip(), process.returncode) != ("ready", "interrupted", 3):
            return ["%s: SIGINT: printed %r and %r, exit code %s" % (language, first, rest, process.returncode)]
        return []


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--localhub", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--exit", type=int, default=0)
    parser.add_argument("--signal", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("drivers", nargs="+")
    given = parser.parse_args()
    scenarios = load([name for name in given.only.split(",") if name])
    problems = []
    for language, driver in (pair.split("=", 1) for pair in given.drivers):
        begin = time.monotonic()
        if given.exit:
            problems += exit_while_running(given.localhub, language, driver, given.exit)
            continue
        if given.signal:
            problems += interrupted(given.localhub, language, driver)
            continue
        mine = [s for s in scenarios if language not in s.get("not_for", {})]
        lines, wrong = run(given.localhub, driver, scenarios, given.verbose)
        if wrong:
            problems.append("%s: %s" % (language, wrong))
        if given.record:
            record(scenarios, lines)
            continue
        found = compare(language, lines, expected_lines(scenarios, language))
        problems += found
        print("%s: %d scenarios, %d steps, %d differ, %.1f s" % (language, len(mine), len(lines), len(found),
                                                                 time.monotonic() - begin), flush=True)
    if problems:
        print("\n".join(problems))
        sys.exit(1)


if __name__ == "__main__":
    main()
