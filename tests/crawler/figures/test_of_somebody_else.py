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
    "SenseTime's largest shareholder, SoftBank, is cutting 150 jobs at its Vision Fund.",
    "SoftBank, SenseTime's biggest outside backer, raised $3 billion in a bond sale.",
    "Investors valued OpenAI at $157 billion in October; SenseTime trades at a fraction of that.",
    "SenseTime reported a 36 per cent rise in revenue to 2.36 billion yuan and cut its losses by half.",
    "SenseTime said its SenseNova app had 10 million users and that 3,000 companies use its models.",
    "The Hong Kong government will invest HK$1 billion in an AI institute that SenseTime helped to design.",
    "SenseTime will lease 5,000 GPUs from Nebula Cloud, which last month raised $250 million.",
    "Analysts at CLSA cut their SenseTime price target by 20 per cent and value its auto arm at $800 million.",
    "CloudWalk, the Brazilian payments group behind InfinitePay, raised $190 million at a $2 billion valuation.",
    "Megvii rival Hikvision employs 58,000 people and earned 14 billion yuan last year.",
    "A fund managed by Megvii's early backer Qiming has raised $900 million.",
    "Yitu's old chip team has regrouped as Simulink, which closed a 200 million yuan angel round and has 60 staff.",
    "SenseTime was fined 2 million yuan; three employees were dismissed.",
    "SenseTime has bought back shares for HK$580 million and granted options to 352 employees.",
    "At the 2,000-seat launch event SenseTime announced 300 new customers.",
    "商汤参投的具身智能公司它石智航宣布完成1.2亿美元天使轮融资。",
    "商汤科技获得上海市政府5000万元补助，并与临港集团签下20亿元采购合同。",
    "商汤绝影前负责人创办的新公司估值已达10亿美元。",
    "A股AI板块走强，云从科技涨停，主力资金净买入3.2亿元，市值增加20亿元。",
    "旷视的竞争对手海康威视裁员1000人，研发条线受影响最大。",
    "曾投资依图的高瓴正募集一支80亿美元的新基金。",
    "IDC称，商汤在中国计算机视觉市场份额为20.7%，该市场规模为23.4亿美元。",
    "徐立表示，商汤将拿出营收的三成用于研发，三年累计投入超100亿元。",
    "港股异动｜商汤跌近6%，大股东软银拟配售8亿股套现12亿港元。",
    "智谱以243亿元估值递表港交所，与商汤同属AI板块。",
)


@pytest.mark.parametrize("text", TEXTS, ids=[text[:40] for text in TEXTS])
def test_a_figure_of_somebody_else_is_not_the_companys(text: str) -> None:
    assert not read(text, watchlist=SHIPPED).figures
