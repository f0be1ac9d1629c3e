"""The words of news without a number: what it is about, what happened to it, and what it only looks like.

One line per rule with an example that it must match. Patterns are tried on one sentence, folded to simplified
characters and lower case. All are plain alternations with bounded gaps, so time stays linear.
"""

from __future__ import annotations

from typing import NamedTuple

from crawler.items import SignalKind, Topic


class About(NamedTuple):
    """Words that set a topic."""

    topic: Topic
    pattern: str
    example: str


class Move(NamedTuple):
    """Words that tell what happened; of one sentence the first rule that holds wins."""

    signal: SignalKind
    topic: Topic | None
    """None: whichever topic the sentence is about."""
    pattern: str
    """Empty: the words of the topic say it already."""
    example: str


class Bar(NamedTuple):
    """Words that make a sentence no news of a company's own round or cut."""

    topic: Topic | None
    pattern: str
    why: str
    example: str


ABOUT = (
    About("layoffs", r"裁员|裁撤|裁减|减员|裁掉|解雇|遣散", "公司从上周开始裁员"),
    About("layoffs", r"(?:人员|组织|岗位)(?:优化|精简|缩减)|缩减人手|精简人员|全员解散", "启动新一轮人员优化"),
    About(
        "layoffs",
        r"离职(?:协议|手续)|约谈离职|(?:谈话|补偿)[^。]{0,8}离职|补偿后离开|即日离职|办完了?离职|通知解散",
        "已有员工收到离职协议",
    ),
    About(
        "layoffs",
        r"\blay(?:ing)?[ -]?offs?\b|\blaid off\b|\bjob (?:cuts?|losses)\b|\bcut(?:s|ting)?\b[^.]{0,12}\bjobs\b",
        "plans mass layoffs",
    ),
    About(
        "layoffs",
        r"\bredundan|\bdismiss(?:ed|ing|es)? (?:a |some |more )?(?:\w+ ){0,3}(?:engineers|staff|employees|workers)",
        "dismissed a number of chip engineers",
    ),
    About(
        "layoffs",
        r"\blet(?:s|ting)? (?:\w+ )?go\b|\bseparation (?:papers|agreements)\b|\bshed(?:s|ding)? (?:staff|jobs)",
        "half of the staff had been let go",
    ),
    About("financing", r"融资|募资|集资|募集资金|筹集资金|注资|引资", "筹划新一轮融资"),
    About(
        "financing", r"配股|配售|增发|定增|发行(?:新股|股票|股份)|(?:股份|新股)发行|向特定对象发行|股本集资", "拟再配股"
    ),
    About("financing", r"发债|(?:可转换|可换股|科技创新|公司)债|可转债", "取消可转换债券"),
    About("financing", r"上市|招股|递表|挂牌|首次公开", "已向港交所递交招股书"),
    About(
        "financing",
        r"(?:战略|策略|新的?)投资(?:者|人|方)|(?:车企|基金|国资)[^。]{0,4}入股|成为(?:策略|战略)?股东|投资协议",
        "引入战略投资者",
    ),
    About(
        "financing",
        r"\b(?:funding|financing|investment)s?\b(?: round)?|\bfund-?rais|\brais(?:e|ing) (?:money|funds|capital)|\bnew round\b",
        "closed a new funding round",
    ),
    About(
        "financing",
        r"\bipo\b|\binitial public offering\b|\blist(?:ing)? (?:application|in hong kong)|\b(?:go|went|goes) public|\bmarket debut|\btrading debut|\blisting\b",
        "withdrawn its application to list in Hong Kong",
    ),
    About(
        "financing",
        r"\bplacement\b|\b(?:share|bond) sale\b|\bsale of (?:new )?shares|\bnew shares\b|\bsell shares\b|\bconvertible bond",
        "a sale of new shares",
    ),
    About(
        "financing",
        r"\bstrategic investor|\bin talks with [^.]{0,40}invest|\b(?:becomes?|become) a shareholder|\btakes? (?:a )?stake\b",
        "is seeking a strategic investor",
    ),
)

