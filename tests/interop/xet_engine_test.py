"""Xet uploads and downloads of ours (example_xet_put, example_xet_get), judged by hf_xet and npm's @huggingface/hub.

Needs HFHUB_LOCALHUB, HFHUB_HF, HFHUB_BUILD_DIR and the reference clients.
"""

import hashlib
import json
import os
import random
import sys
import tempfile
import time
import unittest
from array import array
from pathlib import Path

from hub_fixture import Hub, finish, start
from localhub_cas_test import ALICE, CasTest, call, noise, words

EXAMPLES = Path(os.environ.get("HFHUB_BUILD_DIR", ""), "examples")
LARGE = 90_000_000
EMPTY = "0" * 64


def bf16(size, seed):
    """Weights as they come out of training: normally distributed."""
    pick = random.Random(seed)
    values = array("f", (pick.gauss(0, 0.02) for _ in range(1 << 16))).tobytes()
    upper = array("H", (int.from_bytes(values[i + 2:i + 4], sys.byteorder) for i in range(0, len(values), 4)))
    return array("H", pick.choices(upper, k=size // 2)).tobytes()


def fp32(size, seed):
    out, upper = bytearray(noise(size, seed)), bf16(size // 2, seed + 1)
    out[2::4], out[3::4] = upper[0::2], upper[1::2]
    return bytes(out)


def prose(size, seed):
    pick = random.Random(seed)
    vocabulary = [bytes(pick.choices(b"abcdefghijklmnopqrstuvwxyz", k=pick.randint(1, 11))) for _ in range(2000)]
    return b" ".join(pick.choices(vocabulary, k=size // 4))[:size]


def small_files():
    sizes = (0, 1, 100, 8191, 8192, 8193, 65535, 131072, 131073)
    files = {f"{size}.bin": noise(size, 100 + size) for size in sizes}
    files["zeros.bin"] = bytes(3_000_000)
    files["prose.txt"] = prose(3_000_000, 1)
    files["repeated.txt"] = words(300_000)
    files["bf16.bin"] = bf16(8_000_000, 2)
    files["fp32.bin"] = fp32(8_000_000, 4)
    return files


class EngineTest(CasTest):
    """Sources are made once; a test has its own caches, and its own Hub where stored bytes are counted."""

    @classmethod
    def fill_hub(cls):
        super().fill_hub()
        for name in ("example_xet_put", "example_xet_get"):
            if not (EXAMPLES / name).exists():
                raise AssertionError(f"{EXAMPLES / name} is missing: HFHUB_BUILD_DIR names no build with examples")
        cls.sources = cls.scratch / "sources"
        cls.sources.mkdir()

    def new_hub(self, **settings):
        data = Path(tempfile.mkdtemp(dir=self.folder)) / "data"
        hub = Hub(data)
        hub.data = data
        self.addCleanup(hub.stop)
        hub.settings(cas_open=True, **settings)
        return hub

    def run_ours(self, program, cas, *words_, home, may_fail=False, **environment):
        run = finish(start(str(EXAMPLES / f"example_xet_{program}"), None, cas, *words_, home=self.folder / home,
                           HF_HUB_DISABLE_XET=None, **environment))
        if may_fail:
            return run
        run.ok()
        self.assertEqual(run.stderr, "")
        return run

    def put(self, hub, paths, home="ours", **environment):
        """{name: {"hash", "size", "sha256"}}."""
        run = self.run_ours("put", hub.cas, *paths, home=home, **environment)
        out = {}
        for line in run.stdout.splitlines():
            xet, size, sha256, path = line.split(" ", 3)
            out[Path(path).name] = {"hash": xet, "size": int(size), "sha256": sha256}
        return out

    def get(self, hub, infos, home="ours-down", **environment):
        """The downloaded files' folder."""
        target = Path(tempfile.mkdtemp(dir=self.folder))
        self.run_ours("get", hub.cas, *(f"{i['hash']},{i['size']},{target / name}" for name, i in infos.items()),
                      home=home, **environment)
        return target

    def peer_put(self, hub, paths, home="peer", **more):
        answer = self.xet("upload", [str(path) for path in paths], hub=hub, cas=hub.cas, home=home, **more)
        self.sent = answer["sent"]
        return {Path(path).name: info for path, info in answer["files"].items()}

    def peer_get(self, hub, infos, home="peer-down", **more):
        target = Path(tempfile.mkdtemp(dir=self.folder))
        self.xet("download", {str(target / name): info for name, info in infos.items()}, hub=hub, cas=hub.cas, home=home,
                 **more)
        return target

    def assert_same_files(self, target, infos):
        for name in infos:
            self.assertTrue((target / name).read_bytes() == (self.sources / name).read_bytes(), name)
        self.assertEqual(sorted(p.name for p in target.iterdir()), sorted(infos))

    def stored(self, hub):
        """Bytes of all xorbs that a server has."""
        return sum(p.stat().st_size for p in (hub.data / "xorbs").rglob("*") if p.is_file())

    def sent_since(self, hub, mark):
        """Bytes of all bodies that went to CAS and storage: (all, those of xorbs)."""
        everything = xorbs = 0
        for entry in hub.log(mark):
            if entry["origin"] == "hub" or entry["method"] not in ("PUT", "POST"):
                continue
            size = int(entry["headers"].get("content-length", 0))
            everything += size
            if entry["method"] == "PUT" or entry["path"].startswith("/v1/xorbs/"):
                xorbs += size
        return everything, xorbs

    def write(self, name, data):
        (self.sources / name).write_bytes(data)
        return self.sources / name


class Equal(EngineTest):
    @classmethod
    def fill_hub(cls):
        super().fill_hub()
        cls.small = small_files()
        for name, data in cls.small.items():
            (cls.sources / name).write_bytes(data)

    def paths(self, names=None):
        return [self.sources / name for name in (names or self.small)]

    def test_both_ways(self):
        """The same hashes, no more bytes stored, and each reads what the other wrote."""
        hubs = {"ours": self.new_hub(), "peer": self.new_hub()}
        infos = {"ours": self.put(hubs["ours"], self.paths()), "peer": self.peer_put(hubs["peer"], self.paths())}
        for name, data in self.small.items():
            expected = {"hash": infos["peer"][name]["hash"], "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            self.assertEqual(infos["ours"][name], expected, name)
            self.assertEqual(infos["peer"][name]["sha256"], expected["sha256"] if data else EMPTY, name)
            found = hubs["ours"].admin("GET", "cas/sha256/" + expected["sha256"])
            self.assertEqual((found["xet_hash"], found["size"]), (expected["hash"], len(data)), name)
        self.assertEqual(infos["ours"]["0.bin"]["hash"], EMPTY)
        ours, peers = self.stored(hubs["ours"]), self.stored(hubs["peer"])
        self.assertLessEqual(ours, peers * 1.01, f"ours stored {ours} bytes, hf_xet {peers}")
        self.assert_same_files(self.peer_get(hubs["ours"], infos["ours"]), self.small)
        self.assert_same_files(self.get(hubs["peer"], infos["peer"]), self.small)
        self.assert_same_files(self.get(hubs["ours"], infos["ours"]), self.small)

    def test_one_at_a_time(self):
        """Each content by itself: none may hide behind the others."""
        for name in ("bf16.bin", "fp32.bin", "prose.txt", "zeros.bin", "8193.bin", "131073.bin"):
            with self.subTest(name):
                hubs = {"ours": self.new_hub(), "peer": self.new_hub()}
                self.put(hubs["ours"], self.paths([name]), home=f"ours-{name}")
                self.peer_put(hubs["peer"], self.paths([name]), home=f"peer-{name}")
                self.assertLessEqual(self.stored(hubs["ours"]), self.stored(hubs["peer"]) * 1.01 + 64)

    def test_grants(self):
        for how in ("on", "off", "unreachable"):
            with self.subTest(how):
                hub = self.new_hub(cas_grants=how)
                began = time.monotonic()
                infos = self.put(hub, self.paths(), home=f"ours-{how}")
                self.assertLess(time.monotonic() - began, 60)
                log = hub.log(0)
                grants = [e for e in log if "/xorb-grants/" in e["path"]]
                direct = [e for e in log if e["path"].startswith("/v1/xorbs/")]
                self.assertTrue(grants)
                self.assertEqual(direct == [], how == "on")
                self.assertEqual([e for e in log if e["method"] == "PUT"] != [], how == "on")
                self.assert_same_files(self.peer_get(hub, infos, home=f"peer-{how}"), self.small)
                self.assert_same_files(self.get(hub, infos, home=f"down-{how}"), self.small)

    def test_without_grants_they_are_asked_for_once(self):
        data = self.write("grants.bin", noise(40_000_000, 31))  # ten xorbs
        for how in ("off", "unreachable"):
            with self.subTest(how):
                hub = self.new_hub(cas_grants=how)
                began = time.monotonic()
                self.put(hub, [data], home=f"ours-{how}", HF_XET_FIXED_UPLOAD_CONCURRENCY=1)
                self.assertLess(time.monotonic() - began, 60)
                log = hub.log(0)
                self.assertGreaterEqual(len([e for e in log if e["path"].startswith("/v1/xorbs/")]), 5)
                self.assertLessEqual(len([e for e in log if "/xorb-grants/" in e["path"]]), 3)

    def test_first_versions_only(self):
        hub = self.new_hub(cas_v2=False)
        names = ["bf16.bin", "131073.bin", "1.bin"]
        infos = self.put(hub, self.paths(names))
        self.assert_same_files(self.get(hub, infos), names)
        self.assert_same_files(self.peer_get(hub, infos), names)
        paths = [e["path"] for e in hub.log(0) if e["status"] == 200]
        self.assertIn("/v1/shards", paths)
        self.assertTrue([p for p in paths if p.startswith("/v1/reconstructions/")])
        self.assertEqual([p for p in paths if p.startswith("/v2/")], [])

    def test_many_ranges_in_one_entry(self):
        """A multipart CAS: whoever asks for ranges one by one gets the bytes, too."""
        hub = self.new_hub()
        base = self.write("base.bin", noise(3_000_000, 40))
        data = base.read_bytes()
        edited = self.write("pieces.bin", data[:500_000] + noise(300_000, 41) + data[900_000:1_800_000] + data[2_300_000:])
        self.put(hub, [base])
        infos = self.put(hub, [edited])
        hub.settings(cas_multirange=True)
        self.assert_same_files(self.get(hub, infos), infos)

    def test_the_peers_cache(self):
        """The shard cache on disk is one for both: nobody uploads what the other did from this machine."""
        for first, second in ((self.peer_put, self.put), (self.put, self.peer_put)):
            hub = self.new_hub(cas_dedup=False)
            home = f"shared-{first.__name__}"
            first(hub, self.paths(["bf16.bin", "131073.bin"]), home=home)
            mark = hub.mark()
            second(hub, self.paths(["bf16.bin", "131073.bin"]), home=home)
            self.assertEqual(self.sent_since(hub, mark)[1], 0, f"{second.__name__} after {first.__name__}")

    def test_tokens(self):
        """With a token of the Hub's route, and none where none belongs."""
        token = json.loads(self.token("write")[2])["accessToken"]
        path = self.write("secret.bin", noise(500_000, 50))
        infos = self.put(self.hub, [path], XET_TOKEN=token)
        self.assert_same_files(self.get(self.hub, infos, XET_TOKEN=token), infos)
        log = self.hub.log(self.start_mark)
        self.assertEqual([e for e in log if e.get("token_leak")], [])
        self.assertEqual({e["auth_kind"] for e in log if e["origin"] == "cas"}, {"cas"})
        self.assertEqual({e["auth_kind"] for e in log if e["origin"] == "cdn"}, {None})
        refused = self.run_ours("put", self.hub.cas, path, home="other", may_fail=True, XET_TOKEN="no-such-token").fails()
        self.assertIn("401", refused.stderr)
        self.assertNotIn("no-such-token", refused.stderr)


class Large(EngineTest):
    """90 MB, and the same with an edit."""

    @classmethod
    def fill_hub(cls):
        super().fill_hub()
        data = noise(LARGE, 60)
        middle = LARGE // 2
        (cls.sources / "large.bin").write_bytes(data)
        (cls.sources / "changed.bin").write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:])
        (cls.sources / "longer.bin").write_bytes(data[:middle] + noise(100, 61) + data[middle:])

    def path(self, name):
        return self.sources / name

    def test_both_ways(self):
        names = ["large.bin", "changed.bin", "longer.bin"]
        hubs = {"ours": self.new_hub(), "peer": self.new_hub()}
        infos = {"ours": self.put(hubs["ours"], map(self.path, names)),
                 "peer": self.peer_put(hubs["peer"], map(self.path, names))}
        self.assertEqual(infos["ours"], infos["peer"])
        ours, peers = self.stored(hubs["ours"]), self.stored(hubs["peer"])
        self.assertLessEqual(ours, peers * 1.01, f"ours stored {ours} bytes, hf_xet {peers}")
        self.assert_same_files(self.peer_get(hubs["ours"], infos["ours"]), names)
        self.assert_same_files(self.get(hubs["peer"], infos["peer"]), names)

    def test_an_edit(self):
        """Only the chunks around it travel: known from the cache of this machine, or because the server told."""
        for edited in ("changed.bin", "longer.bin"):
            for home in ("first", "elsewhere"):
                with self.subTest(edited=edited, home=home):
                    hub = self.new_hub()
                    self.put(hub, [self.path("large.bin")], home=f"first-{edited}-{home}")
                    mark = hub.mark()
                    new_home = f"{home}-{edited}-{home}"
                    infos = self.put(hub, [self.path(edited)], home=new_home)
                    everything, xorbs = self.sent_since(hub, mark)
                    self.assertLess(xorbs, 3 * 131_072 + 1000)
                    self.assertLess(everything, LARGE // 100 + 3 * 131_072)
                    self.assert_same_files(self.peer_get(hub, infos, home=f"peer-{new_home}"), infos)

    def test_an_edit_of_what_the_peer_uploaded(self):
        hub = self.new_hub()
        self.peer_put(hub, [self.path("large.bin")])
        mark = hub.mark()
        infos = self.put(hub, [self.path("longer.bin")])
        everything, xorbs = self.sent_since(hub, mark)
        self.assertLess(xorbs, 3 * 131_072 + 1000)
        self.assertLess(everything, LARGE // 100 + 3 * 131_072)
        self.assert_same_files(self.get(hub, infos), infos)


class Npm(EngineTest):
    """@huggingface/hub reads what ours uploaded, as files of a repository and of a bucket."""

    def test_downloads(self):
        self.hub.settings(cas_open=True)
        named = {"bf16.bin": bf16(2_000_000, 70), "small.bin": b"small", "long.bin": noise(5_000_000, 71),
                 "prose.txt": prose(400_000, 72)}
        for name, data in named.items():
            self.write(name, data)
        infos = self.put(self.hub, [self.sources / name for name in named])
        created = self.call_hub("POST", "/api/buckets/alice/ours", b"{}")
        self.assertEqual(created, 200)
        lines = [{"type": "addFile", "path": n, "xetHash": i["hash"]} for n, i in infos.items()]
        self.assertEqual(self.call_hub("POST", "/api/buckets/alice/ours/batch", "\n".join(map(json.dumps, lines)).encode()), 200)
        for name, data in named.items():
            got = self.npm(call="download", repo={"type": "bucket", "name": "alice/ours"}, path=name)
            self.assertEqual((got["size"], got["sha256"]), (len(data), hashlib.sha256(data).hexdigest()), name)
        read = [e["path"] for e in self.hub.log(self.start_mark) if e["origin"] == "cdn" and e["method"] == "GET"]
        self.assertTrue([p for p in read if p.startswith("/xorbs/")])

    def call_hub(self, method, path, body):
        return call(method, self.hub.endpoint + path, body, Authorization=f"Bearer {ALICE}")[0]


if __name__ == "__main__":
    unittest.main()
