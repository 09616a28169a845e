import { history } from '../lib/history';
import { currentUser, signIn } from '../lib/session';
import { Chat } from './chat';

export default async function Page() {
  const name = await currentUser();
  if (name) return <Chat me={name} initial={history()} />;
  return (
    <main>
      <h1>Toporia chat</h1>
      <form action={signIn} className="row">
        <input name="name" aria-label="Your name" placeholder="Your name" maxLength={32} required />
        <button type="submit">Enter</button>
      </form>
    </main>
  );
}
