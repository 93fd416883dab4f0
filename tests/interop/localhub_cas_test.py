"""The local Hub's Xet CAS, judged by hf_xet, huggingface_hub and npm's @huggingface/hub.

hf_xet runs in a process of its own with its own cache, or it would answer from memory: this file is that program, too
(`localhub_cas_test.py child REQUEST.json`).
"""

import hashlib
import json
import random
import shutil
import struct
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from hub_fixture import (NODE_DIR, PATIENCE_S, PEER, PEER_PYTHON, Hub, HubTest, clean_environment, contents, finish, random_file,
                         start, text)

CALLS = Path(__file__).resolve().parent / "npm_calls.mjs"
ALICE, BOB = "hf_alice", "hf_bob"
HELLO = bytes.fromhex("000b0000000b0000") + b"hello world"
HELLO_XORB = "4e39378b9d359f118190557a1f44130219a54e5fcfa07bd96cf50b466fe651b1"
HELLO_FILE = "f15edd43b7e85cfd25e2758ffe13b99fdd09dfa817e8d9f6548722a7a126db7f"
# What hf_xet 1.8.0 sends for a file `hello world`, once captured from it.
HELLO_SHARD = bytes.fromhex(
    "48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa902000000000000000000000000000000"
    "fd5ce8b743dd5ef19fb913fe8f75e225f6d9e817a8df09dd7fdb26a1a7228754000000c0010000000000000000000000"
    "119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c000000000b0000000000000001000000"
    "30ea5cffdc2fef220c8aed157ead426e5846c32e7d9e785eda47689458270dc100000000000000000000000000000000"
    "083e4d93b9274db9faab7ddad7522ea5ee80537ae3ef84c4e9cdefe2acf7889000000000000000000000000000000000"
    + "ff" * 32 + "00" * 16 +
    "119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c00000000010000000b00000000000000"
    "119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c000000000b0000000000000000000000"
    + "ff" * 32 + "00" * 16)


def noise(size, seed):
    return random.Random(seed).randbytes(size)


