"""Logging in beside the Python client: the same commands say and keep the same, files cross over byte for byte, and the
local Hub's login is one that the Python client takes part in.

Needs HFHUB_LOCALHUB, HFHUB_HF and PEER_HF.
"""
import os
import re
import stat
import subprocess
import threading
import time
import unittest
from pathlib import Path

import cli_runner
from cli_runner import MODES, OURS, PEER, Pair, Run, environment, start
from cli_terminal_test import Terminal

ALICE = "hf_AliceAliceAliceAliceAliceAlice1234"
BOB = "hf_BobBobBobBobBobBobBobBobBobBob5678"
FINE = "hf_FineFineFineFineFineFineFine9012"
PEER_PYTHON = os.path.join(os.path.dirname(PEER), "python")
CODE = re.compile(r"[B-Z]{4}-[B-Z]{4}")

tearDownModule = cli_runner.tear_down


def setUpModule():
    cli_runner.set_up()
    for token in ({"token": ALICE, "user": "alice", "orgs": ["acme", "lab"], "name": "work"},
                  {"token": BOB, "user": "bob", "role": "read", "name": "naïve [name] = x"},
                  {"token": FINE, "user": "alice", "kind": "fineGrained", "name": "ci", "fineGrained": {"global": []}}):
        Pair.hub.admin("POST", "tokens", token)


