"""Files that Xet stores, downloaded by `hf download` of ours and of the reference client (huggingface_hub with hf_xet): the
caches that they leave are the same, shared store included, and each uses what the other has stored."""

import json
import os
import shutil
import signal
import socket
import time
import unittest

from hub_fixture import (PROGRAMS, HubTest, contents, difference, download_words, finish, random_file, start, text,
                         tree)

SIZE = 700_000
BIG = 24_000_000
TOKEN = "hf_alice"


def xet_file(path, size, seed, **more):
    return random_file(path, size, seed=seed, xet=True, **more)


def files_of(seed):
    return [
        text("config.json", json.dumps({"seed": seed})),
        text("docs/readme.md", f"# {seed}\n"),
        random_file("plain.bin", 60_000, seed=90 + seed, lfs=True),
        xet_file("weights.bin", SIZE, 1),
        xet_file("copy/of/weights.bin", SIZE, 1),
        xet_file("own.safetensors", 900_000, 20 + seed),
        xet_file("tiny.bin", 1_000, 30 + seed),
    ] + [xet_file(f"many/{n}.bin", 20_000 + n, 1000 + n) for n in range(12)]


class XetTest(HubTest):
    """A class has its own Hub; every request of a test is in its log from self.began on."""

    @classmethod
    def fill_hub(cls):
        cls.hub.admin("POST", "tokens", {"token": TOKEN, "user": "alice", "role": "read"})

    def setUp(self):
        super().setUp()
        self.defaults = {name: self.hub.admin("GET", "settings")[name] for name in ("xet_token_ttl_s", "xet_cas_url")}
        self.began = self.hub.mark()

    def tearDown(self):
        self.hub.settings(**self.defaults)
        super().tearDown()

    def download(self, name, repo, *words, xet=True, wait=True, **more):
        """`name` is "ours" or "peer"."""
        environment = {key: more.pop(key) for key in list(more) if key.isupper()}
        environment.setdefault("HF_TOKEN", TOKEN)
        if xet:
            environment["HF_HUB_DISABLE_XET"] = None
        process = start(PROGRAMS[name], self.hub, *download_words(repo, *words, **more), home=self.folder / f"home-{name}",
                        **environment)
        return finish(process) if wait else process

    def data_requests(self, since):
        """Those that brought bytes of files: (from Xet's storage, over the Hub's HTTP path)."""
        log = [e for e in self.hub.log(since) if e["method"] == "GET"]
        xet = [e for e in log if e["origin"] == "cdn" and e["path"].startswith("/xorbs/")]
        return xet, [e for e in log if e not in xet and (e["origin"] == "cdn" or "/resolve/" in e["path"])]

    def bytes_from_xet(self, since):
        return sum(e["bytes"] for e in self.data_requests(since)[0])

    def assert_no_leak(self):
        log = self.hub.log(self.began)
        self.assertEqual([e["path"] for e in log if e.get("token_leak")], [])
        self.assertLessEqual({e["auth_kind"] for e in log if e["origin"] == "cas"}, {"cas"})
        self.assertLessEqual({e["auth_kind"] for e in log if e["origin"] == "cdn"}, {None})
        for entry in log:
            if entry["origin"] != "hub":
                self.assertNotIn(TOKEN, json.dumps(entry))


