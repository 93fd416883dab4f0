"""The programs of examples/ against the local Hub, started as their README says.

Needs HFHUB_LOCALHUB, HFHUB_BUILD_DIR and HFHUB_LIB_DIR.
"""
import os
import subprocess
import time
import unittest
from pathlib import Path

import cli_runner
from cli_runner import SERVER, environment, random_file, text

HUB = None
FOLDER = Path(os.environ.get("HFHUB_BUILD_DIR", ""), "examples")
LIBRARY = str(Path(os.environ.get("HFHUB_LIB_DIR", ""), "libhfhub.so.0"))


def setUpModule():
    global HUB
    if not SERVER or not (FOLDER / "example_first").exists():
        raise unittest.SkipTest("HFHUB_LOCALHUB or the examples in HFHUB_BUILD_DIR are missing")
    HUB = cli_runner.LocalHub()
    for repo in ("model/openai-community/gpt2", "model/acme/other"):
        HUB.commit(repo, [text("config.json", "{}"), text("README.md", "# Hi"), random_file("model.safetensors", 3000000)])


def tearDownModule():
    if HUB is not None:
        HUB.close()


class Examples(unittest.TestCase):
    def start(self, name, *arguments, **env):
        home = HUB.scratch / self.id().rsplit(".", 1)[-1]
        return subprocess.Popen([str(FOLDER / ("example_" + name)), *arguments], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(HUB.endpoint, home, **env))

    def run_example(self, code, name, *arguments, **env):
        process = self.start(name, *arguments, **env)
        out, err = process.communicate(timeout=60)
        self.assertEqual(code, process.returncode, err)
        return out.decode(), err.decode()

    def test_first(self):
        out, _ = self.run_example(0, "first")
        self.assertEqual("{}", Path(out.strip()).read_text())

    def test_download_file(self):
        out, _ = self.run_example(0, "download_file", "openai-community/gpt2", "model.safetensors", "main")
        self.assertEqual(3000000, Path(out.strip()).stat().st_size)
        _, err = self.run_example(1, "download_file", "openai-community/gpt2", "nothing")
        self.assertIn("HFHUB_E_ENTRY_NOT_FOUND: ", err)
        self.run_example(2, "download_file")

    def test_download_poll(self):
        out, _ = self.run_example(0, "download_poll", "openai-community/gpt2", "config.json")
        self.assertEqual("{}", Path(out.strip()).read_text())
        HUB.faults({"match": {"origin": "cdn"}, "times": 0, "action": {"stall_after": 100000}})
        process = self.start("download_poll", "openai-community/gpt2", "model.safetensors")
        time.sleep(1)
        _, err = process.communicate(b"\n", timeout=20)
        HUB.faults()
        self.assertEqual(1, process.returncode)
        self.assertIn(b"cancelled", err)

    def test_snapshot_queue(self):
        out, _ = self.run_example(0, "snapshot_queue", "openai-community/gpt2", "acme/other")
        self.assertEqual(2, out.count(" 2 files, 2 of them new, in "))
        out, err = self.run_example(1, "snapshot_queue", "acme/nothing", "acme/other")
        self.assertIn("acme/other: 2 files, 0 of them new", out)
        self.assertIn("acme/nothing: ", err)

    def test_download_in_cpp(self):
        out, _ = self.run_example(0, "download", "openai-community/gpt2", "*.json")
        self.assertEqual(["config.json"], [p.name for p in Path(out.split("\n")[0]).iterdir()])
        self.assertIn("/config.json\n", out)
        _, err = self.run_example(1, "download", "acme/nothing")
        self.assertIn("HFHUB_E_REPO_NOT_FOUND: ", err)

    def test_loading_at_run_time(self):
        out, _ = self.run_example(0, "dlopen_version_download", "openai-community/gpt2", "config.json", LIBHFHUB=LIBRARY)
        self.assertRegex(out, r"^libhfhub \d+\.\d+\.\d+\n/")
        _, err = self.run_example(1, "dlopen_version_download", LIBHFHUB="/nowhere/libhfhub.so")
        self.assertIn("no downloads here", err)


if __name__ == "__main__":
    unittest.main()
