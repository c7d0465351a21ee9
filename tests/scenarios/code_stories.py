"""One story for each way in which Webex refuses an assignment. Data only; `test_every_code.py` plays them.

Everybody asks while nothing stands against it. Between the approver's card and the press the facts change, so that
Webex says no. Where facts cannot bring that about, weather says it in Webex's words, and the story says why.
"""

from dataclasses import dataclass

from bot.desk.states import State

FREE = ("Basic Messaging", "Basic Meetings")
PRO, STD = "Webex Calling - Professional", "Webex Calling - Standard"
CX = "Customer Experience - Essential"
CONSOLE_LINE = "request attendant console at Denver ext {extension}"
PRO_LINE = "request calling professional at Denver ext {extension}"
STD_LINE = "request calling standard at Denver ext {extension}"
SUITE_LINE = "request webex suite meetings 1000"
REQUESTER, ADMIN = "the person who asked", "a Webex admin"
BOTH = "Ask for this license together with the one it needs."
CHOOSE, AGAIN, DETAILS = "Choose something else", "Ask again for what failed", "Give other phone details"
PRO_TOO, AWARE_TOO = "Also request Calling Professional", "Also request Hybrid Call Aware"
CHAT_TOO, MEET_TOO = "Also request Basic Messaging", "Also request Basic Meetings"
SWAP_PRO = "Swap Calling Standard for Calling Professional"
SWAP_CX = "Swap Calling Standard for Customer Experience Essential"
SWAP_CALENDAR = "Swap Hybrid Exchange Calendar for Hybrid Google Calendar"
ONE_CALLING = "Nobody can hold Calling Professional and Calling Standard at the same time."
ONE_CALENDAR = "Nobody can hold the Hybrid calendars for Exchange and for Google at the same time."
NO_SUCH_SITE = "elsewhere.webex.com is not one of the organization's meeting sites."
NO_CX_WITH_STD = "Customer Experience Essentials does not go together with Calling Standard."
NO_MESSENGER = "Messenger licenses cannot be managed through the bot."
NO_SHARE_REMOVAL = "Screen Share comes and goes with other licenses and cannot be removed by itself."

NO_LESS = "the sandbox's control API takes no license, location or site away"
NO_SWAP = "the bot never sends this removal and addition in one request"
BY_NAME = "the bot knows this license by its name and never sends it"
NO_GAPS = "the bot never sends a Calling license without its details"


