"""hf beside the Python client's hf: the same command lines on the same local Hub give the same stdout and exit code.

Needs HFHUB_LOCALHUB, HFHUB_HF and PEER_HF, the paths of three programs. Help texts and stderr are our own.
"""
import json
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

import cli_runner
from cli_runner import MODES, OURS, Pair, environment

SPELLINGS = (["--format", "human"], ["--format=quiet"], ["--quiet"], ["--format", "json"], ["--format=auto"])

setUpModule = cli_runner.set_up
tearDownModule = cli_runner.tear_down


class Download(Pair):
    def test_snapshot_in_every_mode(self):
        for mode in MODES:
            self.same("download", "acme/bert", *mode, code=0)
        self.assertEqual(self.files("peer", "home/hub/models--acme--bert/snapshots"),
                         self.files("ours", "home/hub/models--acme--bert/snapshots"))

    def test_one_file_in_every_mode(self):
        for mode in MODES + SPELLINGS:
            self.same("download", *mode, "acme/bert", "data/sub/b c.txt", code=0)
        self.same("download", "acme/bert", "é/ünï.txt", "--json", code=0)
        self.same("download", "gpt2", "config.json", code=0)

    def test_colours(self):
        for value in ("1", "", None):
            self.same("download", "acme/bert", "config.json", code=0, NO_COLOR=value)

    def test_agents(self):
        registry = {"standardEnvVars": ["AI_AGENT", "AGENT"], "harnesses": {}}
        (self.sides["peer"] / "home").mkdir(parents=True)
        (self.sides["peer"] / "home/.agent_harnesses.json").write_text(json.dumps(registry))
        self.same("download", "acme/bert", "config.json", code=0, AI_AGENT="some")
        self.same("download", "acme/bert", "config.json", "--format", "human", code=0, AGENT="some")
        self.same("download", "acme/bert", "config.json", "--json", code=0, AGENT="some")
        self.same("download", "acme/bert", "config.json", "--format", "auto", code=0, AGENT=" ")

    def test_which_files(self):
        for arguments in (["config.json", "README.md"], ["data/"], ["data/", "config.json"], ["data//"],
                          ["--include", "*.json"], ["--include", "*.json", "--include=*.md"], ["--exclude", "data/*"],
                          ["--include", "data/*", "--exclude", "*/sub/*"], ["--include", "nothing*"],
                          ["config.json", "--include", "*.md"], ["--", "config.json"], ["nothing", "README.md"]):
            self.same("download", "acme/bert", *arguments, code=0)
            self.assertEqual(self.files("peer", "home/hub/models--acme--bert/snapshots"),
                             self.files("ours", "home/hub/models--acme--bert/snapshots"), arguments)
            for side in self.sides.values():
                shutil.rmtree(side)

    def test_revisions(self):
        for revision in ("main", "v1.0", "feature/x", "refs/pr/1", self.commits["v1"], self.commits["main"]):
            self.same("download", "acme/bert", "config.json", "--revision", revision, code=0)
            self.same("download", "acme/bert", "--revision=" + revision, "--revision", revision, code=0)

    def test_types(self):
        self.same("download", "acme/rows", "--repo-type", "dataset", code=0)
        self.same("download", "acme/rows", "--type=dataset", "README.md", code=0)
        self.same("download", "datasets/acme/rows", "data/", code=0)
        self.same("download", "spaces/acme/app", "app.py", code=0)
        self.same("download", "models/acme/bert", "config.json", code=0)

    def test_uris(self):
        for uri in ("hf://acme/bert", "hf://models/acme/bert/config.json", "hf://datasets/acme/rows",
                    "hf://datasets/acme/rows/data/", "hf://acme/bert@v1.0/config.json", "hf://acme/bert@refs/pr/1/data/",
                    "hf://acme/bert@feature%2Fx/config.json", "hf://spaces/acme/app@main", "hf://acme/bert/"):
            self.same("download", uri, code=0)
        self.same("download", "hf://acme/bert", "config.json", code=0)

    def test_bad_uris(self):
        self.same("download", "hf://acme/bert", "--type", "model", code=1)
        self.same("download", "hf://acme/bert", "--revision", "main", code=1)
        self.same("download", "hf://acme/bert/config.json", "README.md", code=1)
        for uri in ("hf://gpt2", "hf://", "hf://dataset/acme/rows", "hf://buckets/acme/x", "hf://acme/bert@", "hf://a//b"):
            self.same("download", uri, code=1)

    def test_local_dir(self):
        self.same("download", "acme/bert", "--local-dir", "here", code=0)
        self.same("download", "acme/bert", "config.json", "--local-dir", "./other/../there/", code=0)
        self.same("download", "acme/bert", "data/", "--local-dir", "part", "--json", code=0)
        self.assertEqual(self.files("peer", "here"), self.files("ours", "here"))
        self.assertEqual(self.files("peer", "there"), self.files("ours", "there"))
        self.assertEqual(self.files("peer", "part"), self.files("ours", "part"))

    def test_cache_dir(self):
        self.same("download", "acme/bert", "--cache-dir", "cache", code=0)
        self.same("download", "acme/bert", "config.json", "--cache-dir=./cache/", code=0)
        self.same("download", "acme/bert", "--cache-dir", "~/cache", "--json", code=0, HOME=str(self.folder / "someone"))

    def test_again_forced_and_offline(self):
        self.same("download", "acme/bert", code=0)
        self.same("download", "acme/bert", code=0)
        self.same("download", "acme/bert", "--force-download", code=0)
        self.same("download", "acme/bert", "--no-force-download", "--max-workers", "2", code=0)
        self.same("download", "acme/bert", code=0, HF_HUB_OFFLINE="1")
        self.same("download", "acme/bert", "config.json", code=0, HF_HUB_OFFLINE="1")
        self.same("download", "acme/bert", "nothing.json", code=1, HF_HUB_OFFLINE="1")
        self.same("download", "acme/rows", "--type", "dataset", code=1, HF_HUB_OFFLINE="1")


