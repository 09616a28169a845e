import Pusher, { type Members, type PresenceChannel } from 'pusher-js';
import { useEffect, useRef, useState } from 'react';
import { type Look, type Message, Page, type Person } from './page';

/** Messages go out through a route of the application's server, which is not counted; typing is a client event. */
export function Chat({ url, token, room, me }: { url: string; token: string; room: string; me: Person }) {
  const [state, setState] = useState('connecting');
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [typing, setTyping] = useState<readonly string[]>([]);
  const [lines, setLines] = useState<Look['lines']>([]);
  const pusher = useRef<Pusher>(undefined);
  const channel = useRef<PresenceChannel>(undefined);
  const toldTyping = useRef(0);

  useEffect(() => {
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const stopped = (name: string) => {
      clearTimeout(timers.get(name));
      timers.delete(name);
      setTyping([...timers.keys()]);
    };
    const client = new Pusher('app', {
      cluster: '',
      wsHost: url,
      channelAuthorization: {
        endpoint: '/broadcasting/auth',
        transport: 'ajax',
        headers: { authorization: `Bearer ${token}` },
      },
    });
    const current = client.subscribe(`presence-${room}`) as PresenceChannel;
    pusher.current = client;
    channel.current = current;
    client.connection.bind('state_change', (change: { current: string }) => setState(change.current));
    current.bind('pusher:subscription_succeeded', ({ members }: Members) =>
      setPeople(Object.values(members)),
    );
    current.bind('pusher:member_added', ({ info }: { info: Person }) => setPeople((all) => [...all, info]));
    current.bind('pusher:member_removed', ({ info }: { info: Person }) => {
      setPeople((all) => all.filter(({ id }) => id !== info.id));
    });
    current.bind('client-typing', ({ name }: Person) => {
      stopped(name);
      timers.set(
        name,
        setTimeout(() => stopped(name), 4_000),
      );
      setTyping([...timers.keys()]);
    });
    current.bind('message.sent', (data: Message) => {
      stopped(data.name);
      setLines((all) => [...all, { key: data.id, data }].slice(-100));
    });
    return () => {
      client.disconnect();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [url, token, room]);

  const send = async (text: string) => {
    const data = { id: crypto.randomUUID(), name: me.name, text };
    setLines((all) => [...all, { key: data.id, data }].slice(-100));
    const reply = await fetch(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-socket-id': pusher.current?.connection.socket_id ?? '',
      },
      body: JSON.stringify(data),
    }).catch(() => undefined);
    if (reply?.ok) return;
    setLines((all) => all.map((line) => (line.key === data.id ? { ...line, failed: true } : line)));
  };
  const type = () => {
    if (Date.now() - toldTyping.current < 2_000) return;
    toldTyping.current = Date.now();
    channel.current?.trigger('client-typing', { name: me.name });
  };
  return <Page state={state} people={people} typing={typing} lines={lines} send={send} type={type} />;
}
