#!/usr/bin/env python3
"""Random patterns and paths: base/pattern.h must say what Python's fnmatch.fnmatchcase says.

usage: fnmatch_test.py PATH_OF_FNMATCH_TOOL [PAIRS] [SEED]
"""
import fnmatch
import random
import subprocess
import sys
import warnings

# Python 3.12 and older compile some classes with "possible nested set" warnings; the meaning is the same.
warnings.simplefilter("ignore", FutureWarning)

ALPHABET = "aabbcz[[]]!!--**??/\\é€^.&~|"
CLASS = "abcz!-]^[é\\&~|a-c-"


def random_pattern(rng):
    pieces = []
    for _ in range(rng.randint(0, 6)):
        kind = rng.random()
        if kind < 0.35:
            inside = "".join(rng.choice(CLASS) for _ in range(rng.randint(0, 7)))
            pieces.append("[" + inside + "]")
        elif kind < 0.5:
            pieces.append("*")
        else:
            pieces.append(rng.choice(ALPHABET))
    return "".join(pieces)


def random_path(rng, pattern):
    """Half of the time a path made from the pattern, so that matches are common."""
    if rng.random() < 0.5:
        return "".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, 7)))
    out = []
    for char in pattern:
        if char == "*":
            out.append("".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, 3))))
        elif char == "?":
            out.append(rng.choice(ALPHABET))
        elif rng.random() < 0.6:
            out.append(char)
    return "".join(out)


def main():
    tool = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20240607
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        pattern = random_pattern(rng)
        pairs.append((pattern, random_path(rng, pattern)))
    # A class and one character: the corner cases of ranges are all in here.
    for _ in range(count):
        inside = "".join(rng.choice(CLASS) for _ in range(rng.randint(1, 8)))
        pairs.append((f"[{inside}]", rng.choice(ALPHABET)))

    text = "".join(f"{pattern}\n{path}\n" for pattern, path in pairs)
    answer = subprocess.run([tool], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout.split()
    if len(answer) != len(pairs):
        sys.exit(f"{len(pairs)} pairs in, {len(answer)} answers out")

    wrong = matches = 0
    for (pattern, path), ours in zip(pairs, answer):
        theirs = fnmatch.fnmatchcase(path, pattern)
        matches += theirs
        if theirs != (ours == b"1"):
            wrong += 1
            if wrong <= 20:
                print(f"pattern {pattern!r} path {path!r}: python {theirs}, we {ours == b'1'}")
    print(f"{len(pairs)} pairs, {matches} matches, {wrong} differences (seed {seed})")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
