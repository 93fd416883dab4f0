#!/usr/bin/env python3
"""docs/CONFIGURATION.md says exactly what src/runtime/config_table.inc says. `--write` rewrites it (`./dev format` does)."""
import re

from lib import check as c, generated

ROW = re.compile(r'^HFHUB_OPTION\((\w+), "([^"]*)", (\w+), "([^"]*)", "([^"]*)", "((?:[^"\\]|\\.)*)"\)$', re.M)
TYPES = {"kText": "text", "kSecret": "secret", "kPath": "path", "kUrl": "URL", "kBool": "yes/no", "kCount": "number",
         "kSize": "size", "kDuration": "time"}
INTRO = """# Configuration

Written from `src/runtime/config_table.inc` by `./dev format`; edit the table there.

The environment is read when session options are made; what the caller sets afterwards wins. In C, any of these is
`hfhub_session_options_set(options, "<key>", "<value>", &err)`; the value in force is `hfhub_session_get_option`.

- **size**: bytes, or a number with `KB` `MB` `GB` (powers of 1000) or `KiB` `MiB` `GiB` (powers of 1024).
- **time**: seconds, or a number with `ms`, `s`, `m` or `h`.
- **yes/no**: `1` `true` `yes` `on`, or `0` `false` `no` `off`. A name marked "inverted" means the opposite of the key.
- Several environment names: the first one that is set counts.

| key | type | default | environment | what it does |
|---|---|---|---|---|
"""


def environment(names):
    return "<br>".join("`%s` (inverted)" % n[1:] if n[0] == "!" else "`%s`" % n for n in names.split())


def document(rows):
    lines = []
    for _, key, kind, default, names, help_text in rows:
        help_text = help_text.replace("|", "\\|").replace('\\"', '"').replace("<", "\\<")
        lines.append("| `%s` | %s | %s | %s | %s |" % (
            key, TYPES.get(kind, kind), "`%s`" % default if default else "", environment(names), help_text))
    return INTRO + "\n".join(lines) + "\n"


def check(root):
    out = c.Findings()
    path = "src/runtime/config_table.inc"
    text = c.read(root, path)
    rows = ROW.findall(text)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("HFHUB_OPTION(") and not ROW.match(line):
            out.problem("%s:%d" % (path, number), "this row is not understood",
                        'HFHUB_OPTION(kId, "key", kType, "default", "ENVIRONMENT NAMES", "help")')
    seen = {}
    for identifier, key, kind, _, names, help_text in rows:
        for name in [identifier, key] + [n.lstrip("!") for n in names.split() if n.lower() not in ("all_proxy",)]:
            if seen.setdefault(name, key) != key:
                out.problem(path, "'%s' appears in the rows of %s and %s" % (name, seen[name], key))
        if kind not in TYPES:
            out.problem(path, "%s has the unknown type %s" % (key, kind))
        if not help_text.endswith("."):
            out.problem(path, "the help of %s is not a sentence" % key)
    generated.compare(root, "docs/CONFIGURATION.md", document(rows), out)
    out.summary = "%d options" % len(rows)
    return out


TABLE = ('// comment\nHFHUB_OPTION(kA, "a", kBool, "true", "!HF_A HF_B", "Does a.")\n'
         'HFHUB_OPTION(kB, "b.c", kSize, "", "", "Size of b.")\n')
DOC = INTRO + "| `a` | yes/no | `true` | `HF_A` (inverted)<br>`HF_B` | Does a. |\n| `b.c` | size |  |  | Size of b. |\n"
GOOD = {"src/runtime/config_table.inc": TABLE, "docs/CONFIGURATION.md": DOC}
BAD = [
    ("a new row", {"src/runtime/config_table.inc": TABLE + 'HFHUB_OPTION(kD, "d", kText, "", "", "D.")\n'}, "expected: | `d`"),
    ("a changed default", {"src/runtime/config_table.inc": TABLE.replace('"true"', '"false"')}, "expected: | `a`"),
    ("an edited page", {"docs/CONFIGURATION.md": DOC.replace("Does a", "Makes a")}, "is not what its source says"),
    ("a malformed row", {"src/runtime/config_table.inc": TABLE + "HFHUB_OPTION(kE, nonsense)\n"}, "not understood"),
    ("a key twice", {"src/runtime/config_table.inc": TABLE + 'HFHUB_OPTION(kF, "f", kText, "", "HF_B", "F.")\n'}, "rows of a and f"),
    ("an unknown type", {"src/runtime/config_table.inc": TABLE.replace("kSize", "kColour")}, "unknown type"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
