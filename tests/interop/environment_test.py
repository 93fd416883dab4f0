"""The environment variables that concern downloads: ours does what the reference client does. Each case gives both a home
of their own with the same content, and compares where files land and which tokens the Hub saw."""

import hashlib
import shutil
import time
import unittest

from hub_fixture import PROGRAMS, HubTest, difference, finish, random_file, start, text, tree

TOKENS = {name: f"hf_{name}" for name in ("alice", "bob", "carol")}
SHA = {hashlib.sha256(token.encode()).hexdigest()[:8]: name for name, token in TOKENS.items()}
# What the reference client notes for itself in HF_HOME: when it last looked for updates.
OWN_NOTES = (".check_for_update_done", ".agent_harnesses.json", ".check_for_skill_update_done")


class Environment(HubTest):
    @classmethod
    def fill_hub(cls):
        cls.hub.settings(accept_unknown_tokens=True)
        cls.hub.commit("model/acme/open", [text("a.txt", "a"), random_file("b/w.bin", 5000)])
        cls.hub.commit("model/acme/closed", [text("a.txt", "a"), random_file("b/w.bin", 5000)])
        cls.hub.admin("PUT", "repos/model/acme/closed", {"private": True})
        for name, token in TOKENS.items():
            orgs = ["acme"] if name == "alice" else []
            cls.hub.admin("POST", "tokens", {"token": token, "user": name, "role": "read", "orgs": orgs})

    def go(self, name, environment, files, links, words):
        """One client: (how it ended, tree of its home, names of those who asked the Hub)."""
        home = self.folder / name
        shutil.rmtree(home, ignore_errors=True)
        (home / "here").mkdir(parents=True)
        for path, content in files.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_text(content)
        for path, target in links.items():
            (home / path).symlink_to(target)
            (home / path).resolve().mkdir()
        mark = self.hub.mark()
        values = {key: value if value is None else value.replace("{home}", str(home)) for key, value in environment.items()}
        words = [word.replace("{home}", str(home)) for word in words]
        run = finish(start(PROGRAMS[name], self.hub, *words, home=home, cwd=home / "here", **values))
        entries = tree(home)
        for path in list(entries):
            if path.rsplit("/", 1)[-1] in OWN_NOTES:
                del entries[path]
            elif path.endswith(".metadata"):  # holds a time
                entries[path] = entries[path][:2]
        log = [e for e in self.hub.log(mark) if "/agent-harnesses" not in e["path"]]
        self.assertEqual([e for e in log if e["origin"] == "cdn" and e["auth"]], [])
        users = sorted({SHA.get(e["auth_token_sha"], "?") if e["auth"] else "nobody" for e in log if e["origin"] == "hub"})
        return run, entries, users

    def same(self, environment, *words, files=None, links=None, repo="acme/open"):
        """Runs both, compares, and returns what ours did."""
        with self.subTest(environment=environment, words=words):
            words = ("download", repo, "--quiet", *words)
            mine = self.go("ours", environment, files or {}, links or {}, words)
            theirs = self.go("peer", environment, files or {}, links or {}, words)
            said = f"{mine[0].describe()}\n{theirs[0].describe()}"
            self.assertEqual(mine[0].code, theirs[0].code, said)
            self.assertEqual(mine[0].stdout.replace("/ours/", "/peer/"), theirs[0].stdout, said)
            self.assertEqual(difference(mine[1], theirs[1]), "", said)
            self.assertEqual(mine[2], theirs[2], said)
        return mine

    def places(self, environment, expected, *words):
        run, entries, _ = self.same(environment, *words)
        self.assertEqual(run.code, 0)
        self.assertIn(f"{expected}/models--acme--open/refs/main", entries)

    def test_where_files_land(self):
        self.places({}, ".cache/huggingface/hub")
        self.places({"XDG_CACHE_HOME": "{home}/xdg"}, "xdg/huggingface/hub")
        self.places({"HF_HOME": "{home}/hf home", "XDG_CACHE_HOME": "{home}/xdg"}, "hf home/hub")
        self.places({"HF_HOME": "~/mine"}, "mine/hub")
        self.places({"HF_HOME": "$HOME/${WHERE}/x", "WHERE": "there"}, "there/x/hub")
        self.places({"HF_HUB_CACHE": "{home}/cache", "HF_HOME": "{home}/hf"}, "cache")
        self.places({"HF_HUB_CACHE": "~/cache"}, "cache")
        self.places({"HF_HUB_CACHE": "relative/cache"}, "here/relative/cache")
        self.places({"HUGGINGFACE_HUB_CACHE": "~/old"}, "old")
        self.places({"HUGGINGFACE_HUB_CACHE": "~/old", "HF_HUB_CACHE": "~/new"}, "new")
        self.places({"HF_HUB_CACHE": "~/cache"}, "option", "--cache-dir", "{home}/option")
        self.places({}, "option", "--cache-dir", "~/option")
        self.places({}, "here/option", "--cache-dir", "option")

    def test_local_dirs(self):
        for place in ("{home}/local", "~/local", "local"):
            _, entries, _ = self.same({"HF_HUB_CACHE": "{home}/cache"}, "a.txt", "--local-dir", place)
            self.assertTrue({"local/a.txt", "here/local/a.txt"} & set(entries))

    def test_linked_folders(self):
        """A cache or folder that is reached through a link: the paths that are printed are the real ones."""
        links = {"here/link": "../real"}
        self.same({"HF_HUB_CACHE": "{home}/here/link"}, links=links)
        self.same({"HF_HUB_CACHE": "link/deeper"}, links=links)
        self.same({}, "--cache-dir", "link", links=links)
        self.same({}, "--cache-dir", "../here/./link/../other", links=links)
        self.same({"HF_HUB_CACHE": "{home}/cache"}, "a.txt", "--local-dir", "link", links=links)

    def test_symlinks(self):
        _, entries, _ = self.same({"HF_HUB_DISABLE_SYMLINKS": "1"})
        self.assertNotIn("link", {kind for kind, _, _ in entries.values()})
        _, entries, _ = self.same({"HF_HUB_DISABLE_SYMLINKS": "0"})
        self.assertIn("link", {kind for kind, _, _ in entries.values()})

    def asks(self, environment, expected, *words, files=None, code=0):
        run, _, users = self.same(environment, *words, files=files, repo="acme/closed" if expected == ["alice"] else "acme/open")
        self.assertEqual((run.code, users), (code, expected), run.describe())

    def test_tokens(self):
        token_file = {".cache/huggingface/token": TOKENS["alice"]}
        self.asks({}, ["nobody"])
        self.asks({"HF_TOKEN": TOKENS["alice"]}, ["alice"])
        self.asks({"HF_TOKEN": f"  {TOKENS['alice']}\r\n"}, ["alice"])
        self.asks({"HUGGING_FACE_HUB_TOKEN": TOKENS["alice"]}, ["alice"])
        self.asks({"HUGGING_FACE_HUB_TOKEN": TOKENS["bob"], "HF_TOKEN": TOKENS["alice"]}, ["alice"])
        self.asks({"HUGGING_FACE_HUB_TOKEN": TOKENS["alice"], "HF_TOKEN": ""}, ["alice"])
        self.asks({"HF_TOKEN": TOKENS["bob"]}, ["alice"], "--token", TOKENS["alice"])
        self.asks({}, ["alice"], files=token_file)
        self.asks({"HF_TOKEN": ""}, ["alice"], files=token_file)
        self.asks({}, ["alice"], files={".cache/huggingface/token": f" {TOKENS['alice']}\n\n"})
        self.asks({}, ["nobody"], files={".cache/huggingface/token": "\n"})
        self.asks({"HF_TOKEN": TOKENS["bob"]}, ["bob"], files=token_file)
        self.asks({"HF_HOME": "{home}/hf"}, ["alice"], files={**token_file, "hf/token": TOKENS["alice"]})
        self.asks({"HF_HOME": "{home}/hf"}, ["nobody"], files=token_file)
        self.asks({"XDG_CACHE_HOME": "~/xdg"}, ["nobody"], files=token_file)
        self.asks({"HF_TOKEN_PATH": "~/my token"}, ["carol"], files={**token_file, "my token": TOKENS["carol"]})
        self.asks({"HF_TOKEN_PATH": "{home}/none"}, ["nobody"], files=token_file)

    def test_implicit_tokens(self):
        token_file = {".cache/huggingface/token": TOKENS["bob"]}
        for value in ("1", "TRUE", "yes", "On"):
            self.asks({"HF_HUB_DISABLE_IMPLICIT_TOKEN": value}, ["nobody"], files=token_file)
        self.asks({"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_TOKEN": TOKENS["bob"]}, ["nobody"])
        self.asks({"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_TOKEN": TOKENS["bob"]}, ["alice"], "--token", TOKENS["alice"])
        self.asks({"HF_HUB_DISABLE_IMPLICIT_TOKEN": "0"}, ["bob"], files=token_file)
        self.asks({"HF_HUB_DISABLE_IMPLICIT_TOKEN": ""}, ["bob"], files=token_file)

    def test_closed_doors(self):
        """Without the right token there is no file, and neither client invents one."""
        for environment in ({}, {"HF_TOKEN": TOKENS["bob"]}, {"HF_TOKEN": TOKENS["alice"], "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}):
            for words in ([], ["a.txt"]):
                run, _, _ = self.same(environment, *words, repo="acme/closed")
                self.assertEqual(run.code, 1)

    def test_offline(self):
        for environment, offline in (
            ({"HF_HUB_OFFLINE": "1"}, True), ({"HF_HUB_OFFLINE": "true"}, True), ({"HF_HUB_OFFLINE": "YES"}, True),
            ({"HF_HUB_OFFLINE": "on"}, True), ({"TRANSFORMERS_OFFLINE": "1"}, True),
            ({"HF_HUB_OFFLINE": "", "TRANSFORMERS_OFFLINE": "1"}, True),
            ({"HF_HUB_OFFLINE": "0"}, False), ({"HF_HUB_OFFLINE": ""}, False), ({"HF_HUB_OFFLINE": "no"}, False),
            ({"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "1"}, False),
        ):
            run, _, users = self.same(environment)
            self.assertEqual((run.code != 0, users), (offline, [] if offline else ["nobody"]))

    def test_endpoint(self):
        self.same({"HF_ENDPOINT": self.hub.endpoint + "/"})
        run, _, users = self.same({"HF_ENDPOINT": "http://127.0.0.1:9"}, "a.txt", "--token", TOKENS["alice"])
        self.assertEqual((run.code, users), (1, []))

    def test_etag_timeout(self):
        """A Hub that thinks too long about metadata: the cached file has to do."""
        cache = self.folder / "cache"
        self.ours("acme/open", "a.txt", cache=cache).ok()
        for name in PROGRAMS:
            self.hub.forget_faults()
            self.hub.fault({"delay_ms": 8000}, times=0, method="HEAD")
            began = time.monotonic()
            run = getattr(self, name)("acme/open", "a.txt", cache=cache, HF_HUB_ETAG_TIMEOUT="1").ok()
            self.assertEqual(run.path.read_text(), "a")
            self.assertLess(time.monotonic() - began, 6, name)

    def test_download_timeout(self):
        """A CDN that does not answer is asked again after HF_HUB_DOWNLOAD_TIMEOUT seconds."""
        for name in PROGRAMS:
            self.hub.forget_faults()
            self.hub.fault({"delay_ms": 8000}, times=1, origin="cdn")
            mark = self.hub.mark()
            began = time.monotonic()
            run = getattr(self, name)("acme/open", "b/w.bin", cache=self.folder / f"cache of {name}",
                                      HF_HUB_DOWNLOAD_TIMEOUT="1").ok()
            self.assertEqual(run.path.stat().st_size, 5000)
            self.assertLess(time.monotonic() - began, 7, name)
            self.hub.forget_faults()
            entries = self.hub.admin("GET", f"log?since={mark}")["entries"]
            self.assertEqual(len([e for e in entries if e["origin"] == "cdn"]), 2, name)


if __name__ == "__main__":
    unittest.main()
