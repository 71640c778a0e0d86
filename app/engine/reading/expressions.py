"""Every expression of a diagram in FEEL, whatever language it was written in."""

import re
from contextlib import suppress

from app.domain.errors import Invalid
from app.engine import feel
from app.engine.reading import boxed, juel, python_text, xpath
from app.engine.reading.descent import NoEquivalent
from app.engine.reading.notes import Notes
from app.engine.reading.words import NODES
from app.engine.reading.xml import SPIFF, Element, children, every, tag, take, text_of
from app.engine.scope import read_script

_CONDITIONS = ("conditionExpression", "condition", "loopCondition", "completionCondition", "loopCardinality")
TIMES = ("timeDate", "timeDuration", "timeCycle")
#: what the standard lets hold notes beside its text
EXPRESSIONS = (*_CONDITIONS, *TIMES, "activationCondition", "formalExpression", "messagePath", "dataPath", "from",
               "to", "transformation")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<text>[^"']*)(?P=quote)""")
#: one statement of JavaScript, Groovy or Java that sets a variable
_STATEMENTS = (
    re.compile(r"""(?:\w+\.)?setVariable\(\s*["'](?P<name>[^\W\d]\w*)["']\s*,\s*(?P<value>.+)\)"""),
    re.compile(r"""(?:(?:final\s+)?(?:var|let|const|def|int|long|double|float|boolean"""
               r"""|(?:[a-z]\w*\.)*[A-Z]\w*(?:<[\w<>, .?]*>)?)\s+)?"""
               r"""(?P<name>[^\W\d]\w*)\s*=(?!=)\s*(?P<value>.+)"""),
)
#: a text or a note; one that is never closed reaches to the end, so that every sign is looked at once
_ASIDE = re.compile(r"""("(?:[^"\\]|\\.)*(?:"|\\?$)|'(?:[^'\\]|\\.)*(?:'|\\?$))|//.*|/\*.*?(?:\*/|$)""")
#: a line that only writes to a log says nothing about the case
_PRINTS = re.compile(r"""(?:out:println\s.*|(?:(?:System\.(?:out|err)|console)\.)?(?:print|println|log)"""
                     r"""(?:\s*\(.*\)|\s+["'].*))""")
#: languages whose variables are objects with properties
_BEANS = re.compile(r"(?:^|[/.])(?:java|mvel)(?:$|[/.\d])")
_GETTER = re.compile(r"(?<!kcontext)\.(?:get|is)(?!Empty\b)([A-Z]\w*)\(\s*\)")
#: a FEEL text; a note or a break outside of one
_TEXT = re.compile(r'("(?:[^"\\]|\\.)*")', re.DOTALL)
_BREAK = re.compile(r"/\*.*?\*/|//[^\n]*|\s*[\r\n]+\s*", re.DOTALL)
_FEEL_NAMES = ("", "feel", "text/feel")


def reads(text: str) -> bool:
    """Say whether a text is FEEL."""
    try:
        feel.check(text)
    except Invalid:
        return False
    return True


def feel_of(text: str, language: str = "") -> str:
    """Return an expression as FEEL without a leading `=`.

    Args:
        language: what the expression itself says it is written in; tools leave the file's default as it is.

    Raises:
        NoEquivalent: it is in another language and has none.
    """
    text = properties_of_beans(boxed.unboxed(text.strip()), language)
    if text.startswith("="):
        return text[1:].strip()
    if juel.has_juel(text):
        return juel.to_feel(text)
    if xpath.is_xpath(language) or xpath.looks_like_xpath(text):
        with suppress(NoEquivalent):
            return xpath.to_feel(text)
    python = python_text.looks_like_python(text)
    if not python and reads(text):
        return text
    bare = re.sub(r"^return\b|;$", "", text).strip().replace("===", "==").replace("!==", "!=")
    for convert, source in ((python_text.to_feel, text), (juel.to_feel, f"${{{bare}}}"), (xpath.to_feel, text)):
        try:
            found = convert(source)
        except NoEquivalent:
            continue
        if reads(found):
            return found
    if reads(text):
        return text
    raise NoEquivalent(text[:80])


def properties_of_beans(text: str, language: str) -> str:
    """Read `x.getTotal()` of Java and its like as the property `x.total`; variables there are never anything else."""
    if not _BEANS.search(language.lower()):
        return text
    return _GETTER.sub(lambda found: f".{found[1][0].lower()}{found[1][1:]}", text)


def one_line(text: str) -> str:
    """Write FEEL without breaks and notes, as an assignment holds it."""
    if "\n" not in text and "\r" not in text:
        return text
    return "".join(
        piece.replace("\r", "").replace("\n", "\\n") if piece[:1] == '"' else _BREAK.sub(" ", piece)
        for piece in _TEXT.split(text)
    )


def value_of(text: str) -> str:
    """Return a property's value: plain text stays, an expression of another engine becomes `=` FEEL.

    Raises:
        NoEquivalent: an expression that has none.
    """
    return f"={juel.to_feel(text)}" if juel.has_juel(text) else text.strip()


