"""``user`` and ``token``: who may use the desk."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from desk.cli.common import at_terminal, config_option, with_desk, wrong

if TYPE_CHECKING:
    from desk.web.accounts import Role
    from desk.wiring import Wiring

_role = click.option(
    "--role",
    type=click.Choice(["reader", "reviewer", "admin"]),
    default="reviewer",
    show_default=True,
    help="reader: looks; reviewer: decides; admin: also sources and letters.",
)


@click.group("user")
@config_option
def user_command() -> None:
    """Accounts for the desk.

    \b
    Example:
      dragonwatch user add lin --role admin
    """


@user_command.command("add")
@click.argument("name")
@_role
@with_desk
def add_user(wiring: Wiring, name: str, role: Role) -> None:
    """Make an account, or give one a new password and role.

    The password is asked for, or read from standard input where that is no terminal; it is never an option.

    \b
    Example:
      dragonwatch user add lin --role admin
    """
    from desk.web.accounts import Accounts

    if at_terminal():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        wrong("no password was given; type one, or pipe it: printf '%s' \"$PASSWORD\" | dragonwatch user add NAME")
    Accounts(wiring.store.settings, wiring.clock).add(name, password, role)
    click.echo(f"{name} is a {role} now")


@click.group("token")
@config_option
def token_command() -> None:
    """Tokens for programs that use the desk's API.

    \b
    Example:
      dragonwatch token add dashboard --role reader
    """


@token_command.command("add")
@click.argument("name")
@_role
@with_desk
def add_token(wiring: Wiring, name: str, role: Role) -> None:
    """Make a token and print it, this once.

    \b
    Example:
      dragonwatch token add dashboard --role reader
    """
    from desk.web.accounts import Accounts

    click.echo(Accounts(wiring.store.settings, wiring.clock).add_token(name, role))
