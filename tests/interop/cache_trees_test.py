"""The shared cache: two clients, one layout. The trees that they make of the same repository are the same to the byte and
the mode, each works from the other's without the network, and nobody fetches what the other has."""

import json
import shutil
import time
import unittest

from hub_fixture import (PROGRAMS, HubTest, contents, difference, download_words, file_requests, finish, git_sha1, ours,
                         random_file, start, text, tree)

NFC, NFD = "caf\u00e9.txt", "cafe\u0301.txt"
FIRST = [
    text("README.md", "# First\n"),
    text("config.json", "{}"),
    text("a/b/c/deep.txt", "deep"),
    text("a/b/.hidden", "hidden"),
    text("with space/and more.txt", "space"),
    text("odd #1.txt", "hash"),
    text("odd ?.txt", "question mark"),
    text("odd 100%25.txt", "per cent"),
    text("odd &+=;@!$'(),~[x].txt", "the rest"),
    text(NFC, "composed"),
    text(NFD, "decomposed"),
    text("データ/説明.txt", "unicode folder"),
    text("empty.txt", ""),
    text("same/one.txt", "twice the same\n"),
    text("same/two/two.txt", "twice the same\n"),
    text("small.lfs", "a small file in LFS", lfs=True),
    random_file("weights.bin", 300_000, seed=7),
    random_file("copies/weights copy.bin", 300_000, seed=7),
    random_file("データ/モデル.safetensors", 70_000, seed=8),
    random_file("xet.bin", 50_000, seed=9, xet=True),
    text("l" * 200 + ".txt", "a long name"),
]
SECOND = [text("README.md", "# Second\n"), random_file("more.bin", 20_000, seed=10)]
PULL_REQUEST = [text("from the pull request.txt", "pr"), text("same/three.txt", "twice the same\n")]
TYPES = {"model": "models", "dataset": "datasets", "space": "spaces", "kernel": "kernels"}


class TwoCaches(HubTest):
    @classmethod
    def fill_hub(cls):
        cls.commits = {}
        for kind in TYPES:
            repo = f"{kind}/acme/all"
            first = cls.hub.commit(repo, FIRST)
            second = cls.hub.commit(repo, SECOND, delete=["config.json"])
            cls.hub.ref(repo, "tag", "v1.0", first)
            cls.hub.ref(repo, "branch", "feature/x", first)
            cls.hub.ref(repo, "pr", "1", second)
            cls.hub.commit(repo, PULL_REQUEST, revision="refs/pr/1")
            cls.commits[kind] = (first, second)
        cls.hub.commit("model/gpt2", [text("README.md", "no namespace"), random_file("w.bin", 1000)])
        cls.hub.commit("model/acme/empty", [])

    def both(self, repo, *words, **more):
        """The same download by each into its own cache, at the same time."""
        runs = self.each(repo, *words, **more)
        places = [run.ok().path.relative_to(self.folder / name) for name, run in runs.items()]
        self.assertEqual(places[0], places[1])

    def each(self, repo, *words, **more):
        started = {name: start(program, self.hub, *download_words(repo, *words, cache=self.folder / name), **more)
                   for name, program in PROGRAMS.items()}
        return {name: finish(process) for name, process in started.items()}

    def assert_same_caches(self, **options):
        self.assert_same_tree(self.folder / "ours", self.folder / "peer", **options)


