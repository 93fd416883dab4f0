"""A cache in which the reference client keeps Xet files in the store that repositories share: ours reads through both links
and never touches a payload."""

import json
import shutil
import stat
import unittest
from pathlib import Path

from hub_fixture import HubTest, contents, difference, file_requests, ours, peer, random_file, text, tree
from huggingface_hub.utils import _shared_blobs as store
from huggingface_hub.utils import scan_cache_dir

SIZE = 120_000


def repo_files(name):
    return [
        random_file("weights.bin", SIZE, seed=1, xet=True),
        random_file("copy/weights.bin", SIZE, seed=1, xet=True),
        random_file("own.bin", 30_000, seed=len(name) + ord(name[0]), xet=True),
        text("config.json", json.dumps({"name": name})),
    ]


class SharedStore(HubTest):
    @classmethod
    def fill_hub(cls):
        cls.commits = {name: cls.hub.commit(f"model/acme/{name}", repo_files(name)) for name in ("one", "two", "three")}
        cls.later = cls.hub.commit("model/acme/one", [random_file("again.bin", SIZE, seed=1, xet=True)])
        cls.hub.ref("model/acme/one", "tag", "v1", cls.commits["one"])

    def setUp(self):
        """Repositories one and two as the reference client leaves them when it has Xet."""
        super().setUp()
        self.cache = self.folder / "cache"
        for name in ("one", "two"):
            self.peer(f"acme/{name}", "--revision", self.commits[name], cache=self.cache).ok()
            self.publish(name)
        self.payload = self.target("one", "weights.bin").resolve()
        self.assertEqual(self.payload.parent.parent, self.cache / "blobs")
        self.assertEqual(self.target("two", "weights.bin").resolve(), self.payload)

    def repo(self, name):
        return self.cache / f"models--acme--{name}"

    def target(self, name, path, commit=None):
        return self.repo(name) / "snapshots" / (commit or self.commits[name]) / path

    def listing(self, name):
        return json.loads((self.repo(name) / f"trees/{self.commits[name]}.json").read_text())["files"]

    def publish(self, name):
        for entry in self.listing(name).values():
            blob = self.repo(name) / "blobs" / entry.get("lfs_sha256", "-")
            if "xet_hash" in entry and not blob.is_symlink():
                self.assertTrue(store.publish_blob_to_shared_store(
                    blob_path=str(blob), xet_hash=entry["xet_hash"], cache_dir=str(self.cache),
                    expected_size=entry["lfs_size"]))

    def store_state(self):
        """Everything below blobs/ with the identity and times of the files."""
        out = tree(self.cache / "blobs")
        for path in (self.cache / "blobs").rglob("*"):
            facts = path.lstat()
            out[str(path)] = (facts.st_ino, facts.st_nlink, facts.st_mtime_ns if path.is_file() else 0)
        return out

    def assert_store(self, before):
        self.assertEqual(difference(before, self.store_state()), "")

    def test_the_layout_is_the_documented_one(self):
        self.assertEqual((self.cache / "blobs/.huggingface-shared-blobs").read_bytes(), b"1\n")
        self.assertEqual(stat.S_IMODE(self.payload.lstat().st_mode), 0o444)
        self.assertEqual(len(list((self.cache / "blobs").rglob("*.refs"))), 3)
        lines = self.payload.with_name(self.payload.name + ".refs").read_text().splitlines()
        self.assertEqual([line.split("/")[0] for line in lines], ["models--acme--one", "models--acme--two"])
        blob = self.repo("one") / "blobs" / self.target("one", "weights.bin").readlink().name
        self.assertEqual(blob.readlink(), Path("../../blobs") / self.payload.name[:2] / self.payload.name)

    def test_ours_reads_through_both_links(self):
        before, all_before = self.store_state(), tree(self.cache)
        mark = self.hub.mark()
        for name in ("one", "two"):
            commit = ("--revision", self.commits[name])
            run = self.ours(f"acme/{name}", *commit, cache=self.cache, HF_HUB_OFFLINE="1").ok()
            self.assertEqual(len(contents(run.path)), 4)
            self.ours(f"acme/{name}", *commit, cache=self.cache).ok()
            run = self.ours(f"acme/{name}", "copy/weights.bin", *commit, cache=self.cache).ok()
            self.assertEqual(run.path.stat().st_size, SIZE)
        self.assertEqual(self.hub.requests(mark), [])
        self.ours("acme/one", "--revision", "v1", cache=self.cache).ok()
        self.assertEqual(file_requests(self.hub.requests(mark)), [])
        self.assert_store(before)
        changed = difference(all_before, tree(self.cache)).strip().splitlines()
        self.assertEqual(len(changed), 2, changed)  # refs/ and refs/v1

    def test_verify(self):
        words = ("cache", "verify", "acme/one", "--revision", self.commits["one"], "--cache-dir", self.cache)
        ours(self.hub, *words).ok()
        self.payload.chmod(0o644)
        data = bytearray(self.payload.read_bytes())
        data[5] ^= 1
        self.payload.write_bytes(data)
        before = self.store_state()
        mine, theirs = ours(self.hub, *words).fails(), peer(self.hub, *words).fails()
        for run in (mine, theirs):
            self.assertIn("copy/weights.bin", run.stdout + run.stderr)
            self.assertNotIn("own.bin", run.stdout + run.stderr)
        self.assert_store(before)

    def test_scan(self):
        self.ours("acme/three", cache=self.cache).ok()
        (self.repo("two") / "blobs" / self.target("two", "own.bin").readlink().name).unlink()
        self.target("two", "own.bin").unlink()
        for words in ([], ["--revisions"]):
            command = ("cache", "ls", "--json", *words, "--cache-dir", self.cache)
            mine = ours(None, *command).ok()
            self.assertEqual(json.loads(mine.stdout), json.loads(peer(None, *command).ok().stdout))
        report = scan_cache_dir(self.cache)
        logical = sum(repo.size_on_disk for repo in report.repos)
        self.assertLess(report.size_on_disk, logical)
        human = ours(None, "cache", "ls", "--cache-dir", self.cache, NO_COLOR="1").ok().stdout
        self.assertIn(f" {report.size_on_disk / 1000:.1f}K on disk.", human)

    def test_a_new_revision_uses_what_is_there(self):
        before = self.store_state()
        mark = self.hub.mark()
        run = self.ours("acme/one", cache=self.cache).ok()
        self.assertEqual(file_requests(self.hub.requests(mark)), [])
        self.assertEqual((run.path / "again.bin").resolve(), self.payload)
        self.assert_store(before)
        # What the reference client would have made of it
        other = self.folder / "other"
        shutil.copytree(self.cache, other, symlinks=True)
        shutil.rmtree(other / f"models--acme--one/snapshots/{self.later}")
        self.peer("acme/one", cache=other).ok()
        self.assert_same_tree(self.cache, other)

    def test_another_repository_with_the_same_file(self):
        """Ours keeps its own copy; the reference client takes the payload."""
        before = self.store_state()
        self.ours("acme/three", cache=self.cache).ok()
        self.assert_store(before)
        self.assertEqual(self.target("three", "weights.bin").read_bytes(), self.payload.read_bytes())
        # The reference client continues from there, with Xet: what ours made stays a file.
        run = self.peer("acme/three", cache=self.cache, HF_HUB_DISABLE_XET=None).ok()
        self.assertEqual((run.path / "weights.bin").read_bytes(), self.payload.read_bytes())
        self.assert_store(before)

    def test_links_made_by_the_reference_client_in_a_cache_of_ours(self):
        self.ours("acme/three", "own.bin", "config.json", cache=self.cache).ok()
        mark = self.hub.mark()
        self.peer("acme/three", cache=self.cache, HF_HUB_DISABLE_XET=None).ok()
        self.assertEqual([r for r in self.hub.requests(mark) if " cdn " in r], [])
        self.assertEqual(self.target("three", "weights.bin").resolve(), self.payload)
        run = self.ours("acme/three", cache=self.cache, HF_HUB_OFFLINE="1").ok()
        self.assertEqual(len(contents(run.path)), 4)

    def test_force_download_replaces_the_link_only(self):
        before = self.store_state()
        two = contents(self.target("two", "."))
        mark = self.hub.mark()
        run = self.ours("acme/one", "weights.bin", "--revision", self.commits["one"], "--force-download",
                        cache=self.cache).ok()
        self.assertEqual(len([r for r in self.hub.requests(mark) if " cdn " in r]), 1)
        self.assert_store(before)
        blob = self.repo("one") / "blobs" / run.path.readlink().name
        self.assertFalse(blob.is_symlink())
        self.assertEqual(stat.S_IMODE(blob.lstat().st_mode), 0o644)
        self.assertEqual(blob.lstat().st_nlink, 1)
        self.assertEqual(blob.read_bytes(), self.payload.read_bytes())
        self.assertEqual(contents(self.target("two", ".")), two)
        # The reference client goes on with both, and may remove the one without harm to the other.
        self.peer("acme/one", "--revision", self.commits["one"], cache=self.cache, HF_HUB_OFFLINE="1").ok()
        self.peer("acme/two", "--revision", self.commits["two"], cache=self.cache, HF_HUB_OFFLINE="1").ok()
        peer(None, "cache", "rm", "model/acme/one", "--yes", "--cache-dir", self.cache).ok()
        self.assertFalse(self.repo("one").exists())
        run = self.ours("acme/two", "--revision", self.commits["two"], cache=self.cache, HF_HUB_OFFLINE="1").ok()
        self.assertEqual(contents(run.path), two)

    def test_a_lost_payload(self):
        data = self.payload.read_bytes()
        for gone in (True, False):
            # Gone, or cut short: then the listing's size says so.
            if gone:
                self.payload.unlink()
            else:
                self.peer("acme/one", "--revision", self.commits["one"], "--force-download", cache=self.cache).ok()
                self.publish("one")
                self.payload.chmod(0o644)
                self.payload.write_bytes(b"short")
            before = self.store_state()
            words = ("acme/one", "--revision", self.commits["one"])
            if gone:
                self.ours(*words, cache=self.cache, HF_HUB_OFFLINE="1").fails()
            run = self.ours(*words, cache=self.cache).ok()
            self.assertEqual((run.path / "weights.bin").read_bytes(), data)
            self.assertEqual((run.path / "copy/weights.bin").read_bytes(), data)
            self.assert_store(before)

    def test_local_dir_from_the_store(self):
        before = self.store_state()
        folder = self.folder / "local"
        mark = self.hub.mark()
        self.ours("acme/two", "--revision", self.commits["two"], local=folder, HF_HUB_CACHE=self.cache).ok()
        self.assertEqual(file_requests(self.hub.requests(mark)), [])
        copy = folder / "weights.bin"
        self.assertEqual((copy.is_symlink(), copy.lstat().st_nlink), (False, 1))
        self.assertEqual(stat.S_IMODE(copy.lstat().st_mode), 0o644)
        copy.write_bytes(b"mine")
        self.assert_store(before)


if __name__ == "__main__":
    unittest.main()
