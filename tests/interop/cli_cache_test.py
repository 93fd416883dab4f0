"""hf cache beside the Python client's: both read the same caches and must say the same on stdout.

Needs HFHUB_LOCALHUB, HFHUB_HF and PEER_HF, the paths of three programs.
"""
import os
import subprocess
import time
import unittest
from pathlib import Path

import cli_runner
from cli_runner import MODES, OURS, PEER, Pair, environment

setUpModule = cli_runner.set_up
tearDownModule = cli_runner.tear_down


class CacheList(Pair):
    """One cache, made by the Python client, read by both."""

    @classmethod
    def setUpClass(cls):
        cls.home = cls.hub.scratch / "shared home"
        env = environment(cls.hub.endpoint, cls.home)
        for arguments in (["acme/bert"], ["acme/bert", "--revision", "v1.0"], ["acme/bert", "--revision", "refs/pr/1"],
                          ["datasets/acme/rows"], ["gpt2"], ["spaces/acme/app", "app.py"]):
            subprocess.run([PEER, "download", *arguments, "-q"], env=env, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, cwd=cls.hub.scratch)
        cache = cls.home / "hub"
        day = 24 * 3600
        for age, repo in ((25 * 3600, "datasets--acme--rows"), (19 * day, "models--gpt2"), (800 * day, "spaces--acme--app"),
                          (5400, "models--acme--bert")):
            for blob in (cache / repo / "blobs").iterdir():
                os.utime(blob, (time.time() - age - 1000, time.time() - age))
        refs = cache / "datasets--acme--rows/refs"
        (refs / "it's").write_text((refs / "main").read_text())
        os.remove(cache / "models--gpt2/refs/main")
        (cache / "models--broken--one").mkdir()
        (cache / "stray.txt").write_text("x")
        (cache / "models--acme--bert/blobs/abc.12345678.incomplete").write_bytes(b"x" * 1234)

    def test_every_mode(self):
        for mode in MODES + (["--no-truncate"],):
            self.same("cache", "ls", *mode, home=self.home, code=0)
            self.same("cache", "list", "--revisions", *mode, home=self.home, code=0)

    def test_order(self):
        for key in ("accessed", "modified", "name", "size"):
            for order in ("", ":asc") if key == "name" else ("", ":asc", ":desc"):
                self.same("cache", "ls", "--sort", key + order, "--no-truncate", home=self.home, code=0)
            self.same("cache", "ls", "--revisions", "--sort", key, "--format", "agent", home=self.home, code=0)

    def test_filters(self):
        for filters in (["size>1k"], ["size<=5"], ["size>=1KB", "type=model"], ["type=dataset"], ["type=DATASET"],
                        ["refs=main"], ["refs=V1.0"], ["accessed>1d"], ["modified>2w"], ["modified<1y"], ["accessed > 1mo"],
                        ["size!=5"], ["size=300029"], ["type=none"]):
            arguments = [word for f in filters for word in ("-f", f)]
            self.same("cache", "ls", *arguments, home=self.home, code=0)
        self.same("cache", "ls", "--revisions", "-f", "size>1k", "-f", "refs=main", "--json", home=self.home, code=0)
        self.same("cache", "ls", "--revisions", "-f", "modified>1h", "--json", home=self.home, code=0)

    def test_limit_and_width(self):
        for limit in ("0", "1", "3", "99"):
            self.same("cache", "ls", "--limit", limit, "--sort=size", home=self.home, code=0)
        for columns in ("30", "60", "100", "0", "nonsense"):
            self.same("cache", "ls", "--revisions", home=self.home, code=0, COLUMNS=columns)

    def test_refusals(self):
        for arguments in (["-f", "nonsense"], ["-f", "size>many"], ["-f", "size>1XB"], ["-f", "size==1"], ["-f", "type!=model"],
                          ["-f", "age>1d"], ["-f", "size>"], ["--sort", "age"], ["--limit", "-1"], ["--limit", "x"]):
            self.same("cache", "ls", *arguments, home=self.home, code=2)
        self.same("cache", "ls", "--cache-dir", "nowhere", home=self.home, code=1)

    def test_elsewhere(self):
        self.same("cache", "ls", "--cache-dir", str(self.home / "hub"), "--show-warnings", code=0)
        for side in self.sides.values():
            (side / "empty").mkdir()
        for mode in MODES:
            self.same("cache", "ls", "--cache-dir", "empty", *mode, code=0)


class CacheVerify(Pair):
    def setUp(self):
        super().setUp()
        self.home = self.folder / "shared home"
        env = environment(self.hub.endpoint, self.home)
        subprocess.run([PEER, "download", "acme/bert", "-q"], env=env, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, cwd=self.hub.scratch)
        self.snapshot = self.home / "hub/models--acme--bert/snapshots" / self.commits["main"]

    def verify(self, *arguments, code):
        return self.same("cache", "verify", *arguments, home=self.home, code=code)

    def test_all_is_well(self):
        for mode in MODES:
            self.verify("acme/bert", *mode, code=0)
        self.verify("models/acme/bert", "--revision", self.commits["main"], code=0)
        self.verify("acme/bert", "--revision", "main", "--fail-on-missing-files", "--fail-on-extra-files", code=0)
        self.verify("acme/bert", "--cache-dir", str(self.home / "hub"), code=0)

    def test_differences(self):
        (self.snapshot / "config.json").resolve().write_text("{ }")
        blob = (self.snapshot / "model.safetensors").resolve()
        blob.write_bytes(b"\0" + blob.read_bytes()[1:])
        for mode in MODES:
            self.verify("acme/bert", *mode, code=1)

    def test_one_sided(self):
        os.remove(self.snapshot / "config.json")
        os.remove(self.snapshot / "data/a.txt")
        (self.snapshot / "more").mkdir()
        (self.snapshot / "more/own.txt").write_text("x")
        self.verify("acme/bert", code=0)
        self.verify("acme/bert", "--fail-on-missing-files", code=1)
        self.verify("acme/bert", "--fail-on-extra-files", code=1)
        self.verify("acme/bert", "--fail-on-extra-files", "--fail-on-missing-files", "--json", code=1)
        self.verify("acme/bert", "--fail-on-extra-files", "--fail-on-missing-files", "--format", "agent", code=1)

    def test_local_dir(self):
        local = str(self.folder / "plain")
        subprocess.run([OURS, "download", "acme/bert", "--local-dir", local, "-q"], check=True, stdout=subprocess.DEVNULL,
                       env=environment(self.hub.endpoint, self.home), cwd=self.hub.scratch)
        self.verify("acme/bert", "--local-dir", local, "--fail-on-extra-files", code=0)
        self.verify("acme/bert", "--local-dir", local, "--revision", "v1.0", code=0)
        Path(local, "README.md").write_text("changed")
        self.verify("acme/bert", "--local-dir", local, code=1)

    def test_refusals(self):
        self.verify("acme/bert", "--local-dir", "a", "--cache-dir", "b", code=2)
        self.verify("acme/bert", "--local-dir", "nowhere", code=1)
        self.verify("acme/nothing", code=1)
        self.verify("acme/bert", "--revision", "nothing", code=1)
        self.verify("acme/bert", "--nothing", code=2)


if __name__ == "__main__":
    unittest.main()
