import type { ReactNode } from 'react';

export interface Message {
  id: string;
  name: string;
  text: string;
}

export interface Person {
  id: string;
  name: string;
}

export interface Look {
  state: string;
  people: readonly Person[];
  typing: readonly string[];
  lines: readonly { key: string; data: Message; failed?: boolean }[];
  send(text: string): void;
  type(): void;
}

/** What all the chats draw, so that they differ in their way to talk alone. */
export function Page({ state, people, typing, lines, send, type }: Look): ReactNode {
  return (
    <main>
      <p>{state}</p>
      <ul>
        {people.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      <ol>
        {lines.map(({ key, data, failed }) => (
          <li key={key}>
            {data.name}: {data.text} {failed && '(not sent)'}
          </li>
        ))}
      </ol>
      <p>{typing.length > 0 && `${typing.join(', ')} …`}</p>
      <form action={(form: FormData) => send(String(form.get('text')))}>
        <input name="text" aria-label="Message" onChange={type} />
      </form>
    </main>
  );
}
