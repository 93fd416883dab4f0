"""A local Hub with known content, and hf of both makes run against it."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

OURS = os.environ.get("HFHUB_HF", "")
PEER = os.environ.get("PEER_HF", "")
SERVER = os.environ.get("HFHUB_LOCALHUB", "")

# Nothing of the caller's set-up may reach either program.
FORGOTTEN = ("HF_", "HUGGING", "TRANSFORMERS_", "XDG_", "AI_AGENT", "AGENT", "NO_COLOR", "COLUMNS", "LINES")


class LocalHub:
    def __init__(self):
        self.scratch = Path(tempfile.mkdtemp(prefix="hf-cli-test-"))
        self.process = subprocess.Popen([SERVER, "--data", str(self.scratch / "hub")], stdout=subprocess.PIPE, text=True)
        self.endpoint = json.loads(self.process.stdout.readline())["endpoint"]

    def admin(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request("%s/_admin/%s" % (self.endpoint, path), data=data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def commit(self, repo, files, **more):
        body = {"summary": "a commit", "files": files, **more}
        return self.admin("POST", "repos/%s/commit" % repo, body)["commit"]

    def faults(self, *rules):
        self.admin("DELETE", "faults")
        if rules:
            self.admin("POST", "faults", list(rules))

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.process.stdout.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


def text(path, content):
    return {"path": path, "text": content}


def random_file(path, size, seed=1):
    return {"path": path, "generate": {"kind": "random", "seed": seed, "size": size}}


def environment(endpoint, home, **more):
    env = {k: v for k, v in os.environ.items() if not k.startswith(FORGOTTEN) and not k.lower().endswith("_proxy")}
    env.update(HF_ENDPOINT=endpoint, HF_HOME=str(home), HF_HUB_DISABLE_UPDATE_CHECK="1", HF_HUB_DISABLE_XET="1",
               HF_HUB_DISABLE_TELEMETRY="1", NO_PROXY="127.0.0.1,localhost", PYTHONDONTWRITEBYTECODE="1")
    env.update(more)
    return {k: v for k, v in env.items() if v is not None}


class Run:
    """One finished run: exit code, stdout and stderr, with the run's own folder written as HOME."""

    def __init__(self, process, folder):
        out, err = process.communicate(timeout=120)
        self.code = process.returncode
        self.out = out.decode("utf-8", "surrogateescape").replace(str(folder), "HOME")
        self.err = err.decode("utf-8", "surrogateescape").replace(str(folder), "HOME")


def start(program, arguments, folder, env):
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen([program, *arguments], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def fill(hub):
    """What the tests ask for; returns commits by name."""
    commits = {}
    hub.admin("POST", "tokens", {"token": "hf_alice", "user": "alice", "role": "write", "orgs": ["acme"]})
    hub.admin("POST", "tokens", {"token": "hf_bob", "user": "bob", "role": "read"})
    commits["v1"] = hub.commit("model/acme/bert", [text("README.md", "# Hi\n"), text("config.json", "{}"),
                                                   text("data/a.txt", "a"), text("data/sub/b c.txt", "bbb\n")])
    hub.admin("POST", "repos/model/acme/bert/refs", {"kind": "tag", "name": "v1.0", "commit": commits["v1"]})
    commits["main"] = hub.commit("model/acme/bert", [random_file("model.safetensors", 300000), text("é/ünï.txt", "ü")])
    hub.admin("POST", "repos/model/acme/bert/refs", {"kind": "branch", "name": "feature/x", "commit": "main"})
    hub.admin("POST", "repos/model/acme/bert/refs", {"kind": "pr", "name": "1", "commit": commits["v1"]})
    hub.commit("dataset/acme/rows", [text("data/rows.csv", "a,b\n1,2\n"), text("README.md", "rows")])
    hub.commit("space/acme/app", [text("app.py", "print()\n")])
    hub.commit("model/gpt2", [text("config.json", "{\"old\": true}")])
    hub.commit("model/acme/secret", [text("config.json", "{}")])
    hub.admin("PUT", "repos/model/acme/secret", {"private": True})
    hub.commit("model/acme/gated", [text("config.json", "{}")])
    hub.admin("PUT", "repos/model/acme/gated", {"gated": "manual"})
    hub.commit("model/acme/closed", [text("config.json", "{}")])
    hub.admin("PUT", "repos/model/acme/closed", {"disabled": True})
    return commits


class Pair(unittest.TestCase):
    """Both programs, each in a folder of its own that looks the same to it."""

    hub = None  # set by the module's setUpModule
    commits = {}

    def setUp(self):
        self.folder = self.hub.scratch / self.id().rsplit(".", 1)[-1]
        self.sides = {"peer": self.folder / "peer", "ours": self.folder / "ours"}

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def run_both(self, arguments, home=None, **env):
        """`home`: one HF_HOME for both instead of one each."""
        started = {}
        for side, program in (("peer", PEER), ("ours", OURS)):
            cwd = self.sides[side]
            env_of_side = environment(self.hub.endpoint, home or cwd / "home", **env)
            started[side] = start(program, arguments, cwd, env_of_side)
        return [Run(started[side], self.sides[side]) for side in ("peer", "ours")]

    def same(self, *arguments, home=None, code=None, **env):
        with self.subTest(" ".join(arguments)):
            peer, ours = self.run_both(arguments, home, **env)
            said = "\n--- the other said\n%s\n--- we said\n%s" % (peer.err, ours.err)
            self.assertEqual(peer.code, ours.code, said)
            self.assertEqual(peer.out, ours.out, said)
            if code is not None:
                self.assertEqual(code, ours.code, said)
            return ours

    def files(self, side, under="."):
        root = self.sides[side] / under
        return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and "/.locks/" not in str(p))


# The four output modes, and how to ask for them.
MODES = ([], ["--format", "agent"], ["--json"], ["-q"])


def set_up():
    if not (OURS and PEER and SERVER):
        raise unittest.SkipTest("HFHUB_HF, PEER_HF or HFHUB_LOCALHUB is not set")
    Pair.hub = LocalHub()
    Pair.commits = fill(Pair.hub)


def tear_down():
    if Pair.hub is not None:
        Pair.hub.close()