def words(size):
    return (b"The hub keeps files and models, large and small. " * (size // 49 + 1))[:size]


# ---- the program that holds hf_xet ---------------------------------------------------------------------------------
def child(request):
    import hf_xet

    fast = {"client.retry_base_delay": "20ms", "telemetry.enabled": False, **request["config"]}
    session = hf_xet.XetSession(hf_xet.XetConfig().with_config(fast))
    access = {"token_refresh_url": request["tokens"], "token_refresh_headers": request["headers"]}
    if "cas" in request:
        access = {"endpoint": request["cas"]}
    if request["do"] == "upload":
        commit = session.new_upload_commit(**access)
        handles = {name: commit.start_upload_file(name) for name in request["files"]}
        report = commit.wait_to_finish()
        infos = {name: handle.result().xet_info for name, handle in handles.items()}
        return {"files": {n: {"hash": i.hash, "size": i.file_size, "sha256": i.sha256} for n, i in infos.items()},
                "sent": report.dedup_metrics.xorb_bytes_uploaded}
    group = session.new_file_download_group(**access)
    for name, info in request["files"].items():
        group.start_download_file(hf_xet.XetFileInfo(info["hash"], info["size"]), name)
    group.wait_to_finish()
    return {}


# ---- plain HTTP ----------------------------------------------------------------------------------------------------
def call(method, url, body=None, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method=method, headers=names)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class CasTest(HubTest):
    @classmethod
    def fill_hub(cls):
        cls.hub.admin("POST", "tokens", {"token": ALICE, "user": "alice", "role": "write"})
        cls.hub.admin("POST", "tokens", {"token": BOB, "user": "bob", "role": "read"})
        cls.hub.commit("model/alice/m", [text("README.md", "# Hi\n")])

    def setUp(self):
        super().setUp()
        self.before = self.hub.admin("GET", "settings")
        self.start_mark = self.hub.mark()

    def tearDown(self):
        self.hub.settings(**self.before)
        super().tearDown()

    def xet(self, do, files, home="home", may_fail=False, hub=None, user=ALICE, scope=None, config=(), **more):
        hub = hub or self.hub
        scope = scope or {"upload": "write", "download": "read"}[do]
        request = {"do": do, "files": files, "config": dict(config),
                   "tokens": f"{hub.endpoint}/api/models/alice/m/xet-{scope}-token/main",
                   "headers": {"Authorization": f"Bearer {user}"} if user else {}, **more}
        place = self.folder / "request.json"
        place.write_text(json.dumps(request))
        run = finish(start(PEER_PYTHON, hub, "-B", __file__, "child", place, home=self.folder / home,
                           PYTHONPATH=Path(__file__).parent, HFHUB_LOCALHUB="", HF_HUB_DISABLE_XET=None))
        if may_fail:
            return run
        return json.loads(run.ok().stdout.splitlines()[-1])

    def upload(self, named, **more):
        paths = {}
        for name, data in named.items():
            paths[name] = self.folder / f"source-{name}"
            paths[name].write_bytes(data)
        answer = self.xet("upload", [str(p) for p in paths.values()], **more)
        self.sent = answer["sent"]
        return {name: answer["files"][str(path)] for name, path in paths.items()}

    def assert_downloads(self, infos, named, **more):
        """Through hf_xet; empty files are made without asking anyone."""
        folder = Path(self.folder / f"got-{random.random()}")
        folder.mkdir()
        self.xet("download", {str(folder / name): info for name, info in infos.items()}, **more)
        for name, data in named.items():
            self.assertEqual((folder / name).read_bytes() == data, True, name)

    def npm(self, **request):
        if not shutil.which("node"):
            raise AssertionError("node is missing: ./dev deps test installs it")
        done = subprocess.run(["node", str(CALLS), NODE_DIR, json.dumps({"hubUrl": self.hub.endpoint, **request})],
                              capture_output=True, text=True, timeout=PATIENCE_S,
                              env=clean_environment(self.hub, self.folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout.splitlines()[-1])
        self.assertNotIn("error", answer, done.stderr)
        return answer["answer"]

    def paths(self, origin, method=None):
        return [e["path"] for e in self.hub.log(self.start_mark)
                if e["origin"] == origin and method in (None, e["method"])]

    def token(self, scope="read", user=ALICE, repo="models/alice/m", revision="/main"):
        headers = {"Authorization": f"Bearer {user}"} if user else {}
        return call("GET", f"{self.hub.endpoint}/api/{repo}/xet-{scope}-token{revision}", **headers)

    def bearer(self, scope="write"):
        status, _, body = self.token(scope)
        self.assertEqual(status, 200, body)
        return {"Authorization": "Bearer " + json.loads(body)["accessToken"]}

    def cas(self, method, path, body=None, scope="write", **headers):
        return call(method, self.hub.cas + path, body, **{**self.bearer(scope), **headers})

    def reconstruction(self, info, version="v2", **headers):
        status, _, body = self.cas("GET", f"/{version}/reconstructions/{info['hash']}", scope="read", **headers)
        self.assertEqual(status, 200, body)
        return json.loads(body)


SIZES = {"zero": b"", "one": b"x", "hundred": noise(100, 1), "8191": noise(8191, 2), "8192": noise(8192, 3),
         "8193": noise(8193, 4), "131072": noise(131072, 5), "131073": noise(131073, 6), "text": words(300_000),
         "random": noise(5_000_000, 7)}


class Transfers(CasTest):
    def test_by_grants(self):
        infos = self.upload(SIZES)
        self.assertEqual(infos["zero"]["hash"], "0" * 64)
        self.assertTrue(self.paths("cas", "POST"))
        self.assertEqual([p for p in self.paths("cas") if p.startswith("/v1/xorbs/")], [])
        self.assertEqual(len(self.paths("cdn", "PUT")), len([p for p in self.paths("cas") if "/xorb-commits/" in p]))
        for name, data in SIZES.items():
            found = self.hub.admin("GET", "cas/sha256/" + hashlib.sha256(data).hexdigest())
            self.assertEqual((found["xet_hash"], found["size"]), (infos[name]["hash"], len(data)), name)
        self.assert_downloads(infos, SIZES)
        self.assert_downloads(infos, SIZES, scope="write")
        log = self.hub.log(self.start_mark)
        self.assertEqual([e for e in log if e.get("token_leak")], [])
        self.assertEqual({e["auth_kind"] for e in log if e["origin"] == "cas"}, {"cas"})
        self.assertEqual({e["auth_kind"] for e in log if e["origin"] == "cdn"}, {None})
        self.assertEqual({e["auth_kind"] for e in log if e["origin"] == "hub"}, {"hub"})

    def test_many_xorbs(self):
        """More than one xorb holds, in one file; the second upload from elsewhere finds that all is there."""
        big = {"big": noise(150_000_000, 8)}
        infos = self.upload(big)
        segments = self.hub.admin("GET", f"cas/files/{infos['big']['hash']}")["segments"]
        self.assertGreaterEqual(len({s["xorb"] for s in segments}), 3)
        self.assert_downloads(infos, big)
        self.hub.settings(cas_dedup=False)
        self.upload(big, home="other")
        self.assertEqual(self.sent, 0)  # each grant said: already stored

    def test_without_grants(self):
        for how in ("off", "unreachable"):
            with self.subTest(how):
                self.hub.settings(cas_grants=how)
                named = {"a": noise(200_000, len(how)), "b": words(len(how) * 999)}
                infos = self.upload(named, home=how)
                self.assertTrue([p for p in self.paths("cas") if p.startswith("/v1/xorbs/")])
                self.assertEqual(self.paths("cdn", "PUT"), [])
                self.assert_downloads(infos, named)

    def test_first_versions_only(self):
        self.hub.settings(cas_v2=False)
        named = {"a": noise(300_000, 11)}
        self.assert_downloads(self.upload(named), named)
        self.assertIn("/v1/shards", self.paths("cas"))
        self.assertTrue([p for p in self.paths("cas") if p.startswith("/v1/reconstructions/")])

    def test_an_edited_copy(self):
        data = noise(3_000_000, 12)
        edited = data[:700_000] + b"something new" * 50 + data[700_000:2_000_000] + data[2_300_000:]
        self.upload({"a": data}, home="first")
        infos = self.upload({"b": edited}, home="second")
        self.assertIn(200, [e["status"] for e in self.hub.log(self.start_mark) if e["path"].startswith("/v1/chunks/")])
        self.assertLess(self.sent, 700_000)
        plan = self.reconstruction(infos["b"])
        self.assertGreaterEqual(len(plan["terms"]), 3)
        for ranges in plan["xorbs"].values():
            self.assertEqual({len(entry["ranges"]) for entry in ranges}, {1})
        self.assert_downloads(infos, {"b": edited})
        # The same ranges in one entry and one multipart answer.
        self.hub.settings(cas_multirange=True)
        plan = self.reconstruction(infos["b"])
        self.assertGreater(max(len(e["ranges"]) for entries in plan["xorbs"].values() for e in entries), 1)
        self.assert_downloads(infos, {"b": edited}, config={"client.enable_multirange_fetching": True})
        self.assertTrue([e for e in self.hub.log(self.start_mark) if e["origin"] == "cdn" and "," in (e["range"] or "")])
        self.hub.settings(cas_multirange=False, cas_dedup=False)
        self.upload({"c": edited[:-9]}, home="third")
        self.assertGreater(self.sent, 2_500_000)

    def test_open_to_all(self):
        self.hub.settings(cas_open=True)
        infos = self.upload({"a": b"no token at all"}, cas=self.hub.cas)
        self.assert_downloads(infos, {"a": b"no token at all"}, cas=self.hub.cas)
        self.assertEqual(self.token("write", user=None)[0], 200)

    def test_busy_servers(self):
        for match in ({"path": "/v1/xorb-grants/*"}, {"method": "PUT", "origin": "cdn"}, {"path": "/v1/xorb-commits/*"},
                      {"path": "/v2/shards"}, {"method": "GET", "origin": "cdn"}, {"path": "/v2/reconstructions/*"}):
            self.hub.fault({"status": 503}, **{"origin": "cas", **match})
        self.hub.fault({"drop_after": 3000}, origin="cdn", method="GET")
        self.hub.fault({"expire_url": True}, origin="cas", path="/v2/reconstructions/*")
        named = {"a": noise(400_000, 13)}
        self.assert_downloads(self.upload(named), named)
        self.assertEqual([f["fired"] for f in self.hub.admin("GET", "faults")], [1] * 8)

    def test_shard_error_frames(self):
        self.hub.settings(cas_shard_error="fatal")
        self.folder.joinpath("x").write_bytes(b"refused")
        run = self.xet("upload", [str(self.folder / "x")], may_fail=True).fails()
        self.assertIn("as the settings say", run.stderr)
        self.hub.settings(cas_shard_error="")
        self.hub.fault({"body": '{"type":"error","message":"try again","retryable":true}\n'}, path="/v2/shards")
        self.upload({"y": b"welcome"})
        self.assertEqual(self.paths("cas").count("/v2/shards"), 3)

    def test_short_lived_tokens(self):
        self.hub.settings(xet_token_ttl_s=1)  # hf_xet renews whatever has less than 30 s to live
        named = {"a": noise(100_000, 14)}
        self.assert_downloads(self.upload(named), named)
        self.assertGreater(len([p for p in self.paths("hub") if "/xet-write-token/" in p]), 2)
        token = self.bearer("read")
        url = f"{self.hub.cas}/v1/chunks/default/{HELLO_XORB}"
        self.assertEqual(call("GET", url, **token)[0], 404)
        time.sleep(1.1)
        self.assertEqual(call("GET", url, **token)[0], 401)

    def test_a_restart(self):
        hub = Hub(self.folder / "data")
        try:
            hub.admin("POST", "tokens", {"token": ALICE, "user": "alice", "role": "write"})
            hub.commit("model/alice/m", [random_file("w.bin", 500_000, xet=True)])
            named = {"a": noise(500_000, 15)}
            infos = self.upload(named, hub=hub)
            before = hub.admin("GET", "cas")
            hub.stop()
            hub = Hub(self.folder / "data")
            self.assertEqual(hub.admin("GET", "cas"), before)
            self.assert_downloads(infos, named, hub=hub)
            self.upload({"b": named["a"] + b"more"}, hub=hub, home="elsewhere")
            self.assertLess(self.sent, 200_000)
        finally:
            self.assertEqual(hub.stop(), 0)


class Files(CasTest):
    """Xet files of repositories: by the CAS, and still by HTTP."""

    FILES = [random_file("random.bin", 3_000_000, seed=3, xet=True), random_file("small.bin", 3, seed=4, xet=True),
             {"path": "bf16.bin", "generate": {"kind": "bf16", "seed": 1, "size": 2_000_000}, "xet": True},
             {"path": "zeros.bin", "generate": {"kind": "zeros", "seed": 1, "size": 1_000_000}, "xet": True},
             {"path": "text.bin", "generate": {"kind": "text", "seed": 1, "size": 700_001}, "xet": True},
             text("hello.bin", "hello world", xet=True)]

    @classmethod
    def fill_hub(cls):
        super().fill_hub()
        cls.commit = cls.hub.commit("model/alice/files", cls.FILES)

    def entries(self):
        listing = json.loads(call("GET", f"{self.hub.endpoint}/api/models/alice/files/tree/main")[2])
        return {e["path"]: e for e in listing}

    def test_snapshot_by_xet(self):
        for xet in ("1", None):
            self.peer("alice/files", cache=self.folder / f"cache-{xet}", HF_HUB_DISABLE_XET=xet,
                      home=self.folder / f"home-{xet}").ok()
        place = f"models--alice--files/snapshots/{self.commit}"
        by_http, by_xet = (contents(self.folder / f"cache-{xet}" / place) for xet in ("1", None))
        self.assertEqual(sorted(by_http), sorted(f["path"] for f in self.FILES))
        self.assertTrue(by_http == by_xet)
        for entry in self.entries().values():
            shared = self.folder / "cache-None/blobs" / entry["xetHash"][:2] / entry["xetHash"]
            self.assertEqual(shared.stat().st_size, entry["size"], entry["path"])
        log = self.hub.log(self.start_mark)
        self.assertEqual([e for e in log if e.get("token_leak")], [])
        self.assertEqual(self.entries()["hello.bin"]["xetHash"], HELLO_FILE)

    def test_ranges(self):
        whole = {name: call("GET", f"{self.hub.endpoint}/alice/files/resolve/main/{name}")[2] for name in ("text.bin",)}
        info = {"hash": self.entries()["text.bin"]["xetHash"]}
        plan = self.reconstruction(info, "v1", Range="bytes=400000-400099")
        self.assertEqual(len(plan["terms"]), 1)
        self.assertLess(plan["offset_into_first_range"], 131072)
        self.assertLessEqual(plan["offset_into_first_range"] + 100, plan["terms"][0]["unpacked_length"])
        (entry,) = plan["fetch_info"][plan["terms"][0]["hash"]]
        self.assertEqual(entry["range"], plan["terms"][0]["range"])
        full = self.reconstruction(info)
        self.assertEqual(sum(term["unpacked_length"] for term in full["terms"]), len(whole["text.bin"]))
        path = f"/v2/reconstructions/{info['hash']}"
        for header, status in (("bytes=700001-", 416), ("bytes=5-4", 416), ("bytes=700000-99999999", 200),
                               ("bytes=x-", 400), ("lines=1-2", 400)):
            self.assertEqual(self.cas("GET", path, scope="read", Range=header)[0], status, header)
        self.assertEqual(self.cas("GET", "/v2/reconstructions/" + "ab" * 32)[0], 404)
        self.assertEqual(self.cas("GET", "/v2/reconstructions/xyz")[0], 400)

    def test_signed_urls(self):
        plan = self.reconstruction({"hash": self.entries()["random.bin"]["xetHash"]}, "v1", Range="bytes=1000000-1500000")
        (entry,) = [e for entries in plan["fetch_info"].values() for e in entries]
        first, last = entry["url_range"]["start"], entry["url_range"]["end"]
        status, headers, body = call("GET", entry["url"], Range=f"bytes={first}-{last}")
        self.assertEqual((status, len(body)), (206, last - first + 1))
        self.assertTrue(headers["Content-Range"].startswith(f"bytes {first}-{last}/"))
        self.assertEqual(call("GET", entry["url"], Range=f"bytes={first + 8}-{first + 9}")[0], 206)
        for bad in (f"bytes={first}-{last + 1}", f"bytes={first - 1}-{last}", f"bytes={first}-", "bytes=-5"):
            self.assertEqual(call("GET", entry["url"], Range=bad)[0], 403, bad)
        self.assertEqual(call("GET", entry["url"])[0], 403)
        wider = entry["url"].replace(f"%3D{first}-", "%3D0-")
        self.assertNotEqual(wider, entry["url"])
        self.assertEqual(call("GET", wider, Range="bytes=0-9")[0], 403)
        self.assertEqual(call("PUT", entry["url"], b"x")[0], 405)
        mark = self.hub.mark()
        self.assertEqual(call("GET", entry["url"], Range=f"bytes={first}-{last}", **self.bearer())[0], 400)
        self.assertEqual([e["token_leak"] for e in self.hub.log(mark) if e["origin"] == "cdn"], [True])
        self.hub.fault({"expire_url": True}, origin="cas")
        plan = self.reconstruction({"hash": HELLO_FILE}, "v1")
        self.assertEqual(call("GET", plan["fetch_info"][HELLO_XORB][0]["url"], Range="bytes=0-18")[0], 403)

    def test_damage(self):
        plan = self.reconstruction({"hash": HELLO_FILE}, "v1")
        url = plan["fetch_info"][HELLO_XORB][0]["url"]
        self.assertEqual(call("GET", url, Range="bytes=0-18")[2], HELLO)
        self.hub.fault({"flip_byte": 9}, origin="cdn")
        self.assertEqual(call("GET", url, Range="bytes=8-12")[2], b"hdllo")
        self.hub.fault({"truncate_to": 4}, origin="cdn")
        self.assertEqual(call("GET", url, Range="bytes=8-12")[2], b"hell")
        self.hub.fault({"body": "{not json"}, origin="cas")
        self.assertEqual(self.cas("GET", f"/v2/reconstructions/{HELLO_FILE}")[2], b"{not json")
        self.hub.fault({"status": 500}, path="*/xet-read-token/*")
        self.assertEqual(self.token()[0], 500)

    def test_a_keyed_shard(self):
        status, headers, body = self.cas("GET", f"/v1/chunks/default-merkledb/{HELLO_XORB}")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/octet-stream"))
        self.assertEqual(body[:32], HELLO_SHARD[:32])
        self.assertEqual(body[48:96], b"\xff" * 32 + bytes(16))  # no files
        self.assertEqual(body[96:128], HELLO_SHARD[96:128])
        self.assertNotEqual(body[144:176], HELLO_SHARD[96:128])  # the chunk's name is keyed
        footer = struct.unpack("<9Q32s2Q48s4Q", body[-200:])
        at = len(body) - 200
        self.assertEqual(footer[:9], (1, 48, 96, at, 0, at, 0, at, 0))
        self.assertNotEqual(footer[9], bytes(32))
        self.assertEqual(footer[11] - footer[10], 7 * 24 * 3600)
        self.assertEqual(footer[13:], (0, 0, 11, at))
        self.assertNotEqual(self.cas("GET", f"/v1/chunks/default/{HELLO_XORB}")[2], body)
        self.assertEqual(self.cas("GET", "/v1/chunks/default/" + "ab" * 32)[0], 404)
        self.hub.settings(cas_dedup=False)
        self.assertEqual(self.cas("GET", f"/v1/chunks/default/{HELLO_XORB}")[0], 404)

    def test_switched_off(self):
        self.hub.settings(xet_enabled=False)
        self.assertEqual(self.token()[0], 404)
        self.assertNotIn("xetHash", self.entries()["hello.bin"])
        self.peer("alice/files", "small.bin", cache=self.folder / "c", home=self.folder, HF_HUB_DISABLE_XET=None).ok()
        self.assertEqual(self.paths("cas"), [])

    def test_npm_downloads(self):
        for merged in (False, True):
            self.hub.settings(cas_multirange=merged)
            for entry in self.entries().values():
                got = self.npm(call="download", repo={"type": "model", "name": "alice/files"}, path=entry["path"])
                self.assertEqual((got["size"], got["sha256"]), (entry["size"], entry["lfs"]["oid"]), entry["path"])
        self.assertEqual([p for p in self.paths("cdn") if p.startswith("/objects/")], [])
        self.assertTrue([p for p in self.paths("cdn") if p.startswith("/xorbs/")])


class Bucketfuls(CasTest):
    """Buckets: the way from a client's upload to another client's download without a commit."""

    FILES = {"a.bin": noise(1_500_000, 21), "sub/b.txt": words(200_000), "sub/deep/c.bin": noise(70_000, 22), "one": b"1"}

    @classmethod
    def fill_hub(cls):
        super().fill_hub()
        for name in ("npm", "py"):
            answer = call("POST", f"{cls.hub.endpoint}/api/buckets/alice/{name}", b"{}", Authorization=f"Bearer {ALICE}")
            assert answer[0] == 200, answer

    def sources(self):
        for path, data in self.FILES.items():
            place = self.folder / "source" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return self.folder / "source"

    def hf(self, *words, user=ALICE):
        run = finish(start(PEER, self.hub, *words, home=self.folder / "home",
                           HF_TOKEN=user, HF_HUB_DISABLE_XET=None))
        return run.ok()

    def assert_bucket(self, name):
        for path, data in self.FILES.items():
            got = self.npm(call="download", repo={"type": "bucket", "name": name}, path=path)
            self.assertEqual((got["size"], got["sha256"]), (len(data), hashlib.sha256(data).hexdigest()), path)
            url = f"{self.hub.endpoint}/buckets/{name}/resolve/{path.replace('/', '%2F')}"
            self.assertTrue(call("GET", url)[2] == data, path)
        target = self.folder / f"got-{name.replace('/', '-')}"
        self.hf("buckets", "sync", f"hf://buckets/{name}", target)
        self.assertEqual(sorted(contents(target)), sorted(self.FILES))
        self.assertTrue(contents(target) == self.FILES)

    def test_npm(self):
        source = self.sources()
        files = {path: str(source / path) for path in self.FILES}
        repo = {"type": "bucket", "name": "alice/npm"}
        self.npm(call="upload", repo=repo, files=files, accessToken=ALICE)
        self.assertTrue([p for p in self.paths("cas") if p.startswith("/v1/xorbs/")])
        self.assertIn("/v1/shards", self.paths("cas"))
        info = self.npm(call="paths", repo=repo, paths=[*self.FILES, "none"])
        self.assertEqual({i["path"]: i["size"] for i in info}, {path: len(data) for path, data in self.FILES.items()})
        self.assert_bucket("alice/npm")
        # Known chunks are found by the keyed shard of a deduplication query.
        edited = self.folder / "edited"
        edited.write_bytes(self.FILES["a.bin"][:700_000] + b"and" + self.FILES["a.bin"][700_000:])
        mark = self.hub.mark()
        self.npm(call="upload", repo=repo, files={"a2.bin": str(edited)}, accessToken=ALICE)
        sent = [int(e["headers"]["content-length"]) for e in self.hub.log(mark) if e["path"].startswith("/v1/xorbs/")]
        self.assertLess(sum(sent), 500_000)
        self.assertEqual([e for e in self.hub.log(self.start_mark) if e.get("token_leak")], [])

    def test_python(self):
        source = self.sources()
        self.hf("buckets", "sync", source, "hf://buckets/alice/py")
        self.assert_bucket("alice/py")
        tree = json.loads(call("GET", f"{self.hub.endpoint}/api/buckets/alice/py/tree")[2])
        self.assertEqual([(e["type"], e["path"]) for e in tree], [("file", "a.bin"), ("file", "one"), ("directory", "sub")])
        self.hf("buckets", "rm", "alice/py/one", "--yes")
        info = json.loads(call("GET", f"{self.hub.endpoint}/api/buckets/alice/py")[2])
        self.assertEqual(info["totalFiles"], len(self.FILES) - 1)

    def test_refusals(self):
        def batch(user, *lines):
            status, _, body = call("POST", f"{self.hub.endpoint}/api/buckets/alice/npm/batch",
                                   "\n".join(map(json.dumps, lines)).encode(), Authorization=f"Bearer {user}")
            return status, json.loads(body)

        add = {"type": "addFile", "path": "x", "xetHash": "ab" * 32}
        self.assertEqual(batch(BOB, add)[0], 403)
        status, answer = batch(ALICE, add)
        self.assertEqual((status, answer["processed"], answer["failed"][0]["path"]), (422, 1, "x"))
        self.assertEqual(call("GET", f"{self.hub.endpoint}/buckets/alice/npm/resolve/none")[0], 404)
        self.assertEqual(call("GET", f"{self.hub.endpoint}/api/buckets/alice/none", Authorization=f"Bearer {BOB}")[0], 404)


class Refusals(CasTest):
    def shard(self, body, version="v1"):
        return self.cas("POST", f"/{version}/shards", body)

    def test_tokens(self):
        status, headers, body = self.token("write")
        answer = json.loads(body)
        self.assertEqual((status, answer["casUrl"]), (200, self.hub.cas))
        self.assertAlmostEqual(answer["exp"], time.time() + 3600, delta=10)
        self.assertEqual((headers["X-Xet-Cas-Url"], headers["X-Xet-Access-Token"], headers["X-Xet-Token-Expiration"]),
                         (answer["casUrl"], answer["accessToken"], str(answer["exp"])))
        self.assertEqual(self.token("read", user=None)[0], 200)
        self.assertEqual(self.token("write", user=None)[0], 401)
        self.assertEqual(self.token("write", user=BOB)[0], 403)
        self.assertEqual(self.token("write", repo="buckets/alice/b", revision="")[0], 404)
        self.assertEqual(call("POST", f"{self.hub.endpoint}/api/buckets/alice/b", b"{}", Authorization=f"Bearer {ALICE}")[0], 200)
        self.assertEqual(self.token("write", repo="buckets/alice/b", revision="")[0], 200)
        self.assertEqual(self.token("write", user=BOB, repo="buckets/alice/b", revision="")[0], 403)
        self.assertEqual(self.token("write", repo="models/alice/none")[0], 404)
        self.hub.settings(xet_cas_url="http://127.0.0.1:9")
        self.assertEqual(json.loads(self.token()[2])["casUrl"], "http://127.0.0.1:9")

    def test_scopes(self):
        path = f"/v1/xorbs/default/{HELLO_XORB}"
        self.assertEqual(self.cas("POST", path, HELLO, scope="read")[0], 403)
        self.assertEqual(self.cas("POST", "/v1/shards", HELLO_SHARD, scope="read")[0], 403)
        self.assertEqual(call("POST", self.hub.cas + path, HELLO)[0], 401)
        mark = self.hub.mark()
        self.assertEqual(call("POST", self.hub.cas + path, HELLO, Authorization=f"Bearer {ALICE}")[0], 401)
        self.assertEqual(call("GET", f"{self.hub.endpoint}/api/models/alice/m", **self.bearer())[0], 401)
        leaks = [(e["origin"], e["auth_kind"]) for e in self.hub.log(mark) if e.get("token_leak")]
        self.assertEqual(leaks, [("cas", "hub"), ("hub", "cas")])
        forged = self.bearer("read")["Authorization"][:-1] + "x"
        self.assertEqual(call("POST", self.hub.cas + path, HELLO, Authorization=forged)[0], 401)

    def test_xorbs(self):
        path = f"/v1/xorbs/default/{HELLO_XORB}"
        broken = {"a flipped bit": HELLO[:-1] + b"e", "cut short": HELLO[:-1], "one byte more": HELLO + b"\0",
                  "no chunks": b"", "version": b"\1" + HELLO[1:], "packing": HELLO[:4] + b"\3" + HELLO[5:],
                  "length": HELLO[:5] + b"\x0c" + HELLO[6:], "LZ4": HELLO[:4] + b"\1" + HELLO[5:],
                  "another xorb": bytes.fromhex("0001000000010000") + b"x"}
        for name, body in broken.items():
            self.assertEqual(self.cas("POST", path, body)[0], 400, name)
        self.assertEqual(self.cas("POST", "/v1/xorbs/default/xyz", HELLO)[0], 400)
        self.assertEqual(self.cas("POST", path, bytes(70_000_000))[0], 400)
        self.assertEqual(self.cas("GET", path)[0], 405)

    def test_grants(self):
        length, checksum = len(HELLO), "11656236085510476597"

        def grant(name=HELLO_XORB, kind="application/json", **more):
            body = {"length": length, "checksum": {"algo": "crc64nvme", "value": checksum}, **more}
            return self.cas("POST", f"/v1/xorb-grants/default/{name}", json.dumps(body).encode(), Content_Type=kind)

        self.assertEqual(grant(kind="text/plain")[0], 415)
        self.assertEqual(grant(checksum={"algo": "md5", "value": "1"})[0], 422)
        self.assertEqual(grant(length=10**9)[0], 400)
        name = hashlib.sha256(b"some other xorb").hexdigest()
        status, _, body = grant(name)
        self.assertEqual(status, 201)
        given = json.loads(body)
        commit = f"/v1/xorb-commits/default/{name}/grant/{given['id']}"
        self.assertEqual(self.cas("POST", commit)[0], 404)
        self.assertEqual(call("PUT", given["url"], HELLO)[0], 403)
        self.assertEqual(call("PUT", given["url"] + "0", HELLO, **given["headers"])[0], 403)
        self.assertEqual(call("PUT", given["url"], HELLO[:-1], **given["headers"])[0], 400)
        self.assertEqual(call("PUT", given["url"], HELLO[:-1] + b"e", **given["headers"])[0], 400)
        self.assertEqual(call("PUT", given["url"], HELLO, **given["headers"])[0], 200)
        self.assertEqual(call("PUT", given["url"], HELLO, **given["headers"])[0], 412)
        self.assertEqual(self.cas("POST", commit)[0], 400)  # the bytes are not that xorb
        self.assertEqual(self.cas("POST", commit)[0], 404)
        self.hub.settings(cas_grants="off")
        self.assertEqual(grant()[0], 404)

    def test_shards(self):
        unknown = HELLO_SHARD.replace(HELLO_SHARD[96:128], bytes(range(32)))
        for version in ("v1", "v2"):
            self.assertEqual(self.shard(unknown, version)[0], 400)
        self.assertEqual(self.cas("POST", f"/v1/xorbs/default/{HELLO_XORB}", HELLO)[0], 200)

        def spoil(at, value):
            return HELLO_SHARD[:at] + bytes([value]) + HELLO_SHARD[at + 1:]

        broken = {"tag": spoil(0, 0), "file hash": spoil(50, 0), "no verification": spoil(83, 0x40),
                  "segment length": spoil(132, 12), "segment end": spoil(140, 2), "empty segment": spoil(140, 0),
                  "verification hash": spoil(144, 0), "chunk list": spoil(340, 0), "chunk length": spoil(372, 12),
                  "entries": HELLO_SHARD[:84] + struct.pack("<I", 0x7FFFFFFF) + HELLO_SHARD[88:],
                  "cut short": HELLO_SHARD[:-48], "nothing": b"", "zeros": bytes(1000)}
        before = self.hub.admin("GET", "cas")
        for name, body in broken.items():
            for version in ("v1", "v2"):
                self.assertEqual(self.shard(body, version)[0], 400, name)
        self.assertEqual(self.hub.admin("GET", "cas"), before)
        self.hub.settings(cas_shard_error="frame")
        status, _, body = self.shard(broken["verification hash"], "v2")
        self.assertEqual((status, json.loads(body)["type"]), (200, "error"))
        for result in (1, 0):
            answer = json.loads(self.shard(HELLO_SHARD)[2])
            self.assertEqual((answer["result"], len(answer["shard_hash"])), (result, 64))
        frames = [json.loads(line)["type"] for line in self.shard(HELLO_SHARD, "v2")[2].splitlines()]
        self.assertEqual(frames, ["validating", "validating", "committing", "committing", "result"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        print(json.dumps(child(json.loads(Path(sys.argv[2]).read_text()))))
    else:
        unittest.main()
