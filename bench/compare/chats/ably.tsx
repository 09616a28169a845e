import { Realtime } from 'ably';
import {
  AblyProvider,
  ChannelProvider,
  useChannel,
  useConnectionStateListener,
  usePresence,
  usePresenceListener,
} from 'ably/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type Look, type Message, Page, type Person } from './page';

function Room({ me }: { me: Person }) {
  const [state, setState] = useState('connecting');
  const [typing, setTyping] = useState<readonly string[]>([]);
  const [lines, setLines] = useState<Look['lines']>([]);
  const toldTyping = useRef(0);
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const stopped = (name: string) => {
    clearTimeout(timers.current.get(name));
    timers.current.delete(name);
    setTyping([...timers.current.keys()]);
  };

  useConnectionStateListener(({ current }) => setState(current));
  usePresence(undefined, me);
  const { presenceData } = usePresenceListener<Person>();
  // One entry a connection: two tabs of one user are two.
  const people = [...new Map(presenceData.map(({ data }) => [data.id, data])).values()];
  const { publish } = useChannel(({ name, data }) => {
    if (name === 'typing') {
      clearTimeout(timers.current.get(data.name));
      timers.current.set(
        data.name,
        setTimeout(() => stopped(data.name), 4_000),
      );
      setTyping([...timers.current.keys()]);
    } else {
      stopped(data.name);
      setLines((all) => [...all, { key: data.id, data }].slice(-100));
    }
  });
  useEffect(() => {
    const { current } = timers;
    return () => {
      for (const timer of current.values()) clearTimeout(timer);
    };
  }, []);

  const send = (text: string) => {
    const data: Message = { id: crypto.randomUUID(), name: me.name, text };
    setLines((all) => [...all, { key: data.id, data }].slice(-100));
    publish('message.sent', data).catch(() => {
      setLines((all) => all.map((line) => (line.key === data.id ? { ...line, failed: true } : line)));
    });
  };
  const type = () => {
    if (Date.now() - toldTyping.current < 2_000) return;
    toldTyping.current = Date.now();
    publish('typing', { name: me.name });
  };
  return <Page state={state} people={people} typing={typing} lines={lines} send={send} type={type} />;
}

export function Chat({ token, room, me }: { url: string; token: string; room: string; me: Person }) {
  const client = useMemo(() => new Realtime({ token, clientId: me.id, echoMessages: false }), [token, me.id]);
  useEffect(() => () => client.close(), [client]);
  return (
    <AblyProvider client={client}>
      <ChannelProvider channelName={room}>
        <Room me={me} />
      </ChannelProvider>
    </AblyProvider>
  );
}
