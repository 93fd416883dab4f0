#!/usr/bin/env python3
"""Ours and the peer side by side, in one run: every round runs all candidates one after the other, so that a machine that
drifts drifts for all of them. Prints medians and ratios; --write puts them into docs/BENCHMARKS.md.

    ./dev bench                 all of it, about 20 minutes
    ./dev bench --only start    one group: start, cached, small, large, upload, xet, kernels, bindings; or a part of xet: xet_start,
                                xet_up, xet_again, xet_down, xet_many, xet_line
    ./dev bench --rounds 9 --write
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from bindings import Bindings
from upload import Upload
from xet import Xet

ROOT = Path(__file__).resolve().parents[2]
MiB = 1 << 20
GROUPS = ("start", "cached", "small", "large", "upload", "xet", "kernels", "bindings")
XET_GROUPS = ("xet_start", "xet_up", "xet_again", "xet_down", "xet_many", "xet_line")


class Bench:
    def __init__(self, build, folder, rounds):
        self.build, self.folder, self.rounds = Path(build).resolve(), Path(folder), rounds
        self.ours = str(self.build / "bin/hf")
        self.measure = str(self.build / "bin/bench_measure")
        self.peer = str(ROOT / "build/peers/py/bin/hf")
        self.rows = []  # (table of docs/BENCHMARKS.md, cells)
        self.table = None
        self.server = self.start_server("data")

    def start_server(self, name, *options):
        process = subprocess.Popen(
            [str(self.build / "bin/hfhub-localhub"), "--data", str(self.folder / name), *options],
            stdout=subprocess.PIPE, text=True)
        process.ready = json.loads(process.stdout.readline())
        return process

    def admin(self, method, path, body=None):
        request = urllib.request.Request(self.server.ready["endpoint"] + "/_admin/" + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.loads(answer.read())

    def environment(self, home, **more):
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "HF_HOME": str(home), "LANG": "C.UTF-8",
               "HF_ENDPOINT": self.server.ready["endpoint"], "HF_HUB_DISABLE_XET": "1",
               "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1",
               "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        env.update({key: str(value) for key, value in more.items()})
        return env

    def run(self, words, env):
        """One run: its cost."""
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)

        def hand_over():
            os.dup2(writer, 3)

        done = subprocess.run([self.measure, *words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              close_fds=False, preexec_fn=hand_over)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            cost = json.loads(pipe.read())
        if cost["status"] != 0:
            sys.exit(f"{' '.join(words)} failed ({cost['status']}):\n{done.stderr.decode()}")
        return cost

    def compare(self, title, candidates, rounds=None, note=None):
        """`candidates`: name -> function that prepares a round and returns (words, environment). The first is ours."""
        costs = {name: [] for name in candidates}
        for _ in range(rounds or self.rounds):
            for name, prepare in candidates.items():
                costs[name].append(self.run(*prepare()))
        medians = {name: {key: statistics.median(c[key] for c in runs) for key in ("wall", "cpu", "rss_kib")}
                   for name, runs in costs.items()}
        names = list(candidates)
        for name in names:
            m = medians[name]
            against = "" if name == names[0] else "{:.2f}x".format(m["wall"] / medians[names[0]]["wall"])
            cpu = "" if name == names[0] else "{:.2f}x".format(m["cpu"] / max(medians[names[0]]["cpu"], 1e-4))
            self.add(title, name, m, against, cpu, note(name) if note else "")

    def add(self, title, name, m, against, cpu, note):
        self.add_row(title, name, f"{m['wall'] * 1000:.1f}", against, f"{m['cpu'] * 1000:.1f}", cpu,
                     f"{m['rss_kib'] / 1024:.1f}", note)

    def add_row(self, *row):
        self.rows.append((self.table, row))
        print("{:<34} {:<22} wall {:>9} ms {:>7}  cpu {:>9} ms {:>7}  rss {:>7} MiB  {}".format(*row), flush=True)

    # ---- groups
    def start(self):
        env = self.environment(self.fresh())
        self.compare("process start: hf version", {
            "ours": lambda: ([self.ours, "version"], env),
            "peer (Python)": lambda: ([self.peer, "version"], env),
        }, rounds=max(self.rounds, 15))

    def cached(self):
        self.admin("PUT", "repos/model/bench/cached", {})
        self.admin("POST", "repos/model/bench/cached/commit",
                   {"files": [{"path": "config.json", "text": "{}"}], "summary": "x"})
        homes = {"ours": self.fresh(), "peer": self.fresh()}
        for name, program in (("ours", self.ours), ("peer", self.peer)):
            self.run([program, "download", "bench/cached", "config.json"], self.environment(homes[name]))
        words = ["download", "bench/cached", "config.json"]
        self.compare("cached file, offline", {
            "ours": lambda: ([self.ours, *words], self.environment(homes["ours"], HF_HUB_OFFLINE=1)),
            "peer (Python)": lambda: ([self.peer, *words], self.environment(homes["peer"], HF_HUB_OFFLINE=1)),
        }, rounds=max(self.rounds, 15))

    def small(self):
        files = [{"path": f"data/{i // 100:02}/{i:04}.json",
                  "generate": {"kind": "random", "seed": i, "size": 4096}, "lfs": False} for i in range(1000)]
        self.admin("PUT", "repos/model/bench/small", {})
        for begin in range(0, 1000, 250):
            self.admin("POST", "repos/model/bench/small/commit", {"files": files[begin:begin + 250], "summary": "x"})
        per_file = {}

        def counted(name, program):
            def prepare():
                self.count_requests(per_file)
                self.last = name
                return [program, "download", "bench/small"], self.environment(self.fresh())
            return prepare

        self.last = None
        self.compare("1,000 files of 4 KB, cold", {
            "ours": counted("ours", self.ours), "peer (Python)": counted("peer (Python)", self.peer)},
            note=lambda name: self.count_requests(per_file) or f"{per_file[name] / 1000:.2f} requests a file")

    def count_requests(self, per_file):
        """Books the requests since the last call on the candidate that made them."""
        log = self.admin("GET", "log?since=0")
        if self.last:
            per_file[self.last] = len(log["entries"])
            self.last = None
        self.admin("DELETE", "log")

    def large(self):
        self.admin("PUT", "repos/model/bench/large", {})
        answer = self.admin("POST", "repos/model/bench/large/commit", {
            "files": [{"path": "model.safetensors", "generate": {"kind": "random", "seed": 1, "size": 1024 * MiB},
                       "lfs": True}], "summary": "x"})
        path = f"/bench/large/resolve/{answer['commit']}/model.safetensors"
        self.large_over("1 GiB over HTTP", self.server.ready["endpoint"], path, {})
        with TlsFront(self.folder / "tls", self.build, self.folder / "data", self) as front:
            more = {"HF_ENDPOINT": front.endpoint, "SSL_CERT_FILE": front.ca, "CURL_CA_BUNDLE": front.ca}
            self.large_over("1 GiB over TLS", front.endpoint, path, more)

    def large_over(self, title, endpoint, path, more):
        def download(program, **extra):
            def prepare():
                return [program, "download", "bench/large"], self.environment(self.fresh(), **{**more, **extra})
            return prepare

        def curl():
            home = self.fresh()
            return (["curl", "--silent", "--fail", "--location", "--output", str(home / "out"), endpoint + path],
                    self.environment(home, **more))

        self.compare(title, {
            "ours": download(self.ours),
            "ours, memory.budget 16MiB": download(self.ours, HFHUB_MEMORY_BUDGET="16MiB"),
            "curl -o (no verification)": curl,
            "peer (Python)": download(self.peer)}, rounds=max(3, self.rounds // 2))

    def kernels(self):
        subprocess.run([str(self.build / "bin/bench_kernels"), "--benchmark_min_time=0.2"], check=True)

    def upload(self):
        Upload(self).run()

    def bindings(self):
        Bindings(self).run()

    def xet(self, only="xet"):
        Xet(self).run(only)

    def fresh(self):
        """A new home. Old ones stay: for seconds after a deletion, ext4 makes new files slowly. Only a gigabyte goes."""
        for old in self.folder.glob("home-*/**/*"):
            if old.is_file() and not old.is_symlink() and old.stat().st_size > 100 * MiB:
                old.unlink()
        return Path(tempfile.mkdtemp(prefix="home-", dir=self.folder))

    def write(self):
        """Puts what was measured into the tables of docs/BENCHMARKS.md; rows of other jobs and all words stay."""
        page = ROOT / "docs/BENCHMARKS.md"
        text = page.read_text()
        for name in dict.fromkeys(table for table, _ in self.rows):
            rows = [row for table, row in self.rows if table == name]
            begin, mark, rest = text.partition(f"<!-- table: {name} -->\n")
            if not mark:
                sys.exit(f"{page} has no table '{name}'")
            old, end, after = rest.partition("<!-- end -->\n")
            text = begin + mark + merged_table(old, rows) + end + after
        page.write_text(text)

    def close(self):
        self.server.terminate()
        self.server.wait()


class TlsFront:
    """nginx with a certificate of its own in front of a second server on the same data."""

    def __init__(self, folder, build, data, bench):
        self.folder, self.bench = folder, bench
        folder.mkdir()
        self.ca = str(folder / "ca.pem")
        self.endpoint = "https://localhost:18443"

    def __enter__(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", self.folder / "key.pem", "-out", self.ca],
                       check=True, stderr=subprocess.DEVNULL)
        self.server = self.bench.start_server("data", "--public-url", self.endpoint, "--cdn-url", "https://localhost:18444")
        hub, cdn = (self.server.ready[key].split("//")[1] for key in ("endpoint", "cdn"))
        site = """server {{ listen {port} ssl http2; ssl_certificate {ca}; ssl_certificate_key {key};
          location / {{ proxy_pass http://{to}; proxy_set_header Host $host; proxy_buffering off; }} }}"""
        sites = [site.format(port=port, ca=self.ca, key=self.folder / "key.pem", to=to)
                 for port, to in ((18443, hub), (18444, cdn))]
        (self.folder / "nginx.conf").write_text(
            f"pid {self.folder}/nginx.pid; error_log {self.folder}/error.log; worker_processes 1;\n"
            f"events {{}} http {{ access_log off; client_body_temp_path {self.folder}/b; proxy_temp_path {self.folder}/p;"
            f" fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;\n"
            + "\n".join(sites) + "}\n")
        subprocess.run(["nginx", "-c", self.folder / "nginx.conf"], check=True)
        return self

    def __exit__(self, *_):
        subprocess.run(["nginx", "-c", self.folder / "nginx.conf", "-s", "stop"], check=False)
        self.server.terminate()
        self.server.wait()


HEAD = ("| what | who | wall ms | wall : ours | CPU ms | CPU : ours | peak RSS MiB | |", "|---|---|---|---|---|---|---|---|")


def merged_table(old, rows):
    """The table's lines with those of the measured jobs in place of their former ones."""
    new = {}
    for row in rows:
        new.setdefault(row[0], []).append("| " + " | ".join(row) + " |")
    lines = list(HEAD)
    jobs = [line.split("|")[1].strip() for line in old.splitlines()[len(HEAD):] if line.startswith("|")]
    kept = dict.fromkeys([*jobs, *new])
    for line in old.splitlines()[len(HEAD):]:
        if line.startswith("|") and line.split("|")[1].strip() not in new:
            new.setdefault(("old", line.split("|")[1].strip()), []).append(line)
    for job in kept:
        lines += new.get(job) or new[("old", job)]
    return "\n".join(lines) + "\n"


def roomy_folder():
    """Memory rather than a disk: ext4 slows down for seconds after deletions, which hits whoever comes next."""
    shm = Path("/dev/shm")
    return str(shm) if shm.is_dir() and shutil.disk_usage(shm).free > 8000 * MiB else None


def cpu_name():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/bench")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=[*GROUPS, *XET_GROUPS])
    parser.add_argument("--folder", help="where data and caches go; default: /dev/shm when it has 8 GB free, else TMPDIR")
    parser.add_argument("--write", action="store_true", help="put the figures into the tables of docs/BENCHMARKS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hfhub-bench-", dir=options.folder or roomy_folder()) as folder:
        bench = Bench(options.build, folder, options.rounds)
        try:
            for group in GROUPS:
                if options.only in (None, group):
                    bench.table = {"upload": "uploads", "xet": "xet"}.get(group, "downloads")
                    getattr(bench, group)()
            if options.only in XET_GROUPS:
                bench.table = "xet"
                bench.xet(options.only)
        finally:
            bench.close()
        if options.write:
            bench.write()


if __name__ == "__main__":
    main()
