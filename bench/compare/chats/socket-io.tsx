import { useEffect, useRef, useState } from 'react';
import { io, type Socket } from 'socket.io-client';
import { type Look, type Message, Page, type Person } from './page';

/** Its server has to keep the roster, and to relay messages and typing; none of that is counted. */
export function Chat({ url, token, room, me }: { url: string; token: string; room: string; me: Person }) {
  const [state, setState] = useState('connecting');
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [typing, setTyping] = useState<readonly string[]>([]);
  const [lines, setLines] = useState<Look['lines']>([]);
  const socket = useRef<Socket>(undefined);
  const toldTyping = useRef(0);

  useEffect(() => {
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const stopped = (name: string) => {
      clearTimeout(timers.get(name));
      timers.delete(name);
      setTyping([...timers.keys()]);
    };
    const current = io(url, { auth: { token } });
    socket.current = current;
    current.on('connect', () => {
      setState('connected');
      current.emit('join', room, (roster: Person[]) => setPeople(roster));
    });
    current.on('disconnect', () => setState('reconnecting'));
    current.on('connect_error', () => setState('reconnecting'));
    current.on('user joined', (user: Person) => {
      setPeople((all) => [...all.filter(({ id }) => id !== user.id), user]);
    });
    current.on('user left', (user: Person) => setPeople((all) => all.filter(({ id }) => id !== user.id)));
    current.on('typing', (name: string) => {
      stopped(name);
      timers.set(
        name,
        setTimeout(() => stopped(name), 4_000),
      );
      setTyping([...timers.keys()]);
    });
    current.on('message', (data: Message) => {
      stopped(data.name);
      setLines((all) => [...all, { key: data.id, data }].slice(-100));
    });
    return () => {
      current.disconnect();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [url, token, room]);

  const send = (text: string) => {
    const data = { id: crypto.randomUUID(), name: me.name, text };
    setLines((all) => [...all, { key: data.id, data }].slice(-100));
    socket.current?.timeout(10_000).emit('message', room, data, (error: Error | null) => {
      if (!error) return;
      setLines((all) => all.map((line) => (line.key === data.id ? { ...line, failed: true } : line)));
    });
  };
  const type = () => {
    if (Date.now() - toldTyping.current < 2_000) return;
    toldTyping.current = Date.now();
    socket.current?.volatile.emit('typing', room, me.name);
  };
  return <Page state={state} people={people} typing={typing} lines={lines} send={send} type={type} />;
}
