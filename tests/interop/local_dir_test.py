"""Plain folders (local_dir): what one client wrote there, the other knows and does not fetch again."""

import hashlib
import os
import re
import shutil
import unittest

from hub_fixture import (PROGRAMS, HubTest, contents, difference, download_words, file_requests, finish, random_file,
                         start, text, tree)

FILES = [
    text("README.md", "# Hello\n"),
    text("a/b/deep.txt", "deep"),
    text("a/b/.hidden", "hidden"),
    text("odd #1 ?.txt", "odd"),
    text("cafe\u0301/caf\u00e9.txt", "unicode"),
    text("empty.txt", ""),
    text("no_suffix", "no suffix"),
    random_file("weights.bin", 200_000, seed=3),
    random_file("a/copy of weights.bin", 200_000, seed=3),
]
OTHER = {"ours": "peer", "peer": "ours"}
TIME = re.compile(rb"\A[0-9]{10}\.[0-9]{1,7}\n\Z")


def notes(folder):
    """The metadata files without their last line, which is a time and checked for its form."""
    out = {}
    place = folder / ".cache/huggingface/download"
    for path in sorted(place.rglob("*.metadata")):
        commit, etag, when = path.read_bytes().split(b"\n", 2)
        out[path.relative_to(place).as_posix()] = (commit, etag, bool(TIME.match(when)))
    return out


def shape(folder):
    """tree() without what the metadata files say."""
    return {name: entry if not name.endswith(".metadata") else entry[:2] for name, entry in tree(folder).items()}


