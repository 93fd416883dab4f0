#!/usr/bin/env python3
"""Every public declaration has a doc comment with "Since", and docs/API.md is made of exactly those comments.

`--write` rewrites docs/API.md (`./dev format` does).
"""
import re

from lib import check as c, generated, header

INTRO = """# The C API

Written from the headers in `include/hfhub/` by `./dev format`; edit the comments there.
`include/hfhub.hpp` has one class a handle and one method a function of what follows.
"""


def rules(root):
    match = re.match(r"/\*.*?\*/", c.read(root, "include/hfhub.h"), re.S)
    return header.plain(match.group(0)) if match else ""


def constants(text):
    rows = []
    for line in text.split("\n"):
        found = re.match(r"\s*(HFHUB_\w+)\s*=\s*(-?\w+),?\s*(?:/\*(.*?)\*/)?", line)
        if found:
            rows.append("| `%s` | %s | %s |" % (found.group(1), found.group(2), (found.group(3) or "").strip()))
        rows += ["| `%s` | %s | |" % pair for pair in re.findall(r"(HFHUB_\w+) = (-?\d+)", line[found.end():] if found else line)]
    return "| constant | value | meaning |\n|---|---|---|\n" + "\n".join(rows)


def render(item):
    if isinstance(item, header.Function):
        return "### `%s`\n\n```c\n%s\n```\n\n%s\n" % (item.name, item.text, item.doc)
    if item.kind == "section":
        return "## %s\n" % (item.name[0].upper() + item.name[1:])
    if item.kind == "enum":
        return "%s\n\n%s\n" % (item.doc or "Constants.", constants(item.text))
    if item.kind in ("callback", "struct") or item.doc:
        return "### `%s`\n\n```c\n%s\n```\n\n%s\n" % (item.name, item.text, item.doc)
    return ""


def document(root):
    parts = [INTRO, rules(root) + "\n"]
    for path in header.headers(root):
        intro, items = header.parse(root, path)
        parts.append("# `<%s>`\n\n%s\n" % (path[len("include/"):], intro))
        parts += [text for text in map(render, items) if text]
    return "\n".join(parts)


def check(root):
    out = c.Findings()
    count = 0
    for path in header.headers(root):
        for item in header.parse(root, path)[1]:
            where = "%s:%d" % (path, item.line)
            if isinstance(item, header.Function):
                count += 1
                if not item.doc:
                    out.problem(where, "%s has no comment right before it" % item.name,
                                "say what, ownership, errors, units, since")
                elif not re.search(r"Since \d+\.\d+\.?$", item.doc):
                    out.problem(where, "the comment of %s does not end in 'Since <version>.'" % item.name)
            elif item.kind in ("callback", "struct") and not item.doc:
                out.problem(where, "%s has no comment right before it" % item.name)
    generated.compare(root, "docs/API.md", document(root), out)
    out.summary = "%d functions" % count
    return out


HEADER = """/* About a. */
#ifndef A
#define A
/* ---- first things ---- */

/* Does it. Since 0.1. */
HFHUB_API int hfhub_a(const char *name,
                      void *user_data);

/* Numbers. */
enum {
  HFHUB_X = 1, /* one */
  HFHUB_Y = 2
};
#endif
"""
DOC = (INTRO + "\nRules.\n\n# `<hfhub/a.h>`\n\nAbout a.\n\n## First things\n\n### `hfhub_a`\n\n```c\n"
       "int hfhub_a(const char *name, void *user_data);\n```\n\nDoes it. Since 0.1.\n\nNumbers.\n\n"
       "| constant | value | meaning |\n|---|---|---|\n| `HFHUB_X` | 1 | one |\n| `HFHUB_Y` | 2 |  |\n")
GOOD = {"include/hfhub.h": "/* Rules. */\n#include <hfhub/a.h>\n", "include/hfhub/a.h": HEADER, "docs/API.md": DOC}
BAD = [
    ("no comment", {"include/hfhub/a.h": HEADER.replace("#endif", "\nHFHUB_API void hfhub_b(void);\n#endif")},
     "hfhub_b has no comment"),
    ("a comment further up", {"include/hfhub/a.h": HEADER.replace("0.1. */\nHFHUB", "0.1. */\n\nHFHUB")}, "hfhub_a has no comment"),
    ("no version", {"include/hfhub/a.h": HEADER.replace(" Since 0.1.", "")}, "does not end in 'Since"),
    ("a callback without comment", {"include/hfhub/a.h": HEADER.replace("#endif", "\ntypedef void (*hfhub_fn)(void);\n#endif")},
     "hfhub_fn has no comment"),
    ("a changed signature", {"include/hfhub/a.h": HEADER.replace("void *user", "int user")}, "docs/API.md:17"),
    ("an edited page", {"docs/API.md": DOC.replace("Does it", "Does that")}, "docs/API.md:20"),
    ("no page", {"docs/API.md": None}, "docs/API.md:1"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
