"""The real huggingface_hub against hfhub-localhub.

Run:  HFHUB_LOCALHUB=build/localhub/hfhub-localhub python tests/interop/localhub_test.py
Needs the `huggingface_hub` package and the standard library only.
"""

import base64
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

SERVER = os.environ.get("HFHUB_LOCALHUB", "")
SCRATCH = tempfile.mkdtemp(prefix="localhub-test-")


def start_server(data, *options):
    process = subprocess.Popen([SERVER, "--data", str(data), *options], stdout=subprocess.PIPE, text=True)
    ready = json.loads(process.stdout.readline())
    return process, ready


PROCESS, READY = (None, {"endpoint": "http://127.0.0.1:9", "cdn": ""})
if SERVER:
    PROCESS, READY = start_server(Path(SCRATCH) / "data", "--log", str(Path(SCRATCH) / "log.jsonl"))
ENDPOINT = READY["endpoint"]

# The package reads these when it is imported.
os.environ.update(
    HF_ENDPOINT=ENDPOINT,
    HF_HOME=str(Path(SCRATCH) / "home"),
    HF_HUB_DISABLE_XET="1",
    HF_HUB_DISABLE_PROGRESS_BARS="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    NO_PROXY="127.0.0.1,localhost",
)
for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
    os.environ.pop(name, None)

from huggingface_hub import HfApi, get_hf_file_metadata, hf_hub_download, hf_hub_url, snapshot_download  # noqa: E402
from huggingface_hub.errors import (  # noqa: E402
    BadRequestError,
    DisabledRepoError,
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)


