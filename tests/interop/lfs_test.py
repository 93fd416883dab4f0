"""Git LFS: the reference client's upload against our local Hub, and git-lfs with our transfer agent."""

import base64
import hashlib
import http.server
import json
import os
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

from hub_fixture import OURS, PEER, PEER_PYTHON, HubTest, clean_environment

MEDIA_TYPE = "application/vnd.git-lfs+json"
TOKEN = "hf_alice"


def content(size, seed=1):
    """Bytes that no two seeds share."""
    out = b"".join(hashlib.sha256(b"%d %d" % (seed, i)).digest() for i in range(size // 32 + 1))
    return out[:size]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# What the reference client does, in a process of its own, since it reads the endpoint when it is imported.
PEER_UPLOAD = """
import json, sys
from huggingface_hub import CommitOperationAdd
from huggingface_hub.lfs import lfs_upload, post_lfs_batch_info
paths, token, revision = sys.argv[2:], "hf_alice", sys.argv[1] or None
adds = [CommitOperationAdd(path_in_repo=path.split("/")[-1], path_or_fileobj=path) for path in paths]
actions, errors, transfer = post_lfs_batch_info(
    upload_infos=[add.upload_info for add in adds], token=token, repo_type="model", repo_id="alice/m", revision=revision)
by_oid = {add.upload_info.sha256.hex(): add for add in adds}
for action in actions:
    lfs_upload(operation=by_oid[action["oid"]], lfs_batch_action=action, token=token)
print(json.dumps({"transfer": transfer, "errors": errors, "stored": [a["oid"] for a in actions if "actions" not in a]}))
"""


class Lfs(HubTest):
    DEFAULTS = {
        "lfs_multipart_over": 5_000_000_000,
        "lfs_chunk_size": 64 << 20,
        "lfs_max_bytes": 0,
        "lfs_quota_bytes": 0,
        "lfs_xet": True,
        "lfs_verify": True,
        "lfs_resume": False,
        "url_ttl_s": 3600,
    }

    @classmethod
    def fill_hub(cls):
        cls.hub.admin("POST", "tokens", {"token": TOKEN, "user": "alice", "role": "write"})
        cls.hub.admin("POST", "tokens", {"token": "hf_read", "user": "alice", "role": "read"})
        cls.hub.admin("POST", "tokens", {"token": "hf_bob", "user": "bob", "role": "write"})
        for name in ("model/alice/m", "dataset/alice/d"):
            cls.hub.admin("PUT", f"repos/{name}", {})
        cls.hub.admin("PUT", "repos/model/alice/secret", {"private": True})

    def setUp(self):
        super().setUp()
        self.hub.settings(**self.DEFAULTS)

    def post(self, url, body, token=TOKEN, **headers):
        """Status, headers and JSON of a POST; `url` may be a path of the Hub."""
        if token and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {token}"
        headers = {"Accept": MEDIA_TYPE, "Content-Type": MEDIA_TYPE, **headers}
        url = url if "://" in url else self.hub.endpoint + url
        return self.send("POST", url, json.dumps(body).encode(), headers)

    def send(self, method, url, data, headers={}):
        request = urllib.request.Request(url, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                status, fields, text = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, fields, text = error.code, error.headers, error.read()
        is_json = "json" in (fields.get("Content-Type") or "")
        return status, fields, json.loads(text) if is_json and text else text

    def batch(self, *objects, operation="upload", repo="alice/m", token=TOKEN, transfers=("basic", "multipart"), **more):
        body = {
            "operation": operation,
            "transfers": list(transfers),
            "objects": [{"oid": sha256(data), "size": len(data)} for data in objects],
            "hash_algo": "sha256",
        }
        return self.post(f"/{repo}.git/info/lfs/objects/batch", body, token=token, **more)

    def action(self, data, **more):
        status, _, answer = self.batch(data, **more)
        self.assertEqual(status, 200, answer)
        return answer["objects"][0]

    def exists(self, data):
        answer = self.action(data)
        return "actions" not in answer and "error" not in answer

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path


class Server(Lfs):
    def test_basic_upload_and_download(self):
        data = content(100_000, 1)
        answer = self.action(data)
        actions = answer["actions"]
        self.assertTrue(actions["upload"]["href"].startswith(self.hub.cdn), actions)
        verify = {"oid": answer["oid"], "size": answer["size"]}
        self.assertEqual(self.post(actions["verify"]["href"], verify)[0], 404, "not there before the upload")
        self.assertEqual(self.send("PUT", actions["upload"]["href"], data)[0], 200)
        self.assertEqual(self.post(actions["verify"]["href"], verify)[0], 200)
        self.assertEqual(self.post(actions["verify"]["href"], {**verify, "size": 1})[0], 422)
        self.assertTrue(self.exists(data))
        download = self.action(data, operation="download")["actions"]["download"]["href"]
        self.assertEqual(self.send("GET", download, None)[2], data)

    def test_content_of_another_hash_is_not_verified(self):
        data = content(1000, 2)
        answer = self.action(data)
        self.assertEqual(self.send("PUT", answer["actions"]["upload"]["href"], content(1000, 3))[0], 200)
        status, _, body = self.post(answer["actions"]["verify"]["href"], {"oid": answer["oid"], "size": 1000})
        self.assertEqual(status, 404)
        self.assertIn("other content", body["message"])
        self.assertFalse(self.exists(data))

    def test_signed_urls_refuse_tokens_other_lengths_and_forgery(self):
        data = content(1000, 4)
        url = self.action(data)["actions"]["upload"]["href"]
        mark = self.hub.mark()
        self.assertEqual(self.send("PUT", url, data, {"Authorization": "Bearer hf_alice"})[0], 400)
        self.assertTrue(self.hub.log(mark)[0]["token_leak"])
        self.assertEqual(self.send("PUT", url, data[:-1])[0], 400)
        self.assertEqual(self.send("PUT", url.replace("size=1000", "size=999"), data[:-1])[0], 403)
        self.hub.fault({"expire_url": True}, path="*/objects/batch")
        self.assertEqual(self.send("PUT", self.action(data)["actions"]["upload"]["href"], data)[0], 403)
        self.assertFalse(self.exists(data))

    def parts_of(self, data, chunk=1000):
        self.hub.settings(lfs_multipart_over=2000, lfs_chunk_size=chunk)
        upload = self.action(data)["actions"]["upload"]
        names = sorted(name for name in upload["header"] if name.isdigit())
        return upload["href"], [upload["header"][name] for name in names]

    def test_multipart(self):
        data = content(2500, 5)
        href, urls = self.parts_of(data)
        self.assertEqual(len(urls), 3)
        etags = []
        for i, url in enumerate(urls):
            self.assertEqual(self.send("PUT", url, data[:1])[0], 400, "a part of another length")
            status, headers, _ = self.send("PUT", url, data[i * 1000 : (i + 1) * 1000])
            self.assertEqual(status, 200)
            etags.append(headers["ETag"])
        parts = [{"partNumber": i + 1, "etag": etag} for i, etag in enumerate(etags)]
        oid = sha256(data)
        for wrong in (parts[:2], parts[::-1], [{**part, "etag": '"x"'} for part in parts]):
            self.assertEqual(self.post(href, {"oid": oid, "parts": wrong}, token=None)[0], 400)
        self.assertEqual(self.post(href, {"oid": sha256(b""), "parts": parts}, token=None)[0], 400)
        self.assertEqual(self.post(href.replace("uploadId=", "uploadId=0"), {"oid": oid, "parts": parts})[0], 403)
        self.assertEqual(self.post(href, {"oid": oid, "parts": parts}, token=None)[0], 200)
        self.assertEqual(self.post(href, {"oid": oid, "parts": parts}, token=None)[0], 200, "its answer may be lost")
        self.assertTrue(self.exists(data))

    def test_parts_that_add_up_to_something_else(self):
        data = content(2500, 6)
        href, urls = self.parts_of(data)
        etags = [self.send("PUT", url, bytes(min(1000, 2500 - i * 1000)))[1]["ETag"] for i, url in enumerate(urls)]
        parts = [{"partNumber": i + 1, "etag": etag} for i, etag in enumerate(etags)]
        status, _, body = self.post(href, {"oid": sha256(data), "parts": parts})
        self.assertEqual(status, 400)
        self.assertIn("add up to", body["message"])
        self.assertFalse(self.exists(data))

    def test_a_repeated_batch_begins_anew_or_goes_on(self):
        data = content(2500, 7)
        href, _ = self.parts_of(data)
        self.assertNotEqual(self.parts_of(data)[0].split("uploadId=")[1][:32], href.split("uploadId=")[1][:32])
        self.hub.settings(lfs_resume=True)
        href = self.parts_of(data)[0]
        self.assertEqual(self.parts_of(data)[0].split("uploadId=")[1][:32], href.split("uploadId=")[1][:32])

    def test_who_may(self):
        data = content(100, 8)
        self.assertEqual(self.batch(data, token=None)[0], 401)
        self.assertEqual(self.batch(data, token="hf_read")[0], 403)
        self.assertEqual(self.batch(data, token="hf_bob")[0], 403)
        self.assertEqual(self.batch(data, token="hf_nobody")[0], 401)
        self.assertEqual(self.batch(data, repo="alice/none")[0], 404)
        self.assertEqual(self.batch(data, repo="alice/secret", token="hf_bob", operation="download")[0], 404)
        self.assertEqual(self.batch(data, repo="datasets/alice/d")[0], 200)
        basic = "Basic " + base64.b64encode(b"alice:hf_alice").decode()
        self.assertEqual(self.batch(data, Authorization=basic)[0], 200)
        self.assertEqual(self.batch(data, Authorization="Basic " + base64.b64encode(b"alice:no").decode())[0], 401)
        self.assertIn("Basic", self.batch(data, token=None)[1]["LFS-Authenticate"])

    def test_errors_of_objects(self):
        self.hub.settings(lfs_max_bytes=5000, lfs_quota_bytes=6000)
        sizes = (6000, 4000, 3000, 1000)
        _, _, answer = self.batch(*(content(size, 9) for size in sizes))
        codes = [answer.get("error", {}).get("code") for answer in answer["objects"]]
        self.assertEqual(codes, [413, None, 403, None])
        missing = self.action(content(10, 10), operation="download")
        self.assertEqual(missing["error"]["code"], 404)
        _, _, answer = self.post("/alice/m.git/info/lfs/objects/batch",
                                 {"operation": "upload", "objects": [{"oid": "x", "size": 1}]})
        self.assertEqual(answer["objects"][0]["error"]["code"], 422)

    def test_large_files_need_the_agent(self):
        self.hub.settings(lfs_multipart_over=100)
        answer = self.action(content(101, 11), transfers=("basic",))
        self.assertIn("lfs-enable-largefiles", answer["error"]["message"])

    def test_xet_for_those_who_know_it(self):
        data = content(1000, 12)
        status, _, answer = self.batch(data, transfers=("basic", "multipart", "xet"))
        self.assertEqual((status, answer["transfer"]), (200, "xet"))
        upload = answer["objects"][0]["actions"]["upload"]
        self.assertTrue(upload["href"].endswith("/api/models/alice/m/xet-write-token/main"), upload)
        self.assertEqual(upload["header"]["X-Xet-Cas-Url"], self.hub.cas)
        self.hub.settings(lfs_xet=False)
        self.assertEqual(self.batch(data, transfers=("basic", "multipart", "xet"))[2]["transfer"], "basic")


class Peer(Lfs):
    def upload(self, *paths, revision=""):
        environment = clean_environment(self.hub, self.folder / "home")
        run = subprocess.run([PEER_PYTHON, "-c", PEER_UPLOAD, revision, *map(str, paths)], env=environment,
                             capture_output=True, text=True, timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout.splitlines()[-1])

    def test_basic(self):
        files = [self.file(f"{i}.bin", content(50_000 + i, 20 + i)) for i in range(3)]
        mark = self.hub.mark()
        self.assertEqual(self.upload(*files)["transfer"], "basic")
        self.assertEqual(sorted(r.split(" /")[0] for r in self.hub.requests(mark)),
                         sorted(["POST hub"] + 3 * ["PUT cdn", "POST hub"]))
        for path in files:
            self.assertTrue(self.exists(path.read_bytes()))
        again = self.upload(*files, revision="main")
        self.assertEqual(sorted(again["stored"]), sorted(sha256(path.read_bytes()) for path in files))

    def test_multipart(self):
        self.hub.settings(lfs_multipart_over=100_000, lfs_chunk_size=70_000)
        path = self.file("large.bin", content(250_000, 30))
        mark = self.hub.mark()
        self.assertEqual(self.upload(path)["transfer"], "multipart")
        paths = [entry["path"] for entry in self.hub.log(mark) if entry["method"] == "PUT"]
        self.assertEqual([path.rsplit("/", 1)[1] for path in paths], ["1", "2", "3", "4"])
        self.assertFalse(any(entry.get("token_leak") for entry in self.hub.log(mark)))
        self.assertTrue(self.exists(path.read_bytes()))

    def test_errors(self):
        self.hub.settings(lfs_max_bytes=1000)
        answer = self.upload(self.file("large.bin", content(2000, 31)))
        self.assertEqual(answer["errors"][0]["error"]["code"], 413)

    def test_our_batch_asks_for_the_same(self):
        """The body of the request, field by field; our own is what unit_hub's Lfs tests pin down."""
        path = self.file("w.bin", content(1000, 32))
        bodies = []

        class Listener(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                bodies.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"objects": []}')

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            environment = clean_environment(None, self.folder / "home",
                                            HF_ENDPOINT=f"http://127.0.0.1:{server.server_port}")
            subprocess.run([PEER_PYTHON, "-c", PEER_UPLOAD, "refs/pr/1", str(path)], env=environment, check=True,
                           capture_output=True, timeout=120)
            server.shutdown()
        (where, headers, body), = bodies
        oid = sha256(path.read_bytes())
        ours = ('{"operation":"upload","transfers":["basic","multipart"],"objects":[{"oid":"%s","size":1000}],'
                '"hash_algo":"sha256","ref":{"name":"refs/pr/1"}}' % oid)
        self.assertEqual(where, "/alice/m.git/info/lfs/objects/batch")
        self.assertEqual(json.dumps(json.loads(body), separators=(",", ":")), ours)
        lower = {name.lower(): value for name, value in headers.items()}
        self.assertEqual((lower["accept"], lower["content-type"]), (MEDIA_TYPE, MEDIA_TYPE))


class WithGit(Lfs):
    def setUp(self):
        super().setUp()
        tools = self.folder / "bin"
        tools.mkdir()
        (tools / "hf").symlink_to(OURS)
        self.environment = clean_environment(self.hub, self.folder / "home", GIT_CONFIG_NOSYSTEM="1",
                                             PATH=f"{tools}:{os.environ['PATH']}", GIT_TERMINAL_PROMPT="0")
        (self.folder / "home").mkdir()

    def run_in(self, folder, *words, code=0, **more):
        run = subprocess.run([*map(str, words)], cwd=folder, env=self.environment, capture_output=True, text=True,
                             timeout=120, **more)
        self.assertEqual(run.returncode, code, f"{words}\n{run.stdout}{run.stderr}")
        return run


class GitLfs(WithGit):
    """The real git-lfs, which runs `hf` as its transfer agent."""

    def repository(self, *files):
        """A repository whose LFS server is the local Hub; `files` are (name, content)."""
        folder = self.folder / "repo"
        folder.mkdir()
        git = lambda *words: self.run_in(folder, "git", *words)
        git("init", "--quiet", "--initial-branch=main")
        git("lfs", "install", "--local")
        git("lfs", "track", "*.bin")
        host = self.hub.endpoint.split("://")[1]
        git("config", "lfs.url", f"http://alice:{TOKEN}@{host}/alice/m.git/info/lfs")
        git("config", "lfs.locksverify", "false")
        git("remote", "add", "origin", f"http://{host}/alice/m")
        for name, data in files:
            (folder / name).write_bytes(data)
        git("add", ".")
        git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "files")
        return folder

    def push(self, folder, code=0):
        return self.run_in(folder, "git", "lfs", "push", "--all", "origin", code=code)

    def test_without_the_agent_small_files_only(self):
        small, large = content(40_000, 40), content(300_000, 41)
        folder = self.repository(("small.bin", small))
        self.push(folder)
        self.assertTrue(self.exists(small))
        self.hub.settings(lfs_multipart_over=100_000)
        (folder / "large.bin").write_bytes(large)
        self.run_in(folder, "git", "add", ".")
        self.run_in(folder, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "large")
        run = self.push(folder, code=2)
        self.assertIn("lfs-enable-largefiles", run.stdout + run.stderr)

    def test_with_the_agent(self):
        self.hub.settings(lfs_multipart_over=100_000, lfs_chunk_size=70_000)
        files = [("large.bin", content(500_000, 42)), ("other.bin", content(210_000, 43)), ("small.bin", content(9, 44))]
        folder = self.repository(*files)
        run = self.run_in(folder, OURS, "lfs-enable-largefiles", folder, "--json")
        self.assertEqual(json.loads(run.stdout), {"path": os.path.realpath(folder)})
        mark = self.hub.mark()
        self.push(folder)
        for name, data in files:
            self.assertTrue(self.exists(data), name)
        log = self.hub.log(mark)
        self.assertFalse(any(entry.get("token_leak") for entry in log))
        self.assertFalse(any(entry["auth"] for entry in log if entry["path"] == "/api/complete_multipart"))
        sent = [entry for entry in log if entry["method"] == "PUT"]
        self.assertEqual(len(sent), 8 + 3 + 1)
        self.assertTrue(all(entry["user_agent"].startswith("hf/") for entry in sent), sent[0])
        # and the content comes back
        (folder / "large.bin").unlink()
        for path in (folder / ".git/lfs/objects").rglob("*"):
            if path.is_file():
                path.unlink()
        self.run_in(folder, "git", "checkout", "--", "large.bin")
        self.assertEqual((folder / "large.bin").read_bytes(), files[0][1])

    def test_a_clone_brings_the_content(self):
        data = content(100_000, 47)
        source = self.file("w.bin", data)
        self.hub.commit("model/alice/cloned", [{"path": "w.bin", "from_file": str(source), "lfs": True},
                                               {"path": ".gitattributes", "text": "*.bin filter=lfs -text\n"}])
        self.run_in(self.folder, "git", "lfs", "install")
        self.run_in(self.folder, "git", "clone", "--quiet", f"{self.hub.endpoint}/alice/cloned", "clone")
        self.assertEqual((self.folder / "clone/w.bin").read_bytes(), data)

    def test_the_agent_sends_again_what_failed(self):
        self.hub.settings(lfs_multipart_over=100_000, lfs_chunk_size=70_000)
        data = content(300_000, 45)
        folder = self.repository(("large.bin", data))
        self.run_in(folder, OURS, "lfs-enable-largefiles", folder)
        self.hub.fault({"status": 503}, times=2, method="PUT")
        self.push(folder)
        self.assertTrue(self.exists(data))

    def test_the_agent_reports_what_cannot_be_sent(self):
        self.hub.settings(lfs_multipart_over=100_000, lfs_chunk_size=70_000)
        folder = self.repository(("large.bin", content(300_000, 46)))
        self.run_in(folder, OURS, "lfs-enable-largefiles", folder)
        self.hub.fault({"status": 501}, times=0, method="PUT")
        run = self.push(folder, code=2)
        self.assertIn("storage refused part", run.stdout + run.stderr)

    def test_enabling_needs_a_repository(self):
        run = self.run_in(self.folder, OURS, "lfs-enable-largefiles", self.folder / "none", code=1)
        self.assertIn("This does not look like a valid git repo.", run.stderr)
        plain = self.folder / "plain"
        plain.mkdir()
        self.run_in(self.folder, OURS, "lfs-enable-largefiles", plain, code=1)

    def test_hidden(self):
        run = self.run_in(self.folder, OURS, "--help")
        self.assertNotIn("lfs", run.stdout)
        self.assertIn("PATH", self.run_in(self.folder, OURS, "lfs-enable-largefiles", "--help").stdout)


class Agents(WithGit):
    """Our agent and the reference client's, given the same messages."""

    def talk(self, program, *messages):
        lines = "".join(json.dumps(message) + "\n" for message in messages)
        run = subprocess.run([program, "lfs-multipart-upload"], env=self.environment, cwd=self.folder, input=lines,
                             capture_output=True, text=True, timeout=120)
        return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]

    def test_the_same_conversation(self):
        self.hub.settings(lfs_multipart_over=1000, lfs_chunk_size=1000)
        init = {"event": "init", "operation": "upload", "remote": "origin", "concurrent": True, "concurrenttransfers": 3}
        for seed, program in ((50, OURS), (51, PEER)):
            data = content(2500, seed)
            path = self.file(f"{seed}.bin", data)
            answer = self.action(data)
            message = {"event": "upload", "oid": answer["oid"], "size": answer["size"], "path": str(path),
                       "action": answer["actions"]["upload"]}
            code, said = self.talk(program, init, message, {"event": "terminate"})
            self.assertEqual(code, 0)
            self.assertEqual(said[0], {})
            self.assertEqual(said[1], {"event": "progress", "oid": answer["oid"], "bytesSoFar": 1, "bytesSinceLast": 0})
            self.assertTrue(all(set(line) == set(said[1]) for line in said[1:-1]), said)
            self.assertEqual(said[-1], {"event": "complete", "oid": answer["oid"]})
            self.assertTrue(self.exists(data), program)

    def test_the_same_refusal(self):
        for program in (OURS, PEER):
            code, said = self.talk(program, {"event": "init", "operation": "download"})
            self.assertEqual((code, said), (1, [{"error": {"code": 32, "message": "Wrong lfs init operation"}}]), program)

    def test_the_end_of_the_messages_is_the_end(self):
        self.assertEqual(self.talk(OURS, {"event": "init", "operation": "upload"}), (0, [{}]))
        self.assertEqual(self.talk(OURS, {"event": "init", "operation": "upload"}, {"event": "download"})[0], 1)

    def test_the_same_configuration(self):
        seen = []
        for program in (OURS, PEER):
            folder = self.folder / ("ours" if program == OURS else "peer")
            folder.mkdir()
            self.run_in(folder, "git", "init", "--quiet")
            self.run_in(folder, program, "lfs-enable-largefiles", folder)
            seen.append(self.run_in(folder, "git", "config", "--get-regexp", "lfs.*").stdout)
        self.assertEqual(*seen)


if __name__ == "__main__":
    unittest.main()
