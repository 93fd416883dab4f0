#!/usr/bin/env python3
"""What is generated for the bindings and committed, and the check that it still fits. Standard library and SWIG 4.1 only.

usage: generate.py write     rewrite everything below
       generate.py check     say what differs from what would be written; also: no language needs a SWIGTYPE_
       generate.py docs      rewrite only what needs no SWIG (./dev format does)

  bindings/rust/hfhub-sys/src/bindings.rs   declarations, from SWIG's parse tree
  bindings/go/internal/raw/consts.go        constants, from the same tree
  bindings/go/internal/raw/{raw.go,hfhub_wrap.c}   by SWIG
  doc comments of the layers by hand        in each, the paragraphs that begin with the name of a C function
  docs/BINDINGS.md                          which function is where
"""
import ast
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import xml.etree.ElementTree as ElementTree

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "checks"))
from lib import header  # noqa: E402

SWIG = ["swig", "-I" + os.path.join(ROOT, "include"), "-I" + os.path.join(ROOT, "bindings", "swig")]
GO_RAW = ["-go", "-intgosize", "64", "-cgo", "-package", "raw"]


# ---- 1. SWIG's parse tree -------------------------------------------------------------------------------------------
def attributes(node):
    found = node.find("attributelist")
    return {} if found is None else {a.get("name"): a.get("value") for a in found.findall("attribute")}


