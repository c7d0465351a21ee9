from cards.help import HelpLine, HelpView, help_card
from cards.welcome import WelcomeView, welcome
from tests.cards import checking


def test_help_keeps_the_placeholders_of_a_command() -> None:
    usage = "request <license>[ and <license>…] [for <email>]"
    post = help_card(HelpView((HelpLine(usage, "Ask for a license."),)))
    assert f"- `{usage}` Ask for a license." in post.markdown
    assert f"• {usage} Ask for a license." in checking.shown(post.card)


def test_admin_commands_are_shown_to_admins_only() -> None:
    line = HelpLine("pending", "What waits.")
    assert "For admins" not in help_card(HelpView((line,))).markdown
    assert "**For admins**\n\n- `pending` What waits." in help_card(HelpView((), (line,))).markdown


def test_help_offers_what_people_do_most() -> None:
    assert checking.submits(help_card(HelpView(())).card) == {
        "Request a license": {"do": "request"},
        "My requests": {"do": "my_requests"},
        "My licenses": {"do": "my_licenses"},
        "Waiting for me": {"do": "waiting"},
    }


def test_help_offers_its_buttons_before_its_commands_two_in_a_row() -> None:
    body = help_card(HelpView((HelpLine("help", "See this."),))).card["body"]
    assert [node["type"] for node in body[2:]] == ["ActionSet", "ActionSet", "TextBlock", "RichTextBlock"]
    assert [len(node["actions"]) for node in checking.of_type({"type": "", "body": body}, "ActionSet")] == [2, 2]


def test_forty_commands_fit() -> None:
    lines = tuple(HelpLine(f"command{number} <license> [because …]", "Does what it says. " * 3) for number in range(40))
    post = help_card(HelpView(lines[:25], lines[25:]))
    assert checking.faults(post.card) == []
    assert "command39" in post.markdown
    assert "command39" in " ".join(checking.shown(post.card))


def test_a_welcome_greets_a_person_or_a_space() -> None:
    assert welcome(WelcomeView("Ada", is_group=False)).markdown.startswith("**Hello Ada!**")
    assert "Mention me" in welcome(WelcomeView("", is_group=True)).markdown
    assert "Mention me" not in welcome(WelcomeView("Ada", is_group=False)).markdown
