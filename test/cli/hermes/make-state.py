"""Writes a state.db as Hermes Agent's own gateway does, by its own code. Arguments: a folder; how many more chats of Telegram."""

import pathlib
import sys

from gateway.config import GatewayConfig, Platform
from gateway.session import SessionSource, SessionStore
from hermes_state import SessionDB

home = pathlib.Path(sys.argv[1])
database = SessionDB(home / "state.db")
store = SessionStore(home / "sessions", GatewayConfig())
store._db = database


def session(platform, chat_id, **more):
    source = SessionSource(platform=Platform(platform), chat_id=chat_id, **more)
    return store.get_or_create_session(source).session_id


def say(session_id, role, content, **more):
    store.append_to_transcript(session_id, {"role": role, "content": content, **more})


def call(name, arguments, id):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


ann = session("telegram", "4242", user_id="4242", user_name="Ann")
say(ann, "user", "My boat is called Albatross.")
say(ann, "assistant", "A fine name.")
say(ann, "user", "Look up the tide.")
say(ann, "assistant", "", tool_calls=[call("tide", '{"port": "Emden"}', "call-1")])
say(ann, "tool", "High water at 14:10.", tool_call_id="call-1", tool_name="tide")
say(ann, "assistant", "High water is at 14:10.")
say(ann, "user", [{"type": "text", "text": "Is this mine?"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}])
say(ann, "assistant", "Yes, that is the Albatross.")
say(ann, "user", "Forget this.")
say(ann, "assistant", "Forgotten.")
undone = [row["id"] for row in database.get_messages(ann) if row["role"] == "user"][-1]
database.rewind_to_message(ann, undone)

topic = session("telegram", "-1001", chat_type="group", thread_id="77", user_id="1", user_name="Bob")
say(topic, "user", "In a topic.")
say(topic, "assistant", "Seen in the topic.")

for user, name in (("10", "Cid"), ("11", "Dora")):
    own = session("discord", "555", chat_type="group", user_id=user, user_name=name)
    say(own, "user", f"I am {name}.")
    say(own, "assistant", f"Hello {name}.")

killed = session("feishu", "oc_1", user_id="ou_1", user_name="Eve")
say(killed, "user", "Count the boxes.")
say(killed, "assistant", "", tool_calls=[call("count", "{}", "call-2")])

long = session("slack", "C0123456", chat_type="group", thread_id="1700000000.000100", user_id="U1", user_name="Fay")
for number in range(30):
    say(long, "user", f"Number {number}: " + "x" * 30000)
    say(long, "assistant", f"Noted {number}.")

bridge = session("whatsapp", "491701234567@s.whatsapp.net", user_id="491701234567@s.whatsapp.net", user_name="Gil")
say(bridge, "user", "By the bridge.")
say(bridge, "assistant", "Got it.")

personal = session("weixin", "wxid_1", user_id="wxid_1", user_name="Hu")
say(personal, "user", "A personal account.")
say(personal, "assistant", "Yes.")

compacted = session("matrix", "!room:example.org", user_id="@ida:example.org", user_name="Ida")
say(compacted, "user", "Long ago.")
say(compacted, "assistant", "So it was.")
database.archive_and_compact(compacted, [{"role": "user", "content": "[CONTEXT SUMMARY]: Ida spoke of long ago."}, {"role": "assistant", "content": "Understood."}])

# Killed after a long session was split, before its gateway took note of it.
split = session("telegram", "5151", user_id="5151", user_name="Kay")
say(split, "user", "Before the split.")
say(split, "assistant", "Yes.")
database.end_session(split, "compression")
database.create_session("split-2", "telegram", parent_session_id=split)
say("split-2", "user", "[CONTEXT SUMMARY]: Kay spoke before the split.")
say("split-2", "assistant", "After the split.")

session("telegram", "9999", user_id="9999", user_name="Nobody")

ended = session("telegram", "8888", user_id="8888", user_name="Jim")
say(ended, "user", "This was ended.")
say(ended, "assistant", "Bye.")
database.end_session(ended, "user_reset")

for chat in range(int(sys.argv[2])):
    one = session("telegram", str(700000 + chat), user_id=str(700000 + chat), user_name="Many")
    say(one, "user", f"I am number {chat}.")
    say(one, "assistant", "Noted.")

database.close()
