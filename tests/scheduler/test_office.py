"""One letter per recipient and edition, whatever the server, the clock or a crash does in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from crawler.config import Config, RecipientConfig
from crawler.config.model import DeskConfig, MailConfig
from crawler.errors import ConfigError, InDoubt, PermanentRefusal, TemporaryRefusal
from scheduler.digest.office import PostOffice
from storage.forgetting import forget
from storage.store import SqlStore
from tests.fakes import HandClock
from tests.storage.building import figure, judged, page, reading, stored

SHANGHAI_EIGHT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@dataclass
class Postman:
    """Takes letters, or raises what stands first in ``trouble`` for that recipient."""

    trouble: dict[str, list[Exception | None]] = field(default_factory=dict)
    letters: list[tuple[str, bytes]] = field(default_factory=list)

    def __call__(self, message: bytes, sender: str, recipient: str) -> None:
        waiting = self.trouble.get(recipient, [])
        error = waiting.pop(0) if waiting else None
        if error is not None:
            raise error
        self.letters.append((recipient, message))

    def ids(self) -> list[str]:
        return [str(message_from_bytes(message)["Message-ID"]) for _, message in self.letters]


@pytest.fixture
def clock() -> HandClock:
    return HandClock(SHANGHAI_EIGHT + timedelta(minutes=5))


def office(
    store: SqlStore, clock: HandClock, postman: Postman, *recipients: RecipientConfig, mail: MailConfig | None = None
) -> PostOffice:
    to = recipients or (RecipientConfig(address="a@x.example"), RecipientConfig(address="B <b@x.example>"))
    return PostOffice(store, Config(recipient=to, mail=mail or MailConfig()), clock, postman)


def states(store: SqlStore) -> dict[str, str]:
    return {row.recipient: row.state for row in store.outbox.list()}


def test_each_recipient_gets_one_letter_a_day(store: SqlStore, clock: HandClock) -> None:
    postman = Postman()
    post = office(store, clock, postman)
    for _ in range(72):
        post.write_due()
        post.hand_over()
        clock.forward(hours=1)
    assert sorted(to for to, _ in postman.letters) == ["a@x.example"] * 3 + ["b@x.example"] * 3
    assert len(set(postman.ids())) == 6


def test_a_clock_set_back_sends_nothing_again(store: SqlStore, clock: HandClock) -> None:
    postman = Postman()
    post = office(store, clock, postman)
    for hours in (0, -25, -1, 2, 24):
        clock.forward(hours=hours)
        post.write_due()
        post.hand_over()
    assert len(postman.letters) == 2


def test_nothing_before_the_hour(store: SqlStore, clock: HandClock) -> None:
    monday_only = RecipientConfig(address="a@x.example", days="mon", at="09:00")
    clock.at = datetime(2026, 11, 10, tzinfo=UTC)
    post = office(store, clock, Postman(), monday_only)
    assert post.write_due() == 1  # the letter of Monday the 9th was never written: one catch-up
    clock.at = datetime(2026, 11, 16, 0, 59, tzinfo=UTC)
    assert post.write_due() == 0
    clock.forward(minutes=1)
    assert post.write_due() == 1


def test_one_recipients_trouble_is_not_anothers(store: SqlStore, clock: HandClock) -> None:
    postman = Postman({"a@x.example": [PermanentRefusal("550 no such box")]})
    post = office(store, clock, postman)
    post.write_due()
    handed = post.hand_over()
    assert (handed.sent, handed.failed) == (1, 1) and "550" in handed.errors[0]
    assert states(store) == {"a@x.example": "failed", "b@x.example": "sent"}


def test_refused_for_now_comes_again_and_is_given_up_after_two_days(store: SqlStore, clock: HandClock) -> None:
    busy = TemporaryRefusal("451 busy")
    postman = Postman({"a@x.example": [busy, busy, None]})
    post = office(store, clock, postman, RecipientConfig(address="a@x.example", at="0 8 24 11 *"))
    post.write_due()
    assert post.hand_over().again == 1
    assert post.hand_over().again == 0  # not before its time
    clock.forward(minutes=10)
    assert post.hand_over().again == 1
    clock.forward(minutes=20)
    assert post.hand_over().sent == 1

    postman.trouble["a@x.example"] = [busy] * 100
    post.write_due(now_anyway=True)
    for _ in range(50):
        post.hand_over()
        clock.forward(hours=2)
    newest = store.outbox.list()[0]
    assert newest.state == "failed" and "given up after two days" in (newest.error or "")


def test_a_doubtful_letter_is_held_for_a_person(store: SqlStore, clock: HandClock) -> None:
    postman = Postman({"a@x.example": [InDoubt("broke off")]})
    post = office(store, clock, postman)
    post.write_due()
    assert post.hand_over().in_doubt == 1
    clock.forward(hours=5)
    post.hand_over()
    assert [to for to, _ in postman.letters] == ["b@x.example"]
    doubtful = store.outbox.list(state="in_doubt")[0]
    store.outbox.resolve(doubtful.id, "resend")
    assert post.hand_over().sent == 1


def test_or_sent_again_under_the_same_id_where_that_is_wished(store: SqlStore, clock: HandClock) -> None:
    postman = Postman({"a@x.example": [InDoubt("broke off")]})
    post = office(store, clock, postman, mail=MailConfig(in_doubt="resend"))
    post.write_due()
    post.hand_over()
    expected = store.outbox.list(state="in_doubt")[0].message_id
    post.hand_over()
    assert states(store)["a@x.example"] == "in_doubt"  # it may still be in somebody's hands
    clock.forward(minutes=16)
    assert post.hand_over().sent == 1
    assert postman.ids()[-1] == expected


def test_a_letter_that_is_being_handed_over_is_nobody_elses_however_long_it_had_waited(
    store: SqlStore, clock: HandClock
) -> None:
    class Meanwhile(Postman):
        def __call__(self, message: bytes, sender: str, recipient: str) -> None:
            super().__call__(message, sender, recipient)
            other.hand_over()

    resend, recipient = MailConfig(in_doubt="resend"), RecipientConfig(address="a@x.example")
    another = Postman()
    post = office(store, clock, Meanwhile(), recipient, mail=resend)
    other = office(store, clock, another, recipient, mail=resend)
    post.write_due()
    clock.forward(hours=1)
    assert post.hand_over().sent == 1
    assert another.letters == []


class Killed(BaseException):
    """A process that ends between the server's answer and our commit."""