def parse_tree():
    """(kind, attributes, node) of every declaration of the headers, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        tree = os.path.join(folder, "tree.xml")
        # any target writes the tree; Java's is the one that is proven
        run(SWIG + ["-java", "-w451", "-outdir", folder, "-o", os.path.join(folder, "wrap.c"), "-xmlout", tree,
                    os.path.join(ROOT, "bindings", "swig", "rust.i")])
        found = []
        for include in ElementTree.parse(tree).getroot().iter("include"):
            if "/include/hfhub/" in (attributes(include).get("name") or ""):
                found += [(n.tag, attributes(n), n) for n in include if n.tag in ("cdecl", "enum", "class", "constant")]
        return found


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0 or done.stdout.strip():
        sys.exit("%s\n%s" % (" ".join(command), done.stdout))


def number(expression):
    """The value of an integer constant: literals, signs, shifts and ors."""
    def value(node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.LShift):
            return value(node.left) << value(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return value(node.left) | value(node.right)
        sys.exit("not a constant that is understood here: " + expression)
    return value(ast.parse(re.sub(r"\b(0x[0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", expression), mode="eval").body)


def enum_items(node):
    value = -1
    for item in node.findall("enumitem"):
        found = attributes(item)
        value = number(found["enumvalue"]) if found.get("enumvalue") else value + 1
        yield found["name"], value


# ---- 2. Rust declarations -------------------------------------------------------------------------------------------
RUST = {"void": "c_void", "char": "c_char", "double": "f64", "size_t": "usize", "intptr_t": "isize", "uintptr_t": "usize",
        **{"int%d_t" % n: "i%d" % n for n in (8, 16, 32, 64)}, **{"uint%d_t" % n: "u%d" % n for n in (8, 16, 32, 64)}}


def rust_type(text, known):
    """SWIG writes a type from the outside in: 'p.q(const).char' is a pointer to const char."""
    if text.startswith("p.f("):
        arguments, result = closing(text, 4)
        return "Option<%s>" % rust_signature(arguments, None, result, known, 'unsafe extern "C" fn')
    if text.startswith("p."):
        const = text.startswith("p.q(const).")
        return ("*const " if const else "*mut ") + rust_type(text[len("p.q(const)."):] if const else text[2:], known)
    if text.startswith("q(const)."):
        return rust_type(text[len("q(const)."):], known)
    name = re.sub(r"^(struct|enum) ", "", text)
    if name not in RUST and name not in known:
        sys.exit("no Rust type for '%s'" % text)
    return RUST.get(name, name)


def closing(text, start):
    """The text from `start` to its closing bracket, and what follows the dot behind it."""
    depth, end = 1, start
    while depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return text[start:end - 1], text[end + 1:]


def split_arguments(text):
    parts, depth = [""], 0
    for letter in text if text != "void" else "":
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part]


def rust_signature(arguments, names, result, known, head):
    parts = split_arguments(arguments)
    names = names or ["argument%d" % (i + 1) for i in range(len(parts))]
    text = "%s(%s)" % (head, ", ".join("%s: %s" % (n, rust_type(p, known)) for n, p in zip(names, parts)))
    return text if result == "void" else text + " -> " + rust_type(result, known)


def rust_doc(text, indent=""):
    if not text:
        return ""
    lines = [line for paragraph in text.split("\n") for line in (textwrap.wrap(escape(paragraph), 112) or [""])]
    return "".join("%s/// %s\n" % (indent, line) if line else indent + "///\n" for line in lines)


def all_docs():
    """{name of a function, type or constant: what its header says}."""
    docs = {}
    for path in header.headers(ROOT):
        for item in header.parse(ROOT, path)[1]:
            docs[item.name] = item.doc
            if getattr(item, "kind", "") == "enum":
                docs.update(re.findall(r"(HFHUB_\w+) = -?\d+,?\s*/\* (.*?) \*/", item.text))
    return docs


def escape(text):
    """Rustdoc takes [a] for a link and <a> for HTML."""
    return re.sub(r"([\[\]<>])", r"\\\1", text)


def rust(tree, docs):
    known = {a["name"] for _, a, _ in tree if "name" in a}
    structs = {a["name"] for kind, a, _ in tree if kind == "class"}
    head, functions = [], []
    for kind, a, node in tree:
        if kind == "enum":
            head.append("".join("%spub const %s: i32 = %d;\n" % (rust_doc(docs.get(name, "")), name, value)
                                for name, value in enum_items(node)))
        elif kind == "class":
            fields = "".join("    pub %s: %s,\n" % (f["name"], rust_type(f["decl"] + f["type"], known))
                             for f in map(attributes, node.findall("cdecl")))
            head.append("%s#[repr(C)]\n#[derive(Debug, Clone, Copy, Default)]\npub struct %s {\n%s}\n" %
                        (rust_doc(docs.get(a["name"], "")), a["name"], fields))
        elif a.get("kind") == "typedef":
            if a["type"] != "struct " + a["name"]:
                head.append("%spub type %s = %s;\n" % (rust_doc(docs.get(a["name"], "")), a["name"],
                                                       rust_type(a["decl"] + a["type"], known)))
            elif a["name"] not in structs:
                head.append("#[repr(C)]\npub struct %s {\n    _data: [u8; 0],\n"
                            "    _marker: PhantomData<(*mut u8, PhantomPinned)>,\n}\n" % a["name"])
        elif a.get("kind") == "function":
            inside, _ = closing(a["decl"], 2)
            listed = node.find("attributelist").find("parmlist")
            names = [] if listed is None else [attributes(p).get("name") for p in listed.findall("parm")]
            result = a["decl"][len("f(") + len(inside) + len(")."):] + a["type"]
            functions.append(rust_doc(docs.get(a["name"], ""), "    ") +
                             "    " + rust_signature(inside, names, result, known, "pub fn " + a["name"]) + ";\n")
    return ("// Generated from include/hfhub/*.h by bindings/swig/generate.py; do not edit.\n\n"
            "use core::marker::{PhantomData, PhantomPinned};\nuse std::os::raw::{c_char, c_void};\n\n" +
            "\n".join(head) + '\nextern "C" {\n' + "\n".join(functions) + "}\n")


# ---- 3. Go ----------------------------------------------------------------------------------------------------------
def go_constants(tree):
    lines = []
    for kind, _, node in tree:
        if kind == "enum":
            items = list(enum_items(node))
            width = max(len(name) for name, _ in items)
            lines += ["const (\n%s)\n" % "".join("\t%s = %d\n" % (name.ljust(width), value) for name, value in items)]
    return ("// Code generated from include/hfhub/*.h by bindings/swig/generate.py; DO NOT EDIT.\n\npackage raw\n\n" +
            "\n".join(lines))


def swig_go():
    with tempfile.TemporaryDirectory() as folder:
        wrap = os.path.join(folder, "hfhub_wrap.c")
        run(SWIG + GO_RAW + ["-outdir", folder, "-o", wrap, os.path.join(ROOT, "bindings", "swig", "hfhub.i")])
        out = {}
        for name in ("raw.go", "hfhub_wrap.c"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            # SWIG writes blanks at line ends, and where its input lay
            text = re.sub(r"[ \t]+$", "", text, flags=re.M).replace(ROOT + "/", "")
            out["bindings/go/internal/raw/" + name] = text
        return out


# ---- 4. doc comments of the layers by hand --------------------------------------------------------------------------
# language: (folder, ending, what begins each line of a doc comment)
LAYERS = {"Go": ("bindings/go", ".go", "//"), "Rust": ("bindings/rust", ".rs", "///"),
          "Java": ("bindings/java", ".java", "*"), "C#": ("bindings/csharp", ".cs", "///")}
WIDTH = 120


def layer_files(root, language):
    folder, ending, _ = LAYERS[language]
    for parent, folders, names in os.walk(os.path.join(root, folder)):
        folders[:] = sorted(f for f in folders if f not in ("raw", "conformance", "tests", "test", "target", "build"))
        for name in sorted(names):
            if name.endswith(ending) and not name.endswith("_test.go") and name != "bindings.rs":
                yield os.path.relpath(os.path.join(parent, name), root)


def for_language(language, text):
    if language == "Rust":
        return escape(text)
    if language == "C#":
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if language == "Java":
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;").replace("*/", "*&#47;")
    return text


def with_docs(language, text, docs):
    """`text` with each marker paragraph, 'hfhub_name: ...' up to the end of its comment or an empty line, rewritten."""
    begin = LAYERS[language][2]
    marker = re.compile(r"^(\s*)%s (hfhub_\w+):(?: .*)?$" % re.escape(begin))
    out, skipping = [], False
    for line in text.split("\n"):
        found = marker.match(line)
        words = line.strip()[len(begin):].strip() if line.strip().startswith(begin) else None
        ends = not words or words.startswith("<") or words.startswith("@") or words == "/"
        if found and found.group(2) in docs:
            first = "%s%s " % (found.group(1), begin)
            paragraph = "%s: %s" % (found.group(2), for_language(language, docs[found.group(2)].replace("\n", " ")))
            out += textwrap.wrap(paragraph, WIDTH, initial_indent=first, subsequent_indent=first, break_long_words=False,
                                 break_on_hyphens=False)
            skipping = True
        elif skipping and not ends:
            continue
        else:
            skipping = False
            out.append(line)
    return "\n".join(out)


# What may follow a doc comment, and the name in it.
DECLARATION = {
    "Go": re.compile(r"^\s*(?:func (?:\((?:\w+ )?\*?(\w+)(?:\[\w+\])?\) )?(\w+)|type (\w+)|(?:var |const )?(\w+)\b)"),
    "Rust": re.compile(r"^\s*(?:pub(?:\([^)]*\))? )?(?:unsafe |const |async )*(?:fn|struct|enum|trait|type|static|impl|const) (?:[^{]*\bfor )?(\w+)|^\s*(?:pub )?(\w+)(?=[:,(])"),
    "Java": re.compile(r"^\s*(?:public |protected |private |static |final |abstract |sealed |default |synchronized )*(?:(?:class|interface|enum|record) (\w+)|(?:<[^>]+> )?[\w.<>\[\], ?]+? (\w+)\s*[(=;]|(\w+)\s*[({,])"),
    "C#": re.compile(r"^\s*(?:(?:public|protected|private|internal|static|sealed|abstract|override|virtual|async|readonly|unsafe|const|new) )*(?:(?:class|struct|interface|enum) (\w+)|[\w.<>\[\], ?]+? (\w+)\s*[(\[{=;]|(\w+)\s*[({=,]|[\w.<>\[\], ?]+? (\w+)$)"),
}


def owners(language, text):
    """{C name: [public item]}: the declaration behind the comment with its marker."""
    begin = LAYERS[language][2]
    found, waiting, holder = {}, [], ""
    for line in text.split("\n"):
        stripped = line.strip()
        match = re.match(r"%s (hfhub_\w+):" % re.escape(begin), stripped)
        if match:
            waiting.append(match.group(1))
        kind = re.match(r"\s*(?:pub |public |internal |sealed |static |final |abstract |partial |readonly )*(?:class|struct|impl(?:<[^>]*>)?|record|interface|enum) (?:.*\bfor )?(\w+)", line)
        if language == "Go":
            kind = re.match(r"type (\w+) struct", line)
            holder = "" if line == "}" else holder
        if kind and not stripped.startswith(begin) and not (language == "Java" and line[0] == " "):
            holder = kind.group(1)
        skipped = not stripped or stripped.startswith((begin, "/*", "*/", "#[", "@", "["))
        if not waiting or skipped:
            continue
        match = DECLARATION[language].match(line)
        names = [name for name in (match.groups() if match else ()) if name]
        name = ".".join(names) if language == "Go" else (names[-1] if names else "?")
        if holder and name != holder and "." not in name and not line.startswith("func "):
            name = holder + "." + name
        for c_name in waiting:
            found.setdefault(c_name, []).append(name)
        waiting = []
    return found


# ---- 5. the table ---------------------------------------------------------------------------------------------------
INTRO = """# The bindings

