"""No title, however hostile, adds a header or a recipient."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from scheduler.digest.headers import header_text

HOSTILE = [
    "=?utf-8?q?a=0ABcc:_evil=40x.com?=",
    "=?utf-8?b?YQpCY2M6IGV2aWxAeC5jb20=?=",
    "a\r\nBcc: evil@x.com",
    "a\nBcc: evil@x.com\n\nbody",
    "a\u2028Bcc: evil@x.com",
    "a\u0085Bcc: evil@x.com",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0ABcc=3A_evil=40x.com=3F=3D?=",
    "a\x00\x0b\x0cBcc: x",
    "商汤\u202e裁员\ud800",
]


def _survives(title: str) -> None:
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = "desk@example.org"
    message["Subject"] = header_text(title)
    message.set_content("text")
    parsed = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert [name.lower() for name in parsed] == [
        "to", "subject", "content-type", "content-transfer-encoding", "mime-version",
    ]  # fmt: skip
    assert parsed.get_content().strip() == "text"


def test_known_tricks() -> None:
    for title in HOSTILE:
        _survives(title)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("=?\r\n:_QqBb0A\u2028 ")), max_size=300))
def test_any_title(title: str) -> None:
    _survives(title)


def test_long_titles_are_cut() -> None:
    assert len(header_text("裁" * 1000)) == 200
