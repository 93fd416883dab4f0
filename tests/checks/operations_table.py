#!/usr/bin/env python3
"""docs/OPERATIONS.md says exactly what src/hub/operations.inc says. `--write` rewrites it (`./dev format` does)."""
import re

from lib import check as c, generated

ROW = re.compile(r'^HFHUB_OPERATION\("([\w.]+)", k(\w+), "([^"]*)", "([^"]*)", "([^"]*)", k(\w+), "([^"]*)"\)$', re.M)
INTRO = """# Operations

Written from `src/hub/operations.inc` by `./dev format`; edit the table there.

Every row is a call of the Hub's REST API that `hfhub_call` makes by its name, with the session's token, retries, paging
and errors. Parameters are members of one JSON object: those in `{}` fill the path (`=` gives a default, `?` may be left
out), the others go into the query or the body. `!` must be given, `*` may be an array. A paged answer comes as one
array; `limit` bounds it. A change that must not be made twice is asked for once, and again only after an answer that
says that nothing was done (429, 503); it answers what the Hub says as JSON, else null.

| operation | request | query | body | paged | what it answers |
|---|---|---|---|---|---|
"""


def names(text):
    return " ".join("`%s`" % name for name in text.split())


def document(rows):
    return INTRO + "".join("| `%s` | %s `%s` | %s | %s | %s | %s |\n" % (
        name, method.upper(), path, names(query), names(body), "yes" if paging == "Link" else "", help_text)
        for name, method, path, query, body, paging, help_text in rows)


def check(root):
    out = c.Findings()
    path = "src/hub/operations.inc"
    text = c.read(root, path)
    rows = ROW.findall(text)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("HFHUB_OPERATION(") and not ROW.match(line):
            out.problem("%s:%d" % (path, number), "this row is not understood", "see the comment at the top of the file")
    known = [row[0] for row in rows]
    if known != sorted(set(known)):
        out.problem(path, "the rows are not in the order of their names, or a name appears twice")
    generated.compare(root, "docs/OPERATIONS.md", document(rows), out)
    out.summary = "%d operations" % len(rows)
    return out


TABLE = ('// x\nHFHUB_OPERATION("a.info", kGet, "/api/{id}", "expand*", "", kOne, "Facts.")\n'
         'HFHUB_OPERATION("b.list", kPost, "/api/b", "", "x! y", kLink, "All b.")\n')
DOC = INTRO + ("| `a.info` | GET `/api/{id}` | `expand*` |  |  | Facts. |\n"
               "| `b.list` | POST `/api/b` |  | `x!` `y` | yes | All b. |\n")
GOOD = {"src/hub/operations.inc": TABLE, "docs/OPERATIONS.md": DOC}
BAD = [
    ("a new row", {"src/hub/operations.inc": TABLE + 'HFHUB_OPERATION("c", kGet, "/c", "", "", kOne, "C.")\n'}, "expected: | `c`"),
    ("an edited page", {"docs/OPERATIONS.md": DOC.replace("All b", "No b")}, "is not what its source says"),
    ("a malformed row", {"src/hub/operations.inc": TABLE + "HFHUB_OPERATION(nonsense)\n"}, "not understood"),
    ("a name twice", {"src/hub/operations.inc": TABLE + TABLE.splitlines()[1] + "\n"}, "appears twice"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