Go, Rust, Java and C# have the whole C API. Each has two layers: a raw one that is generated (SWIG for Go, Java and C#; from
SWIG's parse tree for Rust), and on it a layer by hand that feels like its language. Its pages: [Go](GO.md),
[Rust](RUST.md), [Java](JAVA.md), [C#](CSHARP.md).

One [table of scenarios](../bindings/conformance/README.md) says what all of them, and C, must do and print.

What stands where is written by `bindings/swig/generate.py` from the headers and the doc comments.
A cell says the public item; *a number* stands for the reason below the table why there is none.

"""


def table(root, functions):
    with open(os.path.join(root, "bindings", "absent.json"), encoding="utf-8") as file:
        absent = json.load(file)
    places, reasons, problems = {}, [], []
    known = {function.name for function in functions}
    for language in LAYERS:
        where = places[language] = {}
        for path in layer_files(root, language):
            with open(os.path.join(root, path), encoding="utf-8") as file:
                for name, items in owners(language, file.read()).items():
                    where.setdefault(name, []).extend(i for i in items if i not in where.get(name, []))
                    if name not in known:
                        problems.append("%s: its doc comments name %s, which the C API does not have" % (path, name))
    lines = ["| C | %s |" % " | ".join(LAYERS), "|---|%s" % ("---|" * len(LAYERS))]
    for function in functions:
        cells = []
        for language in LAYERS:
            reason = absent.get(LAYERS[language][0].split("/")[1], {}).get(function.name)
            found = places[language].get(function.name, [])
            if found:
                cells.append(", ".join("`%s`" % item for item in found[:3]) + (", ..." if len(found) > 3 else ""))
                if reason:
                    problems.append("bindings/absent.json: %s has %s after all" % (language, function.name))
            elif reason:
                if reason not in reasons:
                    reasons.append(reason)
                cells.append("*%d*" % (reasons.index(reason) + 1))
            else:
                cells.append("")
                problems.append("%s has nothing for %s: name it in a doc comment ('%s %s:'), or say in bindings/absent.json "
                                "why not" % (language, function.name, LAYERS[language][2], function.name))
        lines.append("| `%s` | %s |" % (function.name, " | ".join(cells)))
    listed = "\n".join("%d. %s" % (i + 1, reason) for i, reason in enumerate(reasons))
    return INTRO + "\n".join(lines) + "\n\n" + listed + "\n", problems


def documents(root):
    """({path: text} of what needs no SWIG, problems)."""
    functions = header.functions(root)
    docs = {f.name: f.doc for f in functions}
    files = {}
    for language in LAYERS:
        for path in layer_files(root, language):
            with open(os.path.join(root, path), encoding="utf-8") as file:
                files[path] = with_docs(language, file.read(), docs)
    files["docs/BINDINGS.md"], problems = table(root, functions)
    return files, problems


# ---- 6. by SWIG, and the commands -----------------------------------------------------------------------------------
def sources():
    tree = parse_tree()
    return {"bindings/rust/hfhub-sys/src/bindings.rs": rust(tree, all_docs()),
            "bindings/go/internal/raw/consts.go": go_constants(tree), **swig_go()}


def invented_types(go):
    """Types that SWIG made up because no typemap fits; `go` is what it has written for Go."""
    problems = []
    for language, options in (("Java", ["-java", "-package", "x"]), ("C#", ["-csharp", "-namespace", "X"])):
        with tempfile.TemporaryDirectory() as folder:
            run(SWIG + options + ["-outdir", folder, "-o", os.path.join(folder, "wrap.c"),
                                  os.path.join(ROOT, "bindings", "swig", "hfhub.i")])
            problems += ["%s: %s: an argument that no typemap knows" % (language, name)
                         for name in sorted(os.listdir(folder)) if name.startswith("SWIGTYPE_")]
    return problems + ["Go: %s: an argument that no typemap knows" % name
                       for name in sorted(set(re.findall(r"SWIGTYPE_\w+", go)))]


def write(files):
    for path, text in files.items():
        full = os.path.join(ROOT, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if not os.path.exists(full) or open(full, encoding="utf-8").read() != text:
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
            print("wrote " + path)


def differences(files):
    problems = []
    for path, text in files.items():
        full = os.path.join(ROOT, path)
        old = open(full, encoding="utf-8").read() if os.path.exists(full) else ""
        if old != text:
            lines = list(difflib.unified_diff(old.split("\n"), text.split("\n"), path, "as it would be written", lineterm="", n=0))
            problems.append("\n".join(lines[:12]))
    return problems


def main():
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "write":
        write(sources())
    if command in ("write", "docs"):
        files, problems = documents(ROOT)
        write(files)
    elif command == "check":
        files, problems = documents(ROOT)
        made = sources()
        problems += differences({**made, **files}) + invented_types("".join(made.values()))
    else:
        sys.exit(__doc__)
    if problems:
        print("\n".join(problems))
        sys.exit("%d problem(s); mend: bindings/swig/generate.py write" % len(problems))


if __name__ == "__main__":
    main()
