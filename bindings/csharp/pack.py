#!/usr/bin/env python3
"""Makes OUT/HfHub.VERSION.nupkg of what test.sh has built in OUT, without the .NET SDK.

usage: pack.py VERSION OUT

  lib/netstandard2.1/        HfHub.dll for .NET: Mono's compiler lets it refer to Mono's mscorlib; here it is made to refer to
                             netstandard 2.1, where the same types are
  mono/                      HfHub.dll for Mono, as it was compiled
  runtimes/<rid>/native/     libhfhub_cs.so
"""
import os
import platform
import struct
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
RIDS = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}
WHEN = (1980, 1, 1, 0, 0, 0)  # the same bytes from the same input

NUSPEC = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>HfHub</id>
    <version>%s</version>
    <authors>libhfhub</authors>
    <license type="file">LICENSE</license>
    <readme>README.md</readme>
    <description>The Hugging Face Hub: downloads, uploads, repositories and Xet storage, by libhfhub</description>
    <dependencies>
      <group targetFramework=".NETStandard2.1" />
    </dependencies>
  </metadata>
</package>
"""
RELATIONS = """<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/HfHub.nuspec" Id="R1" />
</Relationships>
"""
TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />
%s  <Override PartName="/LICENSE" ContentType="application/octet" />
</Types>
"""

# ---- ECMA-335, II.22: the columns of each table, as far as AssemblyRef -----------------------------------------------------
# 2, 4: bytes. S, G, B: heaps. A number above 99: 100 + a table. A word: one of several tables.
CODED = {"TypeDefOrRef": (2, (2, 1, 27)), "HasConstant": (2, (4, 8, 23)),
         "HasCustomAttribute": (5, (6, 4, 1, 2, 8, 9, 10, 0, 14, 23, 20, 17, 26, 27, 32, 35, 38, 39, 40, 42, 44, 43)),
         "HasFieldMarshal": (1, (4, 8)), "HasDeclSecurity": (2, (2, 6, 32)), "MemberRefParent": (3, (2, 1, 26, 6, 27)),
         "HasSemantics": (1, (20, 23)), "MethodDefOrRef": (1, (6, 10)), "MemberForwarded": (1, (4, 6)),
         "CustomAttributeType": (3, (6, 10)), "ResolutionScope": (2, (0, 26, 35, 1))}
TABLES = {0: (2, "S", "G", "G", "G"), 1: ("ResolutionScope", "S", "S"), 2: (4, "S", "S", "TypeDefOrRef", 104, 106),
          4: (2, "S", "B"), 6: (4, 2, 2, "S", "B", 108), 8: (2, 2, "S"), 9: (102, "TypeDefOrRef"),
          10: ("MemberRefParent", "S", "B"), 11: (2, "HasConstant", "B"), 12: ("HasCustomAttribute", "CustomAttributeType", "B"),
          13: ("HasFieldMarshal", "B"), 14: (2, "HasDeclSecurity", "B"), 15: (2, 4, 102), 16: (4, 104), 17: ("B",),
          18: (102, 120), 20: (2, "S", "TypeDefOrRef"), 21: (102, 123), 23: (2, "S", "B"), 24: (2, 106, "HasSemantics"),
          25: (102, "MethodDefOrRef", "MethodDefOrRef"), 26: ("S",), 27: ("B",), 28: (2, "MemberForwarded", "S", 126),
          29: (4, 104), 32: (4, 2, 2, 2, 2, 4, "B", "S", "S"), 33: (4,), 34: (4, 4, 4), 35: (2, 2, 2, 2, 4, "B", "S", "S", "B")}
ASSEMBLY_REF = 35
NETSTANDARD = (2, 1, 0, 0)
NETSTANDARD_TOKEN = bytes.fromhex("cc7b13ffcd2ddd51")


