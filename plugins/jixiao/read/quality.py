"""Is a text layer text? A font without a Unicode map gives (cid:1) or fluent nonsense with the right digits."""

import math
import re
from collections import Counter
from itertools import islice
from operator import add

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


# Pairs that official prose is full of: on pages of text, one pair in ten or more is among them. A font whose map is
# shuffled or shifted leaves the characters common ones, but hardly a pair that means anything.
_WORDS = (
    "预算决算支出收入资金经费财政财务拨款总额金额万元结转结余支付采购合同资产工资福利办公会议接待车辆运行维护"
    "购置公用基本项目专项部门单位机关人员领导政府国家社会群众企业农村城市街道社区公共公开信息报告资料材料数据"
    "名称内容说明依据问题原因措施建议不足存在改进提高提升加强推进落实完成完整完善开展组织实施执行进行进度计划"
    "任务工作活动业务职责管理监督检查控制评价评分自评得分扣分满分分值权重绩效目标指标标准结果效果效益产出数量"
    "质量时效成本满意意度年度全年年初上年本年以上以下其中合计制度规定规范通知附件确定明确按照根据通过有关相关"
    "主要全面综合积极及时有效合理合规健全实际情况方面重点影响增加减少下降增长调整安排编制使用服务建设发展创新"
    "技术科技人才教育学习培训宣传文化体育医疗卫生就业保障安全生产环境工程投资经济产业农业水利交通住房土地规划"
    "审计负责责任应当可以不得没有需要由于为了以及已经"
)
_PAIRS = frozenset(_WORDS[at : at + 2] for at in range(0, len(_WORDS), 2))
_STRANGE = re.compile("[^\x20-\u02ff\u2000-\u33ff\u3400-\u9fff\uff00-\uffef]|\ufffd")
_HOLE = re.compile(rf"[\d.,](?:{_STRANGE.pattern})")
"""What no figure is followed by: a digit without a map is taken for a letter of a script that nobody uses here."""
_FIGURE = frozenset("0123456789.,")
_LEAST_PAIRS = 0.03
_CHANCE_PAIRS = 2
_LEAST_LETTERS = 40


def _is_foreign(text: str) -> bool:
    """Tell whether a text without Chinese is a text at all, and not the codes of Chinese characters in another set."""
    letters = [char for char in text if not char.isdigit() and char not in ".,%()+-"]
    words = sum(len(word) for word in re.findall(r"[A-Za-z]{3,}", text))
    return len(letters) < _LEAST_LETTERS or words > 0.6 * len(letters)


def _has_words(text: str, letters: int) -> bool:
    """Tell whether enough pairs of official prose are in a text; most pages have them in their first lines."""
    least = math.ceil(_LEAST_PAIRS * letters + _CHANCE_PAIRS)
    pairs = filter(_PAIRS.__contains__, map(add, text, text[1:]))
    return any(islice(pairs, least - 1, None))


def is_hole(before: str, char: str) -> bool:
    """Tell whether a character behind another may be a digit that a font does not map."""
    return bool(_HOLE.match(before + char)) or (before in _FIGURE and char < " " and char not in "\t\n\r\x02")


def is_readable(text: str) -> bool:
    """Tell whether a page's text layer is text that a person could read.

    A page of figures and Latin text is readable too, and so is one without any: only what claims to be letters is
    judged. The text is to be in reading order.
    """
    text = "".join(text.split())
    if _HOLE.search(text):
        return False
    if _has_words(text, len(text)) and len(_STRANGE.findall(text)) < 0.1 * len(text):
        return True
    cid = sum(len(m.group()) for m in _CID.finditer(text))
    total = private = letters = chinese = common = 0
    for char, count in Counter(text).items():
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
    if not total:
        return True
    if (cid + private) / total > 0.1:
        return False
    if not letters:
        return _is_foreign(text)
    if letters < 20:
        return True
    if chinese / letters <= 0.6 or common / letters <= 0.3:
        return False
    return letters < _LEAST_LETTERS or _has_words(text, letters)
