"""What the interop tests share: a local Hub, ours and the reference client as separate programs in a clean environment,
and a way to say exactly what a folder looks like.

    class Trees(HubTest):
        def test_same(self):
            self.hub.commit("model/acme/bert", [text("a.txt", "hi")])
            ours(self.hub, "download", "acme/bert", cache=self.folder / "ours").ok()
"""

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

SOURCE_DIR = Path(os.environ.get("HFHUB_SOURCE_DIR") or Path(__file__).resolve().parents[2])
SERVER = os.environ.get("HFHUB_LOCALHUB", "")
OURS = os.environ.get("HFHUB_HF", "")
PEER = os.environ.get("PEER_HF") or str(SOURCE_DIR / "build/peers/py/bin/hf")
PEER_PYTHON = os.environ.get("PEER_PYTHON") or sys.executable
NODE_DIR = os.environ.get("PEER_NODE_DIR") or str(SOURCE_DIR / "build/peers/npm")

PATIENCE_S = 120  # nothing here takes a tenth of it; a hang becomes a failure that says what hung


# ---- the local Hub -------------------------------------------------------------------------------------------------
class Hub:
    """One hfhub-localhub on free ports."""

    def __init__(self, data, *options):
        self.process = subprocess.Popen(
            [SERVER, "--data", str(data), "--threads", "4", *options], stdout=subprocess.PIPE, text=True
        )
        ready = json.loads(self.process.stdout.readline())
        self.endpoint, self.cdn, self.cas = ready["endpoint"], ready["cdn"], ready["cas"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        self.process.stdout.close()
        return code

    def admin(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_admin/{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from None

    def commit(self, repo, files, **more):
        """`repo` is "model/ns/name"; returns the commit's hash."""
        body = {"summary": "a commit", "files": files, **more}
        return self.admin("POST", f"repos/{repo}/commit", body)["commit"]

    def ref(self, repo, kind, name, commit):
        self.admin("POST", f"repos/{repo}/refs", {"kind": kind, "name": name, "commit": commit})

    def settings(self, **values):
        self.admin("POST", "settings", values)

    def fault(self, action, times=1, skip=0, **match):
        self.admin("POST", "faults", {"match": match, "times": times, "skip": skip, "action": action})

    def forget_faults(self):
        self.admin("DELETE", "faults")

    def mark(self):
        return self.admin("GET", "log?since=999999999")["next"]

    def log(self, since):
        """The requests since `since`, every one of them over."""
        deadline = time.monotonic() + 10
        while True:
            entries = self.admin("GET", f"log?since={since}")["entries"]
            if all(entry["done"] for entry in entries) or time.monotonic() > deadline:
                return entries
            time.sleep(0.01)

    def requests(self, since):
        """The same as short texts: 'GET hub /api/models/acme/bert/revision/main'."""
        return [f"{e['method']} {e['origin']} {e['path']}" for e in self.log(since)]


def file_requests(requests):
    """Those that could have brought a file's bytes, from a list made by Hub.requests()."""
    return [r for r in requests if r.startswith("GET ") and (" cdn " in r or "/resolve/" in r)]


# ---- what goes into a commit ---------------------------------------------------------------------------------------
def text(path, content, **more):
    return {"path": path, "text": content, **more}


def random_file(path, size, seed=1, **more):
    return {"path": path, "generate": {"kind": "random", "seed": seed, "size": size}, **more}


# ---- the two clients -----------------------------------------------------------------------------------------------
class Run:
    """A program that has ended."""

    def __init__(self, words, code, stdout, stderr):
        self.words, self.code, self.stdout, self.stderr = words, code, stdout, stderr

    def ok(self):
        if self.code != 0:
            raise AssertionError(self.describe())
        return self

    def fails(self):
        if self.code == 0:
            raise AssertionError("should have failed: " + self.describe())
        return self

    def describe(self):
        return f"{' '.join(map(str, self.words))} ended with {self.code}\n{self.stdout}{self.stderr}"

    @property
    def path(self):
        """The last line of what a quiet download prints."""
        return Path(self.stdout.strip().splitlines()[-1])


def clean_environment(hub, home, **more):
    """Nothing of the caller's but PATH. None removes a variable."""
    values = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if hub is not None:
        values["HF_ENDPOINT"] = hub.endpoint
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            values[name] = os.environ[name]
    values.update(more)
    return {name: str(value) for name, value in values.items() if value is not None}


def start(program, hub, *words, home=None, cwd=None, umask=None, **environment):
    """A client that runs; environment=value, upper case. `home` defaults to a folder that does not exist."""
    command = [program, *map(str, words)]
    return subprocess.Popen(
        command,
        env=clean_environment(hub, home or "/nonexistent/home", **environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd or tempfile.gettempdir(),
        umask=-1 if umask is None else umask,
    )


def finish(process):
    try:
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        raise AssertionError(f"{process.args} hangs\n{stdout!r}{stderr!r}") from None
    return Run(process.args, process.returncode, stdout.decode(), stderr.decode())


def ours(hub, *words, **more):
    return finish(start(OURS, hub, *words, **more))


def peer(hub, *words, **more):
    return finish(start(PEER, hub, *words, **more))


PROGRAMS = {"ours": OURS, "peer": PEER}  # names of methods of HubTest, too


def download_words(repo, *words, cache=None, local=None):
    """repo: "acme/bert", or "dataset/acme/rows" with its type in front."""
    kind, _, rest = repo.partition("/")
    if kind in ("model", "dataset", "space", "kernel") and "/" in rest:
        words = ("--repo-type", kind, *words)
        repo = rest
    if cache is not None:
        words = (*words, "--cache-dir", cache)
    if local is not None:
        words = (*words, "--local-dir", local)
    return ("download", repo, *words, "--quiet")


# ---- what a folder looks like --------------------------------------------------------------------------------------
def tree(folder, modes=True, skip=()):
    """{relative path: (kind, mode, what)}: what is a link's target or the SHA-256 of a file's content."""
    out = {}
    for path in sorted(Path(folder).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(name == s or name.startswith(s + "/") for s in skip):
            continue
        facts = path.lstat()
        mode = oct(stat.S_IMODE(facts.st_mode)) if modes else ""
        if stat.S_ISLNK(facts.st_mode):
            out[name] = ("link", "", os.readlink(path))
        elif stat.S_ISDIR(facts.st_mode):
            out[name] = ("folder", mode, "")
        else:
            out[name] = ("file", mode, hashlib.sha256(path.read_bytes()).hexdigest())
    return out


def difference(a, b):
    """A text that names every entry in which two trees differ; "" when they do not."""
    lines = []
    for name in sorted(set(a) | set(b)):
        if a.get(name) != b.get(name):
            lines.append(f"  {name}: {a.get(name)} | {b.get(name)}")
    return "\n".join(lines)


def contents(folder):
    """{relative path: bytes} of a snapshot or a plain folder, links followed, without .cache."""
    out = {}
    for path in sorted(Path(folder).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(".cache/"):
            out[name] = path.read_bytes()
    return out


def git_sha1(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


# ---- the base of the test classes ----------------------------------------------------------------------------------
class HubTest(unittest.TestCase):
    """A Hub a class, a fresh folder a test."""

    maxDiff = None
    server_options = ()

    @classmethod
    def setUpClass(cls):
        for name, value in (("HFHUB_LOCALHUB", SERVER), ("HFHUB_HF", OURS), ("PEER_HF", PEER)):
            if not os.access(value, os.X_OK):
                raise AssertionError(f"{name} does not name a program: '{value}'")
        cls.scratch = Path(tempfile.mkdtemp(prefix="hfhub-interop-"))
        cls.hub = Hub(cls.scratch / "hub-data", *cls.server_options)
        try:
            cls.fill_hub()
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def fill_hub(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        code = cls.hub.stop()
        shutil.rmtree(cls.scratch, ignore_errors=True)
        if code != 0:
            raise AssertionError(f"the local Hub ended with {code}")

    def setUp(self):
        self.hub.forget_faults()
        self.folder = Path(tempfile.mkdtemp(dir=self.scratch))

    def tearDown(self):
        self.hub.forget_faults()
        shutil.rmtree(self.folder, ignore_errors=True)

    # repo: see download_words
    def ours(self, repo, *words, cache=None, local=None, **more):
        return ours(self.hub, *download_words(repo, *words, cache=cache, local=local), **more)

    def peer(self, repo, *words, cache=None, local=None, **more):
        return peer(self.hub, *download_words(repo, *words, cache=cache, local=local), **more)

    def assert_same_tree(self, ours_folder, peer_folder, **options):
        text_of = difference(tree(ours_folder, **options), tree(peer_folder, **options))
        if text_of:
            self.fail("ours | the reference client's:\n" + text_of)
