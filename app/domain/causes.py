"""Why a step failed or a change was refused: each sentence of the machines with its code and its Chinese.

Histories keep the English sentence, so that they run again to the same words in any language; people read it here.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple


class Cause(NamedTuple):
    """A sentence in both languages."""

    #: stable; empty for a sentence that the table does not know
    code: str
    zh: str
    en: str


#: code -> (English as it is written, Chinese); of sentences that two rows fit the first one counts
SENTENCES: Mapping[str, tuple[str, str]] = {
    # the diagram
    "no-way": ("At {element} no condition holds and no default way is drawn.",
               "在「{element}」处没有任何条件成立，也没有画默认路径。"),
    "condition": ("The condition {condition} gives neither true nor false.",
                  "条件 {condition} 的结果既不是真也不是假。"),
    "expression": ("An expression of the diagram failed: {cause}", "图中的表达式出错：{cause}"),
    "calls-too-deep": ("{element}: more than {n} processes call each other.",
                       "「{element}」：相互调用的流程超过 {n} 层。"),
    "circle": ("The diagram passed {n} elements without a stop: it turns in circles",
               "流程连续经过 {n} 个元素而没有停下，图中有死循环。"),
    "messages-circle": ("More than {n} messages led to one another; the processes turn in circles.",
                        "相互引发的消息超过 {n} 条，各流程在循环。"),
    "no-context": ("{text} does not give a context of names and values.", "{text} 的结果不是一组名称和值。"),
    "nul": ("{text} gives a text with the character NUL, which cannot be kept.",
            "{text} 的结果含有空字符，无法保存。"),
    "kind-of-value": ("A case cannot keep a value of the kind {kind}.", "案件不能保存 {kind} 类型的值。"),
    "no-start": ("The process {process} has no start event {element}.", "流程 {process} 没有开始事件 {element}。"),
    "message-address": ("The message {message} names a case_id that is none.",
                        "消息 {message} 中的 case_id 不是案件编号。"),
    # time and limits
    "no-timer-value": ("A timer has no value; its expression gives null.", "定时器没有值，其表达式的结果为空。"),
    "limit-not-running": ("The limit {limit} does not run in this case.", "本案没有正在计时的时限 {limit}。"),
    "limit-no-amount": ("The table of limits has no amount for the step {step}.", "时限表没有步骤 {step} 的时长。"),
    "moment-not-awaited": ("The case does not wait for this moment; its state and its timers differ.",
                           "案件并不在等待这一时刻，其状态与定时器不一致。"),
    # several instances
    "too-many-instances": ("{element}: more than {n} instances.", "「{element}」：实例超过 {n} 个。"),
    "no-list": ("{element}: there is no list {list}.", "「{element}」：没有列表 {list}。"),
    "number-of-instances": ("{element}: {value} is not a number of instances.",
                            "「{element}」：{value} 不是实例个数。"),
    "order-of-participants": ("The new order must hold exactly those who have not had their turn.",
                              "新的顺序必须恰好包含尚未轮到的人。"),
    "participants-change": ("The participants of {element} cannot be changed by {change}.",
                            "「{element}」的会签人不能以 {change} 的方式调整。"),
    "vote-share": ("The share of a vote is a number above 0 and not above 1.", "表决比例须大于 0 且不超过 1。"),
    "no-participants": ("There are no participants here: the activity is performed once.",
                        "这里没有会签人：此步骤只办理一次。"),
    "remove-one": ("Only one participant can be removed, not the set.", "只能移除其中一人，不能移除全部。"),
    # people
    "nobody": ("Nobody can be found for this task: the case has no unit, not even a city.",
               "找不到办理人：案件没有所属单位，连市级也没有。"),
    # where a token goes
    "no-element": ("{process} has no element {element}.", "流程 {process} 没有元素 {element}。"),
    "no-token-there": ("No token can be put on {element} of {process}.",
                       "流程 {process} 的 {element} 上不能放置令牌。"),
    "out-of-reach": ("{element} does not lie where the token can go.", "令牌到不了 {element} 所在的位置。"),
    # migration
    "same-version": ("Both versions are the same.", "两个版本相同。"),
    "version-not-running": ("Version {version} of {process} does not run in this case.",
                            "本案并未在运行 {process} 的第 {version} 版。"),
    "tokens-lost": ("Tokens stand on {elements}, which the new version does not have in the same place.",
                    "令牌停在 {elements}，新版本在同一位置没有对应元素。"),
    "subprocess-gone": ("The sub-process {element} runs and is gone from the new version.",
                        "子流程 {element} 正在运行，而新版本中已没有它。"),
    "mapping-unknown": ("{source} or {target} is no element of its version.",
                        "{source} 或 {target} 不是所属版本的元素。"),
    "mapping-kinds": ("{source} and {target} are of different kinds.", "{source} 与 {target} 的类型不同。"),
    # state
    "another-release": ("This state was written by another release.", "此状态由另一版程序写成。"),
    "state-damaged": ("This state is damaged.", "此状态已损坏。"),
    # operations
    "no-operation": ("There is no operation {operation}.", "没有操作 {operation}。"),
    "fact-kind": ("fact.record cannot record the kind {kind}.", "fact.record 不能记录 {kind} 类型。"),
    "photos-since": ("photos.check needs the moment `since`.", "photos.check 缺少时刻 since。"),
    "no-text": ("city/texts/ has no text {key}.", "city/texts/ 中没有文本 {key}。"),
    "done-again": ("{operation} would be done again.", "{operation} 会被重做一次。"),
    "asks-nobody": ("A replay answers from the record and asks nobody.", "重演只读记录，不询问外界。"),
    "evidence-place": ("The property evidencePlace gives no context with lat and lon.",
                       "属性 evidencePlace 的结果不含 lat 和 lon。"),
    "evidence-at": ("The property evidenceAt gives no date and time.", "属性 evidenceAt 的结果不是日期时间。"),
    "deductions-units": ("facts.deductions: units is no list of unit codes.",
                         "facts.deductions：units 不是单位编码列表。"),
    "words-span": ("events.words: the span ends before it begins.", "统计热词的时段早于开始即已结束。"),
    "deductions-too-many": ("facts.deductions: more than {n} facts cost points; ask for a shorter span.",
                            "facts.deductions：扣分事实超过 {n} 条，请缩短时段。"),
    "deductions": ("facts.deductions: {said}", "facts.deductions：{said}"),
    # registers
    "no-register": ("{operation}: there is no register {register}; city/registers/ declares them.",
                    "{operation}：没有登记册 {register}；登记册在 city/registers/ 中声明。"),
    "register-limit": ("{operation}: limit must be a whole number from 0 to {n}.",
                       "{operation}：limit 须为 0 到 {n} 的整数。"),
    "register-sort": ("{operation}: {register} cannot be sorted by {field}.",
                      "{operation}：{register} 不能按 {field} 排序。"),
    "register-context": ("{operation}: {name} must be a context of fields and values.",
                         "{operation}：{name} 须为一组字段和值。"),
    "register-sum": ("{operation}: {field} is not among the sums of the register {register}.",
                     "{operation}：{field} 不在登记册 {register} 的合计字段中。"),
    "register-digits": ("register.sum: the sum has more than 15 digits.", "register.sum：合计超过 15 位数字。"),
    # other systems
    "call-unknown": ("city/connectors.yaml has no operation {name}.", "city/connectors.yaml 中没有操作 {name}。"),
    "call-lost": ("The nodes that performed this call ended before it was answered.",
                  "执行此调用的节点在得到答复前已停止。"),
    "call-address": ("The address of the call is none.", "调用地址无效。"),
    "call-host": ("{host} is not among the hosts that may be called.", "{host} 不在允许调用的主机之列。"),
    "call-no-address": ("{host} has no address.", "{host} 没有可用的网络地址。"),
    "call-timeout": ("There was no answer within {n} seconds.", "{n} 秒内没有答复。"),
    "call-status": ("The host answered with status {status}.", "对方以状态 {status} 答复。"),
    "call-answer-large": ("The answer is larger than {n} KB.", "答复超过 {n} KB。"),
    "call-answer-unreadable": ("The answer cannot be read.", "答复无法读取。"),
    "call-answer-kept": ("The answer holds what cannot be kept.", "答复含有无法保存的内容。"),
    "call-path": ("{name}: a parameter is no piece of a path.", "{name}：有参数不能作为路径的一段。"),
    "mail-refused": ("The mail server refused the address.", "邮件服务器拒绝了这个地址。"),
    "mail-none": ("There is no mail server; see the setting SMTP_URL.", "没有邮件服务器，见设置 SMTP_URL。"),
    # what a form or a register says about values
    "register": ("{operation}: {register}: {said}", "{operation}：{register}：{said}"),
    "call-parameters": ("{name}: {said}", "{name}：{said}"),
}  # fmt: skip

#: what may stand in a hole; anything else in all others
_HOLES = {
    "operation": r"'?[a-z]+(?:\.[a-z_]+)+'?", "n": r"[0-9]+", "version": r"[0-9]+", "name": r"[a-z_]+(?:\.[a-z_]+)*",
}  # fmt: skip
#: an incident of a call names operation and code before the sentence
_BEFORE = re.compile(r"[a-z_.]+: [a-z0-9_.-]+ (?=\S)")
#: a defect of the program itself
_DEFECT = re.compile(r"[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Iteration)\b.*", re.DOTALL)
#: signs of a sentence that is looked up
_LONGEST = 4000
_HOLE = re.compile(r"\{(\w+)\}")


def _pattern(template: str) -> re.Pattern[str]:
    parts = _HOLE.split(template)
    written = [re.escape(part) if number % 2 == 0 else f"(?P<{part}>{_HOLES.get(part, '.+?')})"
               for number, part in enumerate(parts)]  # fmt: skip
    return re.compile("".join(written), re.DOTALL)


_PATTERNS = {code: _pattern(english) for code, (english, _) in SENTENCES.items()}


@lru_cache(maxsize=2048)
def cause_of(text: str) -> Cause:
    """Find the code and the Chinese of a sentence; one that the table does not know stays as it is."""
    unknown = Cause("", text, text)
    return next(_found(text), unknown) if len(text) <= _LONGEST else unknown


def _found(text: str) -> Iterator[Cause]:
    ahead = _BEFORE.match(text)
    for before, sentence in (("", text), *([(ahead[0], text[ahead.end() :])] if ahead else ())):
        for code, pattern in _PATTERNS.items():
            if found := pattern.fullmatch(sentence):
                values = {name: value.strip("'\"") for name, value in found.groupdict().items()}
                if not (before == "" and ahead and code == "call-parameters"):
                    yield Cause(code, before + SENTENCES[code][1].format_map(values), text)
    if _DEFECT.fullmatch(text):
        yield Cause("defect", f"程序缺陷：{text}", text)
