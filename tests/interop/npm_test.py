"""npm's @huggingface/hub: against the local Hub, and on the same shared cache as ours."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from hub_fixture import (NODE_DIR, PATIENCE_S, HubTest, clean_environment, contents, difference, file_requests, ours,
                         random_file, text, tree)

CALLS = Path(__file__).resolve().parent / "npm_calls.mjs"
# No empty file: npm asks for the first byte to learn a file's size.
FILES = [
    text("README.md", "---\nlicense: mit\n---\n# Hello\n"),
    text("a/b/deep.txt", "deep"),
    text("with space &+=.txt", "odd"),  # npm puts names into URLs as they are: no #, ? or % for it
    text("caf\u00e9.txt", "composed"),
    text("same/one.txt", "the same\n"),
    text("same/two.txt", "the same\n"),
    random_file("weights.bin", 1_500_000, seed=3),
    random_file("a/copy.bin", 1_500_000, seed=3),
]
TOKEN = "hf_reader"


class Npm(HubTest):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("node") or not os.path.isdir(os.path.join(NODE_DIR, "node_modules/@huggingface/hub")):
            raise AssertionError(f"node or {NODE_DIR}/node_modules/@huggingface/hub is missing: ./dev deps test installs them")
        super().setUpClass()

    @classmethod
    def fill_hub(cls):
        cls.commits = {kind: cls.hub.commit(f"{kind}/acme/all", FILES) for kind in ("model", "dataset", "space")}
        cls.hub.ref("model/acme/all", "tag", "v1.0", cls.commits["model"])
        cls.later = cls.hub.commit("model/acme/all", [text("README.md", "# Later\n")])
        cls.hub.ref("model/acme/all", "pr", "1", cls.later)
        cls.hub.admin("PUT", "repos/model/acme/secret", {"private": True, "allowed_users": ["reader"]})
        cls.hub.commit("model/acme/secret", [random_file("w.bin", 1000), text("a.txt", "secret")])
        cls.hub.admin("POST", "tokens", {"token": TOKEN, "user": "reader", "role": "read", "orgs": ["acme"]})

    def npm(self, call, may_fail=False, **params):
        request = json.dumps({"call": call, "hubUrl": self.hub.endpoint, **{k: str(v) if isinstance(v, Path) else v
                                                                            for k, v in params.items()}})
        done = subprocess.run(["node", str(CALLS), NODE_DIR, request], capture_output=True, text=True, timeout=PATIENCE_S,
                              env=clean_environment(self.hub, self.folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout.splitlines()[-1])
        if may_fail:
            return answer
        self.assertNotIn("error", answer, done.stderr)
        return answer["answer"]

    def repo(self, kind="model", name="acme/all"):
        return {"type": kind, "name": name}

    def snapshot(self, cache, commit):
        return cache / "models--acme--all/snapshots" / commit

    def test_listing(self):
        self.hub.settings(page_size=4)
        try:
            files = self.npm("list", repo=self.repo(), recursive=True)
        finally:
            self.hub.settings(page_size=1000)
        self.assertEqual({f["path"] for f in files if f["type"] == "file"}, {f["path"] for f in FILES})
        self.assertEqual({f["path"] for f in files if f["type"] == "directory"}, {"a", "a/b", "same"})
        large = next(f for f in files if f["path"] == "weights.bin")
        self.assertEqual((large["size"], large["lfs"]["size"], len(large["lfs"]["oid"])), (1_500_000, 1_500_000, 64))
        top = self.npm("list", repo=self.repo("dataset"), path="a", expand=True)
        self.assertEqual(sorted(f["path"] for f in top), ["a/b", "a/copy.bin"])
        copy = next(f for f in top if f["path"] == "a/copy.bin")
        self.assertEqual(copy["lastCommit"]["id"], self.commits["dataset"])
        self.assertEqual(self.npm("info", name="acme/all")["sha"], self.later)
        self.assertIn("acme/all", self.npm("models", search={"owner": "acme"}))

    def test_files(self):
        self.ours("acme/all", cache=self.folder / "ours").ok()
        for path, data in contents(self.snapshot(self.folder / "ours", self.later)).items():
            with self.subTest(path):
                got = self.npm("download", repo=self.repo(), path=path)
                self.assertEqual(got["size"], len(data))
                self.assertEqual(got["sha256"], hashlib.sha256(data).hexdigest())
                if path.endswith(".txt"):
                    self.assertEqual(got["middle"], data[1:4].decode())
        old = self.npm("download", repo=self.repo(), path="README.md", revision="v1.0")
        self.assertEqual(old["sha256"], hashlib.sha256(FILES[0]["text"].encode()).hexdigest())
        self.assertIsNone(self.npm("download", repo=self.repo(), path="not/there"))
        self.assertFalse(self.npm("exists", repo=self.repo(), path="not/there"))
        self.assertTrue(self.npm("exists", repo=self.repo(), path="a/b/deep.txt"))

    def test_access(self):
        self.assertIn(self.npm("list", may_fail=True, repo=self.repo(name="acme/secret"))["status"], (401, 404))
        files = self.npm("list", repo=self.repo(name="acme/secret"), accessToken=TOKEN)
        self.assertEqual({f["path"] for f in files}, {"w.bin", "a.txt"})
        mark = self.hub.mark()
        got = self.npm("download", repo=self.repo(name="acme/secret"), path="w.bin", accessToken=TOKEN)
        self.assertEqual(got["size"], 1000)
        cdn = [e for e in self.hub.log(mark) if e["origin"] == "cdn"]
        self.assertTrue(cdn)
        self.assertEqual([e for e in cdn if e["auth"]], [])

    def test_its_cache_is_read_by_ours(self):
        cache = self.folder / "npm"
        for kind in ("model", "dataset", "space"):
            place = Path(self.npm("snapshot", repo=self.repo(kind), cacheDir=cache))
            self.assertEqual(set(contents(place)), {f["path"] for f in FILES})
        before = tree(cache)
        for kind in ("model", "dataset", "space"):
            run = self.ours(f"{kind}/acme/all", cache=cache, HF_HUB_OFFLINE="1").ok()
            self.assertEqual(set(contents(run.path)), {f["path"] for f in FILES})
        run = self.ours("acme/all", "a/copy.bin", cache=cache, HF_HUB_OFFLINE="1").ok()
        self.assertEqual(run.path.stat().st_size, 1_500_000)
        self.assertEqual(difference(before, tree(cache)), "")
        ours(self.hub, "cache", "verify", "acme/all", "--cache-dir", cache).ok()
        # With the Hub at hand nothing is fetched either; only bookkeeping that npm does not do is added.
        mark = self.hub.mark()
        self.ours("acme/all", cache=cache).ok()
        self.assertEqual(file_requests(self.hub.requests(mark)), [])
        added = set(tree(cache)) - set(before)
        self.assertEqual(added, {"CACHEDIR.TAG", "models--acme--all/trees", f"models--acme--all/trees/{self.later}.json"})

    def test_one_file_of_its_cache(self):
        cache = self.folder / "npm"
        place = Path(self.npm("cacheFile", repo=self.repo(), path="weights.bin", revision=self.later, cacheDir=cache))
        self.assertTrue(place.is_symlink())
        run = self.ours("acme/all", "weights.bin", "--revision", self.later, cache=cache, HF_HUB_OFFLINE="1").ok()
        self.assertEqual(run.path, place)
        mark = self.hub.mark()
        run = self.ours("acme/all", cache=cache).ok()
        self.assertEqual([r for r in self.hub.requests(mark) if " cdn " in r], [])
        self.assertEqual(set(contents(run.path)), {f["path"] for f in FILES})

    def test_ours_is_read_by_npm(self):
        cache = self.folder / "ours"
        for words in ([], ["--revision", "v1.0"]):
            self.ours("acme/all", *words, cache=cache).ok()
        self.ours("dataset/acme/all", cache=cache).ok()
        before = tree(cache)
        mark = self.hub.mark()
        place = Path(self.npm("snapshot", repo=self.repo(), cacheDir=cache))
        self.assertEqual(place, self.snapshot(cache, self.later))
        self.npm("cacheFile", repo=self.repo(), path="weights.bin", revision=self.commits["model"], cacheDir=cache)
        self.assertEqual(file_requests(self.hub.requests(mark)), [])
        self.assertEqual(difference(before, tree(cache)), "")

    def test_scans_agree(self):
        cache = self.folder / "both"
        self.npm("snapshot", repo=self.repo("dataset"), cacheDir=cache)
        for words in ([], ["--revision", "v1.0"]):
            self.ours("acme/all", *words, cache=cache).ok()
        theirs = self.npm("scan", cacheDir=cache)
        self.assertEqual(theirs["warnings"], [])
        mine = json.loads(ours(None, "cache", "ls", "--json", "--revisions", "--cache-dir", cache).ok().stdout)
        self.assertEqual(
            sorted((r["id"]["type"], r["id"]["name"], v["commitOid"], sorted(v["refs"]))
                   for r in theirs["repos"] for v in r["revisions"]),
            sorted((e["repo_type"], e["repo_id"], e["revision"], e["refs"]) for e in mine),
        )
        human = ours(None, "cache", "ls", "--cache-dir", cache, NO_COLOR="1").ok().stdout
        # npm counts a blob once for every path in a repository that leads to it, ours once.
        self.assertTrue(re.search(r"Found 2 repo\(s\) for a total of 3 revision\(s\) and 3\.0M on disk", human), human)

    def test_a_leftover_of_npm(self):
        """npm's shared name for unfinished files is the one of huggingface_hub 1.x."""
        self.ours("acme/all", cache=self.folder / "good").ok()
        good = self.snapshot(self.folder / "good", self.later) / "weights.bin"
        cache = self.folder / "cache"
        blobs = cache / "models--acme--all/blobs"
        blobs.mkdir(parents=True)
        (blobs / f"{good.resolve().name}.incomplete").write_bytes(good.read_bytes()[:1_000_000])
        mark = self.hub.mark()
        self.ours("acme/all", cache=cache).ok()
        self.assertEqual(sum(e["bytes"] for e in self.hub.log(mark) if e["origin"] == "cdn"), 500_000)
        self.assert_same_tree(cache, self.folder / "good")


if __name__ == "__main__":
    unittest.main()
