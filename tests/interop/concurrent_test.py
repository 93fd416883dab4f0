"""Both clients, and many of ours, at the same repository in the same cache at the same time."""

import unittest
from collections import Counter

from hub_fixture import (OURS, PEER, HubTest, contents, difference, download_words, file_requests, finish, random_file,
                         start, text, tree)

FILES = (
    [text(f"folder {n % 3}/small {n}.txt", f"content {n}\n") for n in range(20)]
    + [text(f"same {n}.txt", "the same\n") for n in range(3)]
    + [random_file(f"big {n}.bin", 1_500_000, seed=n) for n in range(4)]
)
ROUNDS = 10


class AtOnce(HubTest):
    @classmethod
    def fill_hub(cls):
        cls.commit = cls.hub.commit("model/acme/all", FILES)

    def setUp(self):
        super().setUp()
        self.ours("acme/all", cache=self.folder / "alone").ok()
        self.expected = tree(self.folder / "alone")
        self.expected_files = contents(self.folder / "alone/models--acme--all/snapshots" / self.commit)
        self.assertEqual(len(self.expected_files), len(FILES))

    def go(self, programs, *words, **where):
        """Runs them all at once."""
        started = [start(p, self.hub, *download_words("acme/all", *words, **where)) for p in programs]
        return [finish(process) for process in started]

    def test_ours_and_the_reference_client(self):
        for number in range(ROUNDS):
            cache = self.folder / f"round {number}"
            # Slow bodies keep both busy for the whole time, whoever was first.
            self.hub.fault({"drip_bytes_per_s": 6_000_000}, times=4, origin="cdn")
            for run in self.go([PEER, OURS] if number % 2 else [OURS, PEER], cache=cache):
                run.ok()
            self.hub.forget_faults()
            self.assertEqual(difference(self.expected, tree(cache)), "", f"round {number}")

    def test_both_into_one_local_dir(self):
        for number in range(3):
            folder = self.folder / f"local {number}"
            self.hub.fault({"drip_bytes_per_s": 6_000_000}, times=4, origin="cdn")
            for run in self.go([PEER, OURS], local=folder):
                run.ok()
            self.hub.forget_faults()
            self.assertEqual(contents(folder), self.expected_files)
            left = [name for name in tree(folder) if name.endswith(".incomplete")]
            self.assertEqual(left, [])

    def test_eight_of_ours_fetch_each_file_once(self):
        cache = self.folder / "eight"
        self.hub.fault({"drip_bytes_per_s": 6_000_000}, times=0, origin="cdn")
        mark = self.hub.mark()
        for run in self.go([OURS] * 8, cache=cache):
            run.ok()
        fetched = Counter(r.split(" ", 2)[2] for r in file_requests(self.hub.requests(mark)))
        self.assertEqual([path for path, times in fetched.items() if times != 1], [])
        self.assertEqual(sum("/objects/" in path for path in fetched), 4)
        self.assertEqual(len(fetched), 20 + 1 + 2 * 4)
        self.assertEqual(difference(self.expected, tree(cache)), "")

    def test_eight_of_ours_and_one_file(self):
        cache = self.folder / "eight"
        self.hub.fault({"drip_bytes_per_s": 3_000_000}, times=0, origin="cdn")
        mark = self.hub.mark()
        runs = self.go([OURS] * 8, "big 1.bin", cache=cache)
        self.assertEqual({run.ok().path.read_bytes() for run in runs}, {self.expected_files["big 1.bin"]})
        self.assertEqual(len([r for r in self.hub.requests(mark) if " cdn " in r]), 1)

    def test_forced_downloads_at_once(self):
        """Every reader sees the whole file at every moment, while it is being replaced by both clients."""
        cache = self.folder / "forced"
        path = self.ours("acme/all", "big 1.bin", cache=cache).ok().path
        started = [start(p, self.hub, *download_words("acme/all", "big 1.bin", "--force-download", cache=cache))
                   for p in (OURS, PEER, OURS, PEER, OURS)]
        while any(process.poll() is None for process in started):
            self.assertEqual(path.read_bytes(), self.expected_files["big 1.bin"])
        for process in started:
            finish(process).ok()
        self.assertEqual([name for name in tree(cache) if name.endswith(".incomplete")], [])


if __name__ == "__main__":
    unittest.main()
