"""Where the corpus of real articles lies."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def corpus_folder(arguments: Sequence[str] = ()) -> Path | None:
    """The folder named, else ``$CORPUS``, else ``../shared/corpus``; None, and a sentence on standard error, where none is."""
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    folder = Path(named or os.environ.get("CORPUS", "../shared/corpus"))
    if (folder / "html" / "index.jsonl").is_file():
        return folder
    print(f"{folder}: no corpus lies there; name its folder, as in: make eval CORPUS=…", file=sys.stderr)
    return None
