"""Files that a script writes: `--write` writes them, the check compares."""
import os
import sys

from . import check as c


def compare(root, path, text, out):
    if "--write" in sys.argv and root == c.ROOT:
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if not os.path.exists(full) or c.read(root, path) != text:
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
            print("wrote " + path)
        return
    present = c.read(root, path) if os.path.exists(os.path.join(root, path)) else ""
    if present == text:
        return
    old, new = present.splitlines(), text.splitlines()
    line = next((i for i, pair in enumerate(zip(old, new)) if pair[0] != pair[1]), min(len(old), len(new)))
    out.problem("%s:%d" % (path, line + 1), "is not what its source says; expected: %s" % (
        new[line] if line < len(new) else "(end of file)"), "./dev format")
