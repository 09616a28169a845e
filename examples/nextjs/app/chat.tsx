'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { RealtimeProvider } from 'toporia-realtime/react';
import { type ChatMessage, isMessage, type Person, ROOM } from '../lib/chat';
import { realtime, useConnectionState, useMessages, usePresence, useTyping } from '../lib/realtime';

interface ChatProps {
  me: string;
  /** What was written before; the server has rendered it already. */
  initial: readonly ChatMessage[];
}

export function Chat(props: ChatProps) {
  return (
    <RealtimeProvider client={realtime}>
      <Room {...props} />
    </RealtimeProvider>
  );
}

function Room({ me, initial }: ChatProps) {
  const state = useConnectionState();
  const { members } = usePresence<Person>(ROOM);
  const { messages, error } = useMessages(ROOM, 'message.sent', { initial });
  const { users } = useTyping(ROOM);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is what moves the page.
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [messages]);

  return (
    <main>
      <header>
        <h1>Toporia chat</h1>
        <p role="status">{state}</p>
        <ul aria-label="People">
          {members.map(({ id, info }) => (
            <li key={id}>{info.name}</li>
          ))}
        </ul>
      </header>
      {error && <p role="alert">{error.message}</p>}
      <div role="log" aria-label="Messages">
        {messages
          .filter(({ data }) => isMessage(data))
          .map(({ key, data }) => (
            <p key={key}>
              <b>{data.name}</b> {data.text}
            </p>
          ))}
        <div ref={end} />
      </div>
      <p className="typing">{users.length > 0 && `${users.join(', ')} typing…`}</p>
      <Writer me={me} />
    </main>
  );
}

function Writer({ me }: { me: string }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const typing = useTyping(ROOM);

  const change = (next: string) => {
    setText(next);
    if (next) typing.start(me);
    else typing.stop();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    typing.stop();
    const response = await fetch('/messages', { method: 'POST', body: JSON.stringify({ text }) }).catch(
      () => null,
    );
    setProblem(response?.ok ? '' : 'Not sent. Try again.');
    if (response?.ok) setText('');
  };

  return (
    <form onSubmit={submit} className="row">
      <input
        aria-label="Message"
        placeholder="Write a message"
        value={text}
        onChange={({ target }) => change(target.value)}
      />
      <button type="submit">Send</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
