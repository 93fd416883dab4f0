"""Ours and hf_xet against xet-core's own server (local_cas_server of crate xet-client), which neither of them was written
beside. `./dev test slow` builds it.

Needs HFHUB_CAS_SERVER, and what xet_engine_test.py needs.
"""

import hashlib
import os
import random
import socket
import subprocess
import time
import unittest
import urllib.request

from localhub_cas_test import noise
from xet_engine_test import EMPTY, EngineTest, small_files

SERVER = os.environ.get("HFHUB_CAS_SERVER", "")


class Reference:
    """One run of the server; it forgets everything."""

    def __init__(self, hub, folder):
        if not os.access(SERVER, os.X_OK):
            raise AssertionError(f"HFHUB_CAS_SERVER '{SERVER}' is no program: ./dev test slow builds it")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen([SERVER, "--in-memory", "--port", str(port)], cwd=folder, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.endpoint, self.cas = hub.endpoint, f"http://127.0.0.1:{port}"  # tokens, which it does not look at, from the Hub
        for _ in range(500):
            try:
                urllib.request.urlopen(self.cas + "/health", timeout=5).read()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("local_cas_server does not answer")

    def stop(self):
        self.process.kill()
        self.process.wait()


class ReferenceServer(EngineTest):
    @classmethod
    def fill_hub(cls):
        super().fill_hub()
        cls.small = small_files()
        for name, data in cls.small.items():
            (cls.sources / name).write_bytes(data)

    def reference(self):
        server = Reference(self.hub, self.folder)
        self.addCleanup(server.stop)
        return server

    def check(self, files):
        """Each uploads to a server of its own, both download from both."""
        paths = [self.sources / name for name in files]
        servers = {"ours": self.reference(), "peer": self.reference()}
        infos = {"ours": self.put(servers["ours"], paths), "peer": self.peer_put(servers["peer"], paths)}
        for name, data in files.items():
            self.assertEqual(infos["ours"][name]["hash"], infos["peer"][name]["hash"], name)
            self.assertEqual(infos["ours"][name]["sha256"], hashlib.sha256(data).hexdigest(), name)
            self.assertEqual(infos["ours"][name]["hash"] == EMPTY, not data, name)
        for who, server in servers.items():
            self.assert_same_files(self.get(server, infos[who], home=f"ours-from-{who}"), files)
            self.assert_same_files(self.peer_get(server, infos[who], home=f"peer-from-{who}"), files)

    def test_every_kind(self):
        self.check(self.small)

    def test_large_and_an_edit_of_it(self):
        data = noise(90_000_000, 900)
        at = random.Random(1).randrange(len(data))
        files = {"large.bin": data, "edited.bin": data[:at] + b"an edit" + data[at + 3:]}
        for name, content in files.items():
            (self.sources / name).write_bytes(content)
        self.check(files)


if __name__ == "__main__":
    unittest.main()