def call(method, path, body=None, headers=None, base=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request((base or ENDPOINT) + path, data=data, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def admin(method, path, body=None):
    status, _, content = call(method, "/_admin/" + path, body)
    if status >= 400:
        raise AssertionError(f"{method} {path}: {status} {content!r}")
    return json.loads(content)


def commit(repo, files, **more):
    return admin("POST", f"repos/{repo}/commit", {"summary": "a commit", "files": files, **more})["commit"]


def text(path, content, **more):
    return {"path": path, "text": content, **more}


def random_file(path, size, seed=1, **more):
    return {"path": path, "generate": {"kind": "random", "seed": seed, "size": size}, **more}


def log_since(mark):
    return admin("GET", f"log?since={mark}")["entries"]


def log_mark():
    return admin("GET", "log?since=999999999")["next"]


def setUpModule():
    if not SERVER:
        raise unittest.SkipTest("HFHUB_LOCALHUB does not name the server")
    admin("POST", "tokens", {"token": "hf_alice", "user": "alice", "role": "write", "orgs": ["acme"]})
    admin("POST", "tokens", {"token": "hf_bob", "user": "bob", "role": "read"})
    build_main_repo()


def tearDownModule():
    if PROCESS is None:
        return
    PROCESS.send_signal(signal.SIGTERM)
    code = PROCESS.wait(20)
    PROCESS.stdout.close()
    shutil.rmtree(SCRATCH, ignore_errors=True)
    if code != 0:
        raise AssertionError(f"the server ended with {code}")


CARD = "---\nlicense: mit\nlibrary_name: transformers\npipeline_tag: fill-mask\ntags:\n- demo\n---\n# Hi\n"
COMMITS = []


def build_main_repo():
    COMMITS.append(
        commit(
            "model/acme/main",
            [
                text("README.md", CARD),
                text("config.json", '{"model_type":"bert","architectures":["BertModel"]}'),
                text("sub/deep/notes.txt", "one"),
                text("sub/other file #1?.txt", "odd name"),
                random_file("model.safetensors", 3_000_000),
                random_file("xet.bin", 100_000, seed=5, xet=True),
            ],
        )
    )
    COMMITS.append(commit("model/acme/main", [text("sub/deep/notes.txt", "two")], summary="second", description="why"))
    admin("POST", "repos/model/acme/main/refs", {"kind": "tag", "name": "v1.0", "commit": COMMITS[0]})
    admin("POST", "repos/model/acme/main/refs", {"kind": "branch", "name": "feature/x", "commit": COMMITS[0]})
    admin("POST", "repos/model/acme/main/refs", {"kind": "pr", "name": "1", "commit": "main"})
    commit("model/acme/main", [text("pr.txt", "from the pull request")], revision="refs/pr/1")


class Base(unittest.TestCase):
    def setUp(self):
        admin("DELETE", "faults")
        self.api = HfApi(endpoint=ENDPOINT, token=False)
        self.alice = HfApi(endpoint=ENDPOINT, token="hf_alice")
        self.bob = HfApi(endpoint=ENDPOINT, token="hf_bob")
        self.cache = tempfile.mkdtemp(dir=SCRATCH)
        self.mark = log_mark()

    def tearDown(self):
        admin("DELETE", "faults")
        shutil.rmtree(self.cache, ignore_errors=True)

    def entries(self):
        return log_since(self.mark)

    def download(self, repo, path, **more):
        more.setdefault("token", False)
        return Path(hf_hub_download(repo, path, cache_dir=self.cache, endpoint=ENDPOINT, **more))

    def fault(self, action, times=1, **match):
        admin("POST", "faults", {"id": "test", "match": match, "times": times, "action": action})


class Downloads(Base):
    def test_small_file(self):
        path = self.download("acme/main", "sub/deep/notes.txt")
        self.assertEqual(path.read_text(), "two")
        self.assertIn(COMMITS[1], str(path))
        header = f"blob {len('two')}\0two".encode()
        self.assertEqual(path.resolve().name, hashlib.sha1(header).hexdigest())

    def test_revisions(self):
        for revision, content in [
            ("v1.0", "one"), ("feature/x", "one"), (COMMITS[0], "one"), (COMMITS[0][:7], "one"),
            ("refs/pr/1", "two"), ("refs/heads/main", "two"), ("refs/tags/v1.0", "one"),
        ]:
            with self.subTest(revision):
                path = self.download("acme/main", "sub/deep/notes.txt", revision=revision, force_download=True)
                self.assertEqual(path.read_text(), content)

    def test_pull_request_without_escapes(self):
        status, headers, body = call("GET", "/acme/main/resolve/refs/pr/1/pr.txt")
        self.assertEqual((status, body), (200, b"from the pull request"))

    def test_odd_names(self):
        self.assertEqual(self.download("acme/main", "sub/other file #1?.txt").read_text(), "odd name")

    def test_large_file_by_the_cdn_without_a_token(self):
        path = self.download("acme/main", "model.safetensors", token="hf_alice")
        sha = hashlib.sha256(path.read_bytes()).hexdigest()
        self.assertEqual(path.resolve().name, sha)
        cdn = [e for e in self.entries() if e["origin"] == "cdn"]
        self.assertEqual(len(cdn), 1)
        self.assertFalse(cdn[0]["auth"])
        self.assertNotIn("token_leak", cdn[0])
        hub = [e for e in self.entries() if e["origin"] == "hub"]
        self.assertTrue(all(e["auth"] and e["user"] == "alice" for e in hub))
        self.assertEqual(hub[0]["auth_token_sha"], hashlib.sha256(b"hf_alice").hexdigest()[:8])
        self.assertTrue(all(e["counter"] == "1" for e in self.entries()))
        self.assertNotIn("hf_alice", json.dumps(self.entries()))

    def test_metadata_of_a_large_file(self):
        meta = get_hf_file_metadata(hf_hub_url("acme/main", "model.safetensors", endpoint=ENDPOINT), token=False)
        self.assertEqual(meta.size, 3_000_000)
        self.assertEqual(meta.commit_hash, COMMITS[1])
        self.assertTrue(meta.location.startswith(READY["cdn"]))
        self.assertIsNone(meta.xet_file_data)

    def test_metadata_of_a_xet_file(self):
        meta = get_hf_file_metadata(hf_hub_url("acme/main", "xet.bin", endpoint=ENDPOINT), token=False, endpoint=ENDPOINT)
        self.assertRegex(meta.xet_file_data.file_hash, r"^[0-9a-f]{64}$")
        self.assertIn("/api/models/acme/main/xet-read-token/", meta.xet_file_data.refresh_route)
        self.assertEqual(self.download("acme/main", "xet.bin").stat().st_size, 100_000)

    def test_missing_entry_is_remembered(self):
        with self.assertRaises(EntryNotFoundError):
            self.download("acme/main", "nothing.txt")
        self.assertTrue((Path(self.cache) / "models--acme--main/.no_exist" / COMMITS[1] / "nothing.txt").exists())

    def test_snapshot(self):
        folder = Path(snapshot_download("acme/main", cache_dir=self.cache, endpoint=ENDPOINT, token=False))
        found = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
        self.assertEqual(found, sorted(self.api.list_repo_files("acme/main")))
        self.assertEqual(folder.name, COMMITS[1])

    def test_snapshot_through_the_cache_route(self):
        admin("POST", "settings", {"resolve_cache": True})
        try:
            path = self.download("acme/main", "config.json")
            self.assertIn("bert", path.read_text())
            self.assertTrue(any("/api/resolve-cache/" in e["path"] for e in self.entries()))
        finally:
            admin("POST", "settings", {"resolve_cache": False})

    def test_renamed(self):
        commit("model/acme/old-name", [text("a.txt", "a")])
        admin("POST", "repos/model/acme/old-name/rename", {"to": "acme/new-name"})
        self.assertEqual(self.download("acme/old-name", "a.txt").read_text(), "a")
        self.assertEqual(self.api.model_info("acme/old-name").id, "acme/new-name")
        status, headers, _ = call("HEAD", "/acme/new-name/resolve/main/a.txt")
        self.assertEqual(status, 200)
        # http.client follows nothing by itself, so the redirect can be looked at.
        import http.client
        connection = http.client.HTTPConnection(ENDPOINT.split("//")[1])
        connection.request("HEAD", "/acme/old-name/resolve/main/a.txt?x=1")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 307)
        self.assertEqual(answer.headers["Location"], "/acme/new-name/resolve/main/a.txt?x=1")
        connection.close()

    def test_one_segment_and_other_types(self):
        commit("model/gpt2", [text("a.txt", "canonical")])
        self.assertEqual(self.download("gpt2", "a.txt").read_text(), "canonical")
        for kind in ("dataset", "space", "kernel"):
            with self.subTest(kind):
                commit(f"{kind}/acme/{kind}-repo", [text("a.txt", kind), random_file("b.bin", 1000)])
                self.assertEqual(self.download(f"acme/{kind}-repo", "a.txt", repo_type=kind).read_text(), kind)
                self.assertEqual(self.download(f"acme/{kind}-repo", "b.bin", repo_type=kind).stat().st_size, 1000)
                folder = snapshot_download(
                    f"acme/{kind}-repo", repo_type=kind, cache_dir=self.cache, endpoint=ENDPOINT, token=False)
                self.assertTrue((Path(folder) / "a.txt").exists())


class Listings(Base):
    def test_tree(self):
        entries = {e.path: e for e in self.api.list_repo_tree("acme/main", recursive=True, expand=True)}
        self.assertEqual(
            sorted(entries),
            ["README.md", "config.json", "model.safetensors", "sub", "sub/deep", "sub/deep/notes.txt",
             "sub/other file #1?.txt", "xet.bin"])
        self.assertEqual(entries["sub/deep/notes.txt"].last_commit.oid, COMMITS[1])
        self.assertEqual(entries["config.json"].last_commit.oid, COMMITS[0])
        self.assertEqual(entries["sub"].last_commit.oid, COMMITS[1])
        large = entries["model.safetensors"]
        self.assertEqual((large.size, large.lfs.size), (3_000_000, 3_000_000))
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{large.lfs.sha256}\nsize {large.size}\n"
        self.assertEqual(large.lfs.pointer_size, len(pointer))
        self.assertEqual(large.blob_id, hashlib.sha1(f"blob {len(pointer)}\0{pointer}".encode()).hexdigest())
        self.assertRegex(entries["xet.bin"].xet_hash, r"^[0-9a-f]{64}$")
        self.assertIsNotNone(entries["config.json"].security)

    def test_tree_of_a_folder(self):
        paths = [e.path for e in self.api.list_repo_tree("acme/main", "sub")]
        self.assertEqual(paths, ["sub/deep", "sub/other file #1?.txt"])
        with self.assertRaises(EntryNotFoundError):
            list(self.api.list_repo_tree("acme/main", "no/such"))

    def test_git_agrees_on_the_tree(self):
        if not shutil.which("git"):
            self.skipTest("git is not installed")
        commit("dataset/acme/git", [text("a.txt", "a"), text("a/b.txt", "b"), text("a/c/d.txt", "d"), text("a-b", "x")])
        work = Path(self.cache) / "git"
        for e in self.api.list_repo_files("acme/git", repo_type="dataset"):
            (work / e).parent.mkdir(parents=True, exist_ok=True)
        for path, content in [("a.txt", "a"), ("a/b.txt", "b"), ("a/c/d.txt", "d"), ("a-b", "x")]:
            (work / path).write_text(content)
        git = ["git", "-C", str(work)]
        subprocess.run([*git, "init", "-q"], check=True, capture_output=True)
        subprocess.run([*git, "add", "-A"], check=True, capture_output=True)
        root = subprocess.run([*git, "write-tree"], check=True, capture_output=True, text=True).stdout.strip()
        listed = subprocess.run([*git, "ls-tree", "-r", "-t", root], check=True, capture_output=True, text=True).stdout
        wanted = {line.split("\t")[1]: line.split()[2] for line in listed.splitlines()}
        got = {e.path: getattr(e, "blob_id", None) or e.tree_id
               for e in self.api.list_repo_tree("acme/git", repo_type="dataset", recursive=True)}
        self.assertEqual(got, wanted)

    def test_pages(self):
        commit("dataset/acme/many", [text(f"d{i % 7}/f{i:03}.txt", str(i)) for i in range(100)])
        admin("POST", "settings", {"page_size": 25})
        try:
            self.mark = log_mark()
            files = self.api.list_repo_files("acme/many", repo_type="dataset")
            self.assertEqual(len(files), 100)
            self.assertEqual(len(set(files)), 100)
            self.assertGreaterEqual(sum("/tree/" in e["path"] for e in self.entries()), 4)
        finally:
            admin("POST", "settings", {"page_size": 1000})

    def test_paths_info(self):
        found = self.api.get_paths_info("acme/main", ["config.json", "sub", "absent"], expand=True)
        self.assertEqual([f.path for f in found], ["config.json", "sub"])
        self.assertEqual(found[0].last_commit.title, "a commit")
        status, _, body = call("POST", "/api/models/acme/main/paths-info/main",
                               {"paths": ["model.safetensors"], "expand": False}, {"Content-Type": "application/json"})
        self.assertEqual((status, json.loads(body)[0]["lfs"]["size"]), (200, 3_000_000))

    def test_refs_and_commits(self):
        refs = self.api.list_repo_refs("acme/main", include_pull_requests=True)
        self.assertEqual({b.name: b.target_commit for b in refs.branches},
                         {"main": COMMITS[1], "feature/x": COMMITS[0]})
        self.assertEqual([(t.name, t.ref) for t in refs.tags], [("v1.0", "refs/tags/v1.0")])
        self.assertEqual([p.ref for p in refs.pull_requests], ["refs/pr/1"])
        admin("POST", "settings", {"commit_page_size": 1})
        try:
            commits = self.api.list_repo_commits("acme/main", formatted=True)
        finally:
            admin("POST", "settings", {"commit_page_size": 50})
        self.assertEqual([c.commit_id for c in commits[:2]], [COMMITS[1], COMMITS[0]])
        self.assertEqual([c.title for c in commits], ["second", "a commit", "initial commit"])
        self.assertEqual(commits[0].message, "why")

    def test_info(self):
        info = self.api.model_info("acme/main", files_metadata=True)
        self.assertEqual((info.sha, info.author, info.private, info.gated), (COMMITS[1], "acme", False, False))
        self.assertEqual((info.pipeline_tag, info.library_name), ("fill-mask", "transformers"))
        self.assertIn("license:mit", info.tags)
        self.assertEqual(info.card_data.license, "mit")
        self.assertEqual(info.config["model_type"], "bert")
        sibling = {s.rfilename: s for s in info.siblings}["model.safetensors"]
        self.assertEqual(sibling.lfs.size, 3_000_000)
        self.assertEqual(self.api.model_info("acme/main", revision="v1.0").sha, COMMITS[0])
        self.assertEqual(self.api.model_info("acme/main", revision="feature/x").sha, COMMITS[0])
        few = self.api.model_info("acme/main", expand=["sha", "likes"])
        self.assertEqual((few.sha, few.siblings), (COMMITS[1], None))
        with self.assertRaises(BadRequestError):
            self.api.model_info("acme/main", expand=["nonsense"])

    def test_info_of_other_types(self):
        commit("space/acme/app", [text("README.md", "---\nsdk: gradio\ntitle: App\n---\n")])
        self.assertEqual(self.api.space_info("acme/app").sdk, "gradio")
        self.assertEqual(self.api.space_info("acme/app").runtime.stage, "RUNNING")
        sha = commit("dataset/acme/data", [text("README.md", "---\nlanguage:\n- en\n- fr\n---\n")])
        self.assertEqual(self.api.dataset_info("acme/data").sha, sha)
        self.assertIn("language:fr", self.api.dataset_info("acme/data").tags)
        sha = commit("kernel/acme/kern", [text("build/k.py", "1")])
        self.assertEqual(self.api.kernel_info("acme/kern").sha, sha)

    def test_listing(self):
        for i in range(12):
            admin("PUT", f"repos/model/lister/repo-{i:02}", {"likes": i, "downloads": 100 - i})
        admin("PUT", "repos/model/lister/hidden", {"private": True})
        admin("POST", "settings", {"page_size": 3})
        try:
            self.mark = log_mark()
            names = [m.id for m in self.api.list_models(author="lister")]
            self.assertEqual(len(names), 12)
            self.assertGreaterEqual(len(self.entries()), 4)
            self.assertEqual(names[0], "lister/repo-11")
        finally:
            admin("POST", "settings", {"page_size": 1000})
        self.assertEqual([m.id for m in self.api.list_models(search="REPO-03")], ["lister/repo-03"])
        self.assertEqual(len(list(self.api.list_models(author="lister", limit=5))), 5)
        by_downloads = [m.id for m in self.api.list_models(author="lister", sort="downloads", limit=2)]
        self.assertEqual(by_downloads, ["lister/repo-00", "lister/repo-01"])
        self.assertIn("acme/main", [m.id for m in self.api.list_models(filter="license:mit", full=True)])


class Addresses(Base):
    def test_public_urls(self):
        admin("POST", "settings", {"public_url": "https://hub.test", "cdn_url": "https://cdn.test", "page_size": 2})
        try:
            _, headers, _ = call("GET", "/api/models/acme/main/tree/main")
            self.assertTrue(headers["Link"].startswith("<https://hub.test/api/models/acme/main/tree/main?cursor="))
            meta = get_hf_file_metadata(hf_hub_url("acme/main", "model.safetensors", endpoint=ENDPOINT), token=False)
            self.assertTrue(meta.location.startswith("https://cdn.test/objects/"))
        finally:
            admin("POST", "settings", {"public_url": "", "cdn_url": "", "page_size": 1000})

    def test_writes_to_what_is_only_read(self):
        self.assertEqual(call("POST", "/api/models/acme/main/tree/main", {})[0], 405)
        self.assertEqual(call("POST", "/api/models/acme/main/nothing", {})[0], 404)

    def test_admin_is_not_reachable_through_a_proxy(self):
        self.assertEqual(call("GET", "/_admin/log", headers={"X-Forwarded-For": "192.0.2.1"})[0], 403)


class Access(Base):
    def test_whoami(self):
        me = self.alice.whoami()
        self.assertEqual((me["name"], me["orgs"][0]["name"]), ("alice", "acme"))
        self.assertEqual(me["auth"]["accessToken"]["role"], "write")
        with self.assertRaises(HfHubHTTPError) as caught:
            HfApi(endpoint=ENDPOINT, token="hf_unknown").whoami()
        self.assertEqual(caught.exception.response.status_code, 401)

    def test_missing(self):
        for api, status in ((self.api, 401), (self.bob, 404)):
            with self.assertRaises(RepositoryNotFoundError) as caught:
                api.model_info("acme/absent")
            self.assertEqual(caught.exception.response.status_code, status)
        with self.assertRaises(RevisionNotFoundError):
            self.api.model_info("acme/main", revision="absent")
        with self.assertRaises(RevisionNotFoundError):
            self.download("acme/main", "config.json", revision="absent")

    def test_private(self):
        commit("model/acme/secret", [text("a.txt", "secret")])
        admin("PUT", "repos/model/acme/secret", {"private": True})
        for token in (False, "hf_bob"):
            with self.assertRaises(RepositoryNotFoundError):
                self.download("acme/secret", "a.txt", token=token)
        self.assertEqual(self.download("acme/secret", "a.txt", token="hf_alice").read_text(), "secret")
        self.assertTrue(self.alice.model_info("acme/secret").private)
        self.assertNotIn("acme/secret", [m.id for m in self.api.list_models()])
        self.assertIn("acme/secret", [m.id for m in self.alice.list_models()])

    def test_gated(self):
        commit("model/acme/gated", [text("a.txt", "gated")])
        admin("PUT", "repos/model/acme/gated", {"gated": "manual", "allowed_users": ["carol"]})
        self.assertEqual(self.api.model_info("acme/gated").gated, "manual")
        for token, status in ((False, 401), ("hf_bob", 403)):
            with self.assertRaises(GatedRepoError) as caught:
                self.download("acme/gated", "a.txt", token=token)
            self.assertEqual(caught.exception.response.status_code, status)
        with self.assertRaises(GatedRepoError):
            self.bob.auth_check("acme/gated")
        admin("PUT", "repos/model/acme/gated", {"allowed_users": ["bob"]})
        self.assertEqual(self.download("acme/gated", "a.txt", token="hf_bob").read_text(), "gated")
        self.bob.auth_check("acme/gated")

    def test_disabled(self):
        commit("model/acme/off", [text("a.txt", "x")])
        admin("PUT", "repos/model/acme/off", {"disabled": True})
        with self.assertRaises(DisabledRepoError):
            self.api.model_info("acme/off")

    def test_cdn_refuses_tokens(self):
        meta = get_hf_file_metadata(hf_hub_url("acme/main", "model.safetensors", endpoint=ENDPOINT), token=False)
        status, _, body = call("GET", "", headers={"Authorization": "Bearer hf_alice"}, base=meta.location)
        self.assertEqual(status, 400)
        self.assertIn(b"<Code>", body)
        self.assertTrue(self.entries()[-1]["token_leak"])
        status, _, body = call("GET", "", base=meta.location.replace("Signature=", "Signature=0"))
        self.assertEqual(status, 403)


class Ranges(Base):
    def location(self):
        return get_hf_file_metadata(hf_hub_url("acme/main", "model.safetensors", endpoint=ENDPOINT), token=False).location

    def test_ranges_on_both_origins(self):
        big = self.location()
        _, headers, whole = call("GET", "", base=big)
        etag = headers["ETag"]
        for base, content in ((big, whole), (ENDPOINT + "/acme/main/resolve/main/config.json", None)):
            if content is None:
                _, headers, content = call("GET", "", base=base)
                etag = headers["ETag"]
            size = len(content)
            for value, start, end in [("bytes=5-9", 5, 10), ("bytes=10-", 10, size), ("bytes=-7", size - 7, size),
                                      (f"bytes=3-{size * 2}", 3, size)]:
                status, headers, body = call("GET", "", headers={"Range": value}, base=base)
                self.assertEqual((status, body), (206, content[start:end]), value)
                self.assertEqual(headers["Content-Range"], f"bytes {start}-{end - 1}/{size}")
            status, headers, _ = call("GET", "", headers={"Range": f"bytes={size}-"}, base=base)
            self.assertEqual((status, headers["Content-Range"]), (416, f"bytes */{size}"))
            self.assertEqual(call("GET", "", headers={"Range": "bytes=0-1,4-5"}, base=base)[0], 200)
            self.assertEqual(call("GET", "", headers={"Range": "bytes=0-1", "If-Range": '"old"'}, base=base)[0], 200)
            self.assertEqual(call("GET", "", headers={"Range": "bytes=0-1", "If-Range": etag}, base=base)[0], 206)
            status, headers, body = call("HEAD", "", headers={"Range": "bytes=2-4"}, base=base)
            self.assertEqual((status, headers["Content-Length"], body), (206, "3", b""))
            self.assertEqual(call("GET", "", headers={"If-None-Match": etag}, base=base)[0], 304)

    def test_expired_url(self):
        admin("POST", "settings", {"url_ttl_s": 1})
        try:
            url = self.location()
        finally:
            admin("POST", "settings", {"url_ttl_s": 3600})
        time.sleep(2.1)
        status, _, body = call("GET", "", base=url)
        self.assertEqual(status, 403)
        self.assertIn(b"Request has expired", body)


class FaultRules(Base):
    def test_503_twice(self):
        self.fault({"status": 503, "body": "busy"}, times=2, path="/api/models/acme/main/tree/*")
        files = self.api.list_repo_files("acme/main")
        self.assertIn("config.json", files)
        statuses = [e["status"] for e in self.entries() if "/tree/" in e["path"]]
        self.assertEqual(statuses, [503, 503, 200])

    def test_429_with_rate_limit(self):
        self.fault({"status": 429, "headers": {"RateLimit": '"api";r=0;t=1', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}},
                   path="/api/models/acme/main/tree/*")
        started = time.monotonic()
        self.assertIn("config.json", self.api.list_repo_files("acme/main"))
        self.assertGreaterEqual(time.monotonic() - started, 1.0)

    def test_real_rate_limit(self):
        admin("POST", "settings", {"rate_limit": 2, "rate_window_s": 1})
        try:
            seen = [call("GET", "/api/models/acme/main/refs") for _ in range(3)]
        finally:
            admin("POST", "settings", {"rate_limit": 0, "rate_window_s": 300})
        self.assertEqual([s for s, _, _ in seen], [200, 200, 429])
        self.assertIn('"api";r=0', seen[2][1]["RateLimit"])

    def test_drop_and_resume(self):
        # The client keeps 10 MB in memory before it writes: only a larger file can be resumed.
        commit("model/acme/resume", [random_file("big.bin", 24_000_000, seed=9)])
        self.mark = log_mark()
        self.fault({"drop_after": 15_000_000}, origin="cdn", method="GET")
        path = self.download("acme/resume", "big.bin")
        self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), path.resolve().name)
        cdn = [e for e in self.entries() if e["origin"] == "cdn"]
        self.assertEqual([e["status"] for e in cdn], [200, 206])
        start = int(cdn[1]["range"].removeprefix("bytes=").rstrip("-"))
        self.assertGreater(start, 0)
        self.assertEqual(cdn[1]["bytes"], 24_000_000 - start)
        self.assertEqual((cdn[0]["aborted"], cdn[0]["bytes"], cdn[0]["fault"]), (True, 15_000_000, "test"))

    def test_drop_and_ignored_range(self):
        admin("POST", "faults", [
            {"match": {"origin": "cdn", "range": False}, "action": {"drop_after": 500_000}},
            {"match": {"origin": "cdn", "range": True}, "action": {"ignore_range": True}},
        ])
        path = self.download("acme/main", "model.safetensors")
        self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), path.resolve().name)

    def test_stall_then_go_on(self):
        self.fault({"stall_after": 100_000, "stall_ms": 700}, origin="cdn")
        started = time.monotonic()
        self.assertEqual(self.download("acme/main", "model.safetensors").stat().st_size, 3_000_000)
        self.assertGreaterEqual(time.monotonic() - started, 0.7)

    def test_stall_until_the_client_leaves(self):
        self.fault({"stall_after": 10}, path="/acme/main/resolve/*")
        host, port = ENDPOINT.split("//")[1].split(":")
        with socket.create_connection((host, int(port)), timeout=1) as wire:
            wire.sendall(b"GET /acme/main/resolve/main/README.md HTTP/1.1\r\nHost: h\r\n\r\n")
            got = b""
            with self.assertRaises(TimeoutError):
                while True:
                    got += wire.recv(4096)
            self.assertEqual(got.split(b"\r\n\r\n", 1)[1], CARD.encode()[:10])
        time.sleep(0.4)
        self.assertTrue(self.entries()[0]["done"])

    def test_stop_while_a_client_is_stalled(self):
        process, ready = start_server(Path(self.cache) / "other")
        base = ready["endpoint"]
        body = {"summary": "x", "files": [text("a.txt", "a" * 1000)]}
        call("POST", "/_admin/repos/model/a/b/commit", body, base=base)
        call("POST", "/_admin/faults", {"match": {"path": "*a.txt"}, "action": {"stall_after": 10}}, base=base)
        host, port = base.split("//")[1].split(":")
        with socket.create_connection((host, int(port)), timeout=5) as wire:
            wire.sendall(b"GET /a/b/resolve/main/a.txt HTTP/1.1\r\nHost: h\r\n\r\n")
            self.assertIn(b"200 OK", wire.recv(4096))
            process.terminate()
            self.assertEqual(process.wait(10), 0)
        process.stdout.close()

    def raw(self, action, path="/acme/main/resolve/main/README.md", method="GET"):
        admin("DELETE", "faults")
        self.fault(action, path="/acme/*")
        return call(method, path)

    def test_bytes(self):
        card = CARD.encode()
        _, headers, body = self.raw({"truncate_to": 20})
        self.assertEqual((headers["Content-Length"], body), ("20", card[:20]))
        _, _, body = self.raw({"extra_bytes": 5})
        self.assertEqual(body, card + b"xxxxx")
        _, _, body = self.raw({"flip_byte": 3})
        self.assertEqual((body[3], body[:3], body[4:]), (card[3] ^ 1, card[:3], card[4:]))
        _, headers, body = self.raw({"content_encoding": "gzip"})
        import gzip
        self.assertEqual((headers["Content-Encoding"], gzip.decompress(body)), ("gzip", card))
        started = time.monotonic()
        _, _, body = self.raw({"drip_bytes_per_s": 200})
        self.assertEqual(body, card)
        self.assertGreater(time.monotonic() - started, len(card) / 200 * 0.8)
        started = time.monotonic()
        self.raw({"delay_ms": 300})
        self.assertGreaterEqual(time.monotonic() - started, 0.3)

    def test_headers(self):
        _, headers, _ = self.raw({"drop_headers": ["etag"], "set_headers": {"X-Extra": "1"}}, method="HEAD")
        self.assertEqual((headers["ETag"], headers["X-Extra"]), (None, "1"))
        _, headers, _ = self.raw({"size_header": 7}, method="HEAD")
        self.assertEqual(headers["Content-Length"], "7")
        _, headers, body = self.raw({"drop_headers": ["content-length"]})
        self.assertEqual((headers["Content-Length"], body), (None, CARD.encode()))
        self.fault({"size_header": 7}, path="*model.safetensors")
        meta = get_hf_file_metadata(hf_hub_url("acme/main", "model.safetensors", endpoint=ENDPOINT), token=False)
        self.assertEqual(meta.size, 7)
        self.fault({"wrong_content_range": True}, path="/acme/*")
        _, headers, _ = call("GET", "/acme/main/resolve/main/README.md", headers={"Range": "bytes=0-4"})
        self.assertTrue(headers["Content-Range"].startswith("bytes 1-5/"))

    def test_expired_url_then_a_fresh_one(self):
        self.fault({"expire_url": True}, path="*model.safetensors")
        with self.assertRaises(HfHubHTTPError):
            self.download("acme/main", "model.safetensors")
        self.assertEqual(self.download("acme/main", "model.safetensors").stat().st_size, 3_000_000)

    def test_redirect_elsewhere_and_bad_json(self):
        status, _, body = self.raw({"redirect": ENDPOINT + "/acme/main/resolve/main/config.json?x"})
        self.assertIn(b"bert", body)
        self.fault({"body": "{not json"}, path="/api/models/acme/main")
        with self.assertRaises(ValueError):
            self.api.model_info("acme/main")

    def test_hostile_names(self):
        evil = [{"type": "file", "path": "../../evil.txt", "size": 1, "oid": "0" * 40}]
        self.fault({"tree_patch": evil}, path="/api/models/acme/main/tree/*")
        self.assertIn("../../evil.txt", self.api.list_repo_files("acme/main"))
        with self.assertRaises(AssertionError):
            commit("model/acme/evil", [text("../evil", "x")])
        names = ["../evil", "/abs", "con", "a\\b", "Case.txt", "case.txt", "new\nline"]
        commit("model/acme/evil", [text(n, n) for n in names], hostile=True)
        self.assertEqual(sorted(self.api.list_repo_files("acme/evil")), sorted(names))

    def test_faults_are_counted_and_skipped(self):
        admin("POST", "faults", {"id": "second", "match": {"path": "/api/models/acme/main/refs"}, "skip": 1, "times": 1,
                                 "action": {"status": 500}})
        self.assertEqual([call("GET", "/api/models/acme/main/refs")[0] for _ in range(3)], [200, 500, 200])
        self.assertEqual(admin("GET", "faults")[0]["fired"], 1)