class Layout(XetTest):
    @classmethod
    def fill_hub(cls):
        super().fill_hub()
        cls.commits = {f"acme/{name}": cls.hub.commit(f"model/acme/{name}", files_of(n))
                       for n, name in enumerate(("one", "two"))}
        cls.hub.commit("dataset/acme/rows", files_of(2))

    def caches(self):
        return {name: self.folder / name for name in PROGRAMS}

    def both(self, repo, *words, **more):
        for name, cache in self.caches().items():
            self.make_store(name, cache, **more)
            self.download(name, repo, *words, cache=cache, **more).ok()

    def make_store(self, name, cache, **more):
        """One file alone: of several threads that make the store at once, the reference client may leave some outside."""
        if not (cache / "blobs").exists():
            self.download(name, "acme/one", "tiny.bin", cache=cache, **more).ok()

    def assert_same_caches(self, **more):
        self.assert_same_tree(*self.caches().values(), **more)
        for cache in self.caches().values():
            for manifest in (cache / "blobs").rglob("*.refs"):
                lines = manifest.read_text().splitlines()
                self.assertEqual(len(lines), len(set(lines)), manifest)

    def manifests(self, cache):
        return {p.name: sorted(p.read_text().splitlines()) for p in (cache / "blobs").rglob("*.refs")}

    def test_snapshots(self):
        self.both("acme/one")
        self.assert_same_caches()
        mark = self.hub.mark()
        self.both("acme/two")
        # weights.bin and many/ are in the store already
        own = {e["path"] for e in self.data_requests(mark)[0]}
        self.assertTrue(own)
        self.both("dataset/acme/rows")
        self.assert_same_caches()
        cache = self.folder / "ours"
        entries = tree(cache)
        self.assertEqual(entries["blobs/.huggingface-shared-blobs"][:2], ("file", "0o444"))
        payloads = [n for n in entries if n.startswith("blobs/") and n.count("/") == 2 and "." not in n.split("/")[-1]]
        self.assertEqual(len(payloads), 1 + 12 + 3 * 2)
        self.assertEqual({entries[n][:2] for n in payloads}, {("file", "0o444")})
        self.assertEqual({entries[n + ".refs"][1] for n in payloads} | {entries[n + ".lock"][1] for n in payloads}, {"0o666"})
        users = {len(lines) for lines in self.manifests(cache).values()}
        self.assertEqual(users, {1, 3})
        commit = self.commits["acme/one"]
        weights = cache / "models--acme--one/snapshots" / commit / "copy/of/weights.bin"
        blob = weights.parent / weights.readlink()
        self.assertTrue(blob.is_symlink())
        self.assertEqual(os.path.normpath(blob.parent / blob.readlink()), str(weights.resolve()))
        self.assertTrue(str(blob.readlink()).startswith("../../blobs/"))
        plain = cache / "models--acme--one/snapshots" / commit / "plain.bin"
        self.assertFalse((plain.parent / plain.readlink()).is_symlink())
        self.assert_no_leak()

    def test_single_files(self):
        for words in (["tiny.bin"], ["copy/of/weights.bin"], ["weights.bin"], ["many/3.bin", "many/4.bin"]):
            self.both("acme/one", *words)
            self.assert_same_caches()
        mark = self.hub.mark()
        self.both("acme/two", "weights.bin")
        self.assertEqual(self.data_requests(mark), ([], []))
        self.both("acme/two", "tiny.bin", "--force-download")
        self.both("acme/two", "tiny.bin", "--force-download")
        self.assert_same_tree(*self.caches().values(), skip=["blobs"])
        self.assert_no_leak()

    def test_modes_follow_the_cache_folder(self):
        for mode in (0o700, 0o750, 0o2775, 0o1777):
            with self.subTest(oct(mode)):
                for cache in self.caches().values():
                    cache.mkdir()
                    cache.chmod(mode)
                self.both("acme/one", "--include", "*.bin")
                self.assert_same_caches()
                for cache in self.caches().values():
                    shutil.rmtree(cache)

    def test_each_uses_what_the_other_stored(self):
        for writer, reader in (("ours", "peer"), ("peer", "ours")):
            with self.subTest(writer=writer):
                cache = self.folder / f"by-{writer}"
                self.make_store(writer, cache)
                self.download(writer, "acme/one", cache=cache).ok()
                mark = self.hub.mark()
                run = self.download(reader, "acme/one", cache=cache).ok()
                self.assertEqual(self.data_requests(mark), ([], []))
                run = self.download(reader, "acme/two", "--include", "weights.bin", "--include", "many/*", cache=cache).ok()
                self.assertEqual(self.data_requests(mark), ([], []))
                self.assertEqual(len(contents(run.path)), 13)
                payload = (run.path / "weights.bin").resolve()
                self.assertEqual(payload.parent.parent, cache / "blobs")
                self.assertEqual(sorted(payload.with_name(payload.name + ".refs").read_text().splitlines()),
                                 sorted(f"models--acme--{n}/blobs/{run.path.joinpath('weights.bin').readlink().name}"
                                        for n in ("one", "two")))
                # Each deletes and prunes what the other made.
                finish(start(PROGRAMS["peer"], None, "cache", "rm", "model/acme/one", "--yes", "--cache-dir", cache)).ok()
                self.assertTrue(payload.exists())
                self.assertEqual(len(list((cache / "blobs").glob("??/*.refs"))), 13)

    def test_dry_runs(self):
        self.both("acme/one")
        for words in (["acme/two"], ["acme/two", "weights.bin"], ["acme/two", "own.safetensors"], ["acme/two", "many/1.bin"]):
            before = tree(self.folder / "ours")
            said = {}
            for name, cache in self.caches().items():
                said[name] = finish(start(PROGRAMS[name], self.hub, "download", *words, "--dry-run", "--cache-dir", cache,
                                          home=self.folder / "home", NO_COLOR="1", HF_HUB_DISABLE_XET=None)).ok().stdout
            self.assertEqual(said["ours"], said["peer"], words)
            self.assertEqual(difference(before, tree(self.folder / "ours")), "")

    def test_without_the_store(self):
        for variables in ({"HF_HUB_DISABLE_SHARED_BLOBS": "1"}, {"HF_HUB_DISABLE_SYMLINKS": "1"}):
            with self.subTest(variables):
                mark = self.hub.mark()
                self.both("acme/one", "--include", "*/[0-9].bin", "--include", "own*", **variables)
                self.assert_same_caches(skip=["models--acme--one/blobs"] if "SYMLINKS" in str(variables) else [])
                self.assertFalse((self.folder / "ours/blobs").exists())
                self.assertTrue(self.data_requests(mark)[0])
                for cache in self.caches().values():
                    shutil.rmtree(cache)

    def test_without_xet(self):
        mark = self.hub.mark()
        run = self.download("ours", "acme/one", cache=self.folder / "ours", xet=False).ok()
        self.download("peer", "acme/one", cache=self.folder / "peer", xet=False).ok()
        self.assert_same_caches()
        self.assertFalse((self.folder / "ours/blobs").exists())
        self.assertEqual(self.data_requests(mark)[0], [])
        self.assertEqual([e for e in self.hub.log(mark) if e["origin"] == "cas" or "xet-read-token" in e["path"]], [])
        # What is a file stays one.
        before = tree(self.folder / "ours")
        self.download("ours", "acme/one", cache=self.folder / "ours").ok()
        self.assertEqual(difference(before, tree(self.folder / "ours")), "")
        self.assertEqual(len(contents(run.path)), 19)

    def test_a_foreign_folder_called_blobs(self):
        for cache in self.caches().values():
            (cache / "blobs").mkdir(parents=True)
            (cache / "blobs/mine.txt").write_text("mine")
        self.both("acme/one")
        self.assert_same_caches()
        self.assertEqual([p.name for p in (self.folder / "ours/blobs").iterdir()], ["mine.txt"])

    def test_an_abandoned_marker(self):
        for cache in self.caches().values():
            (cache / "blobs").mkdir(parents=True)
            (cache / "blobs/.huggingface-shared-blobs.0123abcd.tmp").write_text("1")
        for name, cache in self.caches().items():  # alone first, see make_store
            self.download(name, "acme/one", "tiny.bin", cache=cache).ok()
        self.both("acme/one")
        self.assert_same_caches()
        self.assertTrue((self.folder / "ours/blobs/.huggingface-shared-blobs").exists())

    def test_local_dir(self):
        for name in PROGRAMS:
            self.download(name, "acme/one", local=self.folder / f"local-{name}", HF_HUB_CACHE=self.folder / "cache").ok()
        self.assertEqual(contents(self.folder / "local-ours"), contents(self.folder / "local-peer"))
        skip = [".cache/huggingface/download"]  # the metadata have times in them
        self.assert_same_tree(self.folder / "local-ours", self.folder / "local-peer", skip=skip)
        self.assertFalse((self.folder / "cache/blobs").exists())
        self.assert_no_leak()

    def test_many_at_once(self):
        """Eight of ours and two of the reference client: the same result, and hardly a byte twice among ours."""
        alone = self.folder / "alone"
        self.download("ours", "acme/one", cache=alone).ok()
        self.hub.fault({"drip_bytes_per_s": 3_000_000}, times=0, origin="cdn")
        cache = self.folder / "together"
        mark = self.hub.mark()
        running = [self.download("ours", "acme/one", cache=cache, wait=False) for _ in range(8)]
        for process in running:
            finish(process).ok()
        self.assertEqual(difference(tree(alone), tree(cache)), "")
        size = SIZE + 900_000 + 1_000 + 12 * 20_010
        self.assertLess(self.bytes_from_xet(mark), size * 1.3)
        mixed = self.folder / "mixed"
        self.make_store("peer", mixed)
        running = [self.download(name, "acme/one", cache=mixed, wait=False) for name in ("peer", "ours", "peer", "ours")]
        for process in running:
            finish(process).ok()
        self.assertEqual(difference(tree(alone), tree(mixed)), "")


