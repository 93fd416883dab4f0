"""hf upload beside the Python client's on the same local Hub, each to repositories of its own."""

import random
import shutil

MiB = 1 << 20
TOKEN = "hf_bench000000000000000000000000000"


def write_noise(path, mebibytes, seed):
    source = random.Random(seed)
    with open(path, "wb") as out:
        for _ in range(mebibytes):
            out.write(source.randbytes(MiB))


class Upload:
    def __init__(self, bench):
        self.bench, self.next = bench, 0
        bench.admin("POST", "tokens", {"token": TOKEN, "user": "bench", "role": "write"})
        self.programs = {"ours": bench.ours, "peer (Python)": bench.peer}

    def run(self):
        self.small()
        self.large("1 GiB by LFS, cold", xet=False)
        self.large("1 GiB by Xet, cold", xet=True)
        self.unchanged()

    def environment(self, home, xet):
        more = {"HF_TOKEN": TOKEN, "HF_XET_CACHE": home / "xet"}
        env = self.bench.environment(home, **more)
        if xet:
            del env["HF_HUB_DISABLE_XET"]
        return env

    def to_new_repo(self, program, folder, xet):
        """Prepares a round: a repository that nobody has seen, and a home without any memory of it."""
        def prepare():
            self.next += 1
            shutil.rmtree(folder / ".cache", ignore_errors=True)
            return [program, "upload", f"bench/up{self.next}", str(folder)], self.environment(self.bench.fresh(), xet)
        return prepare

    def small(self):
        folder = self.bench.folder / "up-small"
        for i in range(1000):
            path = folder / f"{i // 100:02}/{i:04}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(random.Random(i).randbytes(2048).hex())
        self.bench.compare("upload 1,000 files of 4 KB, cold",
                           {name: self.to_new_repo(program, folder, True) for name, program in self.programs.items()},
                           rounds=max(3, self.bench.rounds // 2))

    def large(self, title, xet):
        """Other bytes each time, so that nobody finds them on the Hub."""
        folder = self.bench.folder / "up-large"
        folder.mkdir(exist_ok=True)
        self.bench.admin("POST", "settings", {"xet_enabled": xet, "lfs_multipart_over": 100 * MiB, "lfs_chunk_size": 16 * MiB})

        def with_new_bytes(prepare):
            def make():
                words = prepare()
                write_noise(folder / "model.safetensors", 1024, self.next)
                return words
            return make

        self.bench.compare(title, {name: with_new_bytes(self.to_new_repo(program, folder, xet))
                                   for name, program in self.programs.items()}, rounds=max(3, self.bench.rounds // 2))
        shutil.rmtree(folder)

    def unchanged(self):
        """A folder that was uploaded before, of 1,000 small files and one of 512 MiB."""
        self.bench.admin("POST", "settings", {"xet_enabled": True})
        candidates = {}
        for i, (name, program) in enumerate(self.programs.items()):
            folder = self.bench.folder / f"up-known-{i}"
            shutil.copytree(self.bench.folder / "up-small", folder)
            write_noise(folder / "model.safetensors", 512, 99)
            home = self.bench.fresh()
            words = [program, "upload", f"bench/known{i}", str(folder)]
            self.bench.run(words, self.environment(home, True))
            candidates[name] = lambda words=words, home=home: (words, self.environment(home, True))
        self.bench.compare("upload, nothing new (512 MiB, 1,000 files)", candidates, rounds=max(3, self.bench.rounds // 2))