class Trees(TwoCaches):
    def test_every_type_and_revision(self):
        for kind, plural in TYPES.items():
            first, second = self.commits[kind]
            revisions = [[], ["--revision", "v1.0"], ["--revision", "refs/pr/1"]]
            if kind == "model":
                revisions += [["--revision", r] for r in ("feature/x", second[:7], first)]
            for words in revisions:
                self.both(f"{kind}/acme/all", *words)
            with self.subTest(kind):
                self.assert_same_caches()
            repo = self.folder / "ours" / f"{plural}--acme--all"
            self.assertEqual((repo / "refs/main").read_bytes(), second.encode())
            self.assertEqual((repo / "refs/v1.0").read_bytes(), first.encode())
            self.assertTrue((repo / "refs/refs/pr/1").is_file())
        # The comparison is worth something only if everything was there to be compared.
        first, second = self.commits["model"]
        entries = tree(self.folder / "ours")
        self.assertEqual(entries[f"models--acme--all/trees/{second}.json"][1], "0o600")
        self.assertEqual(entries["CACHEDIR.TAG"][0], "file")
        links = [name for name, entry in entries.items() if entry[0] == "link"]
        self.assertGreater(len(links), 4 * 60)
        self.assertIn(f"models--acme--all/snapshots/{first}/{NFC}", links)
        self.assertIn(f"models--acme--all/snapshots/{first}/{NFD}", links)
        self.assertEqual(
            entries[f"models--acme--all/snapshots/{first}/a/b/c/deep.txt"][2], "../../../../../blobs/" + git_sha1(b"deep")
        )
        self.assertIn(f".locks/models--acme--all/{git_sha1(b'deep')}.lock", entries)
        listing = json.loads((repo.parent / "models--acme--all/trees" / f"{first}.json").read_text())
        self.assertRegex(listing["files"]["xet.bin"]["xet_hash"], "^[0-9a-f]{64}$")

    def test_single_files_and_a_missing_one(self):
        for words in (["a/b/c/deep.txt"], [NFD], ["weights.bin", "--revision", "v1.0"], ["xet.bin"], ["empty.txt"]):
            self.both("acme/all", *words)
        for words in (["acme/all", "not/there.json"], ["acme/all", "nor this.txt", "--revision", "v1.0"],
                      ["acme/all", "x", "--revision", "no-such"], ["acme/no-such"]):
            for run in self.each(*words).values():
                run.fails()
        self.assert_same_caches()
        first, second = self.commits["model"]
        entries = tree(self.folder / "ours")
        self.assertEqual(entries[f"models--acme--all/.no_exist/{second}/not/there.json"][0], "file")
        self.assertIn(f"models--acme--all/.no_exist/{first}/nor this.txt", entries)
        self.assertNotIn("models--acme--all/trees", entries)

    def test_a_missing_file_first(self):
        for run in self.each("acme/all", "not-there.json").values():
            run.fails()
        self.assert_same_caches()
        self.assertEqual(len(tree(self.folder / "ours")), 6)

    def test_partial_snapshots(self):
        self.both("acme/all", "--include", "same/*", "--include", "*.bin", "--exclude", "copies/*")
        self.both("acme/all", "a/", "--revision", "refs/pr/1")
        self.both("acme/all", "README.md", "odd #1.txt", "--revision", "v1.0")
        self.both("acme/all", "--include", "matches nothing")
        self.assert_same_caches()
        self.both("acme/all")
        self.assert_same_caches()

    def test_no_namespace_and_no_files(self):
        self.both("gpt2")
        self.both("acme/empty")
        self.assert_same_caches()
        self.assertIn("models--gpt2/refs/main", tree(self.folder / "ours"))

    def test_umask(self):
        for umask in (0o077, 0o002):
            self.both("acme/all", "--include", "*.txt", umask=umask)
            self.assert_same_caches()
            for name in PROGRAMS:
                shutil.rmtree(self.folder / name)

    def test_without_links(self):
        self.both("acme/all", HF_HUB_DISABLE_SYMLINKS="1")
        self.both("acme/all", "README.md", "--revision", "v1.0", HF_HUB_DISABLE_SYMLINKS="1")
        # Which of two equal files is moved and which copied is a matter of luck in both clients.
        self.assert_same_caches(skip=["models--acme--all/blobs"])
        self.assertEqual([e for e in tree(self.folder / "ours").values() if e[0] == "link"], [])

    def test_a_moved_branch(self):
        repo = "model/acme/moving"
        self.hub.commit(repo, [text("a.txt", "one"), text("b.txt", "stays")])
        self.both("acme/moving")
        self.hub.commit(repo, [text("a.txt", "two")])
        self.both("acme/moving")
        self.both("acme/moving", "a.txt", "--force-download")
        self.assert_same_caches()
        self.assertEqual(len(list((self.folder / "ours/models--acme--moving/snapshots").iterdir())), 2)


