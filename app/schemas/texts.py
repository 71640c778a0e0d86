"""What is said about a field that does not fit, in both languages."""

from collections.abc import Mapping
from contextvars import ContextVar

#: language of the request that is being answered
LANGUAGE: ContextVar[str] = ContextVar("LANGUAGE", default="zh")

#: key -> (Chinese, English); {names} are filled in
TEXTS: Mapping[str, tuple[str, str]] = {
    "required": ("此项必填", "This is required"),
    "unknown": ("没有这个字段", "There is no such field"),
    "hidden": ("此项当前不显示，不能提交", "This field is not shown at the moment and cannot be sent"),
    "readonly": ("此项只读，不能修改", "This field is read-only"),
    "text": ("应为文字", "Must be text"),
    "characters": ("含有不允许的控制字符", "Contains control characters that are not allowed"),
    "too_short": ("至少 {n} 个字", "At least {n} characters"),
    "too_long": ("最多 {n} 个字", "At most {n} characters"),
    "pattern": ("格式不正确", "Has the wrong format"),
    "email": ("不是有效的电子邮箱", "Is not an e-mail address"),
    "phone": ("不是有效的电话号码", "Is not a telephone number"),
    "number": ("应为数字", "Must be a number"),
    "integer": ("应为整数", "Must be a whole number"),
    "decimals": ("最多 {n} 位小数", "At most {n} decimal places"),
    "minimum": ("不能小于 {n}", "Must be at least {n}"),
    "maximum": ("不能大于 {n}", "Must be at most {n}"),
    "boolean": ("应为是或否", "Must be true or false"),
    "agree": ("须勾选此项", "Must be ticked"),
    "event": ("不是可以选的事件：须是本街道未办结、当前环节可以并入、您有权查看的",
              "Must be an open event of the street, at a step that allows it, that you may see"),
    "option": ("不在可选范围内", "Is not one of the options"),
    "list": ("应为列表", "Must be a list"),
    "object": ("应为一组字段", "Must be a set of fields"),
    "too_few": ("至少 {n} 项", "At least {n} entries"),
    "too_many": ("最多 {n} 项", "At most {n} entries"),
    "twice": ("有重复的选项", "An option is named twice"),
    "date": ("不是有效的日期", "Is not a date"),
    "time": ("不是有效的时间", "Is not a time of day"),
    "datetime": ("不是有效的日期时间", "Is not a date and time"),
    "duration": ("不是有效的时长（如 PT48H，或秒数）", "Is not a duration (such as PT48H, or seconds)"),
    "passed": ("不能早于现在", "Must not be in the past"),
    "future": ("不能晚于现在", "Must not be in the future"),
    "attachment": ("不是已上传的附件", "Is not an uploaded file"),
    "file_size": ("附件不能超过 {n} MB", "A file must not be larger than {n} MB"),
    "voice_length": ("录音不能超过 {n} 秒", "A voice must not last longer than {n} seconds"),
    "voice_type": ("请上传录音（音频文件）", "Must be a sound recording"),
    "size_all": ("所有文件合计不能超过 {n} MB，请减少或换用较小的文件",
                 "All files together must not be larger than {n} MB; send fewer or smaller ones"),
    "file_type": ("不接受这种类型的附件", "Files of this type are not accepted"),
    "position": ("不是有效的位置", "Is not a position"),
    "pair": ("经度和纬度须同时填写", "Latitude and longitude belong together"),
    "identifier": ("不是有效的编号", "Is not a valid identifier"),
    "size": ("内容过大", "Is too large"),
    "depth": ("嵌套过深", "Is nested too deeply"),
    "person": ("没有这个人员，或账号已停用", "There is no such person, or the account is closed"),
    "username": (
        "2 至 60 个小写字母、数字、点、横线或下划线，以字母开头",
        "2 to 60 small letters, digits, dots, hyphens or underscores, a letter first",
    ),
    "name": ("1 至 {n} 个字", "1 to {n} characters"),
    "password": ("{n} 至 {most} 个字符", "{n} to {most} characters"),
    "password_name": ("不能包含用户名", "Must not contain the user name"),
    "old_password": ("现用密码不对", "Is not the password that holds now"),
    "not_same": ("两次输入不一致", "Is not the same as above"),
    "same_password": ("须与现用密码不同", "Must differ from the password that holds now"),
    "formula": ("不能以 = + - @ 开头", "Must not begin with = + - @"),
    "headings": (
        "第一行须为列名：{names}，其中“账号”必有",
        "The first row must name the columns ({names}), the first of them at least",
    ),
    "other_admin": ("不归您管理", "Is not yours to look after"),
    "listed_twice": ("表中有重复的账号", "Is listed twice"),
    "seat_name": ("应为 岗位名称@单位名称，没有这个岗位", "Must be name of a role@name of a unit; there is none"),
    "seat_text": ("应为 岗位代码@单位编码", "Must be role@unit"),
    "unit_code": ("不是有效的单位编码，或没有上级单位", "Is not the code of a unit, or there is no unit above it"),
    "successor": ("不是有效的承接单位", "Is not a unit that can take over"),
    "successor_empty": ("承接单位还没有人员，请先为其配备人员", "Nobody works in that unit yet: give it people first"),
    "wrong_seat": ("此岗位不设在这类单位", "This role does not sit in a unit of this kind"),
    "overlaps": ("与已有的值班重叠", "Overlaps another duty"),
    "not_seated": ("此人不在这个岗位", "This person does not hold this post"),
    "code_wrong": ("验证码不对，或已经用过", "The code is wrong, or was used already"),
    "own_substitute": ("本人不能代理本人", "Nobody stands in for himself"),
    "yourself_substitute": ("不能把自己指定为他人的代理，请指定其他人",
                            "You cannot name yourself for somebody else; name another officer"),
    "no_officer": ("此人没有可以代理的岗位", "This person holds no post in which somebody can stand in"),
    "ends_early": ("结束时间须晚于开始时间和现在", "Must end after it begins, and after now"),
    "stay": ("代理期最长 {n} 天", "Nobody stands in for longer than {n} days"),
    "named_already": ("这段时间内已指定此人代理", "This person stands in during this time already"),
    "called": ("没有这位工作人员：{name}", "There is no officer {name}"),
    "called_not": ("{name} 不能知悉本案", "{name} must not know of this case"),
    "oneself": ("不能交给自己", "A task cannot be handed to oneself"),
    "no_seat": ("此人不在可以办理这项任务的岗位上", "This person holds no post that may do this task"),
    "excluded": ("此人须回避这项任务", "This person is excluded from this task"),
    "excluded_case": ("其中有须回避本案的单位或人员", "Somebody among them must not hear of this case"),
    "digits": ("最多 {n} 位有效数字", "At most {n} digits"),
    "unit": ("没有叫这个名称的单位；请从列表中选择，或填写单位编码",
             "No unit is called this; choose one of the list, or give its code"),
    "several": ("有 {n} 个叫这个名称，请选择其中一个，如 {names}", "{n} are called this; choose one of them: {names}"),
    "and": ("、", ", "),
    "no_unit": ("没有这个单位", "There is no such unit"),
    "unit_level": ("这一登记册的记录应归到更低一级的单位", "Rows of this register belong to a unit further down"),
    "not_yours": ("您在这个单位没有登记权限", "You may not write rows of this unit"),
    "incomparable": ("不能这样比较", "Cannot be compared like this"),
    "taken": ("已有相同的记录", "Another row has this already"),
    "csv": ("第 {n} 行不是有效的 CSV", "Line {n} is not CSV"),
    "columns_missing": ("缺少必填的列：{names}", "Columns are missing that must be there: {names}"),
    "taken_in_file": ("与本文件第 {n} 行重复", "Is the same as row {n} of this file"),
    "sheet": ("不是 Excel（.xlsx）或 CSV 表格文件", "Is no table: a workbook (.xlsx) or CSV"),
    "columns": ("首行应为列名；不认识：{names}", "The first row must name the columns; unknown: {names}"),
    "export_most": ("共 {rows} 条，一次至多导出 {n} 条；请先缩小范围再导出",
                    "There are {rows} rows, and one file takes {n}; narrow the list and export it then"),
    "reason": ("请说明理由", "Give the reason"),
}


def say(key: str, locale: str | None = None, **values: object) -> str:
    """Write one message in the language of the request.

    Raises:
        KeyError: there is no such message.
    """
    chinese, english = TEXTS[key]
    spoken = locale or LANGUAGE.get()
    return (english if spoken.startswith("en") else chinese).format(**values)