class Content(Base):
    def test_deletes_binary_and_files(self):
        source = Path(self.cache) / "source.bin"
        source.write_bytes(os.urandom(50_000))
        commit("dataset/acme/mixed", [
            {"path": "bin.dat", "base64": base64.b64encode(b"\0\1\2").decode()},
            {"path": "from.bin", "from_file": str(source)},
            {"path": "z/zeros.dat", "generate": {"kind": "zeros", "size": 10}, "lfs": False},
            {"path": "z/words.txt", "generate": {"kind": "text", "seed": 3, "size": 1000}},
            {"path": "w.bf16", "generate": {"kind": "bf16", "seed": 3, "size": 1000}},
        ])
        self.assertEqual(self.download("acme/mixed", "bin.dat", repo_type="dataset").read_bytes(), b"\0\1\2")
        self.assertEqual(self.download("acme/mixed", "from.bin", repo_type="dataset").read_bytes(), source.read_bytes())
        commit("dataset/acme/mixed", [], delete=["z", "bin.dat"])
        self.assertEqual(self.api.list_repo_files("acme/mixed", repo_type="dataset"), ["from.bin", "w.bf16"])

    def test_import_while_running(self):
        folder = Path(self.cache) / "folder"
        (folder / "sub").mkdir(parents=True)
        (folder / "a.txt").write_text("imported")
        (folder / "sub/b.bin").write_bytes(b"b" * 100)
        subprocess.run([SERVER, "import", "--data", str(Path(SCRATCH) / "data"), "--repo", "dataset:acme/imported",
                        "--message", "from disk", str(folder)], check=True, capture_output=True)
        def listed():  # the running server looks at the disk now and then, and may see the repository before its files
            exists = self.api.repo_exists("acme/imported", repo_type="dataset")
            return self.api.list_repo_files("acme/imported", repo_type="dataset") if exists else []

        deadline = time.monotonic() + 10
        while not listed() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(listed(), ["a.txt", "sub/b.bin"])
        self.assertEqual(self.download("acme/imported", "a.txt", repo_type="dataset").read_text(), "imported")

    def test_seed_demo_is_the_same_every_time(self):
        commits = []
        for name in ("one", "two"):
            out = subprocess.run([SERVER, "seed-demo", "--data", str(Path(self.cache) / name), "--size", "5MB"],
                                 check=True, capture_output=True, text=True).stdout
            commits.append(json.loads(out)["commit"])
        self.assertEqual(commits[0], commits[1])
        process, ready = start_server(Path(self.cache) / "one")
        try:
            api = HfApi(endpoint=ready["endpoint"], token=False)
            self.assertEqual(api.model_info("demo/tiny-llama").sha, commits[0])
            self.assertEqual(process.poll(), None)
            folder = Path(snapshot_download("demo/tiny-llama", endpoint=ready["endpoint"], token=False,
                                            cache_dir=Path(self.cache) / "c"))
            index = json.loads((folder / "model.safetensors.index.json").read_text())
            tensors = {}
            for shard in sorted(folder.glob("*.safetensors")):
                raw = shard.read_bytes()
                size = int.from_bytes(raw[:8], "little")
                header = json.loads(raw[8 : 8 + size])
                header.pop("__metadata__")
                self.assertEqual(max(t["data_offsets"][1] for t in header.values()), len(raw) - 8 - size)
                tensors.update({name: shard.name for name in header})
            self.assertEqual(tensors, index["weight_map"])
            total = sum(p.stat().st_size for p in folder.rglob("*"))
            self.assertAlmostEqual(total / 5e6, 1, delta=0.02)
        finally:
            process.terminate()
            self.assertEqual(process.wait(20), 0)
            process.stdout.close()

    def test_log_file(self):
        call("GET", "/api/models/acme/main?marker=42")
        time.sleep(0.6)
        lines = [json.loads(line) for line in (Path(SCRATCH) / "log.jsonl").read_text().splitlines()]
        self.assertTrue(any(e["query"] == "marker=42" and e["status"] == 200 for e in lines))
        self.assertFalse(any(e["path"].startswith("/_admin") for e in lines))


if __name__ == "__main__":
    unittest.main(verbosity=1)
