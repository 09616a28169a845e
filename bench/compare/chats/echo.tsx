import { configureEcho, echo, useConnectionStatus, useEchoPresence } from '@laravel/echo-react';
import { useEffect, useRef, useState } from 'react';
import { type Look, type Message, Page, type Person } from './page';

/** Messages go out through a route of the Laravel application, which is not counted; typing is a whisper. */
function Room({ room, me }: { room: string; me: Person }) {
  const state = useConnectionStatus();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [typing, setTyping] = useState<readonly string[]>([]);
  const [lines, setLines] = useState<Look['lines']>([]);
  const toldTyping = useRef(0);
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const stopped = (name: string) => {
    clearTimeout(timers.current.get(name));
    timers.current.delete(name);
    setTyping([...timers.current.keys()]);
  };

  const { channel } = useEchoPresence<Message, 'reverb'>(room, '.message.sent', (data) => {
    stopped(data.name);
    setLines((all) => [...all, { key: data.id, data }].slice(-100));
  });

  useEffect(() => {
    const { current } = timers;
    channel()
      ?.here((roster: Person[]) => setPeople(roster))
      .joining((user: Person) => setPeople((all) => [...all.filter(({ id }) => id !== user.id), user]))
      .leaving((user: Person) => setPeople((all) => all.filter(({ id }) => id !== user.id)))
      .listenForWhisper('typing', ({ name }: Person) => {
        clearTimeout(current.get(name));
        current.set(
          name,
          setTimeout(() => {
            current.delete(name);
            setTyping([...current.keys()]);
          }, 4_000),
        );
        setTyping([...current.keys()]);
      });
    return () => {
      channel()?.stopListeningForWhisper('typing');
      for (const timer of current.values()) clearTimeout(timer);
    };
  }, [channel]);

  const send = async (text: string) => {
    const data = { id: crypto.randomUUID(), name: me.name, text };
    setLines((all) => [...all, { key: data.id, data }].slice(-100));
    const reply = await fetch(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-socket-id': echo().socketId() ?? '',
      },
      body: JSON.stringify(data),
    }).catch(() => undefined);
    if (reply?.ok) return;
    setLines((all) => all.map((line) => (line.key === data.id ? { ...line, failed: true } : line)));
  };
  const type = () => {
    if (Date.now() - toldTyping.current < 2_000) return;
    toldTyping.current = Date.now();
    channel()?.whisper('typing', { name: me.name });
  };
  return <Page state={state} people={people} typing={typing} lines={lines} send={send} type={type} />;
}

export function Chat(props: { url: string; token: string; room: string; me: Person }) {
  configureEcho({ broadcaster: 'reverb', key: 'app', wsHost: props.url, bearerToken: props.token });
  return <Room room={props.room} me={props.me} />;
}
