#!/usr/bin/env python3
"""Random documents: src/json must read what Python's json reads and print what json.dumps prints, byte for byte.

usage: json_text_test.py PATH_OF_JSON_TEXT_TOOL [DOCUMENTS] [SEED]
"""
import json
import random
import struct
import subprocess
import sys

CHARACTERS = 'ab"\\/\b\f\n\r\t\x00\x1f\x7f\u00e9\u20ac\u2028\ud7ff\ue000\uffff\U00010000\U0001f600\U0010ffff'


def digits(rng, most):
    return "".join(rng.choice("0123456789") for _ in range(rng.randint(1, most)))


def random_number(rng):
    """The text of a number that a double or 64 bits can hold."""
    while True:
        kind = rng.random()
        if kind < 0.4:
            text = repr(struct.unpack("<d", rng.randbytes(8))[0])
            if text.lstrip("-") in ("nan", "inf"):
                continue
        else:
            text = rng.choice(["", "-"]) + str(int(digits(rng, rng.choice([3, 18, 20, 40]))))
            if rng.random() < 0.6:
                text += "." + digits(rng, rng.choice([3, 17, 60, 400]))
            if rng.random() < 0.4:
                text += rng.choice("eE") + rng.choice(["", "+", "-"]) + str(rng.randint(0, rng.choice([5, 30, 330])))
        value = json.loads(text)
        if isinstance(value, int) and not -2**63 <= value < 2**64:
            continue  # becomes a double here, stays an integer in Python
        if value in (float("inf"), float("-inf")) or (value == 0 and "e" in text.lower()):
            continue  # refused here
        return text


def random_document(rng, depth=0):
    kind = rng.random()
    if depth < 4 and kind < 0.3:
        return "[" + ",".join(random_document(rng, depth + 1) for _ in range(rng.randint(0, 4))) + "]"
    if depth < 4 and kind < 0.5:
        keys = {random_string(rng) for _ in range(rng.randint(0, 4))}
        return "{" + ",".join(json.dumps(key) + ":" + random_document(rng, depth + 1) for key in sorted(keys)) + "}"
    if kind < 0.75:
        return random_number(rng)
    if kind < 0.9:
        return json.dumps(random_string(rng), ensure_ascii=rng.random() < 0.5)
    return rng.choice(["null", "true", "false"])


def random_string(rng):
    return "".join(rng.choice(CHARACTERS) for _ in range(rng.randint(0, 6)))


def main():
    tool = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20240607
    rng = random.Random(seed)
    documents = [random_document(rng) for _ in range(count)]
    text = "".join(document + "\n" for document in documents)
    output = subprocess.run([tool], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
    answers = output.split("\0")
    if len(answers) != 2 * count + 1:
        sys.exit(f"{count} documents in, {len(answers) // 2} answers out")

    wrong = 0
    for i, document in enumerate(documents):
        value = json.loads(document)
        expected = (json.dumps(value), json.dumps(value, indent=2))
        if expected != tuple(answers[2 * i:2 * i + 2]):
            wrong += 1
            if wrong <= 20:
                print(f"{document!r}\n  python {expected[0]!r}\n  we     {answers[2 * i]!r}")
    print(f"{count} documents, {wrong} differences (seed {seed})")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
