"""Runs one unittest file with the Python that holds the reference clients (PEER_PYTHON, made by `./dev deps test`).

usage: run_with_peers.py FILE [unittest arguments]
"""
import os
import sys


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    python = os.environ.get("PEER_PYTHON") or os.path.join(here, "../../build/peers/py/bin/python")
    if not os.access(python, os.X_OK):
        sys.exit("interop: %s is missing, the reference clients are not installed. Run: ./dev deps test" % python)
    folder, script = os.path.split(os.path.abspath(sys.argv[1]))
    os.chdir(folder)
    os.execv(python, [python, "-B", "-m", "unittest", "-v", script] + sys.argv[2:])


if __name__ == "__main__":
    main()
