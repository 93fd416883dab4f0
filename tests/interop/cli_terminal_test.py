"""hf on a terminal: bars, Ctrl-C, NO_COLOR; and the Tab key in bash, zsh and fish.

Needs HFHUB_LOCALHUB and HFHUB_HF.
"""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest
from pathlib import Path

import cli_runner
from cli_runner import OURS, SERVER, environment, random_file, text

HUB = None
SLOW = {"match": {"origin": "cdn"}, "times": 0, "action": {"drip_bytes_per_s": 1500000}}


def setUpModule():
    global HUB
    if not (OURS and SERVER):
        raise unittest.SkipTest("HFHUB_HF or HFHUB_LOCALHUB is not set")
    HUB = cli_runner.LocalHub()
    HUB.commit("model/acme/big", [random_file("model-%d.safetensors" % i, 4000000, i) for i in range(12)] + [text("a.txt", "a")])
    HUB.commit("model/acme/one", [random_file("a/rather/long/path/to/the/only/model.safetensors", 4000000)])


def tearDownModule():
    if HUB is not None:
        HUB.close()


class Screen:
    """As much of a terminal as the bars need: what is on it after `data`."""

    def __init__(self, data, columns):
        self.rows, self.x, self.y, self.columns, self.wrapped = [[]], 0, 0, columns, False
        self.feed(data.decode("utf-8", "replace"))

    def feed(self, data):
        for code, letter, char in re.findall(r"\x1b\[([0-9;]*)([A-Za-z])|([^\x1b])", data, re.S):
            if letter == "A":
                self.y = max(0, self.y - int(code or 1))
            elif letter in ("K", "J"):
                del self.row()[self.x:]
                if letter == "J":
                    del self.rows[self.y + 1:]
            elif char == "\r":
                self.x = 0
            elif char == "\n":
                self.y += 1
            elif char and char != "\a":
                self.put(char)

    def row(self):
        while len(self.rows) <= self.y:
            self.rows.append([])
        return self.rows[self.y]

    def put(self, char):
        if self.x >= self.columns:
            self.x, self.y, self.wrapped = 0, self.y + 1, True
        row = self.row()
        row.extend(" " * (self.x + 1 - len(row)))
        row[self.x] = char
        self.x += 1

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.rows)


