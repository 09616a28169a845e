import { type FormEvent, useState } from 'react';
import { RealtimeProvider } from 'toporia-realtime/react';
import { Rooms } from './rooms';

const GATEWAY =
  new URLSearchParams(location.search).get('gateway') ??
  import.meta.env.VITE_GATEWAY_URL ??
  'http://localhost:3000';

export function App() {
  const [name, setName] = useState('');
  if (!name) return <Welcome onEnter={setName} />;
  return (
    <RealtimeProvider url={GATEWAY}>
      <Rooms me={name} />
    </RealtimeProvider>
  );
}

function Welcome({ onEnter }: { onEnter(name: string): void }) {
  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onEnter(String(new FormData(event.currentTarget).get('name')).trim());
  };
  return (
    <main className="welcome">
      <form onSubmit={enter}>
        <h1>Toporia chat</h1>
        <label>
          Your name
          <input name="name" required maxLength={32} pattern=".*\S.*" autoComplete="nickname" />
        </label>
        <button type="submit">Enter the chat</button>
      </form>
    </main>
  );
}
