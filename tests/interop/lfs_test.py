"""Git LFS: the reference client's upload against our local Hub, and git-lfs with our transfer agent."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

from hub_fixture import OURS, PEER_PYTHON, HubTest, clean_environment

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


if __name__ == "__main__":
    unittest.main()
