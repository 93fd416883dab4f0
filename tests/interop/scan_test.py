"""`hf cache ls` of both clients on the same caches: the same bytes on stdout, whatever state the cache is in."""

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import time
import unittest
from pathlib import Path

from hub_fixture import (PEER_PYTHON, HubTest, clean_environment, finish, git_sha1, ours, random_file, start,
                         text)
from huggingface_hub.utils import _shared_blobs as store

OURS_HINT = "stdout of ours | of the reference client"
PLURALS = {"model": "models", "dataset": "datasets", "space": "spaces", "kernel": "kernels"}
COMMITS = [hashlib.sha1(str(n).encode()).hexdigest() for n in range(4)]

# Runs the reference client's `hf` many times without importing it anew: a fresh child for every command.
DRIVER = """
import json, os, sys
import huggingface_hub.cli.hf as hf, huggingface_hub.cli.cache
for line in sys.stdin:
    command = json.loads(line)
    child = os.fork()
    if child == 0:
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(command[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        os.environ["COLUMNS"] = command["columns"]
        sys.argv = ["hf", *command["words"]]
        code = 70
        try:
            hf.main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        finally:
            sys.stdout.flush(); sys.stderr.flush()
            os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def repo_folder(cache, kind, name):
    return cache / "--".join([PLURALS[kind], *name.split("/")])


def put(cache, kind, name, commit, path, data, ref=None, xet=False, age_s=None, links=True):
    """One file of one revision, as the clients lay it out. `age_s` makes blob and folders that old."""
    folder = repo_folder(cache, kind, name)
    visible = folder / "snapshots" / commit / path
    visible.parent.mkdir(parents=True, exist_ok=True)
    if ref is not None:
        (folder / "refs" / ref).parent.mkdir(parents=True, exist_ok=True)
        (folder / "refs" / ref).write_text(commit)
    if not links:
        visible.write_bytes(data)
        blob = visible
    else:
        blob = folder / "blobs" / git_sha1(data)
        blob.parent.mkdir(parents=True, exist_ok=True)
        if not blob.exists():
            blob.write_bytes(data)
        if visible.is_symlink():
            visible.unlink()
        visible.symlink_to("../" * (2 + path.count("/")) + f"blobs/{blob.name}")
        if xet and not blob.is_symlink():
            done = store.publish_blob_to_shared_store(
                blob_path=str(blob), xet_hash=hashlib.sha256(data).hexdigest(), cache_dir=str(cache),
                expected_size=len(data))
            assert done, blob
    if age_s is not None:
        when = time.time() - age_s
        for place in (blob, visible.parent, folder / "snapshots", folder):
            os.utime(place, (when - 3600 * 24, when))


MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def ordinary(cache):
    put(cache, "model", "acme/bert", COMMITS[0], "config.json", b"{}", ref="main", age_s=90 * DAY)
    put(cache, "model", "acme/bert", COMMITS[0], "deep/er/weights.bin", b"w" * 123_456, age_s=45 * DAY)
    put(cache, "model", "acme/bert", COMMITS[1], "deep/er/weights.bin", b"w" * 123_456, ref="refs/pr/1")
    put(cache, "model", "acme/bert", COMMITS[1], "other.bin", b"o" * 999, ref="v1.0", age_s=30 * DAY)
    put(cache, "model", "Acme/Aardvark", COMMITS[2], "a.txt", b"x" * 1000, age_s=5 * HOUR + 600)
    put(cache, "model", "gpt2", COMMITS[0], "model.bin", b"g" * 1_000_000, ref="main", age_s=400 * DAY)
    put(cache, "dataset", "acme/rows", COMMITS[0], "r.csv", b"1,2\n", ref="main", age_s=3 * DAY + 600)
    put(cache, "dataset", "acme/rows", COMMITS[3], "r.csv", b"1,2,3\n", ref="refs/convert/parquet")
    put(cache, "space", "acme/app", COMMITS[2], "app.py", b"", ref="main", age_s=25 * MINUTE + 20)
    put(cache, "kernel", "acme/kern", COMMITS[1], "k.cu", b"k" * 55_555, ref="v1", age_s=15 * DAY)
    put(cache, "model", "acme/a-very-long-name-" + "x" * 60, COMMITS[0], "f", b"f" * 12_345, ref="main", age_s=70 * DAY)


def odd_but_legal(cache):
    ordinary(cache)
    bert = repo_folder(cache, "model", "acme/bert")
    (bert / "snapshots/.DS_Store").write_text("finder")
    (cache / ".DS_Store").write_text("finder")
    (cache / "CACHEDIR.TAG").write_text("Signature: x\n")
    (cache / ".locks/models--acme--bert").mkdir(parents=True)
    (bert / ".no_exist" / COMMITS[0]).mkdir(parents=True)
    (bert / "trees").mkdir()
    (bert / "blobs/abc.incomplete").write_bytes(b"i" * 10)
    (bert / "blobs/abc.01234567.incomplete").write_bytes(b"i" * 20)
    (bert / "snapshots" / COMMITS[3]).mkdir()
    (bert / "snapshots/not-a-commit").mkdir()
    put(cache, "model", "acme/nothing", COMMITS[0], "x", b"x", age_s=DAY)
    shutil.rmtree(repo_folder(cache, "model", "acme/nothing") / "snapshots" / COMMITS[0])
    os.utime(repo_folder(cache, "model", "acme/nothing"), (0, 1_600_000_000))
    put(cache, "model", "acme/no-refs", COMMITS[1], "a b/cafe\u0301 #1?.txt", b"unicode", age_s=50 * DAY)


def without_links(cache):
    put(cache, "model", "acme/plain", COMMITS[0], "a/b.bin", b"b" * 5000, ref="main", age_s=DAY * 2 + 600, links=False)
    put(cache, "model", "acme/plain", COMMITS[1], "a/b.bin", b"b" * 5000, ref="v1", age_s=DAY * 2 + 600, links=False)
    put(cache, "dataset", "acme/mixed", COMMITS[0], "linked", b"l" * 700, ref="main", age_s=HOUR * 3 + 600)
    put(cache, "dataset", "acme/mixed", COMMITS[0], "plain", b"p" * 800, links=False, age_s=HOUR * 3 + 600)


def broken(cache):
    put(cache, "model", "acme/good", COMMITS[0], "fine", b"fine", ref="main", age_s=DAY * 20)
    (cache / "a file").write_text("x")
    (cache / "a folder").mkdir()
    (cache / "stuff--acme--x/snapshots").mkdir(parents=True)
    (cache / "models--acme--no-snapshots").mkdir()
    put(cache, "model", "acme/refs-is-a-file", COMMITS[0], "f", b"f")
    (repo_folder(cache, "model", "acme/refs-is-a-file") / "refs").write_text("x")
    put(cache, "model", "acme/stray", COMMITS[0], "f", b"f", ref="main")
    (repo_folder(cache, "model", "acme/stray") / "snapshots/stray.txt").write_text("x")
    put(cache, "model", "acme/dangling", COMMITS[0], "f", b"f", ref="main")
    (repo_folder(cache, "model", "acme/dangling") / "blobs" / git_sha1(b"f")).unlink()
    put(cache, "model", "acme/lost-ref", COMMITS[0], "f", b"f", ref="main")
    (repo_folder(cache, "model", "acme/lost-ref") / "refs/gone").write_text(COMMITS[1])
    put(cache, "model", "acme/newline", COMMITS[0], "f", b"f", ref="main")
    (repo_folder(cache, "model", "acme/newline") / "refs/main").write_text(COMMITS[0] + "\n")
    (cache / "blobs").mkdir()  # without the marker it is no store


def shared(cache):
    for name in ("one", "two"):
        put(cache, "model", f"acme/{name}", COMMITS[0], "weights.bin", b"s" * 40_000, ref="main", xet=True)
        put(cache, "model", f"acme/{name}", COMMITS[1], "again.bin", b"s" * 40_000, ref="v1")
        put(cache, "model", f"acme/{name}", COMMITS[0], name, b"own" * 1000)
    lost = hashlib.sha256(b"lost").hexdigest()
    place = cache / "blobs" / lost[:2]
    place.mkdir(exist_ok=True)
    (place / lost).write_bytes(b"l" * 7777)
    (place / f"{lost}.refs").write_text("models--acme--gone/blobs/abc\n")
    unknown = hashlib.sha256(b"unknown").hexdigest()
    (cache / "blobs" / unknown[:2]).mkdir(exist_ok=True)
    (cache / "blobs" / unknown[:2] / unknown).write_bytes(b"u" * 333)
    old = time.time() - 10 * DAY
    for path in sorted(cache.rglob("*")):
        os.utime(path, (old, old), follow_symlinks=False)


CACHES = {f.__name__: f for f in (ordinary, odd_but_legal, without_links, broken, shared)}


class CacheList(HubTest):
    @classmethod
    def fill_hub(cls):
        cls.hub.commit("model/acme/all", [text("a.txt", "a"), text("b/b.txt", "b"), random_file("w.bin", 50_000)])
        environment = clean_environment(None, cls.scratch / "home", NO_COLOR="1")
        cls.driver = subprocess.Popen([PEER_PYTHON, "-B", "-c", DRIVER], env=environment, text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    @classmethod
    def tearDownClass(cls):
        cls.driver.communicate(timeout=20)
        super().tearDownClass()

    def ask_peer(self, words, columns):
        where = {name: str(self.scratch / f"driver.{name}") for name in ("stdout", "stderr")}
        self.driver.stdin.write(json.dumps({"words": list(map(str, words)), "columns": columns, **where}) + "\n")
        self.driver.stdin.flush()
        code = int(self.driver.stdout.readline())
        out, err = (Path(where[name]).read_text("utf-8") for name in ("stdout", "stderr"))
        return code, out, err

    def assert_same(self, cache, *words, columns="80"):
        words = ("cache", "ls", *words, "--cache-dir", cache)
        mine = ours(None, *words, NO_COLOR="1", COLUMNS=columns)
        code, out, err = self.ask_peer(words, columns)
        if mine.stdout != out:  # a minute may have ended between the two
            mine = ours(None, *words, NO_COLOR="1", COLUMNS=columns)
            code, out, err = self.ask_peer(words, columns)
        self.assertEqual((mine.code, mine.stdout), (code, out), f"{OURS_HINT}: {words}\n{mine.stderr}\n{err}")
        self.assertEqual(counts(mine.stderr), counts(err), f"{words}\n{mine.stderr}\n{err}")
        return out

    def test_formats_and_revisions(self):
        for name, make in CACHES.items():
            cache = self.folder / name
            cache.mkdir()
            make(cache)
            for revisions in ([], ["--revisions"]):
                for options in ([], ["--format", "human", "--no-truncate"], ["--format", "agent"], ["--json"], ["-q"]):
                    with self.subTest(cache=name, words=[*revisions, *options]):
                        out = self.assert_same(cache, *revisions, *options)
                        self.assertTrue(out)
            for columns in ("40", "200"):
                self.assert_same(cache, "--revisions", columns=columns)

    def test_filters_sorts_and_limits(self):
        cache = self.folder / "cache"
        cache.mkdir()
        ordinary(cache)
        filters = ["size>1KB", "size<=123.456K", "size!=1000", "size=1000000", "SIZE > 0.5mb", "type=model", "type=KERNEL",
                   "refs=main", "refs=refs/pr/1", "refs=MAIN", "accessed>1d", "accessed<40d", "modified>=1w", "modified<1h",
                   "modified>1y", "size>1TB"]
        for words in [["--filter", f] for f in filters] + [
            ["-f", "type=model", "-f", "size>10KB"],
            ["--limit", "2"], ["--limit", "0"], ["--limit", "100", "--filter", "type=dataset"],
            *(["--sort", s] for s in ("size", "size:asc", "name", "name:desc", "accessed", "modified:asc", "modified")),
            ["--sort", "size:desc", "--limit", "3", "--filter", "type=model"],
        ]:
            for revisions in ([], ["--revisions"]):
                with self.subTest(words=[*revisions, *words]):
                    self.assert_same(cache, *revisions, *words)

    def test_what_both_refuse(self):
        cache = self.folder / "cache"
        cache.mkdir()
        self.assert_same(cache)
        self.assert_same(cache, "--json")
        ordinary(cache)
        for words in (["--filter", "size>>1"], ["--filter", "colour=red"], ["--filter", "size>many"], ["--sort", "age"],
                      ["--filter", "type>model"], ["--filter", "accessed>3 moons"], ["--limit", "-1"], ["--limit", "x"]):
            with self.subTest(words=words):
                self.assert_same(cache, *words)
        self.assert_same(self.folder / "nowhere")
        (self.folder / "a file").write_text("x")
        code, _, _ = self.ask_peer(["cache", "ls", "--cache-dir", self.folder / "a file"], "80")
        self.assertNotEqual(code, 0)
        ours(None, "cache", "ls", "--cache-dir", self.folder / "a file").fails()

    def test_random_damage(self):
        """Caches with a handful of random repositories and up to four random accidents."""
        warnings = 0
        for seed in range(30):
            dice = random.Random(seed)
            cache = self.folder / str(seed)
            cache.mkdir()
            random_cache(cache, dice)
            with self.subTest(seed=seed):
                self.assert_same(cache, "--json", "--revisions")
                self.assert_same(cache, "--format", "agent")
                warnings += counts(self.ask_peer(["cache", "ls", "--cache-dir", cache], "80")[2])[0]
        self.assertGreater(warnings, 10)

    def test_caches_that_were_downloaded(self):
        for client in ("ours", "peer"):
            cache = self.folder / client
            getattr(self, client)("acme/all", cache=cache).ok()
            getattr(self, client)("acme/all", "a.txt", "--revision", "main", "--force-download", cache=cache).ok()
            # A minute from now both would still say the same.
            for words in ([], ["--revisions"], ["--json"], ["--json", "--revisions"], ["-q"]):
                self.assert_same(cache, *words)
            self.assertEqual(self.assert_same(cache, "-q"), "model/acme/all\n")

    def test_default_cache(self):
        cache = self.folder / ".cache/huggingface/hub"
        cache.mkdir(parents=True)
        ordinary(cache)
        theirs = finish(start(PEER_PYTHON, None, "-m", "huggingface_hub.cli.hf", "cache", "ls", "--json", home=self.folder))
        mine = ours(None, "cache", "ls", "--json", home=self.folder).ok()
        self.assertEqual(mine.stdout, theirs.ok().stdout)
        self.assertEqual(len(json.loads(mine.stdout)), 7)


def counts(stderr):
    """Inconsistencies and incomplete downloads that a listing speaks of."""
    found = []
    for pattern in (r"Found (\d+) cache inconsistencies", r"Found (\d+ incomplete download\(s\) totalling [^ .]+\.?\d*\w?)"):
        match = re.search(pattern, stderr)
        found.append(match.group(1) if match else "0")
    return int(found[0]), found[1]


def random_cache(cache, dice):
    repos = [("model", "a/b"), ("model", "c"), ("dataset", "d/e"), ("space", "f/g"), ("kernel", "h/i")]
    names = ["a", "b/c", "b/d/e", ".hidden/x", ".DS_Store", "b/Thumbs.db", "f.incomplete"]
    plain = dice.random() < 0.15
    for kind, name in repos:
        if dice.random() < 0.3:
            continue
        for commit in dice.sample(COMMITS, dice.randint(1, 3)):
            for _ in range(dice.randint(0, 5)):
                data = dice.choice([b"x", b"yy" * 50, b"z" * 3000, b"", dice.randbytes(4)])
                put(cache, kind, name, commit, dice.choice(names), data, ref=dice.choice([None, "main", "refs/pr/1", "v1"]),
                    xet=not plain and dice.random() < 0.4, links=not plain)
    for _ in range(dice.randint(0, 4)):
        accident(cache, dice)
    age = (3 * DAY, 5 * HOUR, 40 * DAY, 25 * MINUTE)
    for path in sorted(cache.rglob("*"), reverse=True):
        when = time.time() - dice.choice(age) - 10
        os.utime(path, (when, when), follow_symlinks=False)


def accident(cache, dice):
    repos = sorted(p for p in cache.iterdir() if "--" in p.name and p.is_dir())
    files = sorted(p for p in cache.rglob("*") if p.is_symlink() or p.is_file())
    repo = dice.choice(repos) if repos else None
    kind = dice.randint(0, 11)
    if kind == 0 and files:
        dice.choice(files).unlink()
    elif kind == 1:
        (cache / dice.choice(["junk", "junk.txt", "foos--x", "models--", "blobs2"])).mkdir(exist_ok=True)
    elif kind == 2:
        place = cache / dice.choice(["file", "desktop.ini", "models--z--z"])
        if not place.exists():
            place.write_text("x")
    elif kind == 10 and (cache / "blobs/.huggingface-shared-blobs").exists():
        (cache / "blobs/.huggingface-shared-blobs").unlink()
    elif kind == 11 and (cache / "blobs").is_dir():
        for manifest in (cache / "blobs").rglob("*.refs"):
            manifest.write_text(dice.choice(["", "../x\n", "models--a--b/blobs/none\n", "/abs\n"]))
    elif repo is None:
        return
    elif kind == 3 and not (repo / "refs").is_file():
        (repo / "refs").mkdir(exist_ok=True)
        (repo / "refs/gone").write_text("9" * 40)
    elif kind == 4 and (repo / "snapshots").is_dir():
        (repo / "snapshots/stray").write_text("x")
    elif kind == 5 and (repo / "snapshots").is_dir():
        (repo / "snapshots/.DS_Store").write_text("x")
    elif kind == 6:
        (repo / "blobs").mkdir(exist_ok=True)
        (repo / "blobs/q.incomplete").write_bytes(b"x" * dice.randint(0, 99))
        (repo / "blobs/q.1234abcd.incomplete").write_bytes(b"x" * 7)
    elif kind == 7 and not (repo / "refs").is_file():
        shutil.rmtree(repo / "refs", ignore_errors=True)
        (repo / "refs").write_text("x")
    elif kind == 8:
        shutil.rmtree(repo / "snapshots", ignore_errors=True)
    elif kind == 9 and (repo / "snapshots").is_dir():
        folder = repo / "snapshots" / dice.choice(COMMITS)
        folder.mkdir(exist_ok=True)
        link = folder / dice.choice(["loop", "ln"])
        if not link.is_symlink():
            link.symlink_to(dice.choice(["../../blobs", "/etc/hostname", "loop", "../../nowhere"]))


if __name__ == "__main__":
    unittest.main()