MOVES = (
    Move(
        "denied",
        None,
        r"否认|辟谣|不实|失实|不属实|谣言|捏造|虚构|伪造|没有根据|与事实不符|澄清",
        "公司否认裁员，称报道不实",
    ),
    Move(
        "denied", None, r"(?:没有|并无|无|未有|不存在|没有任何)[^，。]{0,10}(?:计划|安排|打算)", "公司目前没有融资计划"
    ),
    Move("denied", None, r"(?:没有|并未|未曾|不会?|从未)[^，。]{0,4}(?:裁员|筹划|裁减)", "公司并未裁员"),
    Move(
        "denied",
        None,
        r"\bden(?:y|ies|ied)\b|\buntrue\b|\bnot true\b|\b(?:rumou?rs?|reports?|posts?|claims?)\b[^.]{0,60}\b(?:false|incorrect|inaccurate|wrong)\b|\b(?:false|inaccurate) (?:rumou?rs?|reports?)",
        "denied that it is in talks",
    ),
    Move(
        "denied",
        None,
        r"\bno (?:plans?|fund-?raising|job cuts?|layoffs?)\b|\bnot (?:raising|planning|laying)\b|\breject(?:s|ed)\b|\bcall(?:s|ed)\b[^.]{0,60}\bfalse\b",
        "no plan to sell shares",
    ),
    Move(
        "withdrawn",
        "financing",
        r"撤回|终止|放弃|中止|取消|暂停|搁置|告吹|叫停|失败|破裂|失效|推迟|延迟|延期",
        "决定终止向特定对象发行股票",
    ),
    Move(
        "withdrawn",
        "financing",
        r"\bwithdr(?:aw|ew|awn|aws)\b|\bpull(?:s|ed)\b|\babandon(?:s|ed)?\b|\bshelv(?:es|ed)\b|\bterminat(?:e|es|ed)\b|\bon hold\b|\bdrop(?:s|ped)\b|\bscrap(?:s|ped)\b|\bcall(?:s|ed) off\b|\bcollapsed\b|\b(?:postpone|delay)(?:s|ed)\b",
        "has shelved a planned bond sale",
    ),
    Move(
        "withdrawn",
        "layoffs",
        r"(?:取消|撤回|暂停|叫停)[^，。]{0,8}裁员|\b(?:cancel(?:s|led)|revers(?:es|ed)|halt(?:s|ed)) [^.]{0,20}(?:layoffs|job cuts)",
        "公司取消了原定的裁员",
    ),
    Move(
        "completed",
        "layoffs",
        r"(?:裁员|人员调整|优化|调整)[^，。]{0,14}(?:完成|结束|收尾|到位|告一段落)|完成[^，。]{0,6}(?:裁员|人员调整)",
        "此次裁员已全部完成",
    ),
    Move(
        "completed",
        "layoffs",
        r"\b(?:complet|finish)(?:es|ed)\b[^.]{0,30}\b(?:layoffs?|job cuts|cuts)\b|\bend(?:s|ed) (?:its )?job cuts",
        "has completed the layoffs it began in spring",
    ),
    Move("started", "layoffs", r"", "SenseTime is cutting jobs in its car unit"),
    Move(
        "started",
        "financing",
        r"(?:将|即将|有望)(?:在|于|赴)?[^，。]{0,16}(?:挂牌|上市|发行|融资|完成)",
        "本月将在香港挂牌上市",
    ),
    Move(
        "started",
        "financing",
        r"拟|计划|筹划|筹备|准备|商讨|商谈|洽谈|接触|寻求|寻找|考虑|研究|酝酿|重启|递交|委任|谈判|正在|征询",
        "正在筹划新一轮融资",
    ),
    Move(
        "completed",
        "financing",
        r"完成|挂牌|登陆|成功发行|落地|到账|交割|获得?[^，。]{0,8}(?:融资|注资|投资|新钱|资金)|引入|成为|敲",
        "宣布完成一笔战略融资",
    ),
    Move(
        "started",
        "financing",
        r"\bin talks\b|\bplan(?:s|ning|ned)?\b|\bplot(?:s|ting)\b|\bseek(?:s|ing)\b|\bconsider(?:s|ing)\b|\bweigh(?:s|ing)\b|\bfil(?:es|ed|ing) for\b|\bprepar(?:es|ing)\b|\bexplor(?:es|ing)\b|\blooking\b",
        "is in talks about a new round",
    ),
    Move(
        "completed",
        "financing",
        r"\b(?:complet|clos|secur|rais|land|finish)(?:es|ed)\b|\bdebut\b|\bbecome a shareholder\b|\b(?:wins|won|takes|took|has won)\b",
        "has closed a new funding round",
    ),
)

BARS = (
    Bar(
        None,
        r"当年|那年|那几年|彼时|往事|回望|回顾|回头看|多次|每次|历次|以来|这两年|从来|为什么|筆者|笔者|去年|前年",
        "history or opinion",
        "上市以来多次配股，每次都令散户受伤",
    ),
    Bar(None, r"(?:数|几|多)年前", "history", "公司数年前曾申请上市，其后撤回"),
    Bar(
        "financing",
        r"在?撤回[^，。]{0,16}后(?:没有|未|一直|再)",
        "a withdrawal that only dates what followed",
        "撤回申请之后没有披露过新的融资",
    ),
    Bar(
        None,
        r"\bopinion\b|\bhistory\b|\bback in\b|\bat the time\b|\bonce\b|\bused to\b|\blast year\b|\byears ago\b|\bteach|\blong road\b",
        "history or opinion",
        "Opinion: vision firms need a second act",
    ),
    Bar(
        "financing",
        r"(?:领投|参投|跟投|参与)了?[^，。]{0,20}(?:公司|企业|团队)|(?:投资|收购)(?:了|一家|机器人|初创)|投资[^，。]{0,6}公司|由[^，。]{0,24}投资",
        "the company pays",
        "参与了一家机器人公司的天使轮融资",
    ),
    Bar(
        "financing",
        r"\b(?:led|leads|backs|backed|joined)\b[^.]{0,30}\b(?:round|start-?up)|\binvest(?:s|ed) in\b",
        "the company pays",
        "led the seed round of a start-up",
    ),
    Bar(
        "financing",
        r"回购|减持|增持|分拆|分红|派息|\bbuyback\b|\bdividend\b|\bspin-?off\b",
        "no money for the company",
        "昨日在市场上回购股份",
    ),
    Bar(
        "financing",
        r"目标价|评级|市销率|市盈率|估值区间|\btarget price\b|\bvaluation multiple",
        "an analyst's view",
        "给予买入评级，目标价上调",
    ),
    Bar("layoffs", r"招聘|招募|增聘(?!大模型)|\bhir(?:es|ed)\b", "hiring", "启动春季校园招聘"),
)
