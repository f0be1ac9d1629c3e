"""Review at a terminal: one key a decision."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from crawler.errors import DragonwatchError
from crawler.items import Verdict, VerdictAction
from desk.review import AMENDABLE, REASONS, verdict
from storage.rows import FlagRow

HELP = "a accept   r reject   e amend   m same as   s skip   u undo   ? help   q quit"


@dataclass
class Session:
    """Walks a person through flags; the store, keys and screen are handed in, so it runs without a terminal too."""

    flags: Sequence[FlagRow]
    by: str
    companies: Collection[str]
    decide: Callable[[str, Verdict], FlagRow]
    undo: Callable[[str], FlagRow]
    show: Callable[[FlagRow], None]
    say: Callable[[str], None]
    key: Callable[[], str]
    ask: Callable[[str], str]
    decided: list[int] = field(default_factory=list)
    """Places in ``flags`` of what was decided, in order: what undo takes back."""

    def walk(self) -> int:
        """Shows each flag until all are decided or skipped, or the person quits; says how many were decided."""
        at = 0
        while 0 <= at < len(self.flags):
            flag = self.flags[at]
            self.show(flag)
            self.say(f"[{at + 1} of {len(self.flags)}]  {HELP}")
            pressed = self.key()
            if pressed == "q":
                break
            at = self._step(pressed, at)
        return len(self.decided)

    def _step(self, pressed: str, at: int) -> int:
        if pressed in ("s", "j"):
            return at + 1
        if pressed == "k":
            return max(0, at - 1)
        if pressed == "u":
            return self._take_back(at)
        action = _ACTIONS.get(pressed)
        if action is None:
            self.say(f"{pressed!r} does nothing here: {HELP}")
            return at
        return self._decide(action, at)

    def _decide(self, action: VerdictAction, at: int) -> int:
        flag = self.flags[at]
        try:
            done = self.decide(flag.id, self._verdict(action, flag))
        except DragonwatchError as error:
            self.say(str(error))
            return at
        self.decided.append(at)
        self.say(f"{done.id} is {done.state}")
        return at + 1

    def _verdict(self, action: VerdictAction, flag: FlagRow) -> Verdict:
        given, reason, into = {}, None, None
        if action == "reject":
            reason = self.ask(f"why ({', '.join(REASONS)}, or your own words): ") or None
        elif action == "merge":
            into = self.ask("id of the flag that says the same, or figure:ID of a known figure: ") or None
        elif action == "amend":
            answers = ((name, self.ask(f"{name} [as it is]: ")) for name in AMENDABLE)
            given = {name: text for name, text in answers if text}
        return verdict(
            action, by=self.by, figure=flag.figure, reason=reason, given=given, into=into, companies=self.companies
        )

    def _take_back(self, at: int) -> int:
        if not self.decided:
            self.say("nothing was decided here that could be taken back")
            return at
        back = self.decided[-1]
        try:
            self.undo(self.flags[back].id)
        except DragonwatchError as error:
            self.say(str(error))
            return at
        self.decided.pop()
        return back


_ACTIONS: dict[str, VerdictAction] = {"a": "accept", "r": "reject", "e": "amend", "m": "merge"}