def test_a_crash_after_the_server_took_it_doubles_nothing(store: SqlStore, clock: HandClock) -> None:
    class Dying(Postman):
        def __call__(self, message: bytes, sender: str, recipient: str) -> None:
            super().__call__(message, sender, recipient)
            raise Killed

    dying = Dying()
    post = office(store, clock, dying, RecipientConfig(address="a@x.example"))
    post.write_due()
    with pytest.raises(Killed):
        post.hand_over()
    after = Postman()
    again = office(store, clock, after, RecipientConfig(address="a@x.example"))
    clock.forward(hours=1)
    again.write_due()
    again.hand_over()
    assert len(dying.letters) == 1 and not after.letters
    assert states(store) == {"a@x.example": "in_doubt"}


def test_empty_letters_come_only_where_wished(store: SqlStore, clock: HandClock) -> None:
    quiet = RecipientConfig(address="a@x.example", when_empty=False)
    assert office(store, clock, Postman(), quiet).write_due() == 0


def test_a_preview_stores_nothing_and_names_an_unknown_recipient(store: SqlStore, clock: HandClock) -> None:
    post = office(store, clock, Postman())
    assert "nothing new" in str(post.preview("B@x.example")["Subject"])
    assert not store.outbox.list()
    with pytest.raises(ConfigError, match=r"c@x\.example.*known: a@x\.example, b@x\.example"):
        post.preview("c@x.example")


