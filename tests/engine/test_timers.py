"""Limits and timers: they fire at their moment, move in place, stand still and repeat."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.domain.calendar import WorkingCalendar
from app.engine import commands
from tests.engine.running import MONDAY, SHANGHAI, Running, flow, line, service, user_task

START, END, END2 = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>', '<bpmn:endEvent id="e2"/>'
MESSAGES = '<bpmn:message id="m" name="go"/>'


def timer(key: str, host: str, expression: str, kind: str = "timeDate", interrupting: str = "false") -> str:
    return (f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{interrupting}">'
            f"<bpmn:timerEventDefinition><bpmn:{kind}>{expression}</bpmn:{kind}></bpmn:timerEventDefinition>"
            "</bpmn:boundaryEvent>")


def note(key: str, kind: str) -> str:
    return service(key, "fact.record", kind=f"&quot;{kind}&quot;")


def limited(operations: str = "", **properties: str) -> Running:
    """A task of 10 hours with a yellow and a red timer, and a message that runs operations beside it."""
    act = ('<bpmn:boundaryEvent id="act" attachedToRef="a" cancelActivity="false">'
           '<bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>')
    ops = operations or note("op", "nothing")
    wanted = {"limit": "handling", "limitAmount": "10 h", **properties}
    body = (START + user_task("a", **wanted) + timer("y", "a", "=limits.handling.yellow_at")
            + timer("r", "a", "=limits.handling.due_at") + note("ny", "yellow") + note("nr", "red") + act + ops + END
            + '<bpmn:endEvent id="ey"/><bpmn:endEvent id="er"/>' + END2 + line("s", "a", "e") + line("y", "ny", "ey")
            + line("r", "nr", "er") + line("act", "op", "e2"))
    case = Running().publish("p", body, MESSAGES)
    case.start("p")
    return case


def noted(case: Running) -> list[tuple[str, str]]:
    return [(fact.content["kind"], fact.at.strftime("%d %H:%M")) for fact in case.facts if fact.kind == "Noted"]


def test_yellow_and_red_fire_at_seventy_and_a_hundred_percent():
    case = limited()
    assert case.open["p/a#1"].due_at == MONDAY + timedelta(hours=10)
    case.wait(hours=12)
    assert noted(case) == [("yellow", "02 16:00"), ("red", "02 19:00")]
    assert case.again() is None


def test_an_extension_moves_timers_and_task_in_place_and_wakes_yellow_again():
    case = limited(service("op", "limits.extend", name="&quot;handling&quot;", amount="&quot;10 h&quot;"))
    case.wait(hours=8)
    moved = case.send("go")
    assert [t.key for t in moved.moved] == ["p/a#1"] and not moved.opened and not moved.ended
    assert case.open["p/a#1"].due_at == MONDAY + timedelta(hours=20)
    case.wait(hours=13)
    assert noted(case) == [("yellow", "02 16:00"), ("yellow", "02 23:00"), ("red", "03 05:00")]
    assert case.complete("a").closed
    assert case.again() is None


def test_a_paused_limit_fires_nothing_and_goes_on_where_it_stopped():
    pause = service("op", "limits.pause", names="[&quot;handling&quot;]")
    resume = pause.replace("limits.pause", "limits.resume").replace('id="op"', 'id="op2"')
    act2 = ('<bpmn:boundaryEvent id="act2" attachedToRef="a" cancelActivity="false">'
            '<bpmn:messageEventDefinition messageRef="m2"/></bpmn:boundaryEvent>')
    case = limited(pause)
    body = case.shelf.content("process", "p", 1).decode()
    body = body.replace("</bpmn:process>", act2 + resume + '<bpmn:endEvent id="e3"/>' + line("act2", "op2", "e3")
                        + "</bpmn:process>").replace("</bpmn:definitions>",
                                                     '<bpmn:message id="m2" name="back"/></bpmn:definitions>')
    case = Running()
    case.shelf.put("process", "p", body.encode())
    case.start("p")
    case.wait(hours=5)
    assert case.send("go").moved[0].paused
    case.wait(days=3)
    assert noted(case) == []
    case.send("back")
    assert case.open["p/a#1"].due_at == MONDAY + timedelta(days=3, hours=10)
    case.wait(hours=6)
    assert [kind for kind, _ in noted(case)] == ["yellow", "red"]
    assert case.again() is None


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("PT48H", datetime(2026, 3, 4, 9, tzinfo=SHANGHAI)),
        ("4 wh", datetime(2026, 3, 2, 14, 30, tzinfo=SHANGHAI)),
        ("3 wd", datetime(2026, 3, 5, 9, 0, tzinfo=SHANGHAI)),
        ("=length", datetime(2026, 3, 2, 11, tzinfo=SHANGHAI)),
    ],
)
def test_durations_count_by_the_clock_or_in_working_time(expression, due):
    body = START + user_task("a") + timer("t", "a", expression, "timeDuration") + END + END2
    case = Running().publish("p", body + line("s", "a", "e") + line("t", "e2"))
    assert case.start("p", length="PT2H").timers[0].due_at == due


def test_a_repetition_fires_as_often_as_it_says():
    body = (START + user_task("a") + timer("t", "a", "R3/PT30M", "timeCycle") + note("n", "tick") + END + END2
            + line("s", "a", "e") + line("t", "n", "e2"))
    case = Running().publish("p", body)
    case.start("p")
    case.wait(hours=5)
    assert noted(case) == [("tick", "02 09:30"), ("tick", "02 10:00"), ("tick", "02 10:30")]
    assert case.complete("a").closed and case.again() is None


def test_an_interrupting_timer_cancels_the_task_and_what_is_inside_a_scope():
    inside = f'<bpmn:startEvent id="ws"/>{user_task("a")}<bpmn:endEvent id="we"/>{line("ws", "a", "we")}'
    scope = f'<bpmn:subProcess id="w">{inside}</bpmn:subProcess>'
    body = START + scope + timer("t", "w", "PT1H", "timeDuration", "true") + user_task("late") + END
    case = Running().publish("p", body + line("s", "w", "e") + line("t", "late") + flow("late", "e"))
    case.start("p")
    fired = case.wait(hours=2)
    assert fired.ended == {"p/a#1": "cancelled"} and [t.node for t in fired.opened] == ["late"]
    assert case.complete("late").closed and case.again() is None


def test_two_timers_on_one_gateway_keep_their_own_moments():
    catch = ('<bpmn:intermediateCatchEvent id="{0}"><bpmn:timerEventDefinition><bpmn:timeDuration>{1}'
             "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>")
    body = (START + '<bpmn:eventBasedGateway id="g"/>' + catch.format("slow", "PT5H") + catch.format("fast", "PT2H")
            + user_task("after_slow") + user_task("after_fast") + END + flow("s", "g") + flow("g", "slow")
            + flow("g", "fast") + flow("slow", "after_slow") + flow("fast", "after_fast") + flow("after_slow", "e")
            + flow("after_fast", "e"))
    case = Running().publish("p", body)
    started = case.start("p")
    assert sorted((t.node, t.due_at.hour) for t in started.timers) == [("fast", 11), ("slow", 14)]
    case.wait(hours=3)
    assert list(case.open) == ["p/after_fast#1"] and case.progress.timers == ()
    assert case.again() is None


def test_a_completion_after_the_due_moment_still_counts_and_says_it_was_late():
    case = limited()
    case.now = MONDAY + timedelta(hours=11)
    case.complete("a")
    assert case.kinds("LimitEnded")[0]["late"] is True


def test_a_holiday_that_is_set_later_does_not_change_what_was():
    case = limited(service("op", "limits.extend", name="&quot;handling&quot;", amount="&quot;1 wd&quot;"),
                   limitAmount="3 wd")
    case.send("go")
    assert case.open["p/a#1"].due_at == datetime(2026, 3, 6, 9, tzinfo=SHANGHAI)
    case.wait(days=2)
    case.complete("a")
    case.world = replace(case.world, calendar=WorkingCalendar({date(2026, 3, 4): False}))
    assert case.again() is None


def fired(case: Running, *keys: str) -> None:
    """Fire late: at the case's own moment, not at the timer's."""
    command = case.by()
    progress = commands.fire(case.world, command, case.state, keys or None)
    assert progress
    case._keep(progress, command)


def ticking(text: str) -> Running:
    body = (START + user_task("a") + timer("t", "a", text, "timeCycle") + note("n", "tick") + END + END2
            + line("s", "a", "e") + line("t", "n", "e2"))
    case = Running().publish("p", body)
    case.start("p")
    return case


def test_repetitions_that_were_missed_come_once_and_then_in_their_row():
    case = ticking("R3/PT1H")
    case.now += timedelta(hours=5, minutes=20)
    fired(case)
    assert [one.due_at.hour for one in case.progress.timers] == [15]
    case.wait(hours=9)
    assert noted(case) == [("tick", "02 14:20"), ("tick", "02 15:00"), ("tick", "02 16:00")]
    assert case.complete("a").closed and case.again() is None


def test_a_cron_text_repeats_on_the_citys_clock():
    case = ticking("0 30 8 ? * MON-FRI")
    case.wait(days=7)
    assert noted(case) == [("tick", f"{day:02} 08:30") for day in (3, 4, 5, 6, 9)]
    assert case.complete("a").closed and case.again() is None


def test_a_repetition_ends_with_its_last_moment():
    case = ticking("R/P1D/2026-03-04T10:00")
    case.wait(days=7)
    assert noted(case) == [("tick", "02 10:00"), ("tick", "03 10:00"), ("tick", "04 10:00")]
    assert case.progress.timers == () and case.again() is None


def test_one_of_two_due_timers_fires_and_leaves_its_neighbour():
    case = limited()
    case.now += timedelta(hours=12)
    (yellow,) = [one.key for one in case.progress.timers if one.node == "y"]
    fired(case, yellow)
    assert [one.node for one in case.progress.timers] == ["r"] and [kind for kind, _ in noted(case)] == ["yellow"]
    case.now += timedelta(minutes=1)
    fired(case)
    assert [kind for kind, _ in noted(case)] == ["yellow", "red"]
    assert case.again() is None


RENEWING = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">
  <decision id="sla" name="sla"><decisionTable hitPolicy="FIRST">
    <input id="i1"><inputExpression typeRef="string"><text>step</text></inputExpression></input>
    <input id="i2"><inputExpression typeRef="string"><text>urgency</text></inputExpression></input>
    <output id="o1" name="amount" typeRef="string"/>
    <rule id="r1"><inputEntry id="r1a"><text>"handling"</text></inputEntry>
      <inputEntry id="r1b"><text>"U1"</text></inputEntry><outputEntry id="r1c"><text>"2 h"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="r2a"><text>-</text></inputEntry>
      <inputEntry id="r2b"><text>-</text></inputEntry><outputEntry id="r2c"><text>"20 h"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""


@pytest.mark.parametrize("urgency", ["U1", "U4"])
def test_a_changed_urgency_renews_the_running_limits_of_the_named_steps(urgency: str) -> None:
    renew = service("op", "limits.renew", names="[&quot;handling&quot;, &quot;sign&quot;]")
    begin = (f'<bpmn:scriptTask id="urgent"><bpmn:script>event.urgency = "{urgency}"\nurgency = "stale"</bpmn:script>'
             "</bpmn:scriptTask>")
    act = ('<bpmn:boundaryEvent id="act" attachedToRef="a" cancelActivity="false">'
           '<bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>')
    body = (START + user_task("a", limit="handling", limitFactor="=0.5", limitMinimum="3 h")
            + timer("r", "a", "=limits.handling.due_at") + note("nr", "red") + act + begin + renew + END
            + '<bpmn:endEvent id="er"/>' + END2 + line("s", "a", "e") + line("r", "nr", "er")
            + line("act", "urgent", "op", "e2"))
    case = Running()
    case.shelf.put("decision", "sla", RENEWING.encode())
    case.publish("p", body, MESSAGES)
    case.start("p")
    assert case.open["p/a#1"].due_at == MONDAY + timedelta(hours=10)
    case.wait(hours=4)
    moved = case.send("go")
    if urgency == "U1":
        # the half of two hours, but three at least, from now on
        assert [task.due_at for task in moved.moved] == [MONDAY + timedelta(hours=7)]
        case.wait(hours=4)
        assert noted(case) == [("red", "02 16:00")]
    else:
        assert case.open["p/a#1"].due_at == MONDAY + timedelta(hours=10)
    moves = [fact.content for fact in case.facts if fact.kind == "LimitMoved"]
    assert [(one["change"], one["source"], one["minimum"]) for one in moves] == [("renew", "sla", "3 h")]
    assert case.again() is None
