"""What nearly every article has, and what therefore says nothing of which article it is: the commonest of news, by count."""

from __future__ import annotations

COMMON_CHARACTERS = frozenset(
    "的在一是中人国有了年不大和为这个公业能上以来发会用到对美资行工时们要司月出他成多新于可我家日数生后经就下元也过本方产地其现技部自员前"
    "作动全市开最说共高据者将力与政分法而务如实金同之主但等都机关面进内投体理被度文表模提化亿所更还商合场长事外期制通学网定民加些报信入并"
    "得当应目已你点科从示型计因比万平去重及没里术天利情收品间正性很此创基台心至特相布交企持团意该看系位量种然保任道建息集小视车名问增管件"
    "果么好需次近接导代斯第向做权子联三推程明或知它无展达今使设电手社总户起海解认供研"
)
COMMON_WORDS = (
    "the of and to in a is that for it on was with as his are at by be this from have has said but he she they we you i not or an its "
    "their will were had which who been more about would one all also can than when there what up out if into so after new other some no her him our do my "
    "over could just like time now how may your most us only first last year years two them people"
)
