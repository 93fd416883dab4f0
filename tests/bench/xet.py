"""The Xet engine beside hf_xet, both against the reference CAS of crate xet-client (local_cas_server --in-memory), which is
started anew for every measured upload. Uses the examples xet_put and xet_get."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
GiB, MB = 1 << 30, 1_000_000
# What a job cannot do without, and how much of its bytes goes through it: the bf16 bytes of the benchmark shrink to 0.87.
UP = {"read_file": 1, "sha256_fused_with_gear": 1, "blake3_chunk_hash": 1}
KERNELS = {
    "1 GiB random up": {**UP, "crc64": 1, "send": 1},
    "1 GiB bf16 up": {**UP, "encode/bf16": 1, "crc64": 0.87, "send": 0.87},
    "1 GiB random, known": UP,
    "1 GiB random, 1 byte changed": UP,
    "1 GiB random down": {"receive": 1, "blake3_chunk_hash": 1, "write_file": 1},
    "1 GiB bf16 down": {"receive": 0.87, "decode_and_hash/bf16": 1, "write_file": 1},
    "1,000 x 1 MiB up": {**UP, "crc64": 1, "send": 1},
    "1,000 x 1 MiB down": {"receive": 1, "blake3_chunk_hash": 1, "write_file": 1},
}
# A line to the other side of a continent: round trip, one connection, all connections together.
LINE_MS, LINE_ONE, LINE_ALL = 50, 40, 300


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server_program():
    return os.environ.get("HFHUB_CAS_SERVER", str(ROOT / "build/peers/cas/bin/local_cas_server"))


class Cas:
    """One run of the reference server, and a long line to it when wanted."""

    def __init__(self, bench, long_line=False):
        program = server_program()
        port = free_port()
        self.processes = [subprocess.Popen([program, "--in-memory", "--port", str(port)], cwd=bench.folder,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]
        self.wait_for(port)
        if long_line:
            outer = free_port()
            line = subprocess.Popen([str(bench.build / "bin/bench_line"), str(outer), str(port), str(LINE_MS),
                                     str(LINE_ONE), str(LINE_ALL)], stdout=subprocess.PIPE, text=True)
            line.stdout.readline()
            self.processes.append(line)
            port = outer
        self.endpoint = f"http://127.0.0.1:{port}"

    @staticmethod
    def wait_for(port):
        for _ in range(500):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).read()
                return
            except OSError:
                time.sleep(0.02)
        sys.exit("local_cas_server does not answer")

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()


class Xet:
    def __init__(self, bench):
        self.bench = bench
        self.python = str(ROOT / "build/peers/py/bin/python")
        self.programs = {
            "ours": ([str(bench.build / "examples/example_xet_put")], [str(bench.build / "examples/example_xet_get")]),
            "hf_xet": ([self.python, str(HERE / "peer_xet.py"), "put"], [self.python, str(HERE / "peer_xet.py"), "get"]),
        }
        self.cas = None
        self.speeds = None

    # ---- the limit
    def kernel_speeds(self):
        """Bytes a CPU second of each kernel alone, in this run."""
        names = sorted({name for job in KERNELS.values() for name in job})
        words = [str(self.bench.build / "bin/bench_kernels"), f"--benchmark_filter=^({'|'.join(names)})$",
                 "--benchmark_min_time=0.5", "--benchmark_format=json"]
        rows = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)["benchmarks"]
        return {row["name"]: row["GB/s"] * 1e9 for row in rows}

    def limit(self, title, size):
        """A row for what the job's kernels take when nothing else is done."""
        self.speeds = self.speeds or self.kernel_speeds()
        cpu = sum(size * part / self.speeds[name] for name, part in KERNELS[title].items())
        ours = next(float(row[4]) for _, row in reversed(self.bench.rows) if row[:2] == (title, "ours"))
        self.bench.add_row(title, "its kernels alone", "", "", f"{cpu * 1000:.1f}", f"{cpu * 1000 / ours:.2f}x", "", "")

    # ---- parts
    def content(self, kind, size, seed=1):
        path = self.bench.folder / f"{kind}-{size}-{seed}"
        if not path.exists():
            subprocess.run([str(self.bench.build / "bin/bench_content"), kind, str(seed), str(size), str(path)], check=True)
        return path

    def small_files(self):
        folder = self.bench.folder / "small"
        if not folder.exists():
            folder.mkdir()
            for i in range(1000):
                subprocess.run([str(self.bench.build / "bin/bench_content"), "random", str(1000 + i), str(1 << 20),
                                str(folder / f"{i:04}")], check=True)
        return sorted(str(path) for path in folder.iterdir())

    def restart(self, long_line=False):
        if self.cas:
            self.cas.close()
        self.cas = Cas(self.bench, long_line)
        return self.cas.endpoint

    def environment(self, home, **more):
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "HF_HOME": str(home), "LANG": "C.UTF-8",
               "HF_HUB_DISABLE_TELEMETRY": "1"}
        return {**env, **more}

    def put(self, who, files, home, endpoint=None):
        words = [*self.programs[who][0], endpoint or self.cas.endpoint, *map(str, files)]
        return subprocess.run(words, env=self.environment(home), check=True, stdout=subprocess.PIPE, text=True).stdout

    # ---- groups
    def start(self):
        env = self.environment(self.bench.fresh())
        self.bench.compare("process start, no transfer", {
            "ours": lambda: ([str(self.bench.build / "bin/hf"), "version"], env),
            "hf_xet": lambda: ([self.python, str(HERE / "peer_xet.py"), "start"], env)})

    def upload(self, title, files, long_line=False, before=None, **more):
        """`before`: files that each candidate has uploaded, with the same home, before the measured run."""
        def candidate(who):
            def prepare():
                endpoint = self.restart(long_line)
                home = self.bench.fresh()
                if before:
                    self.put(who, before, home)
                return [*self.programs[who][0], endpoint, *map(str, files)], self.environment(home)
            return prepare
        candidates = {who: candidate(who) for who in self.programs}
        if more.get("small_budget"):
            def prepare():
                words, env = candidate("ours")()
                return words, {**env, "HFHUB_MEMORY_BUDGET": "16MiB"}
            candidates["ours, memory.budget 16MiB"] = prepare
        self.bench.compare(title, candidates)
        if title in KERNELS:
            self.limit(title, sum(Path(file).stat().st_size for file in files))
        self.cas.close()
        self.cas = None

    def download(self, title, files, long_line=False, small_budget=False):
        """hf_xet uploads, so that xorbs have its sizes."""
        endpoint = self.restart(long_line)
        inner = self.put("hf_xet", files, self.bench.fresh())
        items = [line.split()[:2] for line in inner.splitlines()]

        def candidate(who, **more):
            def prepare():
                self.clean()
                home = self.bench.fresh()
                words = [f"{hash_text},{size},{self.bench.folder}/got/{i}" for i, (hash_text, size) in enumerate(items)]
                return [*self.programs[who][1], endpoint, *words], self.environment(home, **more)
            return prepare
        candidates = {who: candidate(who) for who in self.programs}
        if small_budget:
            candidates["ours, memory.budget 16MiB"] = candidate("ours", HFHUB_MEMORY_BUDGET="16MiB")
        self.bench.compare(title, candidates)
        if title in KERNELS:
            self.limit(title, sum(int(size) for _, size in items))
        self.clean()
        self.cas.close()
        self.cas = None

    def clean(self):
        folder = self.bench.folder / "got"
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()

    def run(self, only):
        if not Path(server_program()).exists():
            print(f"Xet is left out: {server_program()} is not there (./dev deps bench builds it where cargo is installed)")
            return
        random, bf16 = self.content("random", GiB), self.content("bf16", GiB)
        edited = self.edit(random)
        medium = self.content("random", 256 * MB, 7)
        groups = {
            "xet_start": self.start,
            "xet_up": lambda: (self.upload("1 GiB random up", [random], small_budget=True),
                               self.upload("1 GiB bf16 up", [bf16])),
            "xet_again": lambda: (self.upload("1 GiB random, known", [random], before=[random]),
                                  self.upload("1 GiB random, 1 byte changed", [edited], before=[random])),
            "xet_down": lambda: (self.download("1 GiB random down", [random], small_budget=True),
                                 self.download("1 GiB bf16 down", [bf16])),
            "xet_many": lambda: (self.upload("1,000 x 1 MiB up", self.small_files()),
                                 self.download("1,000 x 1 MiB down", self.small_files())),
            "xet_line": lambda: (self.upload("256 MB up, long line", [medium], long_line=True),
                                 self.download("256 MB down, long line", [medium], long_line=True)),
        }
        for name, group in groups.items():
            if only in (None, "xet", name):
                group()

    def edit(self, path):
        edited = path.with_name(path.name + "-edited")
        if not edited.exists():
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            edited.write_bytes(data)
        return edited
