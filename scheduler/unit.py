"""The systemd unit of an installation, with its paths put in."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def unit_text(program: Path, config: Path | None, folder: Path, writable: tuple[Path, ...], user: str) -> str:
    """The unit that runs ``program daemon`` in ``folder`` as ``user``; only ``writable`` folders can be written.

    Paths are absolute and may hold blanks. systemd-analyze finds nothing to complain of in it.
    """
    call = f"{_quoted(program)} daemon" + (f" --config {_quoted(config)}" if config is not None else "")
    template = files("scheduler").joinpath("dragonwatch.service").read_text(encoding="utf-8")
    paths = " ".join(_quoted(path) for path in dict.fromkeys((folder, *writable)))
    # WorkingDirectory takes the rest of its line as it is; only specifiers are doubled there.
    return (
        template.replace("@call@", call)
        .replace("@folder@", str(folder).replace("%", "%%"))
        .replace("@writable@", paths)
        .replace("@user@", user)
    )


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"' if " " in text or '"' in text else text
