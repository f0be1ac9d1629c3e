"""The console script: which commands there are, and how each of them ends.

Nothing heavy is imported here: a command's module is loaded when it runs, so that ``dragonwatch --help`` is instant.
"""

from __future__ import annotations

import errno
import importlib
import logging
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from crawler.errors import ConfigError, DragonwatchError, NotThere

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("desk.cli.init", "Write a commented dragonwatch.toml and create the database."),
    "demo": (
        "desk.cli.demo",
        "Crawl the bundled sample newsroom twice, show what was flagged and why, and write the letter.",
    ),
    "crawl": ("desk.cli.crawl", "Poll sources to the end: read, deduplicated, stored, flagged."),
    "read": ("desk.cli.read", "Read one page and show what it says; nothing is stored."),
    "add": ("desk.cli.add", "Take in one page that no source brings, and judge it like any other."),
    "articles": ("desk.cli.articles", "List stored articles, newest first."),
    "article": ("desk.cli.articles", "Show one article with its revisions, figures, copies and archived page."),
    "stories": ("desk.cli.articles", "List stories: articles grouped with their copies."),
    "figures": ("desk.cli.figures", "List every known figure with who reported it, or record one."),
    "flags": ("desk.cli.flags", "List new figures that wait for a person, or decide them."),
    "review": ("desk.cli.review", "Walk through the flags that wait, one keypress each."),
    "sources": ("desk.cli.source_tools", "List the sources with their health, or change them."),
    "digest": ("desk.cli.digest", "Compose, send and look after the digest letters."),
    "mail": ("desk.cli.mail", "Try the mail server."),
    "alert": ("desk.cli.alert", "Try the alerts, and see what became of them."),
    "daemon": ("desk.cli.daemon", "Run the schedule and the desk until SIGTERM."),
    "worker": ("desk.cli.worker", "Do the work that the daemon of many machines defers, until SIGTERM."),
    "desk": ("desk.cli.desk", "Run the web desk alone, until Ctrl-C."),
    "user": ("desk.cli.accounts", "Accounts for the desk."),
    "token": ("desk.cli.accounts", "Tokens for programs that use the desk's API."),
    "recheck": (
        "desk.cli.past",
        "Look again at articles whose turn has come, and take in what was edited without a word.",
    ),
    "reread": ("desk.cli.past", "Read archived pages again with today's rules, and show what would change."),
    "backfill": ("desk.cli.backfill", "Read the past: WARC files, or what a site's sitemaps list."),
    "forget": (
        "desk.cli.keeping",
        "Erase an article, or all of a host, from database, index, archive and letters, and note that it was done.",
    ),
    "export": ("desk.cli.export", "Write all articles, figures or flags to a file."),
    "backup": ("desk.cli.keeping", "Write a consistent, verified copy of the database, while everything runs."),
    "restore": ("desk.cli.keeping", "Put a backup back as the database."),
    "migrate-store": (
        "desk.cli.moving",
        "Move everything from one database to another, SQLite to PostgreSQL or back, and prove that both are equal.",
    ),
    "status": ("desk.cli.status", "Show what ran, when, and what is unhealthy."),
    "doctor": ("desk.cli.status", "Check the installation and say the mend of what is wrong."),
}
"""Name -> (module that holds it as ``NAME_command``, what it does)."""

DONE, SOME_FAILED, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130


class LazyGroup(click.Group):
    """Loads a command's module only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, as the table has them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, freshly imported; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command = getattr(module, cmd_name.replace("-", "_") + "_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but an unknown name is answered with the closest known one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1, cutoff=0.5)
            mend = f"did you mean {near[0]}?" if near else "`dragonwatch --help` lists them"
            raise click.UsageError(f"There is no command {args[0]!r}; {mend}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists what the table says, without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Runs the command and ends the process with the exit status that the interface promises."""
        extra["standalone_mode"] = False
        sys.exit(_status(lambda: super(LazyGroup, self).main(*args, **extra)))


def _status(run: Any) -> int:
    try:
        result = run()
        sys.stdout.flush()
        return result if isinstance(result, int) else DONE
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else str(error), err=True)
        return WRONG_CALL
    except click.ClickException as error:
        return _say(_one_sentence(error), error.exit_code if error.exit_code == SOME_FAILED else WRONG_CALL)
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted; everything finished so far is kept", INTERRUPTED)
    except (ConfigError, NotThere) as error:
        return _say(str(error), WRONG_CALL)
    except DragonwatchError as error:
        return _say(str(error), SOME_FAILED)
    except SystemExit:
        return DONE  # click's own answer to a broken pipe: whoever read our output has seen enough
    except BrokenPipeError:
        _write_no_more()
        return DONE
    except OSError as error:
        if error.filename is not None:
            return _say(
                f"{error.filename}: {error.strerror}; check that it exists and that you may use it", SOME_FAILED
            )
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _write_no_more()
        return _say(
            f"{error.strerror}: not everything was written; make room, or send the output elsewhere", SOME_FAILED
        )


def _write_no_more() -> None:
    """Lets go what is still buffered for standard output: Python would complain about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str, status: int) -> int:
    click.echo(f"dragonwatch: {sentence}", err=True)
    return status


def _one_sentence(error: click.ClickException) -> str:
    """click's message, with the help to look at as the mend."""
    message = error.format_message().replace("\n", " ").rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{message}; see `{context.command_path} --help`" if context and "--help" not in message else message


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"dragonwatch {version('dragonwatch')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file to use.")
@click.option("-v", "--verbose", count=True, help="Tell more on standard error; twice: everything.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, verbose: int) -> None:
    """Watch the news on SenseTime, Megvii, CloudWalk and Yitu for new figures on financing and layoffs.

    \b
    Example:
      dragonwatch init && dragonwatch crawl && dragonwatch review
    """
    ctx.obj = config
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def main() -> NoReturn:
    """What the console script calls."""
    cli.main(prog_name="dragonwatch")


if __name__ == "__main__":
    main()