class DryRun(Pair):
    def test_every_mode(self):
        for mode in MODES:
            self.same("download", "acme/bert", "--dry-run", *mode, code=0)
            self.same("download", "acme/bert", "config.json", "--dry-run", *mode, code=0)
        for mode in ([], ["--json"]):
            self.same("download", "acme/bert", "--include", "nothing*", "--dry-run", *mode, code=0)

    def test_what_is_here(self):
        self.same("download", "acme/bert", "config.json", code=0)
        self.same("download", "acme/bert", "--dry-run", code=0)
        self.same("download", "acme/bert", "config.json", "--dry-run", code=0)
        self.same("download", "acme/bert", "config.json", "--dry-run", "--force-download", code=0)
        self.same("download", "acme/bert", "--dry-run", "--revision", "v1.0", "--json", code=0)
        self.same("download", "acme/bert", "--dry-run", "--no-dry-run", code=0)

    def test_local_dir(self):
        self.same("download", "acme/bert", "--local-dir", "here", "--dry-run", code=0)
        self.same("download", "acme/bert", "data/", "--local-dir", "here", code=0)
        self.same("download", "acme/bert", "--local-dir", "here", "--dry-run", code=0)
        self.assertEqual(self.files("peer", "here/data"), self.files("ours", "here/data"))


class Refusals(Pair):
    def test_access(self):
        self.same("download", "acme/nothing", code=1)
        self.same("download", "acme/nothing", "config.json", code=1)
        self.same("download", "acme/nothing", "config.json", code=1, HF_TOKEN="hf_bob")
        self.same("download", "acme/secret", "config.json", code=1)
        self.same("download", "acme/secret", "config.json", code=1, HF_TOKEN="hf_bob")
        self.same("download", "acme/secret", "config.json", code=1, HF_TOKEN="hf_wrong")
        self.same("download", "acme/secret", "config.json", code=0, HF_TOKEN="hf_alice")
        self.same("download", "acme/secret", "config.json", "--token", "hf_alice", code=0)
        self.same("download", "acme/gated", "config.json", code=1)
        self.same("download", "acme/gated", code=1, HF_TOKEN="hf_bob")
        self.same("download", "acme/closed", code=1)

    def test_missing(self):
        self.same("download", "acme/bert", "nothing.json", code=1)
        self.same("download", "acme/bert", "--revision", "nothing", code=1)
        self.same("download", "acme/bert", "config.json", "--revision", "nothing", code=1)
        self.same("download", "acme/bert", "--revision", "0" * 40, code=1)

    def test_arguments(self):
        self.same("download", "acme//bert", code=1)
        self.same("download", "a/b/c", code=1)
        self.same("download", "acme/bert", "../x", code=1)
        self.same("download", "acme/bert", "--local-dir", "x", "--cache-dir", "y", code=1)
        self.same("download", "acme/bert", "data/", "--include", "x", code=1)
        self.same("download", "acme/bert", "data/", "--exclude", "x", code=1)
        self.same("download", "acme/bert", "--max-workers", "0", code=1)

    def test_usage(self):
        for arguments in (["--nothing"], ["--max-workers"], ["--max-workers", "many"], ["--type", "models"],
                          ["--json", "-q"], ["--format", "json", "--json"], ["--format", "xml"], ["--format"],
                          ["--dry-run=1"], ["--no-truncate=1"], ["--revision"]):
            self.same("download", "acme/bert", *arguments, code=2)
        self.same("download", "datasets/acme/rows", "--type", "dataset", code=2)
        self.same("version", "extra", code=2)
        self.same("env", "--nothing", code=2)

    def test_commands(self):
        self.same("versoin", code=2)
        self.same("cache", "nothing", code=2)
        self.same("cache", "--nothing", code=2)
        self.same("--nothing", code=2)
        self.same("cache", code=2)
        self.same(code=2)

    def test_help_exit_codes(self):
        for arguments in (["--help"], ["-h"], ["download"], ["download", "--json"], ["download", "-h"], ["cache", "-h"],
                          ["cache", "verify"], ["cache", "ls", "--help"], ["download", "x", "--max-workers", "a", "-h"]):
            peer, ours = self.run_both(arguments)
            self.assertEqual([0, 0], [peer.code, ours.code], arguments)
            self.assertTrue(ours.out.startswith("Usage: hf"), arguments)


