import { useState } from 'react';
import { useEvent, useMessages, useRealtime, useRoom, useTyping } from 'toporia-realtime/react';
import { Composer } from './composer';
import { Log } from './log';
import { nameOf, toLines, write } from './messages';

interface RoomProps {
  name: string;
  me: string;
  isShown: boolean;
  onLeave(): void;
}

/** One room, joined for as long as this is on the page, shown or not. */
export function Room({ name, me, isShown, onLeave }: RoomProps) {
  // The gateway keeps the list of who is in a room whose name begins with "presence.".
  const room = `presence.${name}`;
  const realtime = useRealtime();
  const [myId, setMyId] = useState(realtime.getId());
  useEvent('connected', ({ id }) => setMyId(id)); // another at each connection
  const { members, error, retry } = useRoom(room, { info: { name: me } });
  const { messages, send } = useMessages(room, 'message.sent');
  const typing = useTyping(room);

  return (
    <>
      <main hidden={!isShown}>
        <header className="heading">
          <h2>#{name}</h2>
          <button type="button" aria-label={`Leave ${name}`} onClick={onLeave}>
            Leave
          </button>
        </header>
        {error && (
          <p role="alert">
            This room could not be joined: {error.message}{' '}
            <button type="button" onClick={retry}>
              Try again
            </button>
          </p>
        )}
        <Log
          label={`Messages in ${name}`}
          lines={toLines(messages)}
          isShown={isShown}
          onAgain={({ listed }) => send(listed.data)}
        />
        <p className="hint">{whoTypes(typing.users)}</p>
        <Composer
          label={`Message to ${name}`}
          isShown={isShown}
          onType={(text) => (text ? typing.start(me) : typing.stop())}
          onWrite={(text) => {
            typing.stop();
            send(write(me, text));
          }}
        />
      </main>
      <aside hidden={!isShown} aria-label="People">
        <h2>People · {members.length}</h2>
        <ul>
          {members.map(({ id, info }) => (
            <li key={id}>
              {nameOf(info)}
              {id === myId && ' (you)'}
            </li>
          ))}
        </ul>
      </aside>
    </>
  );
}

function whoTypes(users: readonly string[]): string {
  if (users.length > 2) return 'Several people are typing…';
  const names = users.map((name) => nameOf({ name })).join(' and ');
  return names && `${names} ${users.length > 1 ? 'are' : 'is'} typing…`;
}
