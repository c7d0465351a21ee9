"""Whom the operator named stays who they are, whatever happens to e-mail addresses."""

from tests.chat import Chat


def test_an_admin_who_is_renamed_stays_an_admin_and_the_old_address_makes_nobody_one(chat: Chat) -> None:
    chat.change(chat.admin, email="ada.novak@example.com")
    heir = chat.newcomer(displayName="Otto Erb", email="admin@example.com")
    chat.running.resolve()
    assert "for license admins only" in heir.says("pending")
    assert "No request waits" in chat.admin.says("pending")


def test_an_approver_who_is_renamed_is_still_asked(chat: Chat) -> None:
    chat.change(chat.director, email="dirk@example.com")
    chat.newcomer(displayName="Otto Erb", email="director@example.com")
    chat.running.resolve()
    chat.employee.says("request messaging for colleague@example.com")
    assert "Request #1 waits for you" in chat.director.last()


def test_a_restart_while_webex_is_down_keeps_everybody(chat: Chat) -> None:
    chat.weather(method="GET", path="/v1/people**", times=20, status=503)
    chat.running.worker.roster.ourselves(chat.running.clock())
    chat.running.resolve()
    chat.running.control("DELETE", "weather")
    assert "No request waits" in chat.admin.says("pending")