class Messages(Pair):
    """stderr is our own, but it must say what happened and what to do."""

    def said(self, *arguments, **env):
        run = cli_runner.Run(cli_runner.start(OURS, arguments, self.sides["ours"],
                                              environment(self.hub.endpoint, self.sides["ours"] / "home", **env)),
                             self.sides["ours"])
        return re.sub(r"\x1b\[[0-9;]*m", "", run.err)

    def test_errors(self):
        for arguments, env, wanted in (
            (["acme/nothing"], {}, ["Error: Model 'acme/nothing' not found.", "Hint: check the name", "HF_TOKEN"]),
            (["datasets/acme/nothing"], {}, ["Error: Dataset 'acme/nothing' not found."]),
            (["acme/gated", "config.json"], {}, ["Error: Access denied. Model 'acme/gated' requires approval.",
                                                 "Hint: ask for access on " + self.hub.endpoint + "/acme/gated"]),
            (["acme/bert", "--revision", "x"], {}, ["Error: Revision not found in model 'acme/bert'.", "Hint: check --revision"]),
            (["acme/bert", "x.bin"], {}, ["Error: File not found in model 'acme/bert'.", "--dry-run` lists the files"]),
            (["acme/bert", "x.bin"], {"HF_HUB_OFFLINE": "1"}, ["Error: Local entry not found.", "Hint: "]),
            (["hf://gpt2"], {}, ["Error: Invalid HF URI: hf://gpt2."]),
            (["acme/bert", "config.json", "--token", "hf_alice"], {}, ["Warning: `--token <value>` leaves your token"]),
            (["acme/bert", "config.json", "--include", "x"], {}, ["Warning: Ignoring `--include`"]),
        ):
            said = self.said("download", *arguments, **env)
            for part in wanted:
                self.assertIn(part, said, arguments)

    def test_suggestions(self):
        self.assertIn("Did you mean 'download'?", self.said("donwload"))
        self.assertIn("Did you mean '--revision'?", self.said("download", "a/b", "--revison", "x"))

    def test_quiet_has_no_hints_and_a_secret_stays_one(self):
        self.assertNotIn("Hint", self.said("download", "acme/nothing", "-q"))
        self.assertNotIn("hf_alice", self.said("download", "acme/nothing", "--token", "hf_alice", HF_DEBUG="1"))

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            process = subprocess.run([OURS, "version"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(1, process.returncode)
        self.assertIn(b"Cannot write to the standard output", process.stderr)


class System(Pair):
    def test_version(self):
        for mode in MODES:
            peer, ours = self.run_both(["version", *mode])
            self.assertEqual(0, ours.code)
            self.assertEqual(re.sub(r"\d+\.\d+\.\d+\S*(?<![\"}])", "N", peer.out), re.sub(r"\d+\.\d+\.\d+", "N", ours.out))
        peer, ours = self.run_both(["--version"])
        self.assertRegex(ours.out, r"^\d+\.\d+\.\d+\n$")
        self.assertEqual(ours.out, self.run_both(["-v"])[1].out)

    def test_env(self):
        ours = self.run_both(["env", "--json"], HF_TOKEN="hf_alice", HTTPS_PROXY="http://me:pass@proxy.example:1")[1]
        self.assertEqual(0, ours.code)
        self.assertIn("- Has a token: yes\n", ours.out)
        self.assertIn("- Endpoint: " + self.hub.endpoint, ours.out)
        self.assertIn("http://***@proxy.example:1", ours.out)
        self.assertNotIn("hf_alice", ours.out)
        self.assertNotIn("pass", ours.out)


class Documents(unittest.TestCase):
    """Every command and option is in the man page and in docs/CLI.md."""

    def test_pages(self):
        root = Path(os.environ.get("HFHUB_SOURCE_DIR", Path(__file__).parents[2]))
        manual = (root / "docs/hf.1").read_text().replace("\\-", "-")
        page = (root / "docs/CLI.md").read_text()
        for command in ("auth list", "auth login", "auth logout", "auth switch", "auth token", "auth whoami", "download",
                        "cache list", "cache verify", "env", "version"):
            out = subprocess.run([OURS, *command.split(), "--help"], stdout=subprocess.PIPE, check=True).stdout.decode()
            for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", out.split("Examples:")[0])):
                if not option.startswith("--no-") or option == "--no-truncate":
                    self.assertIn(option, manual, command)
                    self.assertIn("`" + option, page, command)
            self.assertIn("hf " + command, page)
            self.assertIn("hf " + command, manual)


if __name__ == "__main__":
    unittest.main()
