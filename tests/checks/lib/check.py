"""What every check shares: a list of problems, a command line, and the proof that the check can fail.

A check is a function check(root) -> Findings. Beside it stand GOOD, a tiny tree that passes, and BAD, a list of
(what is wrong, {path: text} laid over GOOD, a piece of the problem it must report). `--self-test` runs them all.
"""
import glob
import os
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))


class Findings:
    def __init__(self):
        self.problems = []
        self.mends = []
        self.summary = ""

    def problem(self, where, what, mend=""):
        self.problems.append("%s: %s" % (where, what))
        self.mends.append(mend)

    def report(self):
        """The problems, each run of equal remedies named once."""
        lines = []
        for number, problem in enumerate(self.problems):
            lines.append(problem)
            if self.mends[number] and self.mends[number] != (self.mends + [""])[number + 1]:
                lines.append("    mend: " + self.mends[number])
        return "\n".join(lines)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def files(root, folders, endings):
    """Paths below `folders`, relative to root, sorted; generated and hidden folders are left out."""
    found = []
    for folder in folders:
        for parent, names, leaves in os.walk(os.path.join(root, folder)):
            names[:] = sorted(n for n in names if n not in ("build", "__pycache__", "node_modules") and n[0] != ".")
            found += [os.path.relpath(os.path.join(parent, leaf), root) for leaf in leaves if leaf.endswith(endings)]
    return sorted(set(found))


def lay_out(folder, tree):
    for path, text in tree.items():
        full = os.path.join(folder, path)
        if text is None:
            if os.path.exists(full):
                os.remove(full)
            continue
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


def build_dir(root):
    """The build to look at: HFHUB_BUILD_DIR (ctest sets it), else the newest one below build/."""
    if root == ROOT and os.environ.get("HFHUB_BUILD_DIR"):
        return os.environ["HFHUB_BUILD_DIR"]
    found = glob.glob(os.path.join(root, "build", "*", "lib", "libhfhub.so"))
    if not found:
        sys.exit("there is no built libhfhub.so below build/. Run: ./dev build")
    return os.path.dirname(os.path.dirname(max(found, key=os.path.getmtime)))


def self_test(check, good, bad, prepare):
    failures = []
    for what, overlay, expected in [("nothing wrong", {}, None)] + bad:
        with tempfile.TemporaryDirectory() as folder:
            lay_out(folder, good)
            lay_out(folder, overlay)
            prepare(folder)
            problems = check(folder).problems
            if expected is None and problems:
                failures.append("%s: reports %s" % (what, problems))
            if expected is not None and not any(expected in problem for problem in problems):
                failures.append("%s: expected a problem with '%s', got %s" % (what, expected, problems))
    return failures


def main(check, good, bad, prepare=lambda folder: None):
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    if "--self-test" in sys.argv:
        failures = self_test(check, good, bad, prepare)
        print("\n".join(failures) or "%s: goes red on %d violations, green on none" % (name, len(bad)))
        sys.exit(1 if failures else 0)
    findings = check(ROOT)
    if findings.problems:
        print(findings.report())
        print("%s: %d problem(s)" % (name, len(findings.problems)))
        sys.exit(1)
    print("%s: ok%s" % (name, ", " + findings.summary if findings.summary else ""))
