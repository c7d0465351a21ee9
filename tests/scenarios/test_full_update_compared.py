"""After a full update all other fields are compared with how they stood; what was not compared is not called so."""

import pytest

from bot.desk.states import State
from tests.chat import Chat
from tests.scenarios.test_full_update import by_record, touch, update_noted  # noqa: F401 a fixture of every test here


def reads(chat: Chat, undisturbed: int, then_away: int) -> None:
    """Let Webex show the employee so many times, and then be away."""
    path = f"/people/{chat.employee.person_id}"
    for _ in range(undisturbed):
        chat.weather(method="GET", path=path, delay=0)
    chat.weather(method="GET", path=path, status=503, times=then_away)


@pytest.mark.thorough
def test_a_second_try_compares_with_how_it_stood_before_the_first(by_record: Chat) -> None:  # noqa: F811
    by_record.employee.says("request messenger")
    by_record.weather(method="PUT", path="/people/*", lost=True)
    reads(by_record, 3, then_away=12)  # the person, the record, and the record once more just before it is written
    by_record.manager.presses("Approve")
    by_record.running.control("DELETE", "weather")
    by_record.change(by_record.employee, title="Changed by it")
    by_record.running.run_delayed()
    assert by_record.state_of(1) is State.GRANTED
    assert len(by_record.calls("PUT", "/v1/people")) == 1
    assert update_noted(by_record, 1) == ["licenses", "title"]
    assert "these fields are not as they were: title" in by_record.admin.last()


@pytest.mark.thorough
def test_a_comparison_that_webex_does_not_allow_is_told_to_the_admins(by_record: Chat) -> None:  # noqa: F811
    by_record.employee.says("request messenger")
    reads(by_record, 4, then_away=10)  # as above, and the one that shows that the license is there
    by_record.manager.presses("Approve")
    assert by_record.state_of(1) is State.GRANTED
    assert update_noted(by_record, 1) == "not compared"
    assert "could not compare the other fields" in by_record.admin.last()


@pytest.mark.thorough
def test_what_somebody_else_changed_is_not_laid_to_an_update_that_was_never_written(by_record: Chat) -> None:  # noqa: F811
    by_record.employee.says("request messenger")
    card = by_record.manager.card_with("Approve")
    touch(by_record, 2, department="Legal")
    by_record.manager.presses("Approve", on=card)
    assert by_record.state_of(1) is State.REFUSED
    assert update_noted(by_record, 1) == "nothing written"
    assert not any("not as they were" in message["text"] for message in by_record.admin.inbox())
