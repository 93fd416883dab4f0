"""Commits to the local Hub, made by huggingface_hub (with hf_xet), by npm's @huggingface/hub and by hand; and read back
by git. The clients are the judges: what they send is accepted, what they read afterwards is what was sent.
"""

import base64
import json
import os
import random
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request
import warnings
from pathlib import Path

HOME = tempfile.mkdtemp(prefix="hfhub-write-home-")  # the package reads these when it is imported
os.environ.update(HF_HOME=HOME, HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_TELEMETRY="1",
                  HF_HUB_DISABLE_UPDATE_CHECK="1", NO_PROXY="127.0.0.1,localhost")
for unwanted in ("HF_TOKEN", "HF_ENDPOINT", "HF_HUB_DISABLE_XET", "HTTP_PROXY", "http_proxy"):
    os.environ.pop(unwanted, None)

from huggingface_hub import (CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi,  # noqa: E402
                             hf_hub_download, snapshot_download)
from huggingface_hub.errors import (BadRequestError, EntryNotFoundError, FileDuplicationError,  # noqa: E402
                                    HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError)

from hub_fixture import (NODE_DIR, PATIENCE_S, HubTest, clean_environment, contents, git_sha1, random_file,  # noqa: E402
                         text)

CALLS = Path(__file__).resolve().parent / "npm_calls.mjs"
ALICE, BOB, READER = "hf_alice", "hf_bob", "hf_reader"
ATTRIBUTES = "*.bin filter=lfs diff=lfs merge=lfs -text\n*.txt -filter\n"


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


def tearDownModule():
    shutil.rmtree(HOME, ignore_errors=True)