class Bytes(XetTest):
    """What travels."""

    def test_shared_bytes_travel_once(self):
        self.hub.commit("model/acme/overlap", [xet_file("a.bin", 3_000_000, 5), xet_file("b.bin", 3_000_000, 5, lfs=True),
                                               xet_file("c.bin", 2_000_000, 5)])
        mark = self.hub.mark()
        run = self.download("ours", "acme/overlap", cache=self.folder / "cache").ok()
        self.assertEqual(len(contents(run.path)), 3)
        self.assertLess(self.bytes_from_xet(mark), 3_300_000)

    def test_small_files_share_requests(self):
        self.hub.commit("model/acme/small", [xet_file(f"{n:03}.bin", 5_000, 5000 + n) for n in range(200)])
        mark = self.hub.mark()
        run = self.download("ours", "acme/small", cache=self.folder / "cache").ok()
        self.assertEqual(len(contents(run.path)), 200)
        xet, http = self.data_requests(mark)
        self.assertEqual(http, [])
        log = self.hub.log(mark)
        self.assertEqual(len([e for e in log if "xet-read-token" in e["path"]]), 1)
        self.assertEqual([e["counter"] for e in log if e["origin"] == "hub" and e["counter"] != "1"], [])

    def test_an_edit_fetches_what_changed(self):
        data = bytearray(os.urandom(BIG))
        source = self.folder / "source.bin"
        source.write_bytes(data)
        repo = "model/acme/edited"
        self.hub.commit(repo, [{"path": "w.bin", "from_file": str(source), "xet": True}])
        self.download("ours", "acme/edited", cache=self.folder / "cache").ok()
        data[BIG // 2:BIG // 2 + 100] = os.urandom(150)
        source.write_bytes(data)
        self.hub.commit(repo, [{"path": "w.bin", "from_file": str(source), "xet": True}])
        for words in ([], ["w.bin"]):
            cache = self.folder / f"cache{len(words)}"
            shutil.copytree(self.folder / "cache", cache, symlinks=True)
            mark = self.hub.mark()
            run = self.download("ours", "acme/edited", *words, cache=cache).ok()
            got = run.path if words else run.path / "w.bin"
            self.assertTrue(got.read_bytes() == bytes(data))
            self.assertLess(self.bytes_from_xet(mark), 1_500_000)

    def test_killed_in_the_middle(self):
        """What has been written is not fetched again; what was on its way, a piece a stream, is."""
        streams, piece = 2, 4 << 20
        self.hub.commit("model/acme/killed", [xet_file("a.bin", BIG, 60), xet_file("b.bin", BIG, 61)])
        cache = self.folder / "cache"
        few = {"HF_XET_FIXED_DOWNLOAD_CONCURRENCY": str(streams)}
        mark = self.hub.mark()
        self.hub.fault({"drip_bytes_per_s": 4_000_000}, times=0, origin="cdn")
        kills = 2
        for _ in range(kills):
            process = self.download("ours", "acme/killed", cache=cache, wait=False, **few)
            time.sleep(2.5)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        before = self.bytes_from_xet(mark)
        self.assertGreater(before, BIG // 2)
        self.hub.forget_faults()
        run = self.download("ours", "acme/killed", cache=cache, **few).ok()
        self.assertEqual({name: len(data) for name, data in contents(run.path).items()}, {"a.bin": BIG, "b.bin": BIG})
        self.assertEqual(list(cache.rglob("*.incomplete")), [])
        self.assertLess(self.bytes_from_xet(mark), 2 * BIG * 1.05 + kills * streams * piece)
        self.download("peer", "acme/killed", cache=self.folder / "peer").ok()
        self.assert_same_tree(cache, self.folder / "peer", skip=["blobs"])

    def test_tokens_end_in_the_middle(self):
        self.hub.commit("model/acme/slow", [xet_file("a.bin", BIG, 70), xet_file("b.bin", 2_000_000, 71)])
        self.hub.settings(xet_token_ttl_s=2)
        self.hub.fault({"drip_bytes_per_s": 1_000_000}, times=0, origin="cdn")
        mark = self.hub.mark()
        run = self.download("ours", "acme/slow", cache=self.folder / "cache").ok()
        self.assertEqual(len(contents(run.path)), 2)
        self.assertEqual(self.data_requests(mark)[1], [])
        self.assert_no_leak()


class Trouble(XetTest):
    """CAS, its tokens or its storage fail: HTTP is the other way, except for wrong bytes."""

    @classmethod
    def fill_hub(cls):
        super().fill_hub()
        cls.commit = cls.hub.commit("model/acme/all", files_of(1))

    def assert_by_http(self, run, mark, warned=1):
        self.assertEqual(len(contents(run.path)) if run.path.is_dir() else 1, 19 if run.path.is_dir() else 1)
        self.assertEqual(run.stderr.count("because Xet is not available"), warned, run.describe())
        self.assertTrue(self.data_requests(mark)[1])

    def fall_back(self, *words, within=8, **more):
        cache = self.folder / f"cache-{time.monotonic()}"
        mark, began = self.hub.mark(), time.monotonic()
        run = self.download("ours", "acme/all", *words, cache=cache, **more).ok()
        took = time.monotonic() - began
        self.assertLess(took, within)
        self.assert_by_http(run, mark)
        self.assertFalse((cache / "blobs").exists())
        self.assert_no_leak()
        return run

    def test_nobody_listens(self):
        self.hub.settings(xet_cas_url="http://127.0.0.1:9")
        self.fall_back()
        self.fall_back("weights.bin")

    def test_an_address_that_swallows_everything(self):
        """A listener whose queue is full: nothing answers, not even with a refusal."""
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(0)
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(deaf.getsockname())
            self.hub.settings(xet_cas_url=f"http://127.0.0.1:{deaf.getsockname()[1]}")
            self.fall_back(within=16)
            self.fall_back("weights.bin", within=16)
            for one in waiting:
                one.close()

    def test_storage_answers_nobody(self):
        self.hub.fault({"drop_after": 0}, times=0, path="/xorbs/*")
        self.fall_back("weights.bin", within=16)
        self.hub.forget_faults()
        self.hub.fault({"status": 503}, times=0, path="/xorbs/*")
        self.fall_back(within=16)

    def test_cas_is_busy(self):
        self.hub.fault({"status": 503}, times=0, origin="cas")
        self.fall_back()
        self.fall_back("weights.bin")

    def test_no_token(self):
        for status in (404, 500, 403):
            self.hub.forget_faults()
            self.hub.fault({"status": status}, times=0, path="*/xet-read-token/*")
            self.fall_back()
            self.fall_back("weights.bin")

    def test_a_hiccup_is_no_reason(self):
        self.hub.fault({"status": 503}, times=1, origin="cas")
        mark = self.hub.mark()
        run = self.download("ours", "acme/all", cache=self.folder / "cache").ok()
        self.assertEqual(run.stderr, "")
        self.assertTrue(self.data_requests(mark)[0])
        self.assertEqual([e["path"] for e in self.data_requests(mark)[1] if e["path"].endswith("weights.bin")], [])

    def test_one_file_is_not_in_cas(self):
        self.hub.commit("model/acme/part", [xet_file("a.bin", SIZE, 1), random_file("b.bin", SIZE, seed=77, xet_hash="5" * 64)])
        mark = self.hub.mark()
        run = self.download("ours", "acme/part", cache=self.folder / "cache").ok()
        self.assertEqual(len(contents(run.path)), 2)
        self.assertEqual(run.stderr.count("because Xet is not available"), 1)
        self.assertTrue(self.data_requests(mark)[0])
        self.assertEqual(len([p for p in (self.folder / "cache/blobs").glob("??/*") if "." not in p.name]), 1)

    def test_http_goes_on_from_where_xet_was(self):
        self.hub.commit("model/acme/half", [xet_file("a.bin", BIG, 80)])
        self.hub.fault({"status": 403}, times=0, skip=3, path="/xorbs/*")
        self.hub.fault({"status": 503}, times=0, skip=2, path="*/reconstructions/*")
        mark = self.hub.mark()
        # One request at a time: of several it is chance which is refused, and what comes behind the refused one is lost.
        alone = {"HF_XET_FIXED_DOWNLOAD_CONCURRENCY": "1"}
        run = self.download("ours", "acme/half", "a.bin", cache=self.folder / "cache", **alone).ok()
        self.assertEqual(run.path.stat().st_size, BIG)
        xet, http = self.data_requests(mark)
        by_http = sum(e["bytes"] for e in http if e["origin"] == "cdn")
        self.assertGreater(self.bytes_from_xet(mark), 1_000_000)
        self.assertLess(by_http, BIG - 500_000)

    def test_wrong_bytes_are_an_error(self):
        self.hub.fault({"flip_byte": 100_000}, times=0, path="/xorbs/*")
        for words in ([], ["weights.bin"]):
            cache = self.folder / f"cache{len(words)}"
            run = self.download("ours", "acme/all", *words, cache=cache).fails()
            self.assertEqual([p for p in cache.rglob("weights.bin") if p.exists()], [], run.describe())
            self.assertEqual([p for p in (cache / "blobs").glob("??/*") if p.stat().st_size >= SIZE], [])
            self.assertIn("weights.bin", run.stderr)
        self.hub.forget_faults()
        run = self.download("ours", "acme/all", cache=self.folder / "cache0").ok()
        self.assertEqual(len(contents(run.path)), 19)
        for words in (["weights.bin"], []):  # alone first: it makes the store, see Layout.make_store
            self.download("peer", "acme/all", *words, cache=self.folder / "peer").ok()
        self.assert_same_tree(self.folder / "cache0", self.folder / "peer")


if __name__ == "__main__":
    unittest.main()