class AuthPair(Pair):
    def setUp(self):
        super().setUp()
        self.folder.mkdir(parents=True)
        self.oauth(interval_s=1, lifetime_s=900, token_lifetime_s=30 * 86400, rotate=True, refreshable=True,
                   auto_approve="", complete_url=True)

    def oauth(self, **settings):
        return self.hub.admin("POST", "oauth", settings)

    def home(self, side, name):
        return self.sides[side] / "home" / name

    def git(self, side, helper=True):
        """A configuration of git's own, in which a helper keeps what it is given in a file."""
        self.sides[side].mkdir(parents=True, exist_ok=True)
        config = self.sides[side] / "gitconfig"
        config.write_text("[credential]\n\thelper = store --file %s\n" % (self.sides[side] / "credentials") if helper else "")
        return {"GIT_CONFIG_GLOBAL": str(config), "GIT_CONFIG_NOSYSTEM": "1"}

    def same_files(self):
        """Both have the same token files, with the same modes."""
        for name in ("token", "stored_tokens"):
            facts = []
            for side in ("peer", "ours"):
                path = self.home(side, name)
                facts.append((path.read_bytes(), stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode))
                             if path.exists() else None)
            self.assertEqual(facts[0], facts[1], name)

    def one(self, side, *arguments, home=None, **env):
        program = {"peer": PEER, "ours": OURS}[side]
        env = environment(self.hub.endpoint, home or self.sides[side] / "home", **env)
        return Run(start(program, arguments, self.sides[side], env), self.sides[side])

    def peer_python(self, code, home, **env):
        done = subprocess.run([PEER_PYTHON, "-B", "-c", code], env=environment(self.hub.endpoint, home, **env), timeout=60,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class Commands(AuthPair):
    def test_not_logged_in(self):
        for mode in MODES:
            for words in (["whoami"], ["token"]):
                self.same("auth", *words, *mode, code=1)
            for words in (["list"], ["ls"], ["switch"], ["logout"], ["logout", "--token-name", "x"]):
                self.same("auth", *words, *mode, code=0, **self.git("ours", False))
            self.same("auth", "switch", "--token-name", "x", *mode, code=1)

    def test_login_with_a_token(self):
        for mode in MODES:
            for token in (ALICE, BOB, FINE):
                self.same("auth", "login", "--token", token, *mode, code=0)
                self.same_files()
            for words in (["list"], ["token"], ["whoami"]):
                self.same("auth", *words, *mode, code=0)
        self.same("auth", "whoami", code=0, NO_COLOR="1")
        self.same("auth", "login", "--token", ALICE, "--force", "--no-add-to-git-credential", code=0)
        self.same("auth", "login", code=0)  # somebody is logged in already
        self.same("auth", "login", "--format", "agent", code=0)
        self.same_files()

    def test_refusals(self):
        self.same("auth", "login", "--token", "hf_nobody", code=1)
        self.same("auth", "login", "--token", "api_org_x", code=1)
        self.same("auth", "login", "--json", code=1)
        self.same("auth", "login", "-q", code=1)
        self.same("auth", "login", "--nothing", code=2)
        self.same("auth", "nothing", code=2)
        self.same("auth", code=2)
        self.same("auth", "whoami", code=1, HF_TOKEN="hf_wrong")
        self.assertFalse(self.home("ours", "token").exists())

    def test_a_name_that_cannot_be_kept(self):
        self.hub.admin("POST", "tokens", {"token": "hf_default", "user": "bob", "name": "DEFAULT"})
        self.same("auth", "login", "--token", "hf_default", code=1)
        self.assertFalse(self.home("ours", "token").exists())

    def test_switch(self):
        self.same("auth", "login", "--token", ALICE, code=0)
        self.same("auth", "login", "--token", BOB, code=0)
        self.same("auth", "switch", "--token-name", "work", code=0)
        self.same_files()
        for mode in MODES:
            self.same("auth", "list", *mode, code=0)
            self.same("auth", "switch", *mode, code=1)  # nobody there to ask
        self.same("auth", "switch", "--token-name", "naïve [name] = x", "--json", code=0)
        self.same("auth", "switch", "--token-name", "nothing", code=1)
        self.same("auth", "switch", "--token-name", "", code=1)
        self.same("auth", "list", code=0)
        self.same_files()

    def test_environment(self):
        self.same("auth", "login", "--token", ALICE, code=0, HF_TOKEN=BOB)
        for words in (["list"], ["token"], ["whoami", "--json"]):
            self.same("auth", *words, code=0, HF_TOKEN=BOB)
        self.same("auth", "list", code=0, HUGGING_FACE_HUB_TOKEN=ALICE)
        self.same("auth", "token", code=0, HF_HUB_DISABLE_IMPLICIT_TOKEN="1")
        self.same("auth", "logout", code=1, HF_TOKEN=BOB)
        self.same("auth", "list", code=0, HF_TOKEN=BOB)
        self.same_files()

    def test_logout(self):
        for token in (ALICE, BOB, FINE):
            self.same("auth", "login", "--token", token, code=0)
        self.same("auth", "logout", "--token-name", "work", code=0)
        self.same_files()
        self.same("auth", "logout", "--token-name", "ci", code=0)
        self.same_files()
        self.same("auth", "list", code=0)
        self.same("auth", "logout", code=0)
        self.same_files()
        self.assertFalse(self.home("ours", "stored_tokens").exists())

    def test_files_that_others_wrote(self):
        for content in ("[b]\nhf_token = %s\nother = 1\n\n[a]\nHF_TOKEN: x\n  y\n\n[DEFAULT]\nnote = n\n" % BOB, "[c]\nother = 1\n",
                        "nonsense\n", "[a]\nhf_token = short\nexpires_at = soon\n[z]\nexpires_at = 1700000000\nhf_token = longer_one\n"):
            for side in ("peer", "ours"):
                self.home(side, "").mkdir(parents=True, exist_ok=True)
                self.home(side, "stored_tokens").write_text(content)
            if "short" not in content and "x\n" not in content:  # of such we show nothing
                self.same("auth", "list", code=0)
            self.same("auth", "login", "--token", ALICE, code=0)
            self.same_files()

    def test_a_token_in_another_place(self):
        for side in ("peer", "ours"):
            folder = self.sides[side] / "elsewhere"
            run = self.one(side, "auth", "login", "--token", ALICE, HF_TOKEN_PATH=str(folder / "my-token"))
            self.assertEqual(run.code, 0, run.err)
            self.assertEqual((folder / "my-token").read_text(), ALICE)
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
            self.assertTrue((folder / "stored_tokens").exists())


class Files(AuthPair):
    NAMES = ["work", "two words", " blanks ", "#x", "a]b", "[a", "k=v: w", "naïve 日本", "Zeta", "alpha"]

    def test_each_reads_what_the_other_wrote(self):
        home = self.folder / "home"
        self.peer_python("from huggingface_hub.utils._auth import _save_token\n"
                         "for i, n in enumerate(%r): _save_token(token='hf_token_number_%%d' %% i, token_name=n,"
                         " refresh_token='r%%x' if i %% 2 else None, expires_at=1900000000 + i if i %% 2 else None)" % self.NAMES,
                         home)
        written = (home / "stored_tokens").read_bytes()
        listed = [self.one(side, "auth", "list", home=home).out for side in ("peer", "ours")]
        self.assertEqual(listed[0], listed[1])
        # in and out again through ours: the same bytes
        self.assertEqual(self.one("ours", "auth", "login", "--token", ALICE, home=home).code, 0)
        ours = (home / "stored_tokens").read_bytes()
        self.peer_python("from huggingface_hub.utils._auth import _read_stored_tokens_full as r, _save_stored_tokens_full as w\n"
                         "w(r())", home)
        self.assertEqual((home / "stored_tokens").read_bytes(), ours)
        self.assertEqual(self.one("ours", "auth", "logout", "--token-name", "two words", home=home, **self.git("ours")).code, 0)
        self.assertEqual(self.peer_python("from huggingface_hub.utils import get_stored_tokens as g; print(len(g()))", home),
                         "%d\n" % (len(self.NAMES) - 1))
        self.assertIn(b"[ blanks ]\nhf_token = hf_token_number_2\n\n", written)

    def test_a_login_of_one_is_the_other_s(self):
        home = self.folder / "home"
        self.assertEqual(self.one("ours", "auth", "login", "--token", ALICE, home=home).code, 0)
        self.assertIn("alice", self.one("peer", "auth", "whoami", home=home).out)
        self.assertEqual(self.one("peer", "auth", "login", "--token", BOB, home=home).code, 0)
        self.assertIn("bob", self.one("ours", "auth", "whoami", home=home).out)
        self.assertEqual(self.one("peer", "auth", "switch", "--token-name", "work", home=home).code, 0)
        self.assertIn("alice", self.one("ours", "auth", "whoami", home=home).out)
        self.assertEqual(self.one("ours", "auth", "logout", home=home, **self.git("ours")).code, 0)
        self.assertEqual(self.one("peer", "auth", "whoami", home=home).code, 1)


class Browser(AuthPair):
    def answer(self, count, **decision):
        """Decides about `count` codes, each after its first poll, from a thread."""
        known = {device["user_code"] for device in self.hub.admin("GET", "oauth")["devices"]}

        def run():
            done = set()
            end = time.monotonic() + 60
            while len(done) < count and time.monotonic() < end:
                for device in self.hub.admin("GET", "oauth")["devices"]:
                    code = device["user_code"]
                    if device["polls"] > 0 and code not in done | known:
                        self.hub.admin("POST", "oauth/devices", {"user_code": code, **decision})
                        done.add(code)
                time.sleep(0.05)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(thread.join)

    def compare(self, *arguments, code, **env):
        peer, ours = self.run_both(["auth", "login", *arguments], **env)
        said = "\n--- the other said\n%s\n--- we said\n%s" % (peer.err, ours.err)
        self.assertEqual(code, peer.code, said)
        self.assertEqual(code, ours.code, said)
        self.assertEqual(CODE.sub("CODE", peer.out), CODE.sub("CODE", ours.out), said)
        return ours

    def fields(self, side):
        """What was kept, without what is random."""
        text = self.home(side, "stored_tokens").read_text()
        self.assertIn(self.home(side, "token").read_text(), text)
        return re.sub(r"_[A-Za-z0-9]{30}\b|= \d{10}\b", "", text)

    def test_approved(self):
        self.answer(2, approve="carol", orgs=["acme"])
        ours = self.compare(code=0)
        self.assertRegex(ours.out, r"Waiting for authorization\.\n$")
        self.assertEqual(self.fields("peer"), self.fields("ours"))
        self.assertIn("[oauth-carol]", self.fields("ours"))
        for mode in MODES:
            self.same("auth", "whoami", *mode, code=0)
        peer, ours = self.run_both(["auth", "list"])
        mask = re.compile(r"hf_\*{4}\w{4}")
        self.assertEqual(mask.sub("X", peer.out), mask.sub("X", ours.out))

    def test_for_an_agent(self):
        self.oauth(complete_url=False)
        self.answer(2, approve="carol")
        ours = self.compare("--format", "agent", code=0)
        self.assertIn("Login successful: logged in as carol (token saved as 'oauth-carol').\n", ours.out)
        self.assertEqual(self.fields("peer"), self.fields("ours"))

    def test_not_refreshable(self):
        self.oauth(auto_approve="carol", refreshable=False)
        self.compare("--force", code=0)
        self.assertEqual(self.fields("peer"), self.fields("ours"))
        self.assertNotIn("refresh_token", self.fields("ours"))

    def test_denied_and_expired(self):
        self.answer(2, deny=True)
        ours = self.compare(code=1)
        self.assertIn("Error: Login failed: Authorization was denied. Please try again.", ours.err)
        self.answer(2, expire=True)
        ours = self.compare("--format", "agent", code=1)
        self.assertIn("Error: Login failed: Device code expired. Please try again.", ours.err)
        self.assertFalse(self.home("ours", "token").exists())

    def test_slow_down(self):
        self.answer(2, slow_down=1)
        self.oauth(lifetime_s=4)
        ours = self.compare(code=1)
        self.assertIn("Device code expired (timeout). Please try again.", ours.err)

    def test_no_code_to_be_had(self):
        self.hub.faults({"match": {"path": "/oauth/device"}, "times": 0, "action": {"status": 500}})
        try:
            self.compare(code=1)
        finally:
            self.hub.faults()


class Renewal(AuthPair):
    def test_each_renews_what_the_other_keeps(self):
        home = self.folder / "home"
        self.oauth(auto_approve="carol", token_lifetime_s=3600)
        self.assertEqual(self.one("ours", "auth", "login", home=home).code, 0)
        tokens = [(home / "token").read_text()]
        for side in ("peer", "ours", "peer"):
            run = self.one(side, "auth", "token", home=home)
            self.assertEqual(run.code, 0, run.err)
            tokens.append((home / "token").read_text())
            self.assertEqual(run.out, tokens[-1] + "\n")
            self.assertIn(tokens[-1], (home / "stored_tokens").read_text())
        self.assertEqual(len(set(tokens)), 4)
        self.assertIn("carol", self.one("ours", "auth", "whoami", home=home).out)

    def test_many_at_once_renew_once(self):
        home = self.folder / "home"
        self.oauth(auto_approve="carol", token_lifetime_s=3600)
        self.assertEqual(self.one("peer", "auth", "login", home=home).code, 0)
        self.oauth(token_lifetime_s=30 * 86400)
        before = self.hub.admin("GET", "log?since=999999999")["next"]
        env = environment(self.hub.endpoint, home)
        runs = [start(program, ["auth", "token"], self.folder / str(i), env) for i, program in enumerate((OURS, PEER, OURS, OURS))]
        outs = {Run(run, self.folder).out for run in runs}
        self.assertEqual(outs, {(home / "token").read_text() + "\n"})
        entries = self.hub.admin("GET", "log?since=%d" % before)["entries"]
        self.assertEqual([(e["status"], e["user_agent"]) for e in entries if e["path"] == "/oauth/token"][1:], [])

    def test_revoked(self):
        self.oauth(auto_approve="carol", token_lifetime_s=3600)
        for side in ("peer", "ours"):
            self.assertEqual(self.one(side, "auth", "login").code, 0)
        self.hub.admin("POST", "oauth/revoke", {"user": "carol"})
        peer, ours = self.run_both(["auth", "token"])
        self.assertEqual((peer.code, ours.code), (0, 0))
        for side, run in (("peer", peer), ("ours", ours)):
            self.assertEqual(run.out, self.home(side, "token").read_text() + "\n")
        self.assertIn("hf auth login", ours.err)

    def test_ci_job(self):
        self.oauth(ci_user="robot", id_tokens={"given.id.token": "robot"})
        env = {"HF_OIDC_RESOURCE": "acme/bert", "HF_TOKEN": ALICE}
        self.same("auth", "whoami", "--json", code=0, HF_OIDC_ID_TOKEN="given.id.token", **env)
        self.same("auth", "whoami", "--json", code=0, GITHUB_ACTIONS="true", ACTIONS_ID_TOKEN_REQUEST_TOKEN="x",
                  ACTIONS_ID_TOKEN_REQUEST_URL=self.hub.endpoint + "/oauth/id-token", **env)
        self.same("auth", "whoami", code=1, HF_OIDC_ID_TOKEN="another.id.token", **env)
        self.same("auth", "token", code=1, **env)


class Git(AuthPair):
    def both(self, *arguments, code=0, helper=True):
        runs = {side: self.one(side, *arguments, **self.git(side, helper)) for side in ("peer", "ours")}
        self.assertEqual(runs["peer"].out, runs["ours"].out)
        self.assertEqual((runs["peer"].code, runs["ours"].code), (code, code), runs["ours"].err)
        kept = [(self.sides[side] / "credentials") for side in ("peer", "ours")]
        texts = [path.read_text() if path.exists() else None for path in kept]
        self.assertEqual(texts[0], texts[1])
        return texts[1]

    def test_credentials(self):
        self.assertIsNone(self.both("auth", "login", "--token", ALICE))
        self.assertIn("hf_user:" + ALICE, self.both("auth", "login", "--token", ALICE, "--add-to-git-credential"))
        self.both("auth", "login", "--token", BOB)
        self.assertIn(BOB, self.both("auth", "switch", "--token-name", "naïve [name] = x", "--add-to-git-credential"))
        for side in ("peer", "ours"):
            fill = subprocess.run(["git", "credential", "fill"], input="url=%s\nusername=hf_user\n\n" % self.hub.endpoint, text=True,
                                  capture_output=True, env={**os.environ, **self.git(side), "GIT_TERMINAL_PROMPT": "0"}, timeout=30)
            self.assertIn("password=" + BOB, fill.stdout)
        self.assertEqual(self.both("auth", "logout", "--token-name", "work"), "")
        self.both("auth", "logout")

    def test_without_a_helper(self):
        for mode in MODES:
            self.assertIsNone(self.both("auth", "login", "--token", ALICE, "--add-to-git-credential", *mode, helper=False))
        self.same_files()


class OnATerminal(AuthPair):
    def terminal(self, side, *arguments):
        program = {"peer": PEER, "ours": OURS}[side]
        env = environment(self.hub.endpoint, self.sides[side] / "home", TERM="xterm", LANG="C.UTF-8")
        self.sides[side].mkdir(parents=True, exist_ok=True)
        return Terminal(["auth", *arguments], env, self.sides[side], program=program)

    def both(self, *arguments, keys):
        """`keys`: what to press when the screen shows something. The last screens."""
        screens = {}
        for side in ("peer", "ours"):
            terminal = self.terminal(side, *arguments)
            for wanted, press in keys:
                shown = terminal.read_until(wanted)
                self.assertRegex(shown, wanted, side)
                time.sleep(0.2)  # until it listens
                terminal.press(press)
            terminal.wait()
            self.assertEqual(terminal.code, 0, side + ": " + terminal.screen().text())
            self.assertNotIn(ALICE, terminal.screen().text())
            screens[side] = terminal.screen().text()
        return screens

    def test_pasting_a_token(self):
        screens = self.both("login", keys=[("Paste an access token", b"\x1b[B"), ("> Paste", b"\r"),
                                           ("will not be visible", ALICE.encode() + b"\n")])
        for screen in screens.values():
            self.assertIn("? How would you like to log in? Paste an access token\n", screen)
        self.same_files()

    def test_switching(self):
        for token in (ALICE, BOB, FINE):
            self.same("auth", "login", "--token", token, code=0)
        for keys in ([("work", b"3")], [("work", b"\x1b[A"), ("> work", b"\x1b[A"), ("> naïve", b"\r")], [("ci", b"x\r")]):
            screens = self.both("switch", keys=keys)
            self.assertEqual(screens["peer"].splitlines()[0], screens["ours"].splitlines()[0])
            self.same_files()

    def test_ctrl_c_leaves_the_terminal_as_it_was(self):
        for arguments, wanted in ((["login"], "Paste"), (["login", "--force"], "Paste")):
            terminal = self.terminal("ours", *arguments)
            terminal.read_until(wanted)
            terminal.press(b"\x03")
            terminal.wait()
            self.assertEqual(terminal.code, 130)
            self.assertTrue(terminal.output.rstrip().endswith(b"\x1b[?25h"))

    def test_ctrl_c_while_waiting_for_the_browser(self):
        terminal = self.terminal("ours", "login")
        terminal.read_until("Log in with your browser")
        terminal.press(b"\r")
        terminal.read_until(r"Waiting for authorization\.")
        terminal.press(b"\x03")
        terminal.wait()
        self.assertEqual(terminal.code, 130)
        self.assertFalse(self.home("ours", "token").exists())


if __name__ == "__main__":
    unittest.main()
