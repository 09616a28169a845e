"""An official Socket.IO client, driven by lines of JSON.

Started with a URL and a transport. Each line on standard input is a list, an event and its payload: it is emitted,
and the acknowledgement is printed as ["ack", reply]. What the server sends is printed as [event, payload, ...].
"""

import json
import sys
import threading

import socketio

url, transport = sys.argv[1:]


# Each handler runs in a thread of its own.
one_at_a_time = threading.Lock()


def tell(*parts):
    with one_at_a_time:
        print(json.dumps(parts, default=lambda value: {"bytes": list(value)}), flush=True)


client = socketio.Client(reconnection=False)


@client.on("connect")
def on_connect():
    tell("connect")


@client.on("disconnect")
def on_disconnect(*_reason):
    tell("disconnect")


@client.on("*")
def on_any(event, *args):
    tell(event, *args)


@client.on("question")
def on_question(data):
    tell("question", data)
    return {"answered": data}


client.connect(url, transports=[transport])
for line in sys.stdin:
    event, data = json.loads(line)
    if isinstance(data, dict) and "bytes" in data:
        data = bytes(data["bytes"])
    client.emit(event, data, callback=lambda reply=None: tell("ack", reply))
client.disconnect()