def test_who_has_unsubscribed_gets_nothing_until_they_subscribe_again(store: SqlStore, clock: HandClock) -> None:
    postman = Postman()
    post = office(store, clock, postman)
    assert post.subscriptions.unsubscribe("b@x.example") and not post.subscriptions.unsubscribe("b@x.example")
    post.write_due()
    post.hand_over()
    assert [to for to, _ in postman.letters] == ["a@x.example"]
    assert post.subscriptions.subscribe("b@x.example")
    post.write_due()
    post.hand_over()
    assert [to for to, _ in postman.letters] == ["a@x.example", "b@x.example"]


def test_the_link_in_a_letter_is_its_recipients_own(store: SqlStore, clock: HandClock) -> None:
    postman = Postman()
    to = (RecipientConfig(address="a@x.example"), RecipientConfig(address="B <b@x.example>"))
    config = Config(recipient=to, desk=DeskConfig(public_url="https://desk.example/"))
    post = PostOffice(store, config, clock, postman)
    post.write_due()
    post.hand_over()
    links = []
    for recipient, content in postman.letters:
        letter = message_from_bytes(content, policy=policy.default)
        link = str(letter["List-Unsubscribe"]).strip("<>")
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        token = link.removeprefix("https://desk.example/unsubscribe/")
        assert post.subscriptions.address_of(token, ["a@x.example", "b@x.example"]) == recipient
        for kind in ("plain", "html"):
            part = letter.get_body((kind,))  # type: ignore[arg-type]
            assert part is not None and link in part.get_content() and "unsubscribe.invalid" not in part.get_content()
        links.append(link)
    assert len(set(links)) == 2
    assert post.subscriptions.address_of("0" * 40, ["a@x.example", "b@x.example"]) is None


def test_recipients_of_different_wishes_share_nothing_by_mistake(store: SqlStore, clock: HandClock) -> None:
    postman = Postman()
    to = tuple(
        RecipientConfig(address=f"{n}@x.example", language=language, timezone=zone)  # type: ignore[arg-type]
        for n, (language, zone) in enumerate((("en", ""), ("zh-Hans", ""), ("en", "Asia/Tokyo"), ("en", "")))
    )
    PostOffice(store, Config(recipient=to), clock, postman).write_due()
    PostOffice(store, Config(recipient=to), clock, postman).hand_over()
    texts = [
        message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
        for _, content in postman.letters
    ]  # type: ignore[union-attr]
    assert texts[0] == texts[3] and len(set(texts)) == 3


def test_a_waiting_letter_is_written_again_without_what_was_forgotten(store: SqlStore, clock: HandClock) -> None:
    post = office(store, clock, Postman(), RecipientConfig(address="a@x.example"))
    for name in ("secret", "open"):
        one = figure(str(700 + len(name)), quote=f"The {name} sentence says so.")
        read = reading(f"The {name} text.", one, title=f"The {name} title")
        store.take_in(page(name, fetched=clock.now()), read, stored(read, judged(one)))
    post.write_due()
    [before] = store.outbox.waiting(clock.now())
    assert "The secret sentence" in words(before.message)
    [secret] = (row for row in store.articles.find() if row.url.endswith("secret"))
    assert forget(store, None, secret.id).letters == 1
    clock.forward(minutes=1)
    post.write_due()
    [after] = store.outbox.waiting(clock.now())
    assert (after.edition, after.message_id) == (before.edition, before.message_id)
    assert "secret" not in words(after.message)
    assert "The open sentence" in words(after.message)


def words(message: bytes) -> str:
    """What a letter's two forms say, and its subject."""
    letter = message_from_bytes(message, policy=policy.default)
    parts = [letter.get_body((kind,)) for kind in ("plain", "html")]  # type: ignore[arg-type]
    return " ".join([str(letter["Subject"]), *(part.get_content() for part in parts if part is not None)])
