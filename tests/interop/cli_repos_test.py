"""hf repos beside the Python client's.

The command lines change the Hub, so each client has a local Hub of its own with the same content. Needs HFHUB_LOCALHUB,
HFHUB_HF and PEER_HF. What the two ask of a Hub is compared in repos_test.py.
"""
import fcntl
import os
import pty
import re
import subprocess
import termios
import unittest
from pathlib import Path

from cli_runner import MODES, OURS, PEER, SERVER, LocalHub, Run, environment, text

DATE = 1714564800000  # a fixed date, fixed commit ids


def add_tokens(hub):
    hub.admin("POST", "tokens", {"token": "hf_alice", "user": "alice", "role": "write", "orgs": ["acme"]})
    hub.admin("POST", "tokens", {"token": "hf_reader", "user": "alice", "role": "read", "orgs": ["acme"]})
    hub.admin("POST", "tokens", {"token": "hf_bob", "user": "bob", "role": "write"})
    hub.admin("POST", "tokens", {"token": "hf_carol", "user": "carol", "role": "write", "orgs": ["lab"]})


def fill(hub):
    add_tokens(hub)
    hub.admin("PUT", "repos/model/acme/bert", {"date_ms": DATE})
    for number, files in enumerate(([text("a.txt", "1")], [text("b.txt", "22")], [text("c.txt", "333")])):
        hub.commit("model/acme/bert", files, date_ms=DATE + number * 1000)
    hub.admin("POST", "repos/model/acme/bert/refs", {"kind": "tag", "name": "v1.0", "commit": "main"})
    hub.admin("POST", "repos/model/acme/bert/refs", {"kind": "tag", "name": "old/v0", "commit": "main"})
    hub.admin("POST", "repos/model/acme/bert/refs", {"kind": "branch", "name": "feature/x", "commit": "main"})
    hub.commit("dataset/acme/rows", [text("rows.csv", "a,b\n")], date_ms=DATE)
    for name in ("app", "gone"):
        hub.commit("space/acme/" + name, [text("app.py", "print()\n")], date_ms=DATE)
    hub.commit("model/lab/big", [{"path": "x.bin", "generate": {"kind": "zeros", "seed": 1, "size": 1234567}}], date_ms=DATE)
    hub.commit("model/lab/small", [text("x", "x" * 999)], date_ms=DATE)
    hub.commit("dataset/lab/Table", [text("x", "x" * 1500)], date_ms=DATE)
    hub.admin("PUT", "repos/dataset/lab/Table", {"private": True})
    hub.admin("PUT", "repos/model/lab/empty", {})
    for number in range(35):
        hub.commit("model/alice/m%02d" % number, [text("x", "x" * (500 - number))], date_ms=DATE)


