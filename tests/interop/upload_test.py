"""hf upload beside the reference clients: what ours uploads they read back, and what they say to the Hub ours says, too."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from hub_fixture import (HubTest, NODE_DIR, PEER_PYTHON, clean_environment, contents, finish, ours, peer, start)

TOKEN = "hf_interopUpload00000000000000000000"
XET = {"HF_HUB_DISABLE_XET": None}

PYTHON_PROLOGUE = """
import json, sys
from huggingface_hub import HfApi, CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, snapshot_download
api = HfApi()
"""


def noise(size, seed):
    return random.Random(seed).randbytes(size)


class Upload(HubTest):
    server_options = ()

    @classmethod
    def fill_hub(cls):
        cls.hub.admin("POST", "tokens", {"token": TOKEN, "user": "acme", "role": "write"})

    def setUp(self):
        super().setUp()
        self.hub.settings(xet_enabled=True)

    # ---- programs
    def environment(self, xet=True, **more):
        home = self.folder / more.pop("name", "home")
        values = {"NO_COLOR": "1", "HF_TOKEN": TOKEN, "HF_HOME": home / "hf", "HF_XET_CACHE": home / "xet", "home": home}
        if xet:
            values["HF_HUB_DISABLE_XET"] = None
        values.update(more)
        return values

    def ours(self, *words, **more):
        return ours(self.hub, *words, **self.environment(**more))

    def peer(self, *words, **more):
        return peer(self.hub, *words, **self.environment(name="peer", **more))

    def python(self, code, *words, xet=True):
        values = self.environment(name="python", xet=xet)
        home = values.pop("home")
        run = subprocess.run([PEER_PYTHON, "-c", PYTHON_PROLOGUE + code, *map(str, words)], text=True, capture_output=True,
                             env=clean_environment(self.hub, home, **values), timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def make(self, files, name="up"):
        folder = self.folder / name
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    def read_back(self, repo, kind="model"):
        """By the Python client, with Xet and into a fresh cache."""
        out = self.python("print(snapshot_download(sys.argv[1], repo_type=sys.argv[2], cache_dir=sys.argv[3]))", repo, kind,
                          self.folder / f"read{time.monotonic_ns()}")
        return {name: data for name, data in contents(out.strip().splitlines()[-1]).items() if name != ".gitattributes"}

    def commits(self, repo):
        out = self.python("print(json.dumps([c.title for c in api.list_repo_commits(sys.argv[1])]))", repo)
        return json.loads(out.strip().splitlines()[-1])

    def bodies(self, since, part):
        entries = self.hub.admin("GET", f"bodies?since={since}")["bodies"]
        return [entry for entry in entries if part in entry["path"]]

    def body_mark(self):
        return self.hub.admin("GET", "bodies?since=999999999")["next"]


FILES = {
    "README.md": "---\nlicense: mit\n---\n# Hi\n",
    "config.json": '{"a": 1}',
    "weights.safetensors": noise(3_000_000, 1),
    "sub/é ü.bin": noise(200_000, 2),
    "sub/empty.txt": "",
    'sub/"quoted" name.txt': "q",
    "big.txt": "line of text\n" * 10_000,
}


class ReadBack(Upload):
    def test_folder_by_xet_and_by_lfs(self):
        for xet in (True, False):
            self.hub.settings(xet_enabled=xet)
            repo = f"acme/folder-{xet}"
            folder = self.make(FILES, f"up-{xet}")
            run = self.ours("upload", repo, folder, name=f"home-{xet}").ok()
            self.assertRegex(run.stdout, r"✓ Uploaded\n  url: http://\S+/acme/folder-(True|False)/commit/[0-9a-f]{40}\n")
            back = self.read_back(repo)
            self.assertEqual({name: data if isinstance(data, bytes) else data.encode() for name, data in FILES.items()},
                             back)

    def test_npm_reads_it(self):
        folder = self.make(FILES)
        self.ours("upload", "acme/npm", folder).ok()
        for name in ("config.json", "weights.safetensors"):
            request = {"call": "download", "hubUrl": self.hub.endpoint, "repo": {"type": "model", "name": "acme/npm"},
                       "path": name, "accessToken": TOKEN}
            calls = Path(__file__).with_name("npm_calls.mjs")
            run = subprocess.run(["node", str(calls), NODE_DIR, json.dumps(request)], text=True, capture_output=True,
                                 env=clean_environment(self.hub, self.folder), timeout=120)
            self.assertEqual(run.returncode, 0, run.stderr)
            answer = json.loads(run.stdout.strip().splitlines()[-1])["answer"]
            self.assertEqual(answer["size"], len(FILES[name]))

    def test_git_reads_it(self):
        folder = self.make({"a.txt": "a", "sub/b.txt": "b"})
        self.ours("upload", "acme/git", folder).ok()
        clone = self.folder / "clone"
        subprocess.run(["git", "clone", "-q", f"{self.hub.endpoint}/acme/git", str(clone)], check=True,
                       env=clean_environment(self.hub, self.folder, GIT_LFS_SKIP_SMUDGE="1"), timeout=60)
        self.assertEqual((clone / "sub/b.txt").read_text(), "b")

    def test_what_python_uploaded_ours_reads(self):
        folder = self.make(FILES)
        self.python("api.create_repo('acme/theirs'); api.upload_folder(repo_id='acme/theirs', folder_path=sys.argv[1])",
                    folder)
        run = self.ours("download", "acme/theirs", "--quiet").ok()
        back = {name: data for name, data in contents(run.path).items() if name != ".gitattributes"}
        self.assertEqual({name: data if isinstance(data, bytes) else data.encode() for name, data in FILES.items()}, back)
        again = self.ours("upload", "acme/theirs", folder).ok()  # nothing to do
        self.assertEqual(self.commits("acme/theirs")[0], "Upload folder using huggingface_hub")
        self.assertIn("/commit/", again.stdout)

    def test_stdin_pattern_and_single_file(self):
        folder = self.make({"one.txt": "1", "two.txt": "2", "three.md": "3"})
        self.ours("upload", "acme/ways", "*.txt", cwd=folder).ok()
        self.ours("upload", "acme/ways", "three.md", "docs/3.md", cwd=folder).ok()
        values = self.environment()
        process = subprocess.Popen([os.environ["HFHUB_HF"], "upload", "acme/ways", "-", "piped.bin"],
                                   stdin=subprocess.PIPE, env=clean_environment(self.hub, values.pop("home"), **values))
        process.communicate(noise(2_000_000, 3), timeout=60)
        self.assertEqual(process.returncode, 0)
        back = self.read_back("acme/ways")
        self.assertEqual(back["piped.bin"], noise(2_000_000, 3))
        del back["piped.bin"]
        self.assertEqual(back, {"one.txt": b"1", "two.txt": b"2", "docs/3.md": b"3"})

    def test_branch_pull_request_dataset_and_deletion(self):
        folder = self.make({"a.txt": "1", "b.log": "2"})
        self.ours("upload", "acme/rows", folder, "--repo-type", "dataset").ok()
        self.ours("upload", "acme/rows", folder, "data", "--type=dataset", "--delete", "*.log", "--revision", "dev").ok()
        run = self.ours("upload", "datasets/acme/rows", folder, "pr", "--create-pr").ok()
        self.assertIn("/discussions/1", run.stderr)
        self.ours("upload", "acme/rows", folder, "--exclude", "*.log", "--delete", "*.log", "--repo-type=dataset").ok()
        self.assertEqual(set(self.read_back("acme/rows", "dataset")), {"a.txt"})
        out = self.python("print(json.dumps(sorted(api.list_repo_files('acme/rows', repo_type='dataset', revision=sys.argv[1]))))",
                          "dev")
        self.assertEqual([n for n in json.loads(out) if n != ".gitattributes"], ["a.txt", "b.log", "data/a.txt", "data/b.log"])


class SameRequests(Upload):
    """What both clients send for the same operations, as the Hub recorded it."""

    OPERATIONS = """
