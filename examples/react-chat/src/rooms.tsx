import { type FormEvent, useState } from 'react';
import { roomNameProblem } from 'toporia-realtime';
import { useConnectionState } from 'toporia-realtime/react';
import { Room } from './room';

const STATES = {
  idle: 'Connecting…',
  connecting: 'Connecting…',
  connected: 'Connected',
  reconnecting: 'Reconnecting…',
  failed: 'Disconnected',
  closed: 'Offline',
};

/** All rooms that are joined, one of them shown. */
export function Rooms({ me }: { me: string }) {
  const state = useConnectionState();
  const [rooms, setRooms] = useState(['general', 'random']);
  const [shown, setShown] = useState('general');

  const join = (room: string) => {
    if (!rooms.includes(room)) setRooms([...rooms, room]);
    setShown(room);
  };
  const leave = (room: string) => {
    const others = rooms.filter((other) => other !== room);
    setRooms(others);
    setShown(others[0] ?? '');
  };

  return (
    <div className="app">
      <header className="bar">
        <h1>Toporia chat</h1>
        <p role="status" data-state={state}>
          {STATES[state]}
        </p>
      </header>
      <nav aria-label="Rooms">
        <ul>
          {rooms.map((room) => (
            <li key={room}>
              <button type="button" aria-current={room === shown} onClick={() => setShown(room)}>
                <span aria-hidden="true">#</span>
                {room}
              </button>
            </li>
          ))}
        </ul>
        <JoinForm onJoin={join} />
      </nav>
      {rooms.map((room) => (
        <Room key={room} name={room} me={me} isShown={room === shown} onLeave={() => leave(room)} />
      ))}
      {rooms.length === 0 && <p className="nowhere">You are in no room. Join one to talk.</p>}
    </div>
  );
}

function JoinForm({ onJoin }: { onJoin(room: string): void }) {
  const [problem, setProblem] = useState('');
  const join = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const room = String(new FormData(form).get('room'))
      .trim()
      .replace(/^#/, '')
      .replace(/\s+/g, '-')
      .toLowerCase();
    const found = roomNameProblem(`presence.${room}`);
    setProblem(found ? `That can't be the name of a room: ${found}.` : '');
    if (found) return;
    form.reset();
    onJoin(room);
  };
  return (
    <form onSubmit={join}>
      <label htmlFor="room-name">Join or open a room</label>
      <div className="row">
        <input
          id="room-name"
          name="room"
          required
          maxLength={40}
          autoComplete="off"
          autoCapitalize="none"
          placeholder="any name"
          aria-invalid={problem !== ''}
          aria-describedby="room-problem"
        />
        <button type="submit">Join</button>
      </div>
      <p id="room-problem" role="alert">
        {problem}
      </p>
    </form>
  );
}
