"""What each language adds to C: its conformance driver's --bench, in turn with C's, on the same local Hub."""

import json
import os
import statistics
import subprocess
from pathlib import Path

MiB = 1 << 20
LANGUAGES = ("go", "rust", "java", "csharp")
FIGURES = (("call_ns", "a call, ns", "{:.0f}"), ("json_ns", "JSON in, text out, ns", "{:.0f}"),
           ("error_ns", "a failing call, ns", "{:.0f}"), ("item_ns", "a piece of a stream, us", "{:.0f}"),
           ("stream_cpu_s", "1 GiB streamed, CPU s", "{:.2f}"), ("stream_wall_s", "wall s", "{:.2f}"))


class Bindings:
    def __init__(self, bench):
        self.bench = bench
        self.root = Path(__file__).resolve().parents[2]
        bench.admin("POST", "settings", {"cas_open": True})

    def build(self):
        """{language: driver}; C is the first."""
        out = self.bench.build / "bindings"
        prefix = out / "prefix"
        subprocess.run(["cmake", "--install", self.bench.build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        drivers = {"c": str(self.bench.build / "bin/conformance_c")}
        for language in LANGUAGES:
            subprocess.run([self.root / "bindings" / language / "test.sh", prefix, out / language, "build"], check=True,
                           stdout=subprocess.DEVNULL,
                           env={**os.environ, "HFHUB_LOCALHUB": str(self.bench.build / "bin/hfhub-localhub")})
            drivers[language] = str(out / language / "driver")
        return drivers

    def content(self, size):
        """The hash of `size` random bytes on the CAS."""
        path = self.bench.folder / "stream.bin"
        with open(path, "wb") as file:
            for _ in range(size // MiB):
                file.write(os.urandom(MiB))
        env = self.bench.environment(self.bench.fresh())
        put = self.bench.build / "examples/example_xet_put"
        done = subprocess.run([put, self.bench.server.ready["cas"], path], env=env, stdout=subprocess.PIPE, check=True, text=True)
        path.unlink()
        return done.stdout.split()[0]

    def run(self):
        drivers, size = self.build(), 1024 * MiB
        content = self.content(size)
        figures = {language: [] for language in drivers}
        for _ in range(self.bench.rounds):
            for language, driver in drivers.items():
                done = subprocess.run([driver, "--bench", self.bench.server.ready["cas"], content, str(size)],
                                      env=self.bench.environment(self.bench.fresh()), stdout=subprocess.PIPE, check=True)
                figures[language].append(json.loads(done.stdout))
        print("| | " + " | ".join(title for _, title, _ in FIGURES) + " | CPU : C |")
        print("|---|" + "---|" * (len(FIGURES) + 1))
        for language, runs in figures.items():
            median = {key: statistics.median(run[key] for run in runs) for key, _, _ in FIGURES}
            median["item_ns"] /= 1000
            against = [run["stream_cpu_s"] / c["stream_cpu_s"] for run, c in zip(runs, figures["c"])]
            print("| %s | %s | %.2fx |" % (language, " | ".join(form.format(median[key]) for key, _, form in FIGURES),
                                          statistics.median(against)), flush=True)