ops = [CommitOperationDelete('gone.txt'), CommitOperationDelete('old/'),
       CommitOperationAdd('a "b" é.txt', b'text\\n'), CommitOperationAdd('empty', b''),
       CommitOperationAdd('w.bin', open(sys.argv[2], 'rb').read()), CommitOperationCopy('keep.txt', 'copy.txt')]
api.create_commit(sys.argv[1], ops, commit_message='Message é', commit_description='more "words"')
"""

    def test_commit_and_preupload_bodies(self):
        files = self.make({"w.bin": noise(100_000, 4), "t": "text\n", "empty": ""})
        start_files = [{"path": p, "text": p} for p in ("gone.txt", "old/x", "keep.txt")]
        recorded = {}
        for who in ("theirs", "ours"):
            repo = f"acme/same-{who}"
            self.hub.commit(f"model/{repo}", start_files)
            mark = self.body_mark()
            if who == "theirs":
                self.python(self.OPERATIONS, repo, files / "w.bin")
            else:
                self.run_ours(repo, files)
            recorded[who] = {part: [self.parse(entry) for entry in self.bodies(mark, part)]
                             for part in ("/preupload/", "/commit/")}
        self.assertEqual(recorded["theirs"], recorded["ours"])
        self.assertEqual(len(recorded["ours"]["/commit/"]), 1)

    def run_ours(self, repo, files):
        program = Path(os.environ["HFHUB_HF"]).with_name("commit_tool")
        values = self.environment(name="tool")
        run = subprocess.run([str(program), repo, str(files / "w.bin")], text=True, capture_output=True, timeout=60,
                             env=clean_environment(self.hub, values.pop("home"), **values))
        self.assertEqual(run.returncode, 0, run.stderr)

    @staticmethod
    def parse(entry):
        body = entry["body"]
        if entry["content_type"] == "application/x-ndjson":
            return [json.loads(line) for line in body.splitlines()]
        return json.loads(body)


class Resume(Upload):
    def moved(self, since):
        """Bytes of xorbs that arrived; a transfer that was cut in the middle counts as half."""
        total = 0
        for entry in self.hub.log(since):
            if entry["method"] in ("PUT", "POST") and ("/xorbs/" in entry["path"] or "/uploads/" in entry["path"]):
                size = int(entry["headers"].get("content-length", 0))
                total += size if entry["status"] in (200, 201) else size // 2
        return total

    def test_killed_at_random_times_it_ends_the_same(self):
        """A kill and a second run, again and again, each with content that nobody has seen."""
        texts = {f"t{i}.txt": f"text {i}" for i in range(20)}
        sizes = (150_000_000, 30_000_000, 10_000_000, 10_000_000)
        luck = random.Random(7)
        mark, size, taken = self.hub.mark(), 0, None
        for trial in range(int(os.environ.get("HFHUB_KILLS", "4"))):
            files = {f"w{i}.bin": noise(n, 1000 * trial + i) for i, n in enumerate(sizes)} | texts
            folder = self.make(files, f"kill{trial}")
            size += sum(sizes)
            repo = f"acme/kill{trial}"
            begun = time.monotonic()
            process = start(os.environ["HFHUB_HF"], self.hub, "upload", repo, folder, **self.environment())
            if taken is not None:
                time.sleep(luck.uniform(0.02, taken))
                process.send_signal(signal.SIGKILL)
            process.communicate()
            taken = taken or time.monotonic() - begun  # the first is left alone, and tells how long one takes
            self.ours("upload", repo, folder).ok()
            self.assertEqual(self.read_back(repo), {n: d if isinstance(d, bytes) else d.encode() for n, d in files.items()})
            self.assertEqual(self.commits(repo).count("Upload folder using hfhub"), 1)
            shutil.rmtree(folder)
        print(f"moved {self.moved(mark) / size:.3f} of the content", file=sys.stderr)
        self.assertLessEqual(self.moved(mark), 1.10 * size)

    def test_receipts_of_eight_processes_one_of_them_killed(self):
        self.ours("repos", "create", "acme/spread").ok()
        workers = []
        for i in range(8):
            folder = self.make({f"part{i}.bin": noise(2_000_000, 50 + i), f"note{i}.txt": f"note {i}"}, f"part{i}")
            workers.append((folder, self.folder / f"{i}.jsonl"))
        def begin(i):
            folder, receipts = workers[i]
            return start(os.environ["HFHUB_HF"], self.hub, "upload", "acme/spread", folder, "--receipts", receipts,
                         **self.environment(name=f"worker{i}"))
        processes = [begin(i) for i in range(8)]
        time.sleep(0.1)
        processes[3].send_signal(signal.SIGKILL)
        for i, process in enumerate(processes):
            run = finish(process)
            if i != 3:
                run.ok()
        finish(begin(3)).ok()
        self.assertEqual(len(self.commits("acme/spread")), 1)
        self.ours("upload", "acme/spread", "--from-receipts", *[w for r in workers for w in (r[1], "--from-receipts")][:-1],
                  "--commit-message", "All parts", name="driver").ok()
        self.assertEqual(self.commits("acme/spread")[0], "All parts")
        expected = {f"part{i}.bin": noise(2_000_000, 50 + i) for i in range(8)}
        expected |= {f"note{i}.txt": f"note {i}".encode() for i in range(8)}
        self.assertEqual(self.read_back("acme/spread"), expected)

    def test_ctrl_c_says_how_to_go_on(self):
        folder = self.make({"w.bin": noise(30_000_000, 5)})
        self.hub.fault({"delay_ms": 3000}, times=0, skip=2, origin="cas")
        process = start(os.environ["HFHUB_HF"], self.hub, "upload", "acme/stop", folder, **self.environment())
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        run = finish(process)
        self.assertEqual(run.code, 130, run.describe())
        self.assertIn("run the same command again", run.stderr)
        self.hub.forget_faults()
        self.ours("upload", "acme/stop", folder).ok()
        self.assertEqual(self.read_back("acme/stop")["w.bin"], noise(30_000_000, 5))

    def test_every(self):
        folder = self.make({"log.txt": "1\n"})
        mark = self.hub.mark()
        process = start(os.environ["HFHUB_HF"], self.hub, "upload", "acme/every", folder, "--every", "60",
                        **self.environment())
        for _ in range(100):
            time.sleep(0.1)
            if any("/acme/every/commit/" in r for r in self.hub.requests(mark)):
                break
        with open(folder / "log.txt", "a") as log:
            log.write("2\n")
        process.send_signal(signal.SIGINT)
        run = finish(process)
        self.assertEqual(run.code, 0, run.describe())
        self.assertIn("Scheduling commits every 60.0 minutes to acme/every.", run.stdout)
        self.assertEqual(self.read_back("acme/every"), {"log.txt": b"1\n2\n"})


class Words(Upload):
    """stdout and exit codes beside the Python client's."""

    def same(self, *words, code, cwd=None):
        out = {}
        for who, run in (("theirs", self.peer), ("ours", self.ours)):
            done = run(*[w.replace("WHO", who) for w in words], cwd=cwd)
            out[who] = (done.code, done.stdout.replace(who, "WHO"), done)
        self.assertEqual(out["theirs"][0], code, out["theirs"][2].describe())
        self.assertEqual(out["theirs"][0], out["ours"][0], out["ours"][2].describe())
        mask = lambda text: re.sub(r"[0-9a-f]{40}", "COMMIT", text)
        self.assertEqual(mask(out["theirs"][1]), mask(out["ours"][1]))

    def test_modes(self):
        folder = self.make({"a.txt": "a", "b.bin": noise(100_000, 6)})
        for i, mode in enumerate(([], ["--json"], ["--quiet"], ["--format", "agent"])):
            self.same("upload", f"acme/WHO-modes{i}", str(folder), *mode, code=0)
            self.same("upload", f"acme/WHO-modes{i}", str(folder / "a.txt"), "x.txt", *mode, code=0)
            self.same("upload", f"acme/WHO-modes{i}", str(folder), *mode, code=0)  # nothing new

    def test_mistakes(self):
        folder = self.make({"a.txt": "a"})
        self.same("upload", "acme/WHO-no", str(folder / "missing"), code=1)
        self.same("upload", "acme/WHO-no", code=1)
        self.same("upload", "acme/WHO-no", "*.txt", "sub", code=1, cwd=folder)
        self.same("upload", "acme/WHO-no", "*.txt", "--include", "x", code=1, cwd=folder)
        self.same("upload", "acme/WHO-no", ".", "--every", "0", code=2, cwd=folder)
        self.same("upload", "acme/WHO-no", ".", "--nonsense", code=2, cwd=folder)
        self.same("upload", "hf://models/acme/WHO-no", ".", "--type", "model", code=1, cwd=folder)
        self.same("upload", "acme/WHO-no", ".", "--create-pr", "--revision", "dev", code=1, cwd=folder)


if __name__ == "__main__":
    unittest.main()
