"""Tells one Apprise address one message, in a process of its own: ``python -m scheduler.alerts.notify``, JSON in and out.

Apprise speaks to the network by several libraries. Here every one of them is held by the interpreter itself: an audit hook
looks at each address after DNS and before connect, no other program is started, and only the plugin that is wanted is
loaded of the two hundred that there are.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import json
import logging
import pkgutil
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from crawler.fetch.addresses import Network, networks, refusal

_CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_STARTS = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn"}
)


class NotAllowed(OSError):
    """Something that a message must not do was about to happen."""


def guard(allowed: Sequence[Network], refused: list[str]) -> None:
    """Holds this process for the rest of its life; ``refused`` gets what was held back."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _STARTS:
            refused.append("it wants to start a program")
            raise NotAllowed(event)
        if event not in _CONNECTS:
            return
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and address else "a local socket"
        why = refusal(str(host), allowed)
        if why is not None:
            refused.append(f"{host} is {why}; fetch.allow_networks can allow its network")
            raise NotAllowed(f"{host} is {why}")

    sys.addaudithook(hook)


def plugin_of(scheme: str) -> Any:
    """The class that speaks ``scheme``, with no other plugin loaded; None where there is none."""
    package = importlib.util.find_spec("apprise.plugins")
    assert package is not None
    for found in pkgutil.iter_modules(package.submodule_search_locations):
        name = f"apprise.plugins.{found.name}"
        files = _files(importlib.util.find_spec(name))
        if found.name.startswith("base") or not any(f'"{scheme}"' in file.read_text("utf-8") for file in files):
            continue
        module = importlib.import_module(name)
        for part in vars(module).values():
            if isinstance(part, type) and part.__module__.startswith(name) and scheme in schemes_of(part):
                return part
    return None


def _files(spec: ModuleSpec | None) -> Iterable[Path]:
    """What a plugin is written in: most are one module, the larger ones a package."""
    origin = Path(spec.origin) if spec is not None and spec.origin else None
    if origin is None:
        return ()
    return origin.parent.glob("*.py") if origin.name == "__init__.py" else (origin,)


def schemes_of(plugin: Any) -> set[str]:
    """The beginnings of addresses that a plugin answers to."""
    found: set[str] = set()
    for told in (getattr(plugin, "protocol", None), getattr(plugin, "secure_protocol", None)):
        found |= {told} if isinstance(told, str) else set(told or ())
    return found


class Unknown(Exception):
    """Apprise can do nothing with the address; the message says why and holds no part of it."""


def service_of(url: str) -> Any:
    """The one service that an address names, ready to be told; raises Unknown."""
    if importlib.util.find_spec("apprise") is None:
        raise Unknown("Apprise is not installed; install dragonwatch[alerts]")
    logging.disable(logging.CRITICAL)  # its messages quote addresses, tokens and all
    scheme = url.partition("://")[0].lower()
    plugin = plugin_of(scheme)
    if plugin is None:
        raise Unknown(f"Apprise knows no address that begins with {scheme}://; {_mend(scheme)}")
    parsed = plugin.parse_url(url)
    try:
        service = plugin(**parsed) if parsed else None
    except TypeError:
        service = None
    if service is None:
        raise Unknown(f"Apprise does not take this for a {scheme}:// address; compare its documentation")
    return service


def _mend(scheme: str) -> str:
    from apprise.manager_plugins import NotificationManager

    known: list[str] = NotificationManager().schemas()  # type: ignore[no-untyped-call]
    near = difflib.get_close_matches(scheme, known, n=1)
    return f"did you mean {near[0]}://?" if near else "its documentation lists what there is"


def tell(service: Any, title: str, body: str, allowed: Sequence[Network]) -> dict[str, str]:
    """``{"end": "told" | "again" | "never", "why": …}``; ``why`` holds no part of the address."""
    refused: list[str] = []
    guard(allowed, refused)
    done = bool(service.notify(body=body, title=title))
    if refused:
        return {"end": "never", "why": refused[0]}
    return {"end": "told", "why": ""} if done else {"end": "again", "why": "it was not taken"}


def answer(asked: dict[str, Any]) -> dict[str, str]:
    """What became of ``{"url": …, "title": …, "body": …, "allowed": …}``; without a title the address is looked at alone."""
    try:
        service = service_of(asked["url"])
    except Unknown as why:
        return {"end": "never", "why": str(why)}
    if "title" not in asked:
        return {"end": "known", "why": ""}
    return tell(service, asked["title"], asked["body"], networks(asked["allowed"]))


def main() -> None:
    """Reads one JSON object from standard input and writes one to standard output."""
    json.dump(answer(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