class Crossing(TwoCaches):
    """One client continues where the other stopped."""

    def other(self, name):
        return "peer" if name == "ours" else "ours"

    def test_offline_from_the_other(self):
        for writer in PROGRAMS:
            reader = getattr(self, self.other(writer))
            cache = self.folder / writer
            for kind in ("model", "dataset"):
                for words in ([], ["--revision", "v1.0"], ["--revision", "refs/pr/1"]):
                    getattr(self, writer)(f"{kind}/acme/all", *words, cache=cache).ok()
            before = tree(cache)
            mark = self.hub.mark()
            for kind in ("model", "dataset"):
                for revision, expected in (("main", b"# Second\n"), ("v1.0", b"# First\n"), ("refs/pr/1", b"# Second\n")):
                    run = reader(f"{kind}/acme/all", "--revision", revision, cache=cache, HF_HUB_OFFLINE="1").ok()
                    self.assertEqual((run.path / "README.md").read_bytes(), expected)
                run = reader(f"{kind}/acme/all", "データ/モデル.safetensors", cache=cache, HF_HUB_OFFLINE="1").ok()
                self.assertEqual(run.path.stat().st_size, 70_000)
            first = self.commits["model"][0]
            run = reader("acme/all", NFD, "--revision", first, cache=cache, HF_HUB_OFFLINE="1").ok()
            self.assertEqual(run.path.read_text(), "decomposed")
            reader("acme/all", "--revision", "feature/x", cache=cache, HF_HUB_OFFLINE="1").fails()
            reader("acme/all", "never.txt", cache=cache, HF_HUB_OFFLINE="1").fails()
            self.assertEqual(self.hub.requests(mark), [])
            self.assertEqual(difference(before, tree(cache)), "")

    def test_offline_from_a_partial_snapshot(self):
        for writer in PROGRAMS:
            reader = getattr(self, self.other(writer))
            cache = self.folder / writer
            getattr(self, writer)("acme/all", "--include", "same/*", cache=cache).ok()
            run = reader("acme/all", "--include", "same/*", cache=cache, HF_HUB_OFFLINE="1").ok()
            self.assertEqual(len(contents(run.path)), 2)
            self.assertEqual(contents(run.path)["same/one.txt"], b"twice the same\n")
            reader("acme/all", "--include", "*.txt", cache=cache, HF_HUB_OFFLINE="1").fails()
            reader("acme/all", cache=cache, HF_HUB_OFFLINE="1").fails()
            reader("acme/all", "README.md", cache=cache, HF_HUB_OFFLINE="1").fails()

    def test_warm_from_the_other_fetches_nothing(self):
        for writer in PROGRAMS:
            reader = getattr(self, self.other(writer))
            cache = self.folder / writer
            getattr(self, writer)("acme/all", cache=cache).ok()
            before = tree(cache)
            mark = self.hub.mark()
            reader("acme/all", cache=cache).ok()
            reader("acme/all", "weights.bin", cache=cache).ok()
            self.assertEqual(file_requests(self.hub.requests(mark)), [])
            self.assertEqual(difference(before, tree(cache)), "")

    def test_only_the_rest_is_fetched(self):
        for writer in PROGRAMS:
            reader = getattr(self, self.other(writer))
            cache = self.folder / writer
            getattr(self, writer)("acme/all", "--include", "*.bin", cache=cache).ok()
            mark = self.hub.mark()
            reader("acme/all", cache=cache).ok()
            fetched = file_requests(self.hub.requests(mark))
            self.assertEqual([r for r in fetched if r.endswith(".bin")], [])
            self.assertTrue([r for r in fetched if r.endswith("/odd #1.txt")])
            self.assert_complete(cache)
            # Another revision of the same content needs only what changed.
            mark = self.hub.mark()
            reader("acme/all", "--revision", "v1.0", cache=cache).ok()
            fetched = file_requests(self.hub.requests(mark))
            self.assertEqual(sorted({r.rsplit("/", 1)[-1] for r in fetched}), ["README.md", "config.json"])
        self.assert_same_tree(self.folder / "ours", self.folder / "peer")

    def assert_complete(self, cache):
        names = {f["path"] for f in FIRST + SECOND} - {"config.json"}
        found = contents(cache / "models--acme--all/snapshots" / self.commits["model"][1])
        self.assertEqual(set(found), names)

    def test_a_known_absence_of_the_other(self):
        for writer in PROGRAMS:
            reader = getattr(self, self.other(writer))
            cache = self.folder / writer
            getattr(self, writer)("acme/all", "not-there.json", cache=cache).fails()
            before = tree(cache)
            reader("acme/all", "not-there.json", cache=cache).fails()
            self.assertEqual(difference(before, tree(cache)), "")


class DryRuns(TwoCaches):
    """What would be downloaded: the same in both, and ours writes nothing while it looks."""

    def test_what_both_say(self):
        second = self.commits["model"][1]
        for state in (None, ["--include", "*.txt"], []):
            if state is not None:
                self.both("acme/all", *state)
            else:
                for name in PROGRAMS:
                    (self.folder / name).mkdir()
            before = tree(self.folder / "ours")
            for words in ([], ["--include", "*.bin"], ["weights.bin"], ["weights.bin", "--force-download"],
                          ["--revision", second], ["README.md", "--revision", second]):
                self.say(words)
                if state == [] and "--force-download" not in words:
                    self.say(words, HF_HUB_OFFLINE="1")
                    self.say(words, HF_ENDPOINT="http://127.0.0.1:9")
            self.assertEqual(difference(before, tree(self.folder / "ours")), "")

    def say(self, words, **environment):
        with self.subTest(words=words, **environment):
            runs = {name: start(program, self.hub, "download", "acme/all", *words, "--dry-run", "--cache-dir",
                                self.folder / name, NO_COLOR="1", **environment) for name, program in PROGRAMS.items()}
            runs = {name: finish(process) for name, process in runs.items()}
            said = [run.stdout for run in runs.values()]
            self.assertEqual(said[0], said[1], runs["ours"].describe())
            self.assertEqual(runs["ours"].code, runs["peer"].code)
            self.assertTrue(said[0] or environment, runs["ours"].describe())


