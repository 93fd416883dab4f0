"""Just enough C++ for the checks: what is code, what is included, where functions begin and end."""
import re

SOURCES = (".h", ".hpp", ".c", ".cpp")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")', re.M)

_LITERAL = re.compile(
    r'//(?:[^\n\\]|\\.|\\\n)*'                     # line comment
    r'|/\*.*?\*/'                                  # block comment
    r'|R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"'  # raw string
    r'|"(?:[^"\\\n]|\\.)*"'                        # string
    r"|(?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'",       # character; not the separator of 1'000
    re.S)


def _blank(text):
    return "".join("\n" if c == "\n" else " " for c in text)


def code_only(text, keep_strings=False):
    """The text with comments, and the inside of literals, turned into blanks; every position stays where it was."""
    def replace(match):
        found = match.group(0)
        if found.startswith("/"):
            return _blank(found)
        if keep_strings:
            return found
        return found[0] + _blank(found[1:-1]) + found[-1] if len(found) > 1 else found
    return _LITERAL.sub(replace, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def includes(text):
    """(line, '<x>' or '"x"') of every include that is not inside a comment."""
    return [(line_of(text, m.start(1)), m.group(1)) for m in INCLUDE.finditer(code_only(text, keep_strings=True))]


_DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.M | re.S)
_CONTROL = re.compile(r'^\s*(if|for|while|switch|do|else|try|catch|return)\b')
_TYPE = re.compile(r'\b(class|struct|union|enum|namespace|concept)\b')
_OPERATOR = re.compile(r'\boperator\s*(\(\s*\)|[^\s\w(]+)')
_NAME = re.compile(r'([~\w:]+|operator\S*)\s*\(')


def _closing(text, opening):
    depth = 0
    for position in range(opening, len(text)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return position
    return len(text) - 1


def _top_level(head):
    """The head without what stands inside round brackets."""
    out, depth = [], 0
    for c in head:
        if c == "(":
            depth += 1
        if depth == 0:
            out.append(c)
        if c == ")":
            depth -= 1
            out.append(")" if depth == 0 else "")
    return "".join(out), depth


def _kind(head):
    """What the brace after `head` opens: 'function', 'scope' (its inside is looked at) or 'skip'."""
    if 'extern ""' in head.replace(" ", "").replace('extern""', 'extern ""') and "(" not in head:
        return "scope"
    flat, depth = _top_level(_OPERATOR.sub("operator", head))
    if depth > 0:
        return "skip"                                     # a default argument: f(X x = {})
    if _TYPE.search(flat) and (")" not in flat or re.match(r"\s*(class|struct|union|enum)\b[^)]*\)?\s*[\w:<>, ]*$", flat)):
        return "scope"
    if ")" not in flat or _CONTROL.match(head):
        return "skip"
    if "=" in flat:
        return "function" if re.search(r"=\s*\[", flat) else "skip"
    if re.search(r"\)[^:]*(?<!:):(?!:)", flat) and re.search(r"[\w>]\s*$", flat):
        return "skip"                                     # Foo() : a_{1}: the member, not the body
    return "function"


def functions(text):
    """(name, first line, lines) of every function with a body; a lambda counts as part of the function around it."""
    code = _DIRECTIVE.sub(lambda m: _blank(m.group(0)), code_only(text))
    found, start, position = [], 0, 0
    while position < len(code):
        c = code[position]
        if c == ";" or c == "}" or (c == ":" and re.search(r"\b(public|private|protected)\s*$", code[start:position])):
            start = position + 1
        elif c == "{":
            head = code[start:position]
            kind = _kind(head)
            if kind == "scope":
                start = position + 1
            else:
                end = _closing(code, position)
                if kind == "function":
                    first = line_of(code, start + len(head) - len(head.lstrip()))
                    name = _NAME.search(head)
                    found.append((name.group(1) if name else "?", first, line_of(code, end) - first + 1))
                    start = end + 1
                elif not head.strip():
                    start = end + 1
                position = end
        position += 1
    return found
