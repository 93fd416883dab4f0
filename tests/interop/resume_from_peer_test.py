"""The reference client dies in the middle of a large file: ours goes on from the bytes that it left."""

import hashlib
import os
import shutil
import time
import unittest

from hub_fixture import OURS, PEER, HubTest, download_words, ours, random_file, start, text, tree

SIZE = 48 * 1024 * 1024
WRITE = 10 * 1024 * 1024  # the reference client writes in steps of that size
RANGE = 16 * 1024 * 1024  # net.range_size


def written_bytes(path):
    """Of random content, whatever the size of the file that was reserved: blocks that do not end in zeros."""
    step = 256 * 1024
    with open(path, "rb") as file:
        return sum(step for at in range(step, SIZE + 1, step) if any(os.pread(file.fileno(), 64, at - 64)))


class Resume(HubTest):
    @classmethod
    def fill_hub(cls):
        cls.commit = cls.hub.commit("model/acme/big", [random_file("big.bin", SIZE, seed=5), text("small.txt", "small")])

    def setUp(self):
        super().setUp()
        self.cache = self.folder / "cache"

    def killed(self, program, *words, enough=2 * WRITE, **where):
        """Starts a download over a slow CDN and kills it when `enough` bytes are on disk. Returns what it left."""
        self.hub.fault({"drip_bytes_per_s": 40_000_000}, times=0, origin="cdn")
        process = start(program, self.hub, *download_words("acme/big", *words, **where))
        deadline = time.monotonic() + 60
        try:
            while True:
                left = [p for p in self.folder.rglob("*.incomplete") if written_bytes(p) >= enough]
                if left:
                    break
                self.assertIsNone(process.poll(), "it ended before it could be killed")
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.005)
        finally:
            process.kill()
            process.communicate()
        self.hub.forget_faults()
        self.assertEqual(len(left), 1)
        return left[0]

    def cdn_since(self, mark):
        return [e for e in self.hub.log(mark) if e["origin"] == "cdn"]

    def assert_resumed(self, mark, have):
        """Fetched no more than what was missing, give or take a range, and asked for it with ranges."""
        requests = self.cdn_since(mark)
        self.assertTrue(all(e["range"] for e in requests), requests)
        self.assertLessEqual(sum(e["bytes"] for e in requests), SIZE - have + RANGE)
        self.assertGreater(sum(e["bytes"] for e in requests), 0)

    def assert_right(self, path, sha):
        self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), sha)

    def sha(self):
        return self.cache_of_ours().resolve().name

    @classmethod
    def cache_of_ours(cls):
        """A good copy, fetched once."""
        path = cls.scratch / "good/models--acme--big/snapshots" / cls.commit / "big.bin"
        if not path.exists():
            ours(cls.hub, *download_words("acme/big", cache=cls.scratch / "good")).ok()
        return path

    def test_cache(self):
        sha = self.sha()
        left = self.killed(PEER, "big.bin", cache=self.cache)
        self.assertRegex(left.name, rf"^{sha}\.[0-9a-f]{{8}}\.incomplete$")
        have = left.stat().st_size
        self.assertGreater(have, SIZE // 4)
        mark = self.hub.mark()
        run = self.ours("acme/big", cache=self.cache).ok()
        self.assert_resumed(mark, have)
        self.assert_right(run.path / "big.bin", sha)
        # As if nothing had happened
        self.assert_same_tree(self.cache, self.scratch / "good")

    def test_local_dir(self):
        sha = self.sha()
        left = self.killed(PEER, "big.bin", local=self.folder / "local")
        self.assertIn(f".{sha}.", left.name)
        have = left.stat().st_size
        mark = self.hub.mark()
        self.ours("acme/big", local=self.folder / "local").ok()
        self.assert_resumed(mark, have)
        self.assert_right(self.folder / "local/big.bin", sha)
        self.assertEqual([n for n in tree(self.folder) if n.endswith(".incomplete")], [])

    def leftover(self, name, data):
        blobs = self.cache / "models--acme--big/blobs"
        blobs.mkdir(parents=True, exist_ok=True)
        (blobs / name).write_bytes(data)
        return blobs / name

    def test_shared_name_of_1x(self):
        sha, good = self.sha(), self.cache_of_ours().read_bytes()
        have = SIZE // 2 + 12_345
        self.leftover(f"{sha}.incomplete", good[:have])
        mark = self.hub.mark()
        run = self.ours("acme/big", cache=self.cache).ok()
        self.assert_resumed(mark, have)
        self.assertEqual(sum(e["bytes"] for e in self.cdn_since(mark)), SIZE - have)
        self.assert_right(run.path / "big.bin", sha)
        self.assert_same_tree(self.cache, self.scratch / "good")

    def test_the_fullest_of_several(self):
        sha, good = self.sha(), self.cache_of_ours().read_bytes()
        for name, have in (("aaaaaaaa", 10), ("bbbbbbbb", SIZE - 1000), ("cccccccc", SIZE // 3)):
            self.leftover(f"{sha}.{name}.incomplete", good[:have])
        mark = self.hub.mark()
        self.ours("acme/big", cache=self.cache).ok()
        self.assertEqual(sum(e["bytes"] for e in self.cdn_since(mark)), 1000)
        self.assert_same_tree(self.cache, self.scratch / "good")

    def test_a_whole_file_without_its_name(self):
        sha, good = self.sha(), self.cache_of_ours().read_bytes()
        self.leftover(f"{sha}.incomplete", good)
        mark = self.hub.mark()
        self.ours("acme/big", cache=self.cache).ok()
        self.assertEqual(self.cdn_since(mark), [])
        self.assert_same_tree(self.cache, self.scratch / "good")

    def test_wrong_bytes_are_found_out(self):
        sha, good = self.sha(), self.cache_of_ours().read_bytes()
        wrong = bytearray(good[: SIZE // 2])
        wrong[1_000_000] ^= 1
        self.leftover(f"{sha}.incomplete", bytes(wrong))
        run = self.ours("acme/big", cache=self.cache).ok()
        self.assert_right(run.path / "big.bin", sha)
        self.assert_same_tree(self.cache, self.scratch / "good")

    def test_too_many_bytes(self):
        sha, good = self.sha(), self.cache_of_ours().read_bytes()
        self.leftover(f"{sha}.01234567.incomplete", good + b"more")
        run = self.ours("acme/big", cache=self.cache).ok()
        self.assert_right(run.path / "big.bin", sha)
        self.assert_same_tree(self.cache, self.scratch / "good")

    def test_the_reference_client_after_ours_was_killed(self):
        sha = self.sha()
        left = self.killed(OURS, "big.bin", enough=WRITE, cache=self.cache)
        copy = self.folder / "copy"
        shutil.copytree(self.cache, copy, symlinks=True)
        self.assertRegex(left.name, rf"^{sha}\.[0-9a-f]{{8}}\.incomplete$")
        run = self.peer("acme/big", cache=self.cache).ok()
        self.assert_right(run.path / "big.bin", sha)
        # It knows our leftover as one of its own: something to prune. Ours would have gone on from it.
        left.unlink()
        self.assert_same_tree(self.cache, self.scratch / "good")
        mark = self.hub.mark()
        run = self.ours("acme/big", cache=copy).ok()
        self.assertLessEqual(sum(e["bytes"] for e in self.cdn_since(mark)), SIZE - WRITE // 2)
        self.assert_same_tree(copy, self.scratch / "good")


if __name__ == "__main__":
    unittest.main()
