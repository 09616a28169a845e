import { useState } from 'react';
import { Platform } from 'react-native';
import { RealtimeProvider } from 'toporia-realtime/react';
import { Chat } from './Chat';

declare const process: { env: { EXPO_PUBLIC_GATEWAY_URL?: string } };

/** To Android's emulator this computer is 10.0.2.2; a phone needs its address in the network. */
const LOCAL = Platform.OS === 'android' ? 'http://10.0.2.2:3000' : 'http://localhost:3000';
const GATEWAY = process.env.EXPO_PUBLIC_GATEWAY_URL ?? LOCAL;

export default function App() {
  const [name] = useState(() => `Guest ${Math.floor(Math.random() * 1_000)}`);
  return (
    <RealtimeProvider url={GATEWAY} options={{ transports: ['websocket'] }}>
      <Chat name={name} room="presence.general" />
    </RealtimeProvider>
  );
}
