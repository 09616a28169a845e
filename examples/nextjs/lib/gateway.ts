import { GATEWAY_URL } from './chat';

/** Publishes to a room by the gateway's HTTP API, with the key that only the server has. */
export async function broadcast(channel: string, event: string, data: unknown): Promise<void> {
  const response = await fetch(`${GATEWAY_URL}/api/broadcast`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${process.env.REALTIME_API_KEY}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ channel, event, data }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`The gateway answered ${response.status}: ${await response.text()}`);
}