class WriteTest(HubTest):
    @classmethod
    def fill_hub(cls):
        for token, user, role in ((ALICE, "alice", "write"), (BOB, "bob", "write"), (READER, "alice", "read")):
            cls.hub.admin("POST", "tokens", {"token": token, "user": user, "role": role})
        cls.count = 0

    def setUp(self):
        super().setUp()
        warnings.simplefilter("ignore")
        self.before = self.hub.admin("GET", "settings")
        self.api = HfApi(endpoint=self.hub.endpoint, token=ALICE)
        self.bob = HfApi(endpoint=self.hub.endpoint, token=BOB)
        type(self).count += 1
        self.repo = f"alice/repo{self.count}"
        self.first = self.hub.commit("model/" + self.repo, [text("config.json", "{}"), text("old/a.md", "a"),
                                                            text("old/b.md", "b"), random_file("w.bin", 70_000, xet=True)])

    def tearDown(self):
        self.hub.settings(**self.before)
        super().tearDown()

    def call(self, method, path, body=None, token=ALICE, kind="application/json"):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": kind, **({"Authorization": f"Bearer {token}"} if token else {})}
        request = urllib.request.Request(self.hub.endpoint + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.loads(error.read())

    def post_commit(self, *lines, revision="main", query="", **more):
        body = b"".join(json.dumps({"key": key, "value": value}).encode() + b"\n" for key, value in lines)
        path = f"/api/models/{self.repo}/commit/{urllib.parse.quote(revision, safe='')}{query}"
        return self.call("POST", path, body, kind="application/x-ndjson", **more)

    def preupload(self, files, **more):
        entries = [{"path": path, "size": size, "sample": base64.b64encode(sample).decode()} for path, size, sample in files]
        status, _, answer = self.call("POST", f"/api/models/{self.repo}/preupload/main", {"files": entries, **more})
        self.assertEqual(status, 200, answer)
        return {f["path"]: f for f in answer["files"]}

    def files(self, revision="main", repo=None):
        """{path: bytes} of a fresh snapshot."""
        folder = tempfile.mkdtemp(dir=self.folder)
        snapshot_download(repo or self.repo, revision=revision, endpoint=self.hub.endpoint, token=ALICE, local_dir=folder)
        return contents(folder)

    def head(self, revision="main"):
        return self.api.repo_info(self.repo, revision=revision).sha

    def bodies(self, since=0):
        answer = self.hub.admin("GET", f"bodies?since={since}")
        return answer["next"], answer["bodies"]


HEADER = ("header", {"summary": "s", "description": ""})


class Commits(WriteTest):
    def test_everything_in_one_commit(self):
        large, larger = noise(300_000, 2), noise(11 << 20, 3)
        (self.folder / "large.bin").write_bytes(large)
        since, _ = self.bodies()
        info = self.api.create_commit(
            self.repo,
            [CommitOperationAdd("config.json", b'{"a": 1}'), CommitOperationAdd("d\u00e9j\u00e0/vu \u6587.md", b"# \xc3\xa9"),
             CommitOperationAdd("weights/large.bin", str(self.folder / "large.bin")),
             CommitOperationAdd("larger.md", larger), CommitOperationAdd("empty.bin", b""),
             CommitOperationDelete("old/a.md"), CommitOperationCopy("w.bin", "copy/w.bin"),
             CommitOperationCopy("old/b.md", "copy/b.md")],
            commit_message="All of it", commit_description="said at length")
        self.assertEqual(info.oid, self.head())
        self.assertEqual(info.commit_url, f"{self.hub.endpoint}/{self.repo}/commit/{info.oid}")
        w = noise_file(self)
        self.assertEqual(self.files(), {
            "config.json": b'{"a": 1}', "d\u00e9j\u00e0/vu \u6587.md": b"# \xc3\xa9", "weights/large.bin": large,
            "larger.md": larger, "empty.bin": b"", "old/b.md": b"b", "w.bin": w, "copy/w.bin": w, "copy/b.md": b"b"})
        commit = self.api.list_repo_commits(self.repo)[0]
        self.assertEqual((commit.commit_id, commit.title, commit.message, commit.authors),
                         (info.oid, "All of it", "said at length", ["alice"]))
        entries = {e.path: e for e in self.api.list_repo_tree(self.repo, recursive=True)}
        self.assertTrue(entries["weights/large.bin"].xet_hash)
        self.assertEqual(entries["copy/w.bin"].xet_hash, entries["w.bin"].xet_hash)
        self.assertIsNone(entries["empty.bin"].lfs)
        self.check_bodies(since, large)

    def check_bodies(self, since, large):
        """What the client sent, kept for comparisons."""
        _, bodies = self.bodies(since)
        commit = next(b for b in bodies if "/commit/" in b["path"])
        self.assertEqual((commit["method"], commit["content_type"]), ("POST", "application/x-ndjson"))
        lines = [json.loads(line) for line in commit["body"].splitlines()]
        self.assertEqual(lines[0], {"key": "header", "value": {"summary": "All of it", "description": "said at length"}})
        self.assertIn({"key": "deletedFile", "value": {"path": "old/a.md"}}, lines)
        lfs = {line["value"]["path"]: line["value"] for line in lines if line["key"] == "lfsFile"}
        self.assertEqual(lfs["weights/large.bin"]["size"], len(large))
        self.assertNotIn("size", lfs["copy/w.bin"])
        preupload = json.loads(next(b for b in bodies if "/preupload/" in b["path"])["body"])
        self.assertEqual(len(preupload["files"]), 5)

    def test_other_types_and_branches(self):
        for kind, prefix in (("dataset", "datasets/"), ("space", "spaces/")):
            self.hub.commit(f"{kind}/{self.repo}", [text("a.txt", "a")])
            info = self.api.upload_file(path_or_fileobj=noise(50_000, 5), path_in_repo="d.parquet", repo_id=self.repo,
                                        repo_type=kind)
            self.assertEqual(str(info), f"{self.hub.endpoint}/{prefix}{self.repo}/blob/main/d.parquet"
                             if "/blob/" in str(info) else info.commit_url)
            got = hf_hub_download(self.repo, "d.parquet", repo_type=kind, endpoint=self.hub.endpoint, token=ALICE,
                                  local_dir=self.folder / kind)
            self.assertEqual(Path(got).read_bytes(), noise(50_000, 5))
        self.hub.ref("model/" + self.repo, "branch", "dev/x", "main")
        self.api.upload_file(path_or_fileobj=b"1", path_in_repo="one", repo_id=self.repo, revision="dev/x")
        self.assertTrue(self.api.file_exists(self.repo, "one", revision="dev/x"))
        self.assertFalse(self.api.file_exists(self.repo, "one"))

    def test_into_a_new_repository(self):
        name = self.repo + "-new"
        self.api.create_repo(name, private=True)
        self.api.upload_file(path_or_fileobj=noise(20_000), path_in_repo="a.bin", repo_id=name)
        self.api.create_pull_request(name, "A draft")
        self.assertEqual(self.files(repo=name), {"a.bin": noise(20_000)})
        self.api.delete_repo(name)
        self.api.create_repo(name)
        self.assertEqual([self.files(repo=name), list(self.api.get_repo_discussions(name))], [{}, []])

    def test_parent(self):
        self.api.create_commit(self.repo, [CommitOperationAdd("x", b"1")], commit_message="m", parent_commit=self.first)
        with self.assertRaises(HfHubHTTPError) as caught:
            self.api.create_commit(self.repo, [CommitOperationAdd("x", b"2")], commit_message="m", parent_commit=self.first)
        self.assertEqual(caught.exception.response.status_code, 412)
        self.assertIn("A commit has happened since. Please refresh and try again.", str(caught.exception))
        self.api.create_commit(self.repo, [CommitOperationAdd("x", b"3")], commit_message="m", parent_commit=self.head()[:10])

    def test_deletions(self):
        self.api.delete_files(self.repo, ["old/*"], commit_message="gone")
        self.assertEqual(sorted(self.files()), ["config.json", "w.bin"])
        self.api.upload_file(path_or_fileobj=b"1", path_in_repo="f/one", repo_id=self.repo)
        self.api.delete_folder("f", self.repo)
        self.api.delete_file("config.json", self.repo)
        self.assertEqual(sorted(self.files()), ["w.bin"])
        with self.assertRaises(EntryNotFoundError) as caught:
            self.api.delete_file("config.json", self.repo)
        self.assertIn("Make sure to differentiate file and folder paths", str(caught.exception))
        with self.assertRaises(EntryNotFoundError):
            self.api.delete_folder("f", self.repo)
        with self.assertRaises(EntryNotFoundError):
            self.api.delete_file("w.bin/", self.repo)

    def test_what_is_deleted_and_added_unchanged_stays(self):
        before = self.head()
        self.api.create_commit(self.repo, [CommitOperationDelete("old/"), CommitOperationAdd("old/b.md", b"b")],
                               commit_message="m")
        self.assertNotEqual(self.head(), before)
        self.assertEqual(sorted(self.files()), ["config.json", "old/b.md", "w.bin"])
        info = self.api.create_commit(self.repo, [CommitOperationAdd("old/b.md", b"b")], commit_message="nothing new")
        self.assertEqual(info.oid, self.head())

    def test_copies_from_another_repository(self):
        other = self.repo + "-other"
        self.hub.commit("dataset/" + other, [random_file("d/x.bin", 90_000, seed=9, xet=True), text("r.txt", "regular")])
        mark = self.hub.mark()
        self.api.create_commit(
            self.repo, [CommitOperationCopy("d/x.bin", "x.bin", src_repo_id=other, src_repo_type="dataset"),
                        CommitOperationCopy("r.txt", "r.txt", src_repo_id=other, src_repo_type="dataset")],
            commit_message="copy")
        self.assertIn(f"POST hub /api/datasets/{other}/lfs-files/duplicate", self.hub.requests(mark))
        files = self.files()
        self.assertEqual((len(files["x.bin"]), files["r.txt"]), (90_000, b"regular"))
        status, _, answer = self.call("POST", f"/api/datasets/{other}/lfs-files/duplicate", {
            "target": {"type": "model", "name": self.repo}, "files": [{"xetHash": "0" * 64, "sha256": "1" * 64, "filename": "f"}]})
        self.assertEqual((status, [f["sha256"] for f in answer["failed"]]), (200, ["1" * 64]))
        self.assertEqual(self.call("POST", f"/api/datasets/{other}/lfs-files/duplicate", {
            "target": {"type": "model", "name": self.repo}, "files": []}, token=BOB)[0], 403)

    def test_card(self):
        self.api.upload_file(path_or_fileobj=b"---\nlicense: mit\n---\n# Hi\n", path_in_repo="README.md", repo_id=self.repo)
        with self.assertRaises(ValueError) as caught:
            self.api.upload_file(path_or_fileobj=b"---\nlicense: [mit\n---\n# Hi\n", path_in_repo="README.md",
                                 repo_id=self.repo)
        self.assertIn("Invalid metadata in README.md", str(caught.exception))
        with self.assertWarns(UserWarning):
            self.api.upload_file(path_or_fileobj=b"# no metadata\n", path_in_repo="README.md", repo_id=self.repo)
        status, _, answer = self.post_commit(HEADER, ("file", {"path": "README.md", "content": "---\nno end"}))
        self.assertEqual((status, "Invalid metadata" in answer["error"]), (400, True))


class Folders(WriteTest):
    FILES = {"a.md": b"a", "sub/\u00fc \u00df.md": b"u", "model.bin": noise(200_000, 4), "sub/deep/x.bin": noise(100_000, 6),
             "skip.log": b"log", "keep.log": b"log", "build/out.md": b"out"}

    def folder_with(self, files):
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        return folder

    def test_folder(self):
        folder = self.folder_with(self.FILES)
        info = self.api.upload_folder(repo_id=self.repo, folder_path=folder, path_in_repo="up", ignore_patterns=["*.log"])
        self.assertEqual(info.oid, self.head())
        got = {p[3:]: d for p, d in self.files().items() if p.startswith("up/")}
        self.assertEqual(got, {p: d for p, d in self.FILES.items() if not p.endswith(".log")})
        mark = self.hub.mark()
        again = self.api.upload_folder(repo_id=self.repo, folder_path=folder, path_in_repo="up", ignore_patterns=["*.log"])
        self.assertEqual(again.oid, info.oid)
        self.assertFalse([r for r in self.hub.requests(mark) if "/commit/" in r])
        self.api.upload_folder(repo_id=self.repo, folder_path=folder, path_in_repo="up", allow_patterns=["a.md"],
                               delete_patterns=["sub/*"], commit_message="fewer")
        self.assertFalse([p for p in self.files() if p.startswith("up/sub/")])

    def test_gitignore(self):
        folder = self.folder_with({**self.FILES, ".gitignore": b"*.log\n!keep.log\n/build/\n"})
        self.api.upload_folder(repo_id=self.repo, folder_path=folder)
        got = self.files()
        self.assertIn("keep.log", got)
        self.assertNotIn("skip.log", got)
        self.assertNotIn("build/out.md", got)
        # from now on the repository's own counts
        self.api.upload_folder(repo_id=self.repo, folder_path=self.folder_with({"n.log": b"", "n.md": b"n"}))
        self.assertEqual([p for p in self.files() if p.startswith("n.")], ["n.md"])

    def test_draft_pull_request(self):
        info = self.api.upload_folder(repo_id=self.repo, folder_path=self.folder_with(self.FILES), create_pr=True)
        self.assertEqual((info.pr_num, info.pr_revision), (1, "refs/pr/1"))
        details = self.api.get_discussion_details(self.repo, 1)
        self.assertEqual((details.status, details.is_pull_request, details.target_branch), ("draft", True, "refs/heads/main"))
        self.assertEqual([e.type for e in details.events], ["comment", "commit"])
        self.assertEqual(details.events[1].oid, info.oid)
        self.assertNotIn("a.md", self.files())
        self.assertEqual(self.files("refs/pr/1")["model.bin"], self.FILES["model.bin"])
        with self.assertRaises(BadRequestError):
            self.api.merge_pull_request(self.repo, 1)
        self.api.change_discussion_status(self.repo, 1, "open")
        self.api.merge_pull_request(self.repo, 1, comment="well done")
        self.assertEqual(self.files()["model.bin"], self.FILES["model.bin"])
        details = self.api.get_discussion_details(self.repo, 1)
        self.assertEqual((details.status, details.merge_commit_oid), ("merged", self.head()))

    def test_an_answer_that_is_lost(self):
        folder = self.folder_with({"a.md": b"a"})
        self.hub.fault({"drop_answer": True}, path="*/commit/main")
        mark = self.hub.mark()
        self.api.upload_folder(repo_id=self.repo, folder_path=folder)  # tries again
        tries = [e for e in self.hub.log(mark) if "/commit/" in e["path"]]
        self.assertEqual(len(tries), 2)
        self.assertEqual(self.files()["a.md"], b"a")
        before = self.head()
        self.hub.fault({"drop_answer": True}, path="*/commit/main")
        with self.assertRaises(Exception):
            self.api.create_commit(self.repo, [CommitOperationAdd("b.md", b"b")], commit_message="m")
        self.assertNotEqual(self.head(), before)
        self.hub.fault({"status": 504, "after_work": True}, path="*/commit/main")
        with self.assertRaises(HfHubHTTPError):
            self.api.create_commit(self.repo, [CommitOperationAdd("c.md", b"c")], commit_message="m")
        self.assertEqual(self.files()["c.md"], b"c")


class PullRequests(WriteTest):
    def test_from_a_commit(self):
        info = self.api.create_commit(self.repo, [CommitOperationAdd("x.bin", noise(9000))], commit_message="A change",
                                      commit_description="why", create_pr=True)
        self.assertEqual(info.pr_url, f"{self.hub.endpoint}/{self.repo}/discussions/1")
        self.assertEqual((info.pr_num, info.pr_revision), (1, "refs/pr/1"))
        self.api.create_commit(self.repo, [CommitOperationAdd("y", b"y")], commit_message="more", revision="refs/pr/1")
        details = self.api.get_discussion_details(self.repo, 1)
        self.assertEqual((details.title, details.status, details.author), ("A change", "open", "alice"))
        self.assertEqual([e.type for e in details.events], ["comment", "commit", "commit"])
        self.assertEqual(details.events[0].content, "why")
        self.assertEqual(details.conflicting_files, [])
        self.assertEqual(sorted(self.files("refs/pr/1")), ["config.json", "old/a.md", "old/b.md", "w.bin", "x.bin", "y"])
        refs = self.api.list_repo_refs(self.repo, include_pull_requests=True)
        self.assertEqual([r.ref for r in refs.pull_requests], ["refs/pr/1"])
        # from an older commit, as npm does it
        self.api.upload_file(path_or_fileobj=b"later", path_in_repo="later", repo_id=self.repo)
        info = self.api.create_commit(self.repo, [CommitOperationAdd("z", b"z")], commit_message="m", create_pr=True,
                                      parent_commit=self.first)
        self.assertEqual(info.pr_num, 2)
        self.assertNotIn("later", self.files("refs/pr/2"))
        self.api.merge_pull_request(self.repo, 2)
        self.assertEqual({"later", "z"} - set(self.files()), set())

    def test_conflict(self):
        self.api.create_commit(self.repo, [CommitOperationAdd("config.json", b"1")], commit_message="mine", create_pr=True)
        self.api.upload_file(path_or_fileobj=b"2", path_in_repo="config.json", repo_id=self.repo)
        self.assertEqual(self.api.get_discussion_details(self.repo, 1).conflicting_files, ["config.json"])
        with self.assertRaises(HfHubHTTPError):
            self.api.merge_pull_request(self.repo, 1)
        self.assertEqual(self.files()["config.json"], b"2")

    def test_discussions(self):
        one = self.api.create_discussion(self.repo, "A question", description="what?")
        two = self.api.create_pull_request(self.repo, "A draft")
        self.assertEqual((one.num, two.num, two.git_reference, two.status), (1, 2, "refs/pr/2", "draft"))
        self.assertEqual(self.api.comment_discussion(self.repo, 1, "this").content, "this")
        self.assertEqual(self.api.rename_discussion(self.repo, 1, "A better one").new_title, "A better one")
        self.assertEqual(self.api.change_discussion_status(self.repo, 1, "closed", comment="so").new_status, "closed")
        self.assertEqual([d.num for d in self.api.get_repo_discussions(self.repo)], [2, 1])
        self.assertEqual([d.title for d in self.api.get_repo_discussions(self.repo, discussion_status="closed")], ["A better one"])
        self.assertEqual([d.num for d in self.api.get_repo_discussions(self.repo, discussion_type="pull_request")], [2])
        events = self.api.get_discussion_details(self.repo, 1).events
        self.assertEqual([e.type for e in events], ["comment", "comment", "title-change", "comment", "status-change"])
        with self.assertRaises(HfHubHTTPError):
            self.bob.change_discussion_status(self.repo, 1, "open")
        with self.assertRaises(HfHubHTTPError):
            self.api.get_discussion_details(self.repo, 3)


class Access(WriteTest):
    def refused(self, status, api, **more):
        with self.assertRaises(HfHubHTTPError) as caught:
            api.create_commit(self.repo, [CommitOperationAdd("x", b"x")], commit_message="m", **more)
        self.assertEqual(caught.exception.response.status_code, status)
        return caught.exception

    def test_who_may(self):
        before = self.head()
        self.assertIsInstance(self.refused(401, HfApi(endpoint=self.hub.endpoint, token=False)), RepositoryNotFoundError)
        self.assertIn("write token", str(self.refused(403, HfApi(endpoint=self.hub.endpoint, token=READER))))
        self.assertIn("create_pr=1", str(self.refused(403, self.bob)))
        self.assertEqual(self.head(), before)
        info = self.bob.create_commit(self.repo, [CommitOperationAdd("x", b"x")], commit_message="mine", create_pr=True)
        self.bob.create_commit(self.repo, [CommitOperationAdd("y", b"y")], commit_message="more", revision=info.pr_revision)
        self.api.create_commit(self.repo, [CommitOperationAdd("a", b"a")], commit_message="m", create_pr=True)
        self.refused(403, self.bob, revision="refs/pr/2")
        with self.assertRaises(HfHubHTTPError):
            self.bob.merge_pull_request(self.repo, 1)

    def test_private_and_gated(self):
        self.hub.admin("PUT", f"repos/model/{self.repo}", {"private": True})
        self.assertIsInstance(self.refused(404, self.bob, create_pr=True), RepositoryNotFoundError)
        self.hub.admin("PUT", f"repos/model/{self.repo}", {"private": False, "gated": "manual"})
        self.refused(403, self.bob, create_pr=True)
        self.api.create_commit(self.repo, [CommitOperationAdd("x", b"x")], commit_message="m")

    def test_missing(self):
        with self.assertRaises(RevisionNotFoundError):
            self.api.create_commit(self.repo, [CommitOperationAdd("x", b"x")], commit_message="m", revision="nowhere")
        self.assertEqual(self.post_commit(HEADER, revision="nowhere")[1]["X-Error-Code"], "RevisionNotFound")
        self.hub.ref("model/" + self.repo, "tag", "v1", "main")
        self.assertEqual(self.post_commit(HEADER, revision="v1")[0], 404)
        with self.assertRaises(RepositoryNotFoundError) as caught:
            self.api.create_commit("alice/none", [CommitOperationAdd("x", b"x")], commit_message="m")
        self.assertIn("create_repo", str(caught.exception))

    def test_limits(self):
        self.hub.settings(max_file_bytes=100)
        self.assertIn("exceeds the limit", str(self.refused_with(101, 403)))
        self.hub.settings(max_file_bytes=0, quota_bytes=1)
        self.assertIn("storage patterns", str(self.refused_with(2, 403)))
        self.api.delete_file("old/a.md", self.repo)
        self.hub.admin("PUT", f"repos/model/{self.repo}", {"private": True})
        self.assertIn("Private repository storage limit reached", str(self.refused_with(2, 403)))
        self.hub.settings(quota_bytes=0, commit_max_files=1)
        self.assertEqual(self.post_commit(HEADER, *[("file", {"path": p, "content": p}) for p in "ab"])[0], 413)
        self.hub.settings(commit_max_files=0, commit_max_bytes=100)
        self.assertEqual(self.post_commit(HEADER, ("file", {"path": "p", "content": "c" * 100}))[0], 413)
        status = self.call("POST", f"/api/models/{self.repo}/preupload/main",
                           {"files": [{"path": str(i), "size": 1, "sample": "eA=="} for i in range(257)]})[0]
        self.assertEqual(status, 413)

    def refused_with(self, size, status):
        with self.assertRaises(HfHubHTTPError) as caught:
            self.api.upload_file(path_or_fileobj=b"x" * size, path_in_repo="x", repo_id=self.repo)
        self.assertEqual(caught.exception.response.status_code, status)
        return caught.exception


class ByHand(WriteTest):
    def test_bodies_that_do_not_add_up(self):
        before = self.head()
        for lines, word in (
            ([("file", {"path": "x", "content": "x"})], "header"),
            ([HEADER, HEADER], "header"),
            ([("header", {"summary": ""})], "summary"),
            ([HEADER, ("file", {"path": "x", "content": "!", "encoding": "base64"})], "base64"),
            ([HEADER, ("file", {"path": "x", "content": "", "encoding": "utf-16"})], "encoding"),
            ([HEADER, ("rename", {"path": "x"})], "rename"),
            ([HEADER, ("lfsFile", {"path": "x", "algo": "sha256", "oid": "12"})], "SHA-256"),
            ([HEADER, ("lfsFile", {"path": "x", "algo": "sha256", "oid": "1" * 64, "size": 1})], "does not exist"),
            ([("header", {"summary": "s", "parentCommit": "main"})], "parentCommit"),
            ([HEADER, ("file", {"path": "config.json/x", "content": ""})], "is a file"),
            ([HEADER, ("file", {"path": "old", "content": ""})], "is a folder"),
            ([HEADER, ("file", {"path": "big", "content": "x" * (10 << 20) + "x"})], "larger than 10 MiB"),
        ):
            with self.subTest(word):
                status, headers, answer = self.post_commit(*lines)
                self.assertEqual(status, 400, answer)
                self.assertIn(word, answer["error"])
                self.assertTrue(headers["X-Error-Message"])
        for path in ("", "/x", "x/", "a//b", "../x", "a/../b", "./a", ".git/config", "a/.GIT/b", "a\\b", "a\nb"):
            with self.subTest(path):
                self.assertEqual(self.post_commit(HEADER, ("file", {"path": path, "content": ""}))[0], 400)
        for body in (b"", b"{", b'"x"', b'{"key":"header"}'):
            status = self.call("POST", f"/api/models/{self.repo}/commit/main", body, kind="application/x-ndjson")[0]
            self.assertEqual(status, 400, body)
        self.assertEqual(self.head(), before)

    def test_older_form_and_empty_commits(self):
        status, _, answer = self.call("POST", f"/api/models/{self.repo}/commit/main", {
            "summary": "old", "files": [{"path": "n.txt", "content": "caf\u00e9"}], "deletedFiles": [{"path": "old/a.md"}]})
        self.assertEqual((status, answer["success"], answer["hookOutput"]), (200, True, ""))
        self.assertEqual(self.files()["n.txt"], "caf\u00e9".encode())
        status, _, answer = self.post_commit(HEADER, query="?hot_reload=1")
        self.assertEqual((status, answer["commitOid"]), (200, self.head()))
        sizes = {f["path"]: f for f in self.call("POST", f"/api/models/{self.repo}/paths-info/main", {"paths": ["w.bin"]})[2]}
        status, _, answer = self.post_commit(HEADER, ("lfsFile", {"path": "w2", "oid": sizes["w.bin"]["lfs"]["oid"], "size": 1}))
        self.assertEqual(status, 400)

    def test_upload_modes(self):
        png = b"\x89PNG\r\n\x1a\n\0\0"
        files = [("a.bin", 4, b"text"), ("a.txt", 3, png[:3]), ("b.md", 5, b"plain"), ("image.xyz", 10, png),
                 ("big.md", (10 << 20) + 1, b"x" * 512), ("cut.md", 513, b"x" * 511 + b"\xc3"), ("none.bin", 0, b""),
                 ("config.json", 2, b"{}"), ("w.bin", 70_000, b"\0" * 512)]
        modes = self.preupload(files)
        self.assertEqual({p for p, f in modes.items() if f["uploadMode"] == "lfs"},
                         {"a.bin", "a.txt", "image.xyz", "big.md", "w.bin"})
        self.assertEqual(modes["config.json"]["oid"], git_sha1(b"{}"))
        self.assertEqual(len(modes["w.bin"]["oid"]), 64)
        self.assertIsNone(modes["b.md"]["oid"])
        for how in ({"gitAttributes": ATTRIBUTES + "b.md filter=lfs\n"}, {}):
            sample = ATTRIBUTES.encode()
            modes = self.preupload(files + ([] if how else [(".gitattributes", len(sample), sample)]), **how)
            self.assertEqual({p for p, f in modes.items() if f["uploadMode"] == "lfs"},
                             {"a.bin", "image.xyz", "big.md", "w.bin"} | ({"b.md"} if how else set()))
        self.api.upload_file(path_or_fileobj=b"*.md filter=lfs\n", path_in_repo=".gitattributes", repo_id=self.repo)
        self.assertEqual(self.preupload([("b.md", 5, b"plain")])["b.md"]["uploadMode"], "lfs")
        self.assertTrue(self.preupload([("b.md", 5, b"plain")], gitIgnore="b.*")["b.md"]["shouldIgnore"])


class Git(WriteTest):
    """What git itself makes of the repositories and of the patterns."""

    PATHS = ["a", "a.log", "d/a.log", "d/e/a.log", "d/e/f/g.txt", "build/x", "d/build/x", "x[1].txt", "x1.txt", "#hash", "!bang",
             "foo bar", "end ", "d/end", "doc/a.txt", "doc/s/b.txt", "A.LOG", "a.b.c", "-x", "caf\u00e9.txt", "z/y/x/w/v", "xy",
             "abc/d/e", "q\\r"]
    IGNORES = ["*.log", "/a", "build/", "/build/", "d/**", "**/f/g.txt", "d/**/g.txt", "doc/*.txt", "**/x", "x[1].txt", "x\\[1\\].txt",
               "[[:lower:]].b.c", "[!a-c]*", "\\#hash", "\\!bang", "foo\\ bar", "end\\ ", "end ", "# comment", "*\n!*.txt",
               "d/\n!d/a.log", "d/*\n!d/e\n", "a*/", "?", "z/*/x", "z/**/v", "abc/**/e", "abc**e", "**", "*/a.log", "caf?.txt",
               "\u00e9*\n*\u00e9.txt", "q\\\\r", "*.[lL][oO][gG]", "[]-z]y", "x[", "/**/a.log", "d/e/", "-x", "*\n!*/\n!*.log"]

    def git(self, *words, cwd=None, check=True, **more):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_TERMINAL_PROMPT": "0", "LANG": "C.UTF-8",
                       "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(["git", *words], cwd=cwd or self.folder, env=environment, capture_output=True,
                              timeout=PATIENCE_S, **more)
        if check:
            self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode())
        return done.stdout.decode()

    def test_clone(self):
        self.api.upload_file(path_or_fileobj=noise(60_000, 8), path_in_repo="sub/new.bin", repo_id=self.repo)
        self.api.create_commit(self.repo, [CommitOperationAdd("sub.txt", b"between"), CommitOperationAdd("sub/x/y.md", b"deep"),
                                           CommitOperationDelete("old/")], commit_message="t", commit_description="body\n\nmore")
        self.hub.ref("model/" + self.repo, "tag", "v1", self.first)
        self.hub.ref("model/" + self.repo, "branch", "dev", self.first)
        pull = self.api.create_commit(self.repo, [CommitOperationAdd("pr", b"pr")], commit_message="p", create_pr=True)
        for number, name in enumerate((self.repo, self.repo + ".git")):
            clone = self.folder / f"clone{number}"
            self.git("clone", "-q", f"{self.hub.endpoint}/{name}", str(clone))
            # git knows the empty tree of a first commit by heart, does not ask for it, and misses it in this check only
            self.git("hash-object", "-t", "tree", "-w", "/dev/null", cwd=clone)
            self.git("fsck", "--strict", cwd=clone)
            self.assertEqual(self.git("rev-parse", "HEAD", cwd=clone).strip(), self.head())
            wanted = self.files()
            names = self.git("-c", "core.quotepath=off", "ls-files", cwd=clone).splitlines()
            self.assertEqual(set(names), set(wanted))
            for path in ("config.json", "sub.txt", "sub/x/y.md"):
                self.assertEqual((clone / path).read_bytes(), wanted[path])
            entry = self.api.get_paths_info(self.repo, "sub/new.bin")[0]
            self.assertEqual((clone / "sub/new.bin").read_text(),
                             f"version https://git-lfs.github.com/spec/v1\noid sha256:{entry.lfs.sha256}\nsize 60000\n")
            self.assertEqual(self.git("log", "-1", "--format=%s%n%b%an", cwd=clone).strip(), "t\nbody\n\nmore\nalice")
            self.assertEqual(self.git("rev-parse", "v1", "origin/dev", cwd=clone).split(), [self.first, self.first])
            self.git("fetch", "-q", "origin", "refs/pr/1", cwd=clone)
            self.assertEqual(self.git("rev-parse", "FETCH_HEAD", cwd=clone).strip(), pull.oid)
        later = self.api.upload_file(path_or_fileobj=b"new", path_in_repo="later", repo_id=self.repo)
        self.git("pull", "-q", cwd=clone)
        self.assertEqual(self.git("rev-parse", "HEAD", cwd=clone).strip(), later.oid)

    def test_clone_of_a_private_dataset(self):
        self.hub.commit("dataset/" + self.repo, [text("a.csv", "1,2\n")])
        self.hub.admin("PUT", f"repos/dataset/{self.repo}", {"private": True})
        host = self.hub.endpoint.split("://")[1]
        self.git("clone", "-q", f"http://alice:{ALICE}@{host}/datasets/{self.repo}", "clone")
        self.assertEqual((self.folder / "clone/a.csv").read_text(), "1,2\n")
        for who in ("", "bob:hf_bob@"):
            self.git("clone", "-q", f"http://{who}{host}/datasets/{self.repo}", "none", check=False)
            self.assertFalse((self.folder / "none").exists())

    def test_ignore_patterns(self):
        self.git("init", "-q", "work")
        for patterns in self.IGNORES:
            (self.folder / "work/.gitignore").write_text(patterns + "\n")
            told = self.git("check-ignore", "--no-index", "-z", "--stdin", cwd=self.folder / "work", check=False,
                            input="\0".join(self.PATHS).encode())
            wanted = set(told.split("\0")) - {""}
            answer = self.preupload([(path, 1, b"x") for path in self.PATHS], gitIgnore=patterns + "\n")
            with self.subTest(patterns):
                self.assertEqual({path for path, file in answer.items() if file["shouldIgnore"]}, wanted)

    def test_attribute_patterns(self):
        self.git("init", "-q", "work")
        lists = [f"{p} filter=lfs diff=lfs -text" for p in self.IGNORES if "\n" not in p and "\\ " not in p and p[0] not in "#!"]
        lists += ["*.txt filter=lfs\nx1.txt -filter", "*.txt filter=lfs\ndoc/** !filter", '"foo bar" filter=lfs',
                  "*.log text\n*.txt\tfilter=lfs", "*.txt filter=crlf", "[attr]big filter=lfs\n*.txt big", "* -filter filter=lfs"]
        for attributes in lists:
            (self.folder / "work/.gitattributes").write_text(attributes + "\n")
            told = self.git("check-attr", "-z", "--stdin", "filter", cwd=self.folder / "work",
                            input="\0".join(self.PATHS).encode()).split("\0")
            wanted = {path for path, value in zip(told[0::3], told[2::3]) if value == "lfs"}
            answer = self.preupload([(path, 1, b"x") for path in self.PATHS], gitAttributes=attributes + "\n")
            with self.subTest(attributes):
                self.assertEqual({path for path, file in answer.items() if file["uploadMode"] == "lfs"},
                                 wanted if "[attr]" not in attributes else set())