class Terminal:
    """hf with a terminal for stdin, stdout and stderr (or for stderr alone)."""

    def __init__(self, arguments, env, folder, columns=100, rows=24, program=OURS):
        self.columns, self.output = columns, b""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.leader = leader
        self.process = subprocess.Popen([program, *arguments], stdin=follower, stdout=follower, stderr=follower, env=env,
                                        cwd=folder, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(follower)

    def read(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not select.select([self.leader], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self.leader, 65536)
            except OSError:
                data = b""
            if not data:
                return False
            self.output += data
        return True

    def read_until(self, wanted, seconds=20):
        end = time.monotonic() + seconds
        while not re.search(wanted, self.screen().text()) and time.monotonic() < end:
            if not self.read(0.1):
                break
        return self.screen().text()

    def press(self, keys):
        os.write(self.leader, keys)

    def wait(self, seconds=60):
        while self.read(1) and seconds > 0:
            seconds -= 1
        self.code = self.process.wait(10)
        os.close(self.leader)
        return self.code

    def screen(self):
        return Screen(self.output, self.columns)


class OnTerminal(unittest.TestCase):
    def setUp(self):
        HUB.faults(SLOW)
        self.folder = HUB.scratch / self.id().rsplit(".", 1)[-1]
        self.folder.mkdir()
        self.env = environment(HUB.endpoint, self.folder / "home", TERM="xterm", LANG="C.UTF-8", LC_ALL="C.UTF-8")

    def tearDown(self):
        HUB.faults()
        shutil.rmtree(self.folder, ignore_errors=True)

    def hf(self, *arguments, columns=100, rows=24, **env):
        return Terminal(arguments, {**self.env, **env}, self.folder, columns, rows)

    def partial_bytes(self):
        blobs = self.folder / "home/hub/models--acme--big/blobs"
        return sum(p.stat().st_blocks * 512 for p in blobs.glob("*") if not p.name.endswith(".json")) if blobs.is_dir() else 0

    def test_bars(self):
        terminal = self.hf("download", "acme/big")
        seen = terminal.read_until(r"Total .*% .*MB/s +\d:\d\d\n.*waiting [1-9]")
        self.assertRegex(seen, r"model-\d+\.safetensors +━")
        self.assertRegex(seen, r"\d+%")
        self.assertRegex(seen, r"Total ━+ .* of 48\.0 MB .*MB/s +\d:\d\d")
        self.assertRegex(seen, r"\d+ of 13 files, running \d+, waiting \d+")
        self.assertFalse(terminal.screen().wrapped, "a redrawn line was wider than the terminal")
        self.assertEqual(0, terminal.wait())
        screen = terminal.screen()
        self.assertRegex(screen.text(), r"^hf: 48\.0 MB in \d:\d\d, 13 of 13 files.* on average\n✓ Downloaded\n  path: /")
        self.assertNotIn("Total", screen.text())

    def test_narrow_and_low(self):
        for columns, rows in ((30, 5), (60, 8)):
            terminal = self.hf("download", "acme/big", "--force-download", columns=columns, rows=rows, NO_COLOR="1")
            terminal.read(1.5)
            screen = terminal.screen()
            self.assertFalse(screen.wrapped)
            self.assertLessEqual(len(screen.rows), rows)
            self.assertNotRegex(terminal.output, rb"\x1b\[[0-9;]*m")
            terminal.press(b"\x03")
            self.assertEqual(130, terminal.wait())

    def test_one_file_and_colours(self):
        for no_color, colours in (("1", False), ("", True)):
            terminal = self.hf("download", "acme/one", "--force-download", NO_COLOR=no_color)
            self.assertEqual(0, terminal.wait())
            self.assertEqual(colours, b"\x1b[32m" in terminal.output)
            self.assertRegex(terminal.output.decode(), r"model\.safetensors .*%")

    def test_quiet_modes_draw_nothing(self):
        for mode in ("--json", "--quiet", "--format=agent"):
            terminal = self.hf("download", "acme/one", mode, "--force-download")
            self.assertEqual(0, terminal.wait())
            self.assertNotIn(b"\x1b", terminal.output)
            self.assertEqual(1, terminal.output.count(b"\n"), terminal.output)
        terminal = self.hf("download", "acme/one", "--force-download", HF_HUB_DISABLE_PROGRESS_BARS="1")
        self.assertEqual(0, terminal.wait())
        self.assertNotIn(b"Total", terminal.output)
        self.assertNotIn(b"MB/s", terminal.output)

    def test_dumb_terminal_gets_lines(self):
        terminal = self.hf("download", "acme/one", TERM="dumb", NO_COLOR="1")
        self.assertEqual(0, terminal.wait())
        self.assertNotIn(b"\x1b", terminal.output)

    def test_interrupt_keeps_what_was_fetched(self):
        terminal = self.hf("download", "acme/big")
        terminal.read_until(r"Total .* [1-9]\d?%")
        terminal.read(1)
        terminal.press(b"\x03")
        self.assertEqual(130, terminal.wait())
        self.assertRegex(terminal.screen().text(), r"Interrupted\. What was fetched is kept \(.* MB\); run the same command again")
        self.assertGreater(self.partial_bytes(), 0)
        self.assertEqual([], list((self.folder / "home/hub").glob("models--acme--big/snapshots/*/model-0.safetensors.*")))
        HUB.faults()
        mark = HUB.admin("GET", "log?since=999999999")["next"]
        run = cli_runner.Run(cli_runner.start(OURS, ["download", "acme/big"], self.folder, self.env), self.folder)
        self.assertEqual(0, run.code, run.err)
        log = HUB.admin("GET", "log?since=%d" % mark)["entries"]
        fetched = sum(entry["bytes"] for entry in log if entry["method"] == "GET" and entry["origin"] == "cdn")
        self.assertLess(fetched, 48000000 - 500000, "nothing was resumed")

    def test_second_interrupt_leaves_at_once(self):
        HUB.faults({"match": {"origin": "cdn"}, "times": 0, "action": {"stall_after": 100000}})
        terminal = self.hf("download", "acme/one")
        terminal.read(1.5)
        started = time.monotonic()
        terminal.press(b"\x03")
        time.sleep(0.05)
        terminal.press(b"\x03")
        self.assertEqual(130, terminal.wait())
        self.assertLess(time.monotonic() - started, 5)

    def test_interrupt_signal_without_terminal(self):
        process = cli_runner.start(OURS, ["download", "acme/big"], self.folder, self.env)
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        run = cli_runner.Run(process, self.folder)
        self.assertEqual(130, run.code)
        self.assertEqual("", run.out)
        self.assertIn("Interrupted.", run.err)

    def test_silence_is_said(self):
        HUB.faults({"match": {"origin": "cdn"}, "times": 0, "action": {"stall_after": 100000}})
        terminal = self.hf("download", "acme/one")
        self.assertRegex(terminal.read_until(r"no data for \d+ s"), r"no data for \d+ s")
        terminal.press(b"\x03")
        self.assertEqual(130, terminal.wait())

    def test_a_reader_that_leaves(self):
        line = "%s --help | head -1; echo ${PIPESTATUS[0]}" % OURS
        out = subprocess.run(["bash", "-c", line], env=self.env, stdout=subprocess.PIPE, timeout=20).stdout
        self.assertTrue(out.startswith(b"Usage: hf"))


class Lines(unittest.TestCase):
    def test_lines_without_terminal(self):
        HUB.faults({"match": {"origin": "cdn"}, "times": 0, "action": {"drip_bytes_per_s": 300000}})
        folder = Path(tempfile.mkdtemp(dir=HUB.scratch))
        run = cli_runner.Run(cli_runner.start(OURS, ["download", "acme/one"], folder,
                                              environment(HUB.endpoint, folder / "home", NO_COLOR="1")), folder)
        HUB.faults()
        self.assertEqual(0, run.code)
        if run.err:  # a fast machine is through before the first line is due
            self.assertRegex(run.err, r"^hf: [\d.]+ MB of 4\.0 MB \(\d+%\), one file, .*/s")
        self.assertNotIn("\x1b", run.err)


class Completion(unittest.TestCase):
    def ask(self, shell, words, index, line=False):
        env = {**os.environ, "_HF_COMPLETE": shell + "_complete", "COMP_WORDS": words, "COMP_CWORD": str(index)}
        return subprocess.run([OURS], env=env, stdout=subprocess.PIPE, check=True).stdout.decode()

    def test_protocol(self):
        self.assertEqual("plain,cache\n", self.ask("bash", "hf ca", 1))
        self.assertEqual("plain,list\nplain,ls\nplain,verify\n", self.ask("bash", "hf cache", 2))
        self.assertIn("plain,--max-workers\n", self.ask("bash", "hf download x --m", 3))
        self.assertEqual("plain,dataset\n", self.ask("bash", "hf download x --type d", 4))
        self.assertEqual("plain,--sort=size\nplain,--sort=size:asc\nplain,--sort=size:desc\n",
                         self.ask("bash", "hf cache ls --sort=s", 3))
        self.assertTrue(self.ask("bash", "hf download x --local-dir", 4).startswith("dir,"))
        self.assertEqual("", self.ask("bash", "hf download x", 3))
        self.assertIn("plain,verify\tCompare", self.ask("fish", "hf cache ver", "ver"))
        self.assertIn("plain\nverify\nCompare", self.ask("zsh", "hf cache ver", 2))

    def test_bash(self):
        if not shutil.which("bash"):
            self.skipTest("no bash")
        script = """eval "$(_HF_COMPLETE=bash_source hf)"
        complete -p hf
        for COMP_LINE in 'hf cache l' 'hf cache ls --sort=size:' 'hf download x --fo'; do
          COMP_POINT=${#COMP_LINE} COMPREPLY=()
          _hf_completion hf; echo "${COMPREPLY[*]}"
        done"""
        env = {**os.environ, "PATH": str(Path(OURS).parent) + ":" + os.environ["PATH"]}
        out = subprocess.run(["bash", "-c", script], env=env, stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertEqual("complete -o nosort -F _hf_completion hf\nlist ls\nasc desc\n--force-download --format\n", out)

    def test_fish(self):
        if not shutil.which("fish"):
            self.skipTest("no fish")
        env = {**os.environ, "PATH": str(Path(OURS).parent) + ":" + os.environ["PATH"], "HOME": str(HUB.scratch)}
        line = "_HF_COMPLETE=fish_source hf | source; complete -C 'hf cache l'; complete -C 'hf download x --max'"
        out = subprocess.run(["fish", "-c", line], env=env, stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertRegex(out, r"^list\tList.*\nls\tList.*\n--max-workers\tFiles")

    def test_zsh(self):
        if not shutil.which("zsh"):
            self.skipTest("no zsh")
        home = Path(tempfile.mkdtemp(dir=HUB.scratch))
        (home / ".zshrc").write_text('PS1="> "; autoload -Uz compinit; compinit -u; eval "$(_HF_COMPLETE=zsh_source hf)"\n')
        env = {**os.environ, "PATH": str(Path(OURS).parent) + ":" + os.environ["PATH"], "HOME": str(home), "TERM": "dumb"}
        shell = Terminal(["-i"], env, home, program=shutil.which("zsh"))
        shell.read_until("> ")
        shell.press(b"hf cache ver\t")
        self.assertIn("hf cache verify", shell.read_until("hf cache verify", 10))
        shell.press(b"\x15exit\r")
        shell.wait()

    def test_install(self):
        for shell, file in (("bash", ".bashrc"), ("zsh", ".zshrc"), ("fish", ".config/fish/completions/hf.fish")):
            home = Path(tempfile.mkdtemp(dir=HUB.scratch))
            env = {**os.environ, "HOME": str(home), "SHELL": "/bin/" + shell}
            for _ in range(2):
                subprocess.run([OURS, "--install-completion"], env=env, check=True, stdout=subprocess.DEVNULL)
            self.assertEqual(1, (home / file).read_text().count("complete --no-files" if shell == "fish" else "_HF_COMPLETE"))
            shown = subprocess.run([OURS, "--show-completion"], env=env, check=True, stdout=subprocess.PIPE).stdout
            self.assertIn(b"_HF_COMPLETE=", shown)
        env["SHELL"] = "/bin/tcsh"
        self.assertEqual(1, subprocess.run([OURS, "--show-completion"], env=env, stderr=subprocess.DEVNULL).returncode)


if __name__ == "__main__":
    unittest.main()
