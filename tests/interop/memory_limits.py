"""One budget: the peak of a whole process stays within it, and 32 MiB for everything else, however large the job.

Needs HFHUB_LOCALHUB and HFHUB_BUILD_DIR; minutes, and 3 GB of disk.
"""

import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from hub_fixture import Hub

MiB = 1 << 20
BUDGETS = (16 * MiB, 64 * MiB, 256 * MiB)
REST = 32 * MiB
EXAMPLES = Path(os.environ.get("HFHUB_BUILD_DIR", ""), "examples")


def resident_peak(pid):
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # it has ended
    return 0


class Memory(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="memory-")
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.hub = Hub(self.folder / "hub")
        self.addCleanup(self.hub.stop)
        self.hub.settings(cas_open=True)

    def run_within(self, budget, program, *words):
        """What the program printed; a failure when its peak was above the budget and the rest."""
        home = tempfile.mkdtemp(dir=self.folder)
        env = {"PATH": os.environ["PATH"], "HF_HOME": home, "HF_ENDPOINT": self.hub.endpoint, "HF_HUB_DISABLE_TELEMETRY": "1",
               "HFHUB_MEMORY_BUDGET": str(budget)}
        with open(self.folder / "output", "w+b") as out:
            process = subprocess.Popen([EXAMPLES / ("example_xet_" + program), self.hub.cas, *words], env=env, stdout=out,
                                       cwd=self.folder / "files")
            peak = 0  # not wait4's: that begins with what this program had at the fork
            while process.poll() is None:
                peak = max(peak, resident_peak(process.pid))
                time.sleep(0.005)
            self.assertEqual(process.returncode, 0)
            print(f"{program}, {len(words)} files, budget {budget // MiB} MiB: peak {peak // MiB} MiB", flush=True)
            self.assertLessEqual(peak, budget + REST)
            out.seek(0)
            return out.read().decode()

    def make(self, files):
        (self.folder / "files").mkdir()
        for name, content in files:
            with open(self.folder / "files" / name, "wb") as file:
                content(file)

    def both_ways(self, names):
        for budget in BUDGETS:
            items = [line.split(" ")[:2] for line in self.run_within(budget, "put", *names).splitlines()]
            self.run_within(budget, "get", *(f"{xet},{size},{name}.back" for (xet, size), name in zip(items, names)))
            for name in names:
                back = self.folder / "files" / (name + ".back")
                self.assertEqual(back.stat().st_size, (self.folder / "files" / name).stat().st_size)
                back.unlink()

    def test_one_gigabyte(self):
        self.make([("large", lambda file: [file.write(os.urandom(MiB)) for _ in range(1024)])])
        self.both_ways(["large"])

    def test_a_thousand_files(self):
        names = [f"{i:03}" for i in range(1000)]
        self.make([(name, lambda file: file.write(os.urandom(MiB))) for name in names])
        self.both_ways(names)

    def test_twenty_gigabytes_up(self):
        """Zeros are the worst that can be: every chunk is a term of its own, which are 160,000 records to keep and to register."""
        self.make([("sparse", lambda file: file.truncate(20480 * MiB))])
        for budget in BUDGETS[1:]:
            self.run_within(budget, "put", "sparse")

    def test_a_hundred_thousand_files_up(self):
        """In one commit. Each has a name, a hash and a size that are kept: about 400 bytes."""
        names = [f"{i:05}" for i in range(100_000)]
        self.make([(name, lambda file, name=name: file.write(name.encode() * 20)) for name in names])
        printed = self.run_within(256 * MiB, "put", *names)
        self.assertEqual(len(printed.splitlines()), len(names))


if __name__ == "__main__":
    unittest.main()