class Npm(WriteTest):
    def npm(self, call, **params):
        request = json.dumps({"call": call, "hubUrl": self.hub.endpoint, "accessToken": ALICE,
                              "repo": {"type": "model", "name": self.repo}, **params})
        done = subprocess.run(["node", str(CALLS), NODE_DIR, request], capture_output=True, text=True, timeout=PATIENCE_S,
                              env=clean_environment(self.hub, self.folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def test_commit(self):
        (self.folder / "n.md").write_bytes(b"from npm \xc3\xbc")
        answer = self.npm("commit", title="By npm", description="d", files={"sub/n.md": str(self.folder / "n.md")},
                          deletes=["old/a.md"], parentCommit=self.first)["answer"]
        self.assertEqual(answer["commit"]["oid"], self.head())
        files = self.files()
        self.assertEqual(files["sub/n.md"], b"from npm \xc3\xbc")
        self.assertNotIn("old/a.md", files)
        stale = self.npm("commit", title="late", files={}, deletes=["old/b.md"], parentCommit=self.first)
        self.assertEqual(stale["status"], 412)
        pull = self.npm("commit", title="A pull request", files={"n.md": str(self.folder / "n.md")}, deletes=[],
                        isPullRequest=True)["answer"]
        self.assertEqual(pull["pullRequestUrl"], f"{self.hub.endpoint}/{self.repo}/discussions/1")
        self.assertEqual(self.files("refs/pr/1")["n.md"], b"from npm \xc3\xbc")


def noise_file(case):
    """What the Hub made for `w.bin`."""
    path = hf_hub_download(case.repo, "w.bin", revision=case.first, endpoint=case.hub.endpoint, token=ALICE,
                           local_dir=case.folder / "w")
    return Path(path).read_bytes()


if __name__ == "__main__":
    unittest.main()