@dataclass(frozen=True, slots=True)
class Changed:
    """What the beneficiary holds when Webex is asked."""

    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ByWeather:
    """Why no change of facts makes the sandbox give this published answer to the bot."""

    why: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The words that stop the wish before an approver is asked; `asks` only where another line is needed.

    `way_out` is the button that helps, "" where the words say all there is to do.
    """

    reads: str
    holds: tuple[str, ...] = FREE
    asks: str = ""
    way_out: str = CHOOSE


@dataclass(frozen=True, slots=True)
class NotForeseen:
    why: str


@dataclass(frozen=True, slots=True)
class Story:
    """`means` and `to_do` are literally what the requester reads; `{extension}` is one that nobody else has."""

    asks: str
    webex: Changed | ByWeather
    means: str
    to_do: str
    before: Foreseen | NotForeseen
    holds: tuple[str, ...] = FREE
    who_acts: str = REQUESTER
    ends: State = State.REFUSED
    gains: tuple[str, ...] = ()
    way_out: str = AGAIN
    """The button of the refusal that helps."""

    @property
    def is_return(self) -> bool:
        return self.asks.startswith("return ")


STORIES: dict[str, Story] = {
    "400": Story(
        asks=PRO_LINE,
        webex=ByWeather(NO_LESS),
        means="Webex does not know the location.",
        to_do="Ask again and pick another location for the phone number.",
        before=Foreseen(
            "I know no location called “Atlantis”.",
            asks="request calling professional at Atlantis ext 1109",
            way_out="",
        ),
        way_out=DETAILS,
    ),
    "400000": Story(
        asks="request messaging",
        webex=ByWeather(NO_LESS),
        means="Webex no longer knows this license in the organization.",
        to_do="Ask again and choose from the current list; the subscription may have been renewed under another id.",
        before=Foreseen("I know no license called “telepathy”.", asks="request telepathy", way_out=""),
    ),
    "400112": Story(
        asks=STD_LINE,
        webex=ByWeather(NO_SWAP),
        means="Calling Professional cannot be changed to Calling Standard.",
        to_do="Return Professional in a request of its own, then ask for Standard.",
        before=Foreseen(
            "Webex does not change Calling Professional to Calling Standard.",
            (*FREE, PRO),
            asks=f"{STD_LINE} instead of calling professional",
            way_out="First return Calling Professional",
        ),
    ),
    "400118": Story(
        asks="request messaging",
        webex=ByWeather(BY_NAME),
        means=NO_MESSENGER,
        to_do="An admin changes this license in Control Hub.",
        before=Foreseen(NO_MESSENGER, asks="request messenger"),
        who_acts=ADMIN,
        way_out=CHOOSE,
    ),
    "400216": Story(
        asks="request attendee on site2-example.webex.com",
        webex=ByWeather(NO_LESS),
        means="The meeting site is not one of the organization's, or does not take attendees.",
        to_do="Check the address of the site in Control Hub, and tell the requester to ask again.",
        before=Foreseen(NO_SUCH_SITE, asks="request attendee on elsewhere.webex.com"),
        who_acts=ADMIN,
    ),
    "400404": Story(
        asks=PRO_LINE,
        webex=Changed((*FREE, STD)),
        means=ONE_CALLING,
        to_do="Return the one that is held, then ask again.",
        before=Foreseen(ONE_CALLING, (*FREE, STD), way_out=SWAP_PRO),
        way_out=SWAP_PRO,
    ),
    "400406": Story(
        asks=CONSOLE_LINE,
        holds=(*FREE, PRO),
        webex=Changed((*FREE, STD)),
        means="Attendant Console does not go together with Calling Standard.",
        to_do="Return Calling Standard and ask for Calling Professional with Attendant Console.",
        before=Foreseen(
            "Attendant Console does not go together with Calling Standard.", (*FREE, STD), way_out=SWAP_PRO
        ),
        way_out=SWAP_PRO,
    ),
    "400407": Story(
        asks="request customer experience essential at Denver ext {extension}",
        webex=Changed((*FREE, STD)),
        means=NO_CX_WITH_STD,
        to_do="Return Calling Standard first, then ask again.",
        before=Foreseen(NO_CX_WITH_STD, (*FREE, STD), way_out=SWAP_CX),
        way_out=SWAP_CX,
    ),
    "400408": Story(
        asks=CONSOLE_LINE,
        holds=(*FREE, PRO),
        webex=Changed(FREE),
        means="Attendant Console needs Calling Professional first.",
        to_do="Ask for Calling Professional, or for both in one request.",
        before=Foreseen("Attendant Console needs Calling Professional.", way_out=PRO_TOO),
        way_out=PRO_TOO,
    ),
    "400410": Story(
        asks=STD_LINE,
        webex=ByWeather(NO_SWAP),
        means="Customer Experience Essentials cannot be changed to Calling Standard.",
        to_do="Return it in a request of its own, then ask for Standard.",
        before=Foreseen(
            "Webex does not change Customer Experience Essentials to Calling Standard.",
            (*FREE, CX),
            asks=f"{STD_LINE} instead of customer experience essential",
            way_out="First return Customer Experience Essential",
        ),
    ),
    "400411": Story(
        asks=PRO_LINE,
        webex=ByWeather(NO_GAPS),
        means="A Calling license was asked for without its own number or extension and location.",
        to_do="Ask again and give a phone number, or an extension with its location.",
        before=Foreseen("Details for calling", asks="request calling professional", way_out="Continue"),
        way_out=DETAILS,
    ),
    "400413": Story(
        asks=SUITE_LINE,
        webex=Changed((*FREE, "Meeting - Webex Meeting Center (site1-example.webex.com)")),
        means="Only one license of the same offer can be held at a time.",
        to_do="Return the other one, then ask again.",
        before=NotForeseen("Webex's catalog does not tell which offers exclude each other"),
        way_out=CHOOSE,
    ),
    "700003": Story(
        asks="request messaging",
        webex=Changed(()),
        means="Paid messaging needs the free messaging license first.",
        to_do=BOTH,
        before=Foreseen("Messaging needs the free messaging license.", (), way_out=CHAT_TOO),
        way_out=CHAT_TOO,
    ),
    "700004": Story(
        asks=SUITE_LINE,
        webex=Changed(("Basic Messaging",)),
        means="Paid meetings need the free meetings license first.",
        to_do=BOTH,
        before=Foreseen(
            "Webex Suite Meetings 1000 needs the free meetings license.", ("Basic Messaging",), way_out=MEET_TOO
        ),
        way_out=MEET_TOO,
    ),
    "700005": Story(
        asks="request basic meetings",
        holds=("Basic Messaging",),
        webex=Changed(()),
        means="A meetings license needs the free messaging license first.",
        to_do=BOTH,
        before=Foreseen("Basic Meetings needs the free messaging license.", (), way_out=CHAT_TOO),
        way_out=CHAT_TOO,
    ),
    "700006": Story(
        asks="return messaging",
        holds=(*FREE, "Messaging"),
        webex=ByWeather(BY_NAME),
        means=NO_SHARE_REMOVAL,
        to_do="There is nothing to do; it ends with the license that brings it.",
        before=Foreseen(NO_SHARE_REMOVAL, (*FREE, "Screen Share"), asks="return screen share"),
        who_acts="nobody",
        way_out=CHOOSE,
    ),
    "both hybrid calendars": Story(
        asks="request hybrid google calendar",
        webex=Changed((*FREE, "Hybrid Exchange Calendar")),
        means="Nobody can hold Hybrid Exchange Calendar and Hybrid Google Calendar at the same time.",
        to_do="Return the one that is held, then ask again.",
        before=Foreseen(ONE_CALENDAR, (*FREE, "Hybrid Exchange Calendar"), way_out=SWAP_CALENDAR),
        way_out=SWAP_CALENDAR,
    ),
    "call connect without call aware": Story(
        asks="request hybrid call connect",
        holds=(*FREE, "Hybrid Call Aware"),
        webex=Changed(FREE),
        means="Hybrid Call Connect needs Hybrid Call Aware first.",
        to_do="Ask for Hybrid Call Aware, or for both in one request.",
        before=Foreseen("Hybrid Call Connect needs Hybrid Call Aware.", way_out=AWARE_TOO),
        way_out=AWARE_TOO,
    ),
    "206": Story(
        asks="request attendant console and messaging at Denver ext {extension}",
        holds=(*FREE, PRO),
        webex=Changed(FREE),
        means="Webex gave no reason. Most likely: Attendant Console needs Calling Professional.",
        to_do=BOTH,
        before=Foreseen("Attendant Console needs Calling Professional.", way_out="Request only Messaging"),
        ends=State.PARTIAL,
        gains=("Messaging",),
        way_out=PRO_TOO,
    ),
}
FORESEEN = {code: story.before for code, story in STORIES.items() if isinstance(story.before, Foreseen)}
