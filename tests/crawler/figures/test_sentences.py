"""Sentences as the press writes them, with the figures that they give; one line each."""

from __future__ import annotations

import pytest

from tests.crawler.figures.reading import read, values

SENTENCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Exampla said on Tuesday it would cut about 10% of its workforce, or roughly 1,000 jobs.",
        ("example laid_off_share 10 10 percent", "example laid_off 1000 1000 people"),
    ),
    ("Exampla is laying off 300 employees, its third round of cuts this year.", ("example laid_off 300 300 people",)),
    (
        "The layoffs at Exampla affect 12% of staff, according to an internal memo.",
        ("example laid_off_share 12 12 percent",),
    ),
    ("Exampla raised $200 million in a Series B round led by Otherco.", ("example raised 200000000 200000000 USD",)),
    ("Otherco invested $50 million in Exampla in 2019.", ("example raised 50000000 50000000 USD",)),
    (
        "Exampla, which has raised more than $1 billion to date, is valued at $5 billion.",
        ("example raised_total 1000000000 - USD", "example valuation 5000000000 5000000000 USD"),
    ),
    (
        "Exampla's valuation has fallen to $3 billion from $5 billion.",
        ("example valuation 3000000000 3000000000 USD", "example valuation 5000000000 5000000000 USD"),
    ),
    (
        "The round values Exampla at $4.5 billion, up from $2 billion a year ago.",
        ("example valuation 4500000000 4500000000 USD", "example valuation 2000000000 2000000000 USD"),
    ),
    (
        "Exampla plans to raise up to $1 billion in a Hong Kong IPO, people familiar with the matter said.",
        ("example raised - 1000000000 USD",),
    ),
    ("Exampla secured a $500 million loan from a group of banks.", ("example raised 500000000 500000000 USD",)),
    ("Exampla reported revenue of $300 million and a net loss of $100 million.", ()),
    ("Exampla acquired a chip designer for $400 million.", ()),
    ("Exampla's market value fell by $2 billion to $8 billion.", ()),
    ("Exampla, with 4,500 employees, is based in Beijing.", ("example headcount 4500 4500 people",)),
    (
        "Exampla, a company with a workforce of about 7,000, declined to comment.",
        ("example headcount 7000 7000 people",),
    ),
    ("Exampla shares rose 12% after it said it would hire 500 engineers.", ()),
    (
        "Exampla will eliminate more than 250 roles, about 5% of its global workforce.",
        ("example laid_off 250 - people", "example laid_off_share 5 5 percent"),
    ),
    ("Otherco sold its 5% stake in Exampla for $120 million.", ()),
    ("Exampla has let go of half of its sales team.", ("example laid_off_share 50 50 percent",)),
    ("Exampla fired 40 people in its Shanghai office.", ("example laid_off 40 40 people",)),
    ("The company, which competes with Exampla, raised $30 million.", ()),
    ("A former Exampla executive raised $20 million for his new firm.", ()),
    (
        "Exampla's Series D brought in $300m at a $2bn valuation.",
        ("example raised 300000000 300000000 USD", "example valuation 2000000000 2000000000 USD"),
    ),
    (
        "Exampla priced its IPO at HK$3.85 per share, raising HK$5.55 billion.",
        ("example raised 5550000000 5550000000 HKD",),
    ),
    ("Exampla and Otherco together cut 3,000 jobs.", ()),
    (
        "Exampla's headcount dropped 15% to 3,200 last year.",
        ("example laid_off_share 15 15 percent", "example headcount 3200 3200 people"),
    ),
    (
        "Exampla closed its latest financing at a post-money valuation of $900 million.",
        ("example valuation 900000000 900000000 USD",),
    ),
    (
        "Exampla fetched a valuation of 20 billion yuan in its last round.",
        ("example valuation 20000000000 20000000000 CNY",),
    ),
    ("示例科技宣布完成6亿美元C轮融资，由他山集团领投。", ("example raised 600000000 600000000 USD",)),
    ("示例科技获他山集团1.5亿美元战略投资。", ("example raised 150000000 150000000 USD",)),
    ("他山集团宣布向示例科技注资20亿元。", ("example raised 2000000000 2000000000 CNY",)),
    (
        "示例科技投前估值30亿美元，投后估值35亿美元。",
        ("example valuation 3000000000 3000000000 USD", "example valuation 3500000000 3500000000 USD"),
    ),
    (
        "示例科技本轮融资金额达5亿元，估值突破百亿元。",
        ("example raised 500000000 500000000 CNY", "example valuation 10000000000 - CNY"),
    ),
    ("成立五年来，示例科技已累计融资逾20亿美元。", ("example raised_total 2000000000 - USD",)),
    ("示例科技先后完成5轮融资，总金额超过30亿元。", ("example raised_total 3000000000 - CNY",)),
    ("示例科技拟赴港上市，最多募资10亿美元。", ("example raised - 1000000000 USD",)),
    (
        "示例科技港股IPO募资总额约55.5亿港元，净额约54亿港元。",
        ("example raised 5550000000 5550000000 HKD", "example raised 5400000000 5400000000 HKD"),
    ),
    ("示例科技发行5亿美元可转债。", ("example raised 500000000 500000000 USD",)),
    ("示例科技获得银行授信50亿元。", ()),
    ("示例科技去年营收50亿元，净亏损12亿元，研发支出20亿元。", ()),
    ("示例科技以3亿美元收购一家芯片公司。", ()),
    ("示例科技裁员约两成，涉及500余人。", ("example laid_off_share 20 20 percent", "example laid_off 500 - people")),
    ("示例科技将裁撤整个医疗事业部，约120名员工受影响。", ("example laid_off 120 120 people",)),
    ("示例科技被曝裁员30%，补偿N+1。", ("example laid_off_share 30 30 percent",)),
    (
        "示例科技员工人数从5000人降至3800人。",
        ("example headcount 5000 5000 people", "example headcount 3800 3800 people"),
    ),
    (
        "截至2023年末，示例科技共有员工4,200人，同比减少18%。",
        ("example headcount 4200 4200 people", "example laid_off_share 18 18 percent"),
    ),
    ("示例科技员工总数3000余人，其中研发人员占比六成。", ("example headcount 3000 - people",)),
    ("示例科技创始人身家达100亿元。", ()),
    ("示例科技市值跌破200亿港元。", ()),
    ("他山集团持有示例科技14%的股份，价值约10亿美元。", ()),
    (
        "示例科技与他山集团分别裁员1000人和2000人。",
        ("example laid_off 1000 1000 people", "other laid_off 2000 2000 people"),
    ),
    ("示例科技、他山集团等公司合计裁员超过1万人。", ()),
    ("前示例科技副总裁创办的公司获得1亿元天使轮融资。", ()),
    ("示例科技子公司完成3亿元A轮融资。", ()),
    ("示例科技中标2亿元智慧城市项目。", ()),
    ("示例科技今年计划招聘2000人。", ()),
    ("示例科技回应裁员两千人传闻：不实。", ("example laid_off 2000 2000 people",)),
    (
        "有消息称示例科技正以80亿美元估值寻求5亿美元新融资。",
        ("example valuation 8000000000 8000000000 USD", "example raised 500000000 500000000 USD"),
    ),
    ("示例科技新一轮融资即将完成，规模在10亿至15亿美元之间。", ("example raised 1000000000 1500000000 USD",)),
    ("示例科技每年末位淘汰10%。", ()),
    (
        "示例科技这轮裁员比例在10%到15%之间，部分部门达到50%。",
        ("example laid_off_share 10 15 percent", "example laid_off_share 50 50 percent"),
    ),
    ("示例科技智能驾驶部门300人几乎全部被裁。", ("example headcount 300 300 people",)),
    (
        "老股东他山集团追加投资3亿元，示例科技估值升至60亿元。",
        ("example raised 300000000 300000000 CNY", "example valuation 6000000000 6000000000 CNY"),
    ),
    # Whose cuts, behind the number; the whole that a share is of.
    ("Otherco's cuts surpass the 11,000 job cuts at Exampla.", ("example laid_off 11000 11000 people",)),
    (
        "Exampla's layoffs could hit about 1,120 of its employees, or 14% of its 8,000 positions.",
        (
            "example laid_off 1120 1120 people",
            "example laid_off_share 14 14 percent",
            "example headcount 8000 8000 people",
        ),
    ),
    ("Exampla reduced its workforce by 100,000.", ("example laid_off 100000 100000 people",)),
    (
        "Exampla's staff is shrinking, from 108,436 in 2022 to 105,417 in 2023.",
        ("example headcount 105417 105417 people", "example headcount 108436 108436 people"),
    ),
    (
        "Exampla reported it employed 110,715 at the end of June, down 4.7% from the end of March.",
        ("example headcount 110715 110715 people", "example laid_off_share 4.7 4.7 percent"),
    ),
    ("Exampla is laying off 18,000 corporate and tech workers.", ("example laid_off 18000 18000 people",)),
    ("Exampla, which is backed by Otherco, is laying off 3,000 more workers.", ("example laid_off 3000 3000 people",)),
    # Who backs, who is a parent, who stands in a relative clause.
    (
        "The Otherco.com-backed truck maker Exampla plans to raise up to $8.4 billion in an IPO.",
        ("example raised - 8400000000 USD",),
    ),
    (
        "Exampla, which is the main backer of Otherco, last week raised $4.2 billion in a bond.",
        ("example raised 4200000000 4200000000 USD",),
    ),
    (
        "Exampla raised $6.6bn in a round valuing the company at $157bn.",
        ("example raised 6600000000 6600000000 USD", "example valuation 157000000000 157000000000 USD"),
    ),
    (
        "Exampla has raised $1.9bn altogether, including $750m in a series E round.",
        ("example raised 750000000 750000000 USD", "example raised_total 1900000000 1900000000 USD"),
    ),
    (
        "Exampla was valued at $9 billion. Tech companies have raised $70 billion this year.",
        ("example valuation 9000000000 9000000000 USD",),
    ),
    # To each, to several, in turn; in brackets; behind what describes a name.
    (
        "示例科技与他山集团去年各自裁员约一万人。",
        ("example laid_off 10000 10000 people", "other laid_off 10000 10000 people"),
    ),
    ("示例科技、他山集团今年将大幅裁员。部分部门裁员20%。", ()),
    ("继示例科技之后，他山集团也启动裁员，涉及员工人数接近1000人。", ("other laid_off 1000 1000 people",)),
    (
        "他山集团已超越示例科技(估值约4000亿美元)，居全球第二。",
        ("example valuation 400000000000 400000000000 USD",),
    ),
    ("他山集团排名第二，仅次于估值达5000亿美元的示例科技。", ("example valuation 500000000000 500000000000 USD",)),
    ("青禾和示例科技去年分别募资11亿美元和15亿美元。", ("example raised 1500000000 1500000000 USD",)),
    (
        "示例科技宣布裁员14,000人，占示例科技全球14万雇员的一成。",
        (
            "example headcount 140000 140000 people",
            "example laid_off 14000 14000 people",
            "example laid_off_share 10 10 percent",
        ),
    ),
    ("截至去年9月底,示例科技雇员数为7.76万。", ("example headcount 77600 77600 people",)),
    ("示例科技共有1万1000多人要失业了。", ("example laid_off 11000 - people",)),
    ("从示例科技出来创业的人说，他的公司员工到了500人。", ()),
    ("示例科技裁员后还有员工600人，其中研发人员203人，占比三成多。", ("example headcount 600 600 people",)),
    # Counts without a noun of their own.
    (
        "Exampla's payroll shrank to 3,756 people last year from 4,010, a fall of 6.3 per cent.",
        (
            "example headcount 3756 3756 people",
            "example headcount 4010 4010 people",
            "example laid_off_share 6.3 6.3 percent",
        ),
    ),
    (
        "Exampla had 5,016 employees at the end of June, compared with 5,943 a year earlier, a reduction of 927.",
        ("example headcount 5016 5016 people", "example headcount 5943 5943 people", "example laid_off 927 927 people"),
    ),
    (
        "Exampla cuts jobs: about 500 of the unit's 2,000 people have already gone.",
        ("example headcount 2000 2000 people", "example laid_off 500 500 people"),
    ),
    (
        "As of December 31, 2023, Exampla had 4,531 employees (December 31, 2022: 5,098).",
        ("example headcount 4531 4531 people", "example headcount 5098 5098 people"),
    ),
    (
        "示例科技在职人数由4,531降到3,756。",
        ("example headcount 3756 3756 people", "example headcount 4531 4531 people"),
    ),
    # Somebody else who is introduced beside the name, or described by it.
    ("Northwind, a chip designer that supplies Exampla, has raised $90 million from Lakeside Bank.", ()),
    ("Northwind, whose founders left Exampla in 2019, is laying off 400 people.", ()),
    ("Exampla wants to list. Today, Northwind has trimmed its offering to 3 billion yuan.", ()),
    ("Exampla partner lays off 400 people.", ()),
    ("Exampla says the fund has backed 14 companies, among them a lidar maker valued at $500 million.", ()),
    ("The deal values Northwind's India business at $400 million, Exampla said.", ()),
    ("由示例科技共同投资的机器人企业「青禾智能」宣布裁员50人。", ()),
    ("示例科技联合创始人同时是他山集团董事长，后者去年定增募资20亿元。", ("other raised 2000000000 2000000000 CNY",)),
    ("Exampla is suing a start-up set up by 30 ex-employees that has raised $20 million.", ()),
    ("Southbank, which holds 7 per cent of Exampla, said it would lay off 10,000 people.", ()),
    ("与示例科技同在一栋楼的小冰公司裁掉了四成员工。", ()),
    ("蘑菇街计划裁员两百人，示例科技表示自己没有类似计划。", ()),
    # Who pays, holds or arranges.
    ("Otherco is in talks to put close to $1 billion into Exampla.", ("example raised 1000000000 1000000000 USD",)),
    (
        "Exampla has hired Citigroup and Morgan Stanley to underwrite an offering that could raise $800m.",
        ("example raised 800000000 800000000 USD",),
    ),
    (
        "The nine-year-old Exampla, backed by social media and gaming leader Otherco, is targeting a valuation of over $50 billion.",
        ("example valuation 50000000000 - USD",),
    ),
    (
        "示例科技估值远高于他山集团的40亿美元。",
        ("other valuation 4000000000 4000000000 USD",),
    ),
    # What only looks like a sum of ours: compared, converted, spent, cut elsewhere, pushed up to.
    ("Exampla's market value fell to $12 billion, versus nearly $61 billion when it listed.", ()),
    (
        "Exampla was valued at $18 billion, less than the $26 billion valuation of last year.",
        ("example valuation 18000000000 18000000000 USD", "example valuation 26000000000 26000000000 USD"),
    ),
    ("A new round pushes Exampla's valuation up to $70 billion.", ("example valuation 70000000000 70000000000 USD",)),
    ("Exampla's interim loss shrank 13.8% after the layoffs.", ()),
    ("示例科技8月使用1.2亿元募集资金永久补充流动资金。", ()),
    (
        "The net proceeds of Exampla's placing, after deducting all applicable costs and expenses, amounted to approximately HK$3,145.7 million.",
        ("example raised 3145700000 3145700000 HKD",),
    ),
    (
        "示例科技裁员，云服务部门只留下少数人，受影响者达数百人。",
        ("example laid_off 200 1000 people",),
    ),
)


@pytest.mark.parametrize(("text", "figures"), SENTENCES, ids=[text[:40] for text, _ in SENTENCES])
def test_a_sentence_gives_its_figures(text: str, figures: tuple[str, ...]) -> None:
    assert values(read(text)) == sorted(figures)
