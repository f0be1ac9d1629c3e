"""Texts that name a company in passing and give a figure of somebody else: none of them is read for it."""

from __future__ import annotations

import pytest

from crawler.watchlist import load_watchlist
from tests.crawler.figures.reading import read

SHIPPED = load_watchlist()
TEXTS = (
    "Momenta, founded by former SenseTime researcher Cao Xudong, has closed a $500 million Series C led by SAIC.",
    "Chip start-up Qingwei raised $30 million this week. SenseTime, a customer, did not invest.",
    "SenseTime co-founder Xu Bing has left to run a chip venture that has just raised 1 billion yuan.",
    "Beijing-based Zhipu AI plans to raise $300 million in a Hong Kong IPO, following in the footsteps of SenseTime.",
    "Unlike SenseTime, DeepGlint has 300 employees and no debt.",
    "Megvii's former head of research now leads a team of 120 people at StepFun.",
    "Biren Technology, started by SenseTime's former president Zhang Wen, is seeking to raise $600 million, people familiar with the matter said.",
    "Police in Shanghai detained 12 people for selling SenseTime shares worth 3 million yuan they did not own.",
    "Tencent is to cut 20 per cent of its staff, while SenseTime says it has no such plans.",
    "SenseTime is suing a start-up set up by 30 ex-employees that has raised $20 million.",
    "Hong Kong's biggest listing of the year raised $4 billion. SenseTime rose 3 per cent.",
    "Alibaba, which holds 7 per cent of SenseTime, said it would lay off 10,000 people.",
    "商汤前员工创办的智能硬件公司灵犀科技近日裁员60人，占比三成。",
    "受大盘拖累，商汤跌3%，腾讯斥资10亿港元回购。",
    "由旷视科技孵化的迈驰智行宣布完成5亿元融资，吉利领投。",
    "壁仞科技拟募资60亿元，其创始人曾任商汤总裁。",
    "云从科技签下3亿元智算中心订单，将招聘200名工程师。",
    "与依图同在一栋楼的小冰公司裁掉了四成员工。",
    "曾参与商汤C轮融资的厚朴投资完成一支20亿美元的新基金募集。",
    "商汤科技投资的银河通用完成11亿元新一轮融资，投后估值超200亿元。",
    "蘑菇街计划裁员两百人，商汤表示自己没有类似计划。",
    "商汤与蚂蚁、美团等共同出资50亿元成立一家算力公司。",
)


@pytest.mark.parametrize("text", TEXTS, ids=[text[:40] for text in TEXTS])
def test_a_figure_of_somebody_else_is_not_the_companys(text: str) -> None:
    assert not read(text, watchlist=SHIPPED).figures