class RequestCounts(TwoCaches):
    """What ours asks the Hub for, counted."""

    def hub_files(self):
        return {f["path"]: f for f in FIRST + SECOND if f["path"] != "config.json"}

    def test_cold_snapshot(self):
        self.hub.settings(page_size=10)
        try:
            mark = self.hub.mark()
            self.ours("acme/all", cache=self.folder / "ours").ok()
            requests = self.hub.requests(mark)
        finally:
            self.hub.settings(page_size=1000)
        commit = self.commits["model"][1]
        files = self.hub_files()
        entries = len(files) + len({p.rsplit("/", n)[0] for p in files for n in range(1, p.count("/") + 1)})
        self.assertEqual(requests.count("GET hub /api/models/acme/all/revision/main")
                         + requests.count("GET hub /api/models/acme/all"), 1)
        pages = [r for r in requests if r == f"GET hub /api/models/acme/all/tree/{commit}"]
        self.assertEqual(len(pages), -(-entries // 10))
        # Contents that are there twice are fetched once.
        distinct = {json.dumps([f.get("text"), f.get("generate")]): path for path, f in files.items()}
        del distinct[json.dumps(["", None])]  # nobody has to ask what is in an empty file
        lfs = {path for path in distinct.values() if files[path].get("lfs") or "generate" in files[path]}
        from_hub = [r for r in requests if "/resolve/" in r]
        from_cdn = [r for r in requests if " cdn " in r]
        self.assertEqual(len(from_hub), len(distinct))
        self.assertEqual(len(from_cdn), len(lfs))
        self.assertEqual(len(requests), 1 + len(pages) + len(distinct) + len(lfs))
        self.assertEqual([r for r in requests if not r.startswith("GET ")], [])

    def test_cold_single_file(self):
        mark = self.hub.mark()
        self.ours("acme/all", "README.md", cache=self.folder / "ours").ok()
        self.assertEqual([r.split()[0] for r in self.hub.requests(mark)], ["HEAD", "GET"])
        mark = self.hub.mark()
        self.ours("acme/all", "README.md", cache=self.folder / "ours").ok()
        self.assertEqual([r.split()[0] for r in self.hub.requests(mark)], ["HEAD"])

    def test_pinned_and_warm_asks_nothing(self):
        first, second = self.commits["model"]
        cache = self.folder / "peer"
        self.peer("acme/all", cache=cache).ok()
        mark = self.hub.mark()
        self.ours("acme/all", "--revision", second, cache=cache).ok()
        self.ours("acme/all", "README.md", "--revision", second, cache=cache).ok()
        self.ours("acme/all", "--include", "*.txt", "--revision", second, cache=cache).ok()
        self.assertEqual(self.hub.requests(mark), [])
        self.ours("acme/all", cache=cache).ok()
        self.assertEqual(len(self.hub.requests(mark)), 1)

    def test_the_hub_fails_but_the_cache_has_it(self):
        cache = self.folder / "peer"
        self.peer("acme/all", cache=cache).ok()
        self.hub.fault({"status": 403}, times=0, path="*")
        run = self.ours("acme/all", cache=cache).ok()
        self.assertEqual((run.path / "README.md").read_bytes(), b"# Second\n")
        self.ours("acme/all", "--revision", "v1.0", cache=cache).fails()

    def test_a_hub_that_is_away(self):
        """With a copy at hand nobody waits for a Hub that does not answer."""
        for client in PROGRAMS:
            cache = self.folder / client
            self.ours("acme/all", cache=cache).ok()
            began = time.monotonic()
            for words in ([], ["README.md"]):
                run = getattr(self, client)("acme/all", *words, cache=cache, HF_ENDPOINT="http://127.0.0.1:9").ok()
                self.assertTrue(run.path.exists())
            self.assertLess(time.monotonic() - began, 10, client)

    def test_verify_of_a_cache_of_the_reference_client(self):
        cache = self.folder / "peer"
        self.peer("acme/all", cache=cache).ok()
        ours(self.hub, "cache", "verify", "acme/all", "--cache-dir", cache).ok()
        blob = cache / "models--acme--all/blobs" / git_sha1(b"deep")
        blob.write_text("DEEP")
        ours(self.hub, "cache", "verify", "acme/all", "--cache-dir", cache).fails()


if __name__ == "__main__":
    unittest.main()
