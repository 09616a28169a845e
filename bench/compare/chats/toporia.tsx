import {
  RealtimeProvider,
  useConnectionState,
  useMessages,
  usePresence,
  useTyping,
} from 'toporia-realtime/react';
import { type Message, Page, type Person } from './page';

function Room({ room, me }: { room: string; me: Person }) {
  const state = useConnectionState();
  const { members } = usePresence<Person>(room);
  const { messages, send } = useMessages<Message>(room, 'message.sent');
  const typing = useTyping(room);
  return (
    <Page
      state={state}
      people={members.map(({ info }) => info)}
      typing={typing.users}
      lines={messages.map(({ key, data, status }) => ({ key, data, failed: status === 'failed' }))}
      send={(text) => send({ id: crypto.randomUUID(), name: me.name, text })}
      type={() => typing.start(me.name)}
    />
  );
}

export const Chat = (props: { url: string; token: string; room: string; me: Person }) => (
  <RealtimeProvider url={props.url} options={{ auth: props.token }}>
    <Room room={`presence-${props.room}`} me={props.me} />
  </RealtimeProvider>
);
