#!/usr/bin/env python3
"""Parameter and field names of the C API: no keyword of a language that will be bound, and one name, one type.

Generated bindings keep our names and choose conversions by (type, name); both must be dull.
"""
import re

from lib import check as c, header

KEYWORDS = {
    "C++": "alignas alignof and asm auto bool break case catch char class concept const continue co_await default delete do "
           "double else enum explicit export extern false float for friend goto if inline int long mutable namespace new "
           "noexcept not operator or private protected public register requires return short signed sizeof static struct "
           "switch template this throw true try typedef typeid typename union unsigned using virtual void volatile while xor",
    "Rust": "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if "
            "impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try "
            "type typeof union unsafe unsized use virtual where while yield",
    "Go": "break case chan const continue default defer else fallthrough for func go goto if import interface map package "
          "range return select struct switch type var nil len cap copy new make string error",
    "Java": "abstract assert boolean break byte case catch char class const continue default do double else enum extends "
            "final finally float for goto if implements import instanceof int interface long native new null package "
            "private protected public return short static strictfp super switch synchronized this throw throws transient "
            "try var void volatile while record sealed yield",
    "C#": "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double "
          "else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal "
          "is lock long namespace new null object operator out override params private protected public readonly ref return "
          "sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked "
          "unsafe ushort using virtual void volatile while",
    "Python": "and as assert async await break class continue def del elif else except finally for from global if import in "
              "is lambda nonlocal not or pass raise return try while with yield",
}
HARMLESS = {("Go", "error")}  # predeclared, not reserved, and what it names here is exactly that
BY_NAME = {word: language for language, words in KEYWORDS.items() for word in words.split()
           if (language, word) not in HARMLESS}
HANDLE = re.compile(r"^(const )?hfhub_\w+ \*\*?$")


def names_of(root):
    """(where, function or type, type, name) of everything named."""
    for path in header.headers(root):
        for item in header.parse(root, path)[1]:
            where = "%s:%d" % (path, item.line)
            if isinstance(item, header.Function):
                for parameter in item.parameters:
                    yield where, item.name, parameter.type, parameter.name
            elif item.kind == "callback":
                for parameter in header._parameters(item.text[item.text.index(")") + 1:]):
                    yield where, item.name, parameter.type, parameter.name
            elif item.kind == "struct":
                for field in re.finditer(r"^\s*(\w+)\s+(\w+);", item.text, re.M):
                    yield where, item.name, "", field.group(2)


def check(root):
    out = c.Findings()
    types, count = {}, 0
    for where, owner, kind, name in names_of(root):
        count += 1
        if name in BY_NAME:
            out.problem(where, "%s: '%s' is a keyword of %s" % (owner, name, BY_NAME[name]), "take another name")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            out.problem(where, "%s: '%s' is not lower snake case" % (owner, name))
        if not kind.endswith("*") or HANDLE.match(kind):
            continue  # a number converts by its type alone, a handle by its class
        first = types.setdefault(name, (kind, owner))
        if first[0] != kind:
            out.problem(where, "%s: '%s' is '%s' here and '%s' in %s" % (owner, name, kind, first[0], first[1]),
                        "one name, one type; take another name")
    out.summary = "%d names" % count
    return out


def tree(text):
    return {"include/hfhub.h": "/* R */\n#include <hfhub/a.h>\n", "include/hfhub/a.h": "/* A. */\n" + text}


GOOD = tree("HFHUB_API int hfhub_a(hfhub_op *op, const char *repo_type, uint64_t *out_size);\n"
            "HFHUB_API int hfhub_b(const hfhub_op *op, const char *repo_type);\n"
            "typedef void (*hfhub_fn)(const char *message, void *user_data);\n")
BAD = [
    ("two types of text", tree("HFHUB_API int hfhub_a(const char *t);\nHFHUB_API int hfhub_b(char *t);\n"), "here and"),
    ("Rust", tree("HFHUB_API int hfhub_a(const char *type);\n"), "'type' is a keyword of"),
    ("Go", tree("HFHUB_API int hfhub_a(int32_t range);\n"), "'range' is a keyword of Go"),
    ("Java", tree("HFHUB_API int hfhub_a(int32_t final, int32_t package);\n"), "'package' is a keyword of"),
    ("C#", tree("HFHUB_API int hfhub_a(int32_t params);\n"), "'params' is a keyword of C#"),
    ("in a callback", tree("typedef void (*hfhub_fn)(void *object);\n"), "'object' is a keyword of C#"),
    ("in a struct", tree("typedef struct hfhub_p {\n  uint32_t event;\n} hfhub_p;\n"), "'event' is a keyword of C#"),
    ("two types", tree("HFHUB_API int hfhub_a(size_t *out_n);\nHFHUB_API int hfhub_b(uint64_t *out_n);\n"), "here and"),
    ("camel case", tree("HFHUB_API int hfhub_a(int32_t fileCount);\n"), "snake case"),
]

if __name__ == "__main__":
    c.main(check, GOOD, BAD)