def metadata(image):
    """{name of a stream: (offset, size)}, of a PE file's metadata."""
    pe = struct.unpack_from("<I", image, 0x3C)[0]
    sections, optional = struct.unpack_from("<H", image, pe + 6)[0], struct.unpack_from("<H", image, pe + 20)[0]
    wide = struct.unpack_from("<H", image, pe + 24)[0] == 0x20B

    def place(rva):
        for i in range(sections):
            _, address, size, offset = struct.unpack_from("<4I", image, pe + 24 + optional + 40 * i + 8)
            if address <= rva < address + size:
                return rva - address + offset
        sys.exit("pack.py: not a CLI image")

    cli = place(struct.unpack_from("<I", image, pe + 24 + (112 if wide else 96) + 8 * 14)[0])
    root = place(struct.unpack_from("<I", image, cli + 8)[0])
    at = root + 16 + struct.unpack_from("<I", image, root + 12)[0]
    streams, count = {}, struct.unpack_from("<H", image, at + 2)[0]
    at += 4
    for _ in range(count):
        offset, size = struct.unpack_from("<2I", image, at)
        end = image.index(b"\0", at + 8)
        streams[image[at + 8:end].decode()] = (root + offset, size)
        at = at + 8 + (end - at - 8) // 4 * 4 + 4
    return streams


def retarget(image):
    """A copy whose references are to netstandard 2.1. The name must be among its strings already: see test.sh."""
    image = bytearray(image)
    streams = metadata(bytes(image))
    tables, strings, blobs = streams["#~"][0], streams["#Strings"], streams["#Blob"][0]
    heaps, present = image[tables + 6], struct.unpack_from("<Q", image, tables + 8)[0]
    numbers = [n for n in range(64) if present >> n & 1]
    counts = dict(zip(numbers, struct.unpack_from("<%dI" % len(numbers), image, tables + 24)))
    heap = {"S": 4 if heaps & 1 else 2, "G": 4 if heaps & 2 else 2, "B": 4 if heaps & 4 else 2}

    def width(column):
        if column in heap:
            return heap[column]
        if isinstance(column, str):
            bits, among = CODED[column]
            return 4 if max(counts.get(t, 0) for t in among) >= 1 << 16 - bits else 2
        return column if column < 100 else 4 if counts.get(column - 100, 0) >= 1 << 16 else 2

    at = tables + 24 + 4 * len(numbers)
    for number in (n for n in numbers if n < ASSEMBLY_REF):
        if number not in TABLES:
            sys.exit("pack.py: a table %d was not expected" % number)
        at += counts[number] * sum(map(width, TABLES[number]))
    name = image.index(b"\0netstandard\0", strings[0], strings[0] + strings[1]) + 1 - strings[0]
    for _ in range(counts[ASSEMBLY_REF]):
        key, text = at + 12, at + 12 + heap["B"]
        blob = blobs + int.from_bytes(image[key:key + heap["B"]], "little")
        if image[blob] != 8:
            sys.exit("pack.py: a reference without a public key token")
        struct.pack_into("<4H", image, at, *NETSTANDARD)
        image[blob + 1:blob + 9] = NETSTANDARD_TOKEN
        image[text:text + heap["S"]] = name.to_bytes(heap["S"], "little")
        at += sum(map(width, TABLES[ASSEMBLY_REF]))
    return bytes(image)


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def main():
    version, out = sys.argv[1:3]
    native = "runtimes/%s/native/" % RIDS.get(platform.machine(), "linux-" + platform.machine())
    assembly = read(out, "HfHub.dll")
    files = {
        "_rels/.rels": RELATIONS, "HfHub.nuspec": NUSPEC % version,
        "LICENSE": read(HERE, "..", "..", "LICENSE"), "README.md": read(HERE, "README.md"),
        "lib/netstandard2.1/HfHub.dll": retarget(assembly), "lib/netstandard2.1/HfHub.xml": read(out, "HfHub.xml"),
        "mono/HfHub.dll": assembly, "mono/HfHub.xml": read(out, "HfHub.xml"),
        native + "libhfhub_cs.so": read(out, "libhfhub_cs.so"),
    }
    endings = sorted({name.rsplit(".", 1)[1] for name in files if "." in name} - {"rels"})
    files["[Content_Types].xml"] = TYPES % "".join(
        '  <Default Extension="%s" ContentType="application/octet" />\n' % ending for ending in endings)
    package = os.path.join(out, "HfHub.%s.nupkg" % version)
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, WHEN), files[name], zipfile.ZIP_DEFLATED)
    print(package)


main()
