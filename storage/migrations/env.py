"""What Alembic runs: it works on the connection that ``storage.schema`` hands it, inside that one's transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from storage import types
from storage.tables import metadata


def render(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Spells our own column types in a generated step."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return "sa.String()"
    if item is types.BigId or item is types.Json:
        name = "types.BigId" if item is types.BigId else "types.Json"
    elif type(item).__module__ == types.__name__:
        name = f"types.{type(item).__name__}()"
    else:
        return False
    autogen_context.imports.add("from storage import types")
    return name


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_item=render,
)
context.run_migrations()