def convert(root: Element, notes: Notes) -> None:
    """Convert conditions, timers and scripts in place; what has no equivalent stays and is noted."""
    for element in list(every(root, _CONDITIONS)):
        _put(element, notes)
    for element in list(every(root, TIMES)):
        _time(element, notes)
    for element in root.iter(f"{{{SPIFF}}}parameter"):
        value = element.get("value", "")
        try:
            element.set("value", feel_of(value) if value.strip() else value)
        except NoEquivalent as cause:
            _lost(owner_of(element), value, cause, notes)
    for element in list(every(root, ("scriptTask",))):
        for script in children(element, "script"):
            _script(element, script, element.get("scriptFormat", ""), notes)
    for name in ("preScript", "postScript"):
        for script in root.iter(f"{{{SPIFF}}}{name}"):
            _script(owner_of(script), script, "", notes)


def owner_of(element: Element) -> Element:
    """Return the flow node around an expression, or the sequence flow."""
    found: Element | None = element
    while found is not None and tag(found) not in NODES | {"sequenceFlow", "process"}:
        found = found.getparent()
    return element if found is None else found


def _lost(owner: Element, text: str, cause: Exception, notes: Notes) -> None:
    shown = text.strip()[:80]
    notes.lost(owner, "expression", f"表达式「{shown}」没有对应的 FEEL({str(cause)[:60]})。",
               f"The expression {shown!r} has no equivalent in FEEL ({str(cause)[:60]}).")


def _put(element: Element, notes: Notes) -> None:
    text = text_of(element)
    if not text:
        return
    try:
        found = feel_of(text, element.get("language") or _language_of_file(element))
    except NoEquivalent as cause:
        _lost(owner_of(element), text, cause, notes)
        return
    if found != text.removeprefix("=").strip():
        notes.converted(owner_of(element), "expression", f"「{text[:80]}」已转换为「{found[:80]}」。",
                        f"{text[:80]!r} was converted to {found[:80]!r}.")
    element.text = found


def _language_of_file(element: Element) -> str:
    """Return what a file says of its expressions, where that is not the default that every tool writes."""
    language = _root_of(element).get("expressionLanguage", "")
    return language if _BEANS.search(language.lower()) else ""


def _root_of(element: Element) -> Element:
    return element.getroottree().getroot()


def _time(element: Element, notes: Notes) -> None:
    text = element.text = boxed.repetition(text_of(element))
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        element.text = quoted["text"]
    elif boxed.is_bare_feel(text, element.get("language") or _root_of(element).get("expressionLanguage", "")):
        element.text = f"={text}"
    elif juel.has_juel(text):
        try:
            element.text = f"={juel.to_feel(text)}"
        except NoEquivalent as cause:
            _lost(owner_of(element), text, cause, notes)
            return
        notes.converted(owner_of(element), "expression", f"「{text[:80]}」已转换为「{element.text[:80]}」。",
                        f"{text[:80]!r} was converted to {element.text[:80]!r}.")


def _script(owner: Element, script: Element, language: str, notes: Notes) -> None:
    """Convert a script that is not ours, line by line."""
    text = properties_of_beans((script.text or "").strip(), language)
    if not text or (language.lower() in _FEEL_NAMES and not _is_foreign(text)):
        return
    # lists of texts look like Python too; what reads as ours and as nothing else is ours
    ours = language.lower() in _FEEL_NAMES and _reads_script(text)
    for convert in (python_text.script_to_feel,) if ours else (python_text.script_to_feel, statements):
        try:
            found = convert(text)
            read_script(found)
        except (NoEquivalent, Invalid):
            continue
        if found == text and language.lower() in _FEEL_NAMES:
            return
        script.text = found
        take(owner, "scriptFormat")
        if any(_PRINTS.fullmatch(line.strip().rstrip(";")) for line in text.splitlines()):
            notes.kept(owner, "script", "脚本中只写日志的行不执行。", "Lines that only write to a log are left out.")
        notes.converted(owner, "script", "脚本已转换为 FEEL 赋值。", "The script was converted to assignments in FEEL.")
        return
    if ours:
        return
    notes.lost(owner, "script", f"脚本({language or 'Python'})没有对应的 FEEL 赋值。",
               f"The script ({language or 'Python'}) has no equivalent as assignments in FEEL.")


def _is_foreign(text: str) -> bool:
    if any(python_text.looks_like_python(line) for line in text.splitlines() if not line.strip().startswith("//")):
        return True
    return not _reads_script(text)


def _reads_script(text: str) -> bool:
    try:
        read_script(text)
    except Invalid:
        return False
    return True


def statements(text: str) -> str:
    """Convert statements that set variables, one a line.

    Raises:
        NoEquivalent: a line does anything else.
    """
    lines = []
    for line in text.splitlines():
        plain = _ASIDE.sub(r"\1", line).strip().rstrip(";").strip()
        if plain[:2] in ("${", "#{") and plain[-1] == "}":
            plain = plain[2:-1].strip()
        if not plain or plain.startswith(("//", "#", "*", "/*")) or _PRINTS.fullmatch(plain):
            continue
        found = next((one for form in _STATEMENTS if (one := form.fullmatch(plain))), None)
        if found is None:
            raise NoEquivalent(plain[:80])
        lines.append(f"{found['name']} = {feel_of(found['value'])}")
    return "\n".join(lines)
