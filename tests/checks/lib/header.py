"""Reads the public C headers: functions, constants, types, and the comment that stands before each."""
import collections
import re

from . import check as c

Function = collections.namedtuple("Function", "name line returns parameters text doc header")
Parameter = collections.namedtuple("Parameter", "type name")
Block = collections.namedtuple("Block", "kind name line text doc")   # enum, struct, callback or section

_COMMENT = re.compile(r"/\*(.*?)\*/", re.S)
_ITEM = re.compile(
    r"(?P<comment>/\*.*?\*/)"
    r"|(?P<function>^HFHUB_API\s[^;]*;)"
    r"|(?P<callback>^typedef\s+\w[\w \t]*\(\*\w+\)[^;]*;)"
    r"|(?P<struct>^typedef\s+struct\s+\w+\s*\{.*?\}\s*\w+;)"
    r"|(?P<typedef>^typedef\s[^;{]*;)"
    r"|(?P<enum>^enum\s*\{.*?\};)", re.S | re.M)


def headers(root):
    """The headers that hfhub.h brings in, in its order."""
    names = re.findall(r"^#include <(hfhub/\w+\.h)>", c.read(root, "include/hfhub.h"), re.M)
    return ["include/" + name for name in names]


def plain(comment):
    """The words of a /* comment */, one paragraph a line; list items keep their lines."""
    lines = [re.sub(r"^\s*\* ?", "", line).strip() for line in comment[2:-2].strip().split("\n")]
    out = []
    for line in lines:
        if out and out[-1] and line and not line.startswith("- "):
            out[-1] += " " + line
        else:
            out.append(line)
    return "\n".join(out).strip()


def _parameters(text):
    inside = re.sub(r"\s+", " ", text[text.index("(") + 1:text.rindex(")")]).strip()
    if inside in ("void", ""):
        return []
    found = []
    for part in inside.split(","):
        match = re.match(r"(.*?)(\w+)$", part.strip())
        found.append(Parameter(match.group(1).strip(), match.group(2)))
    return found


def parse(root, path):
    """(what the header is about, its Functions and Blocks in order)."""
    text = c.read(root, path)
    intro, items, comment, comment_end = None, [], "", -1
    for match in _ITEM.finditer(text):
        kind = match.lastgroup
        found, line = match.group(0), text.count("\n", 0, match.start()) + 1
        if kind == "comment":
            section = re.match(r"/\* -{4} (.*?) -{4,} \*/$", found)
            if section:
                items.append(Block("section", section.group(1), line, "", ""))
            elif intro is None:
                intro = plain(found)
            comment, comment_end = ("" if section else plain(found)), match.end()
            continue
        doc = comment if text[comment_end:match.start()].strip() == "" and text.count("\n", comment_end, match.start()) == 1 else ""
        if kind == "function":
            flat = re.sub(r"\s+", " ", found[len("HFHUB_API"):]).strip()
            head = re.match(r"(.*?)(\w+)\(", flat)
            items.append(Function(head.group(2), line, head.group(1).strip(), _parameters(flat), flat, doc, path))
        elif kind in ("callback", "struct", "enum", "typedef"):
            name = re.search(r"\(\*(\w+)\)", found) or re.search(r"(\w+);$", found)
            items.append(Block(kind, name.group(1) if name else "", line, found, doc))
    return intro or "", items


def functions(root):
    return [item for path in headers(root) for item in parse(root, path)[1] if isinstance(item, Function)]
