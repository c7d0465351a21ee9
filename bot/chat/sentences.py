"""Error code → what a person reads: what happened, and what to do. A test proves that every code raised has its row."""

from bot.errors import BotError
from cards.kit import plain

SENTENCES = {
    # who may speak and decide
    "other_org": "I only serve people of the organization that runs me, so I cannot help you here. "
    "Please ask your own administrators.",
    "admins_only": "`{word}` is for license admins only. Type `help` to see what you can do.",
    "own_request": "Request **#{number}** is your own, so somebody else has to decide on it.",
    "own_benefit": "Request **#{number}** is for you, so somebody else has to decide on it.",
    "not_asked": "You were not asked about request **#{number}**, so you cannot decide on it. Nothing was changed.",
    "not_a_person": "Only people can decide on requests.",
    "account_inactive": "Your account is not active, so I change nothing for you. Please ask a Webex admin.",
    "not_yours": "Request **#{number}** is not yours, so you cannot change it. Nothing was changed.",
    "not_a_return": "Request **#{number}** waits for somebody's decision and cannot be confirmed. "
    "`status {number}` shows whom I asked.",
    "external_not_served": "{name} belongs to another organization, and I give licenses to people of this one only. "
    "Please ask their own administrators.",
    # which request
    "no_such_request": "I know no request **#{number}** that you may see. Type `my requests` to see yours.",
    "number_needed": "Which request? Add its number, for example `{word} 42`.",
    "reason_needed": "Please say why, so that the requester understands it: `deny {number} because …`",
    "reason_too_long": "That reason is longer than {limit} characters. Please put it more shortly and send it again.",
    # where a request stands, said to somebody who is too late
    "request_pending": "Request **#{number}** still waits for a decision, so `{verb}` does not apply to it yet.",
    "request_approved": "Request **#{number}** was already approved{by} and is being applied. Nothing was changed.",
    "request_awaiting": "Request **#{number}** was already applied; Webex waits for the person to accept. Nothing was changed.",
    "request_granted": "Request **#{number}** was already approved{by} and granted. Nothing was changed.",
    "request_partial": "Request **#{number}** was already approved{by}, and some of it was granted. Nothing was changed.",
    "request_refused": "Request **#{number}** was already approved{by}, but Webex refused it. Nothing was changed.",
    "request_failed": "Request **#{number}** was already approved{by}, but the change was not seen in Webex. Nothing was changed.",
    "request_denied": "Request **#{number}** was already denied{by}. Nothing was changed.",
    "request_canceled": "Request **#{number}** was already canceled. Nothing was changed.",
    "request_expired": "Request **#{number}** expired before anybody decided. Please ask again if it is still needed.",
    # where a request stands, said to somebody who wrote before it stood so
    "said_before": "You wrote that before request **#{number}** was made, so it cannot mean this one. Nothing was changed. "
    "`status {number}` shows what it is about; send it again if you mean it.",
    "said_before_details": "The phone details of request **#{number}** were changed after you wrote that, so nothing was decided. "
    "`status {number}` shows what it says now; answer again if you still mean it.",
    # what was typed
    "unknown_command": "I do not know that. Type `help` to see what I can do, or `request` to ask for a license.",
    "near_command": "I do not know `{word}`. Did you mean `{near}`? Type `help` to see everything I can do.",
    "too_long": "That is more text than I can read. Please say it in at most {limit} characters.",
    "license_needed": "Which license? For example `{word} messaging`, or type `request` to choose from a list.",
    "unknown_license": "I know no license called “{license}”. Type `request` to choose from a list.",
    "near_license": "I know no license called “{license}”. Did you mean **{near}**? Send it again with that name.",
    "several_licenses": "“{license}” could be {near}. Send it again with the full name.",
    "license_gone": "Webex no longer lists a license that you chose.",
    "too_many_items": "That is more than {limit} licenses at once. Please ask in smaller steps.",
    "unknown_person": "I found nobody in Webex with the e-mail {email}. Please check the spelling.",
    "search_needed": "Whom do you look for? Write `find` with the beginning of a name, or with a whole e-mail address.",
    "search_too_short": "One letter is the beginning of too many names. Please write at least two, like `find an`.",
    "email_not_whole": "“{email}” is not a whole e-mail address. I find people by that, or by how their name begins.",
    "nobody_found": "I found nobody whose name begins with “{sought}”. Webex compares the name as it is shown, from its "
    "first letter on; a whole e-mail address works as well.",
    "page_out_of_range": "I show pages 1 to {limit}. More letters of a name find fewer people.",
    "no_such_page": "There is no page {page} of people found by “{sought}”. `find {sought}` shows the first one.",
    "bad_email": "“{email}” is not an e-mail address. Write it like `for colleague@example.com`, or leave it out to ask for yourself.",
    "newcomer_name_needed": "What is the person's name? Give the first and the last name, so that Webex can invite them.",
    "newcomer_name_unclear": "I cannot tell where the name ends in “{name}”. Send it again without `named …`, and I ask for the name on a "
    "card. Licenses come first, like `request messaging and calling for new@example.com`.",
    "name_too_long": "That name is longer than {limit} characters. Please shorten it.",
    "invite_admins_only": "Request **#{number}** invites somebody new to Webex, which only license admins may approve. Nothing was changed.",
    "invite_off": "Request **#{number}** invites somebody new to Webex, and invitations are switched off. Deny it with a reason, or ask whoever runs me.",
    "person_left": "{name} has no active Webex account, so no license can be assigned.",
    "person_is_bot": "{name} is not a person, so no license can be assigned.",
    "duplicate_request": "Request **#{number}** is already about {license} for {name}. `status {number}` shows where it stands.",
    "too_many_open": "{limit} of your requests still wait for a decision, and I take no more at once. Type `my requests` to see them: "
    "cancel what is not needed any more, or ask again when some are decided.",
    "duplicate_of_others": "Somebody has already asked for {license} for {name}. There is nothing more to do.",
    "unknown_location": "I know no location called “{location}”. {near}",
    "bad_extension": "“{extension}” is not an extension. It has 2 to 10 digits, for example `ext 133`.",
    "bad_phone_number": "“{number}” is not a phone number. Write it with the country code, for example `number +14085550100`.",
    "location_needed": "Please choose a location.",
    "no_locations": "No location is set up in Webex, so nobody can get a phone there yet. Please tell your Webex admins.",
    "number_or_extension_needed": "Please give a phone number or an extension.",
    "number_taken": "{number} is not free {where}. Please choose another one.",
    "no_such_number": "No number with {part} in it is free {where}.",
    "extension_taken": "Extension {extension} is already in use {where}. Please give another one.",
    "no_calling_details": "Request **#{number}** has no phone details that could be changed.",
    "details_unchanged": "Request **#{number}** says that already. Nothing was changed.",
    "corrected_too_often": "The phone details of request **#{number}** were changed {limit} times already, and each time somebody was "
    "asked anew. Cancel it with `cancel {number}` and ask again with the right ones.",
    "only_for_yourself": "You can return your own licenses only. An admin can remove somebody else's in Control Hub.",
    # cards
    "card_unknown": "I do not know that card. Type `help` to start again; every button can also be typed.",
    "card_closed": "That card is no longer in use, so nothing was changed. Type `waiting` to see what waits for you, or `my requests` to see your own.",
    "card_not_yours": "That card was meant for somebody else, so nothing was changed.",
    "card_elsewhere": "That card does not belong to this space, so nothing was changed.",
    "card_forged": "Something about that card did not fit together, so nothing was changed. Please type the command instead.",
    # resource groups
    "unknown_group": "I know no resource group called “{group}”. These are there: {known}.",
    "near_group": "I know no resource group called “{group}”. Did you mean **{near}**? Send it again with that name.",
    "several_groups": "More than one resource group is called “{group}”, so I cannot tell which is meant. An admin has to rename one in Control Hub.",
    "group_gone": "That resource group is no longer there, so nothing was decided. Choose another one, for example on the same card "
    "or with `approve {number} in group <name>`. These are there: {known}.",
    "group_needed": "Which resource group? Add its name, for example `{word} in group Europe`. Nothing was changed.",
    "no_hybrid_asked": "Request **#{number}** adds no hybrid license, so no resource group belongs to it. Nothing was changed; send it again without a group.",
    "move_incomplete": "Whom, and where to? For example `move colleague@example.com to Europe`. `resource groups` lists the groups.",
    "no_hybrid_held": "{name} holds no hybrid license, so no resource group serves them. Ask for one first, for example `request hybrid call aware for {email}`.",
    "which_hybrid": "{name} holds several hybrid licenses: {licenses}. Say for which, for example `move {email} to {group} for {first}`.",
    "not_hybrid": "{license} is not a hybrid license, so no resource group serves it.",
    "hybrid_not_held": "{name} does not hold {license}, so no resource group serves them for it.",
    "already_in_group": "{name} is served by the resource group {group} for {license} already. Nothing was changed.",
    # what Webex could not tell
    "webex_busy": "Webex is busy at the moment. I have your message and go on by myself in about {wait}.",
    "webex_gave_up": "Webex did not answer me for a long time, so I stopped trying. Nothing was changed. Please send it again later.",
    "too_fast": "You are faster than I am: I answer {limit} messages and presses a minute. This one changes nothing, and "
    "neither does what else you send before the minute is over. Please send it again then. Only Approve and Deny, pressed on their cards, "
    "count for longer.",
    "webex_refused": "Webex did not let me look that up ({status}), so nothing was changed. "
    "The operator of this bot has to look at its admin token. Tracking ID: `{tracking}`",
    # how Webex tells the bot what people say
    "webhooks_asleep": "Webex no longer tells me about {what}, because too many of its deliveries to me failed. Please make sure that Webex can "
    "reach my web process. At {time} UTC I switch it on again, not sooner, since a single failure would then switch it off again. Until then I look "
    "for typed messages myself and answer them. A button that got no answer has to be pressed again.",
    "webhooks_wrong": "My webhooks in Webex are not in order, so I am putting that right: {what}. I tell you once all has been well for "
    "five minutes. If another installation of me uses the same bot token, stop one of the two.",
    "webhooks_well": "My webhooks in Webex have been in order for a while now: it tells me about everything again.",
    "press_again": "If you pressed a button and I did not answer, that press never reached me: please press it again.",
    "stuck_work": "Some of my work is stuck and does not go on by itself (ref {refs}). Please tell whoever operates me: each reference "
    "is in my log, with what it is about.",
    "surprise": "Something went wrong on our side (ref `{ref}`), so I may not have done that. Look it up with `my requests` or `status <number>`; "
    "send it again if it was not done, and please tell an admin this reference.",
}


def sentence(error: BotError) -> str:
    """Return the words for an error; facts are human text and come out as text."""
    facts = {name: plain(value) for name, value in error.facts.items()}
    if "by" in facts:
        facts["by"] = f" by {facts['by']}" if facts["by"] else ""
    return SENTENCES[error.code].format(**facts)
