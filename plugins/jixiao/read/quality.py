"""Is a text layer text? A font without a Unicode map gives (cid:1) or fluent nonsense with the right digits."""

import re
from collections import Counter

_CID = re.compile(r"\(cid:\d+\)")
# Characters that any page of a Chinese report uses; nonsense maps hit them only by chance.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法"
    "所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四"
    "日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代"
    "想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农"
    "指几九区强放决西被干做必战先回则任取据处府预算支出收绩效评项目财务单位指标完绿自标部门整体基支资金万元分值得履职能率"
    "科技术协会管理采购信息公开产成本服务费度情况存在问题措施改进一二三四五六七八九十、。，；：（）“”"
)


def is_readable(text: str) -> bool:
    """Tell whether a page's text layer is text that a person could read.

    A page of figures and Latin text is readable too: only characters that claim to be letters are judged.
    """
    counts = Counter(text)
    cid = sum(len(m.group()) for m in _CID.finditer(text))
    total = private = letters = chinese = common = 0
    for char, count in counts.items():
        if char.isspace():
            continue
        total += count
        code = ord(char)
        if 0xE000 <= code <= 0xF8FF or code >= 0xF0000 or code == 0xFFFD:
            private += count
        if code > 0x2FF and char.isalpha():
            letters += count
            if 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF:
                chinese += count
            if char in _COMMON:
                common += count
    if not total or (cid + private) / total > 0.1:
        return False
    return letters < 20 or (chinese / letters > 0.6 and common / letters > 0.3)
