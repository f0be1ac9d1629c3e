"""The newsroom's own time: it stands still until it is moved."""

from __future__ import annotations

from datetime import datetime

from desk.newsroom.load import NOW


class NewsroomClock:
    """Shows ``moment``, at first the newsroom's present; assigning to it moves the time."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment that the clock was last set to, aware, in UTC."""
        return self.moment
