"""Runs the benchmarks by name, or all that there are: ``python -m benchmarks [NAME…]``.

A benchmark is a module of this folder that can be run by itself, without arguments; each gets a process of its own, so
that none measures what another left in memory. Quality on the corpus is ``make eval``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
QUALITY = frozenset({"eval", "eval_figures"})


def benchmarks() -> list[str]:
    """The benchmarks' names, in the order of the alphabet."""
    runnable = (
        file for file in FOLDER.glob("*.py") if 'if __name__ == "__main__":' in file.read_text(encoding="utf-8")
    )
    return sorted(file.stem for file in runnable if file.stem != "__main__" and file.stem not in QUALITY)


def main(names: list[str]) -> int:
    known = benchmarks()
    for name in names:
        if name not in known:
            print(f"{name}: there is no benchmark of that name; there are {', '.join(known)}", file=sys.stderr)
            return 2
    failed = []
    for name in names or known:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=FOLDER.parent, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