class LocalDir(HubTest):
    @classmethod
    def fill_hub(cls):
        cls.first = cls.hub.commit("model/acme/all", FILES)
        cls.hub.ref("model/acme/all", "tag", "v1.0", cls.first)
        cls.second = cls.hub.commit(
            "model/acme/all", [text("README.md", "# Second\n"), random_file("weights.bin", 200_000, seed=4)]
        )

    def setUp(self):
        super().setUp()
        self.empty_cache = self.folder / "cache"  # --cache-dir and --local-dir exclude each other

    def get(self, client, *words, **more):
        more.setdefault("HF_HUB_CACHE", self.empty_cache)
        return getattr(self, client)("acme/all", *words, **more)

    def fetched(self, client, *words, **more):
        """Paths of which bytes were asked for."""
        mark = self.hub.mark()
        self.get(client, *words, **more).ok()
        requests = [r for r in file_requests(self.hub.requests(mark)) if " hub " in r]
        cdn = [r for r in self.hub.requests(mark) if " cdn " in r]
        # The reference client follows its HEAD to the CDN and does not ask the Hub again.
        return sorted(re.sub(r".*/resolve/[^/]+/", "", r) for r in requests), len(cdn)

    def both(self, *words):
        started = {name: start(program, self.hub, *download_words("acme/all", *words, local=self.folder / name),
                               HF_HUB_CACHE=self.folder / f"cache of {name}")
                   for name, program in PROGRAMS.items()}
        for name, process in started.items():
            self.assertEqual(finish(process).ok().path.parts[:len(self.folder.parts) + 1], (*self.folder.parts, name))

    def assert_same_folders(self):
        self.assertEqual(difference(shape(self.folder / "ours"), shape(self.folder / "peer")), "")
        self.assertEqual(notes(self.folder / "ours"), notes(self.folder / "peer"))

    def test_same_folder_and_bookkeeping(self):
        self.both("--revision", "v1.0")
        self.assert_same_folders()
        known = notes(self.folder / "ours")
        self.assertEqual(len(known), len(FILES))
        sha = hashlib.sha256((self.folder / "ours/weights.bin").read_bytes()).hexdigest().encode()
        self.assertEqual(known["weights.bin.metadata"], (self.first.encode(), sha, True))
        place = self.folder / "ours/.cache/huggingface"
        self.assertEqual((place / ".gitignore").read_bytes(), b"*")
        self.assertTrue((place / f"trees/{self.first}.json").is_file())
        self.assertTrue((place / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n"))
        self.assertTrue((place / "download/a/b/deep.txt.lock").is_file())
        # One revision over the other
        self.both()
        self.assert_same_folders()
        self.assertEqual({commit for commit, _, _ in notes(self.folder / "ours").values()}, {self.second.encode()})

    def test_single_files(self):
        self.both("a/b/deep.txt")
        self.both("weights.bin", "--revision", "v1.0")
        self.both("--include", "*.txt")
        self.assert_same_folders()

    def test_not_fetched_again(self):
        for writer, reader in OTHER.items():
            with self.subTest(f"{writer} first"):
                folder = self.folder / writer
                self.get(writer, "--revision", "v1.0", local=folder).ok()
                files = contents(folder)
                self.assertEqual(self.fetched(reader, "--revision", "v1.0", local=folder), ([], 0))
                self.assertEqual(self.fetched(reader, "a/b/deep.txt", local=folder), ([], 0))
                # Of the next commit only what changed
                paths, cdn = self.fetched(reader, local=folder)
                self.assertEqual([p for p in paths if p != "weights.bin"], ["README.md"])
                self.assertEqual(cdn, 1)
                self.assertEqual(set(contents(folder)), set(files))
                self.assertEqual((folder / "README.md").read_text(), "# Second\n")
                # and back by the first
                self.assertEqual(self.fetched(writer, local=folder), ([], 0))

    def test_ours_asks_nothing_for_a_pinned_commit(self):
        folder = self.folder / "peer"
        self.get("peer", "--revision", self.first, local=folder).ok()
        mark = self.hub.mark()
        self.get("ours", "--revision", self.first, local=folder).ok()
        self.get("ours", "weights.bin", "--revision", self.first, local=folder).ok()
        self.assertEqual(self.hub.requests(mark), [])

    def test_a_changed_file_is_fetched(self):
        for writer, reader in OTHER.items():
            with self.subTest(f"{writer} first"):
                folder = self.folder / writer
                self.get(writer, local=folder).ok()
                good = contents(folder)
                for name in ("README.md", "weights.bin"):
                    (folder / name).write_bytes(b"changed")
                    later = (folder / name).stat().st_mtime + 10
                    os.utime(folder / name, (later, later))
                (folder / "a/b/deep.txt").unlink()
                paths, cdn = self.fetched(reader, local=folder)
                self.assertEqual([p for p in paths if p != "weights.bin"], ["README.md", "a/b/deep.txt"])
                self.assertEqual(cdn, 1)
                self.assertEqual(contents(folder), good)

    def test_adopted_by_its_hash(self):
        for writer, reader in OTHER.items():
            with self.subTest(f"{writer} first"):
                folder = self.folder / writer
                self.get(writer, local=folder).ok()
                shutil.rmtree(folder / ".cache")
                before = (folder / "weights.bin").stat().st_ino
                paths, cdn = self.fetched(reader, "weights.bin", local=folder)
                self.assertEqual((paths, cdn), ([], 0))
                self.assertEqual((folder / "weights.bin").stat().st_ino, before)
                self.assertEqual(list(notes(folder)), ["weights.bin.metadata"])
                self.assertTrue(notes(folder)["weights.bin.metadata"][2])
        # Ours knows small files by their git hash, too; the reference client fetches those.
        self.assertEqual(self.fetched("ours", local=self.folder / "peer"), ([], 0))
        self.assertEqual(len(notes(self.folder / "peer")), len(FILES))

    def test_damaged_metadata(self):
        for writer, reader in OTHER.items():
            with self.subTest(f"{writer} first"):
                folder = self.folder / writer
                self.get(writer, local=folder).ok()
                place = folder / ".cache/huggingface/download"
                (place / "weights.bin.metadata").write_text("what?")
                (place / "README.md.metadata").write_bytes(b"")
                self.assertEqual(self.fetched(reader, "weights.bin", local=folder), ([], 0))
                self.get(reader, "README.md", local=folder).ok()
                self.assertEqual(len(notes(folder)), len(FILES))
                self.assertEqual((folder / "README.md").read_text(), "# Second\n")

    def test_offline_from_the_other(self):
        for writer, reader in OTHER.items():
            with self.subTest(f"{writer} first"):
                folder = self.folder / writer
                self.get(writer, local=folder).ok()
                before = shape(folder)
                for words in ([], ["weights.bin"], ["--revision", self.second]):
                    self.get(reader, *words, local=folder, HF_HUB_OFFLINE="1").ok()
                self.get(reader, "not-there.txt", local=folder, HF_HUB_OFFLINE="1").fails()
                after = shape(folder)
                # Reading a folder's notes leaves a lock file behind in the reference client.
                for name in set(after) - set(before):
                    self.assertTrue(name.endswith("/not-there.txt.lock"), name)
                (folder / "weights.bin").unlink()
                self.get(reader, "--revision", self.second, local=folder, HF_HUB_OFFLINE="1").fails()

    def test_half_a_folder_is_none(self):
        """A folder that a broken download left is no answer when the Hub is away; nor is an empty one."""
        for writer in PROGRAMS:
            folder = self.folder / writer
            self.hub.fault({"status": 403}, times=0, path="*/weights.bin")
            self.get(writer, local=folder).fails()
            self.hub.forget_faults()
            self.assertFalse((folder / "weights.bin").exists())
            run = self.get("ours", local=folder, HF_HUB_OFFLINE="1").fails()
            self.assertIn(" lacks ", run.stderr)
            self.get("ours", "--exclude", "*.bin", "--include", "nothing", local=folder, HF_HUB_OFFLINE="1").ok()
        (self.folder / "empty").mkdir()
        for client in PROGRAMS:
            self.get(client, local=self.folder / "empty", HF_HUB_OFFLINE="1").fails()

    def test_copied_from_the_shared_cache_of_the_other(self):
        for writer, reader in OTHER.items():
            with self.subTest(f"{writer} first"):
                cache = self.folder / f"cache of {writer}"
                self.get(writer, "--cache-dir", cache).ok()
                before = tree(cache)
                folder = self.folder / writer
                self.assertEqual(self.fetched(reader, local=folder, HF_HUB_CACHE=cache), ([], 0))
                self.assertEqual(len(contents(folder)), len(FILES))
                self.assertEqual([e for e in tree(folder).values() if e[0] == "link"], [])
                self.assertEqual(difference(before, tree(cache)), "")
                (folder / "README.md").write_text("the copy is mine")
                self.assertEqual(difference(before, tree(cache)), "")

    def test_ours_leaves_no_ref_in_the_shared_cache(self):
        # The reference client writes one, and its own scan then calls the cache corrupted.
        self.get("ours", local=self.folder / "ours").ok()
        self.assertFalse(self.empty_cache.exists())


if __name__ == "__main__":
    unittest.main()
