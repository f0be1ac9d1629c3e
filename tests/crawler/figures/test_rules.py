"""Each rule of the tables holds in its own example."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.reading.companies import find_mentions
from crawler.reading.figures.entities import Names
from crawler.reading.figures.kinds import GROUP, Group, Rule, rules
from crawler.reading.figures.roles import Passage, RoleRule, role_of, role_rules
from crawler.reading.figures.rounds import RULES as ROUNDS
from crawler.reading.figures.rounds import round_of
from crawler.reading.figures.sentences import split
from crawler.reading.figures.status import StatusRule, status_rules
from crawler.reading.figures.when import RULES as DATES
from crawler.reading.figures.when import dates_in
from crawler.reading.folded import folded
from tests.crawler.figures.reading import INVENTED, read

GROUPS: tuple[Group, ...] = ("money", "people", "percent")
KINDS = [(group, rule) for group in GROUPS for rule in rules(group)]


def marked(example: str) -> tuple[str, int]:
    """An example without its brackets, and where what they held begins."""
    return example.replace("【", "").replace("】", ""), example.index("【")


@pytest.mark.parametrize(
    ("group", "rule"),
    KINDS,
    ids=[f"{group}: {rule.kind or rule.no or rule.veto}: {rule.words[0]}" for group, rule in KINDS],
)
def test_a_rule_of_kinds_decides_its_example(group: Group, rule: Rule) -> None:
    text, at = marked(rule.example)
    found = read(text)
    taken = [figure.kind for figure in found.figures if figure.start <= at < figure.end]
    assert taken == ([rule.kind] if rule.kind else []), found


@pytest.mark.parametrize("rule", role_rules(), ids=lambda rule: f"{rule.role}: {rule.example}")
def test_a_rule_of_owners_decides_its_example(rule: RoleRule) -> None:
    text, at = marked(rule.example)
    part = folded(text)
    names = Names(part, find_mentions(None, text, INVENTED), "text", INVENTED)
    passage = Passage(part, split(part.text, part.lower), lambda: names, lambda: None)
    (sentence,) = (s for s in passage.sentences.all if s.start <= at < s.end)
    (entity,) = (e for e in names.within(sentence) if e.start == at)
    assert role_of(entity, passage, sentence) == rule.role


@pytest.mark.parametrize("rule", status_rules(), ids=lambda rule: rule.example)
def test_a_rule_of_status_decides_its_example(rule: StatusRule) -> None:
    text, at = marked(rule.example)
    assert [figure.status for figure in read(text).figures if figure.start <= at < figure.end] == [rule.status]


@pytest.mark.parametrize("rule", DATES, ids=lambda rule: rule.example)
def test_a_way_of_telling_a_date_is_read(rule: object) -> None:
    example, value = rule.example, rule.value  # type: ignore[attr-defined]
    text = (
        f"in {example}"
        if example.isascii() and example.islower() and not example.startswith(("in ", "on "))
        else example
    )
    padded = f"{text}，"
    assert [one.value for one in dates_in(padded, 0, len(padded), date(2023, 8, 30))] == [value]


@pytest.mark.parametrize("rule", ROUNDS, ids=lambda rule: rule.example)
def test_a_way_of_naming_a_round_is_read(rule: object) -> None:
    example, value = rule.example, rule.value  # type: ignore[attr-defined]
    assert round_of(example, (0, len(example))) == value


def test_every_dimension_of_a_number_has_a_table() -> None:
    assert set(GROUP.values()) == set(GROUPS)