class TwoHubs(unittest.TestCase):
    """A command line on two Hubs that look the same; the endpoints are written as HUB."""

    @classmethod
    def setUpClass(cls):
        if not (OURS and PEER and SERVER):
            raise unittest.SkipTest("HFHUB_HF, PEER_HF or HFHUB_LOCALHUB is not set")
        cls.hubs = {"peer": LocalHub(), "ours": LocalHub()}
        for hub in cls.hubs.values():
            fill(hub)

    @classmethod
    def tearDownClass(cls):
        for hub in cls.hubs.values():
            hub.close()

    def setUp(self):
        for hub in self.hubs.values():
            hub.faults()

    def start(self, side, arguments, stdin, env):
        hub = self.hubs[side]
        folder = hub.scratch / "home"
        folder.mkdir(exist_ok=True)
        env = {"HF_TOKEN": "hf_alice", **env}
        return subprocess.Popen([{"peer": PEER, "ours": OURS}[side], *arguments], cwd=folder,
                                env=environment(hub.endpoint, folder, **env), stdin=stdin,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run_both(self, arguments, answer=None, **env):
        processes = {}
        for side in self.hubs:
            stdin = subprocess.DEVNULL if answer is None else subprocess.PIPE
            processes[side] = self.start(side, arguments, stdin, env)
            if answer is not None:
                processes[side].stdin.write(answer.encode())
                processes[side].stdin.flush()
        runs = []
        for side, process in processes.items():
            run = Run(process, self.hubs[side].scratch / "home")
            run.out = run.out.replace(self.hubs[side].endpoint, "HUB")
            run.err = run.err.replace(self.hubs[side].endpoint, "HUB")
            runs.append(run)
        return runs

    def same(self, *arguments, code=None, answer=None, **env):
        with self.subTest(" ".join(arguments)):
            peer, ours = self.run_both(arguments, answer, **env)
            said = "\n--- the other said\n%s\n--- we said\n%s" % (peer.err, ours.err)
            self.assertEqual(peer.code, ours.code, said)
            self.assertEqual(peer.out, ours.out, said)
            if code is not None:
                self.assertEqual(code, ours.code, said)
            return ours

    def state(self, side):
        """What is on the Hub, as the API tells it."""
        from huggingface_hub import HfApi

        api = HfApi(endpoint=self.hubs[side].endpoint, token="hf_alice")
        out = {}
        for owner in (None, "acme"):
            for repo in api.list_user_repos(owner):
                if repo.type == "bucket":
                    continue
                refs = api.list_repo_refs(repo.id, repo_type=repo.type)
                info = api.repo_info(repo.id, repo_type=repo.type)
                out[repo.type, repo.id] = (repo.visibility, getattr(info, "gated", None), sorted(b.name for b in refs.branches),
                                           sorted(t.name for t in refs.tags),
                                           sorted(f.rfilename for f in info.siblings))
        return out

    def assert_same_state(self):
        self.assertEqual(self.state("peer"), self.state("ours"))


class Create(TwoHubs):
    def test_every_mode(self):
        for number, mode in enumerate(MODES):
            self.same("repos", "create", "made-%d" % number, *mode, code=0)
        self.same("repos", "create", "acme/made", "--type", "dataset", "--json", code=0)
        self.same("repos", "create", "made-0", "-q", code=1)
        self.same("repos", "create", "made-0", "--exist-ok", code=0)
        self.same("repos", "create", "alice/made-0", "--exist-ok", "--json", code=0)
        self.assert_same_state()

    def test_options(self):
        self.same("repos", "create", "acme/private", "--private", code=0)
        self.same("repos", "create", "acme/not-private", "--no-private", code=0)
        self.same("repos", "create", "acme/public", "--public", code=0)
        self.same("repos", "create", "acme/both", "--private", "--public", code=0)
        self.same("repos", "create", "datasets/acme/data", "--region", "eu", "--resource-group-id", "g", code=0)
        self.same("repos", "create", "kernels/acme/kernel", code=0)
        self.same("repos", "create", "spaces/acme/s1", "--sdk", "gradio", "--protected", "--flavor", "t4-medium",
                  "--sleep-time", "60", "-e", "A=b", "-s", "HF_TOKEN", "-v", "hf://acme/bert:/models", code=0)
        self.same("repos", "create", "acme/s2", "--type", "space", "--space-sdk", "static", "--sleep-time", "-1", code=0)
        self.same("repos", "create", "spaces/acme/s3", "--template", "jupyterlab", code=0)
        self.same("repos", "create", "spaces/acme/s4", "--template", "gradio-templates/chatbot", "--public", code=0)
        self.same("repos", "create", "acme/ignored", "--sdk", "nothing", "--flavor", "cpu-basic", code=0)
        self.same("repos", "create", "acme/with-token", "--token", "hf_alice", code=0, HF_TOKEN=None)
        self.assert_same_state()

    def test_refusals(self):
        self.same("repos", "create", "spaces/acme/no-sdk", code=1)
        self.same("repos", "create", "spaces/acme/bad-sdk", "--sdk", "flask", code=1)
        self.same("repos", "create", "spaces/acme/bad-template", "--template", "nothing", code=1)
        self.same("repos", "create", "spaces/acme/other-sdk", "--template", "chatbot", "--sdk", "docker", code=1)
        self.same("repos", "create", "acme/no-space", "--template", "chatbot", code=1)
        self.same("repos", "create", "acme/no-space", "--protected", code=1)
        self.same("repos", "create", "acme/x", "-v", "hf://nonsense", code=1)
        self.same("repos", "create", "acme//x", code=1)
        self.same("repos", "create", "other/x", code=1)
        self.same("repos", "create", "acme/x", code=1, HF_TOKEN="hf_reader")
        self.same("repos", "create", "acme/x", code=1, HF_TOKEN=None)
        self.same("repos", "create", "acme/x", code=1, HF_TOKEN="hf_wrong")
        self.same("repos", "create", "acme/x", "--region", "moon", code=2)
        self.same("repos", "create", "acme/x", "--type", "models", code=2)
        self.same("repos", "create", "acme/x", "--sleep-time", "long", code=2)
        self.same("repos", "create", "spaces/acme/x", "--type", "space", code=2)
        self.same("repos", "create", "acme/x", "extra", code=2)
        self.assert_same_state()


class Change(TwoHubs):
    def test_duplicate(self):
        for number, mode in enumerate(MODES):
            self.same("repos", "duplicate", "acme/bert", "copy-%d" % number, *mode, code=0)
        self.same("repos", "duplicate", "acme/bert", "acme/copy", "--private", code=0)
        self.same("repos", "duplicate", "acme/bert", code=0)
        self.same("repos", "duplicate", "acme/bert", code=1)
        self.same("repos", "duplicate", "acme/bert", "--exist-ok", "--json", code=0)
        self.same("repos", "duplicate", "datasets/acme/rows", "datasets/alice/rows2", code=0)
        self.same("repos", "duplicate", "datasets/acme/rows", "alice/rows3", code=0)
        self.same("repos", "duplicate", "acme/app", "spaces/alice/app", "--protected", "--flavor", "l4x1", code=0)
        self.same("repos", "duplicate", "datasets/acme/rows", "spaces/alice/rows4", code=2)
        self.same("repos", "duplicate", "datasets/acme/rows", "--type", "dataset", code=2)
        self.same("repos", "duplicate", "kernels/acme/k", code=1)
        self.same("repos", "duplicate", "acme/nothing", "alice/x", code=1)
        self.same("repos", "duplicate", "acme/bert", "other/x", code=1)
        self.same("repos", "duplicate", "acme/bert", code=1, HF_TOKEN=None)
        self.assert_same_state()

    def test_move(self):
        self.same("repos", "move", "alice/m00", "acme/n00", code=0)
        self.same("repos", "move", "alice/m01", "alice/n01", "--json", code=0)
        self.same("repos", "move", "alice/m02", "alice/n02", "-q", code=0)
        self.same("repos", "move", "alice/m03", "alice/n03", "--format", "agent", code=0)
        self.same("repos", "move", "datasets/acme/rows", "datasets/acme/rows-2", code=0)
        self.same("repos", "move", "datasets/acme/rows-2", "spaces/acme/rows", code=2)
        self.same("repos", "move", "alice/m04", "acme/bert", code=1)
        self.same("repos", "move", "alice/m04", "other/bert", code=1)
        self.same("repos", "move", "alice/nothing", "alice/x", code=1)
        self.same("repos", "move", "m04", "alice/x", code=1)
        self.same("repos", "move", "alice/m04", "x", code=1)
        self.assert_same_state()

    def test_settings(self):
        for number, mode in enumerate(MODES):
            self.same("repos", "settings", "alice/m1%d" % number, "--gated", "auto", *mode, code=0)
        self.same("repos", "settings", "alice/m10", "--private", code=0)
        self.same("repos", "settings", "alice/m11", "--gated", "manual", "--public", code=0)
        self.same("repos", "settings", "alice/m12", "--gated", "false", code=0)
        self.same("repos", "settings", "spaces/acme/app", "--protected", code=0)
        self.same("repos", "settings", "alice/m10", code=1)
        self.same("repos", "settings", "alice/m10", "--no-private", code=1)
        self.same("repos", "settings", "alice/m10", "--protected", code=1)
        self.same("repos", "settings", "alice/nothing", "--private", code=1)
        self.same("repos", "settings", "acme/bert", "--private", code=1, HF_TOKEN="hf_bob")
        self.same("repos", "settings", "kernels/acme/x", "--private", code=1)
        self.same("repos", "settings", "alice/m10", "--gated", "maybe", code=2)
        self.assert_same_state()

    def test_delete(self):
        for number, mode in enumerate(MODES):
            self.same("repos", "delete", "alice/m2%d" % number, "--yes", *mode, code=0)
            self.same("repos", "delete", "alice/m2%d" % (number + 5), *mode, code=1)
        self.same("repos", "delete", "alice/m20", "-y", code=1)
        self.same("repos", "delete", "alice/m20", "-y", "--missing-ok", "--json", code=0)
        self.same("repos", "delete", "alice/m25", answer="y\n", code=0)
        self.same("repos", "delete", "alice/m26", answer=" YES \n", code=0)
        self.same("repos", "delete", "alice/m27", answer="n\n", code=1)
        self.same("repos", "delete", "alice/m27", answer="\n", code=1)
        self.same("repos", "delete", "alice/m27", answer="what\nno\n", code=1)
        self.same("repos", "delete", "alice/m27", answer="what\n", code=1)
        self.same("repos", "delete", "spaces/acme/gone", "-y", code=0)
        self.same("repos", "delete", "acme/bert", "-y", code=1, HF_TOKEN="hf_bob")
        self.same("repos", "delete", "acme/bert", "-y", "--missing-ok", code=1, HF_TOKEN="hf_bob")
        self.same("repos", "delete", "acme/bert", "--no-yes", code=2)
        self.assert_same_state()


class Refs(TwoHubs):
    def test_branches(self):
        for number, mode in enumerate(MODES):
            self.same("repos", "branch", "create", "acme/bert", "b%d" % number, *mode, code=0)
        self.same("repos", "branch", "create", "acme/bert", "b0", code=1)
        self.same("repos", "branch", "create", "acme/bert", "b0", "--exist-ok", "--json", code=0)
        self.same("repos", "branch", "create", "acme/bert", "dev/x", "--revision", "v1.0", code=0)
        self.same("repos", "branch", "create", "datasets/acme/rows", "dev", code=0)
        self.same("repos", "branch", "create", "acme/bert", "y", "--revision", "nothing", code=1)
        self.same("repos", "branch", "create", "acme/nothing", "y", code=1)
        self.same("repos", "branch", "create", "acme/bert", "refs/pr/1", code=1)
        self.same("repos", "branch", "create", "acme/bert", "b0", "--exist-ok", code=0, HF_TOKEN="hf_bob")
        self.same("repos", "branch", "create", "acme/bert", "y", "--exist-ok", code=1, HF_TOKEN="hf_bob")
        for number, mode in enumerate(MODES):
            self.same("repos", "branch", "delete", "acme/bert", "b%d" % number, *mode, code=0)
        self.same("repos", "branch", "delete", "acme/bert", "b0", code=1)
        self.same("repos", "branch", "delete", "acme/bert", "main", code=1)
        self.assert_same_state()

    def test_tags(self):
        for number, mode in enumerate(MODES):
            self.same("repos", "tag", "create", "acme/bert", "t%d" % number, *mode, code=0)
            self.same("repos", "tag", "list", "acme/bert", *mode, code=0)
        self.same("repos", "tag", "create", "acme/bert", "t0", "-m", "again", code=1)
        self.same("repos", "tag", "ls", "datasets/acme/rows", code=0)
        self.same("repos", "tag", "ls", "datasets/acme/rows", "--json", code=0)
        self.same("repos", "tag", "list", "acme/nothing", code=1)
        self.same("repos", "tag", "create", "acme/bert", "v2/x", "--revision", "feature/x", "--message", "second", code=0)
        self.same("repos", "tag", "create", "acme/bert", "v3", "--revision", "nothing", code=1)
        self.same("repos", "tag", "create", "acme/nothing", "v3", code=1)
        for number, mode in enumerate(MODES):
            self.same("repos", "tag", "delete", "acme/bert", "t%d" % number, *mode, code=1)
            self.same("repos", "tag", "delete", "acme/bert", "t%d" % number, "-y", *mode, code=0)
        self.same("repos", "tag", "delete", "acme/bert", "v2/x", answer="y\n", code=0)
        self.same("repos", "tag", "delete", "acme/bert", "v1.0", answer="N\n", code=1)
        self.same("repos", "tag", "delete", "acme/bert", "v2/x", "--yes", code=1)
        self.same("repos", "tag", "delete", "acme/nothing", "v1.0", "--yes", code=1)
        self.assert_same_state()


class Listing(TwoHubs):
    def test_every_mode(self):
        for mode in MODES:
            self.same("repos", "ls", "--namespace", "lab", *mode, code=0, HF_TOKEN="hf_carol")
            self.same("repos", "ls", "--search", "nothing", *mode, code=0)
        self.same("repos", "list", code=0)

    def test_which(self):
        for arguments in (["--limit", "3"], ["--limit", "0"], ["--limit", "-1"], ["--search", "M0"], ["--type", "model"],
                          ["--type", "dataset"], ["--repo-type", "bucket"], ["--limit", "2", "--search", "m1"]):
            self.same("repos", "ls", *arguments, code=0)
        for arguments in (["--type", "dataset"], ["--search", "TABLE"], ["--type", "space", "--json"]):
            self.same("repos", "ls", "--namespace", "lab", *arguments, code=0, HF_TOKEN="hf_carol")
        self.same("repos", "ls", "--namespace", "lab", code=1)
        self.same("repos", "ls", "--namespace", "nobody", code=1)
        self.same("repos", "ls", code=1, HF_TOKEN=None)
        self.same("repos", "ls", "--type", "kernel", code=2)
        self.same("repos", "ls", "--limit", "many", code=2)

    def test_pages(self):
        for hub in self.hubs.values():
            hub.admin("POST", "settings", {"page_size": 7})
        self.same("repos", "ls", "--limit", "0", "-q", code=0)

    def test_groups(self):
        for arguments in (["repos"], ["repos", "branch"], ["repos", "tag"], ["repos", "nothing"], ["repos", "tag", "nothing"],
                          ["repo", "create", "x"]):
            self.same(*arguments, code=2)
        for arguments in (["repos", "create"], ["repos", "-h"], ["repos", "tag", "--help"], ["repos", "delete", "-h"]):
            peer, ours = self.run_both(arguments)
            self.assertEqual([0, 0], [peer.code, ours.code], arguments)


class OnATerminal(unittest.TestCase):
    def test_interrupted_question(self):
        """Ctrl-C at the question deletes nothing."""
        master, slave = pty.openpty()
        process = subprocess.Popen([OURS, "repos", "delete", "a/b"], stdin=slave, stdout=slave, stderr=slave,
                                   env=environment("http://127.0.0.1:9", "/nonexistent", HF_TOKEN="x"),
                                   start_new_session=True,
                                   preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        seen = b""
        while b"[y/N]" not in seen:
            seen += os.read(master, 1000)
        os.write(master, b"\x03")
        self.assertEqual(130, process.wait(20))
        os.close(master)


class Documents(unittest.TestCase):
    def test_pages(self):
        root = Path(os.environ.get("HFHUB_SOURCE_DIR", Path(__file__).parents[2]))
        manual = (root / "docs/hf.1").read_text().replace("\\-", "-")
        page = (root / "docs/CLI.md").read_text()
        for command in ("list", "create", "duplicate", "delete", "move", "settings", "branch create", "branch delete",
                        "tag create", "tag list", "tag delete"):
            out = subprocess.run([OURS, "repos", *command.split(), "--help"], stdout=subprocess.PIPE, check=True)
            for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", out.stdout.decode().split("Examples:")[0])):
                if not option.startswith("--no-") or option == "--no-truncate":
                    self.assertIn(option, manual, command)
                    self.assertIn("`" + option, page, command)
            self.assertIn("hf repos " + command, page)
            self.assertIn("hf repos " + command, manual)


if __name__ == "__main__":
    unittest.main()
