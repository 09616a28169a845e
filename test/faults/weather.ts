import { setTimeout as after } from 'node:timers/promises';
import type { Conversation } from './conversation';
import type { FaultyProxy, Weather } from './faulty-proxy';
import type { Fault, Step } from './schedule';

async function weather(proxy: FaultyProxy, change: Weather, lasting: number): Promise<void> {
  proxy.weather = change;
  await after(lasting);
  proxy.weather = {};
}

/** Lets one fault happen, to its end. */
async function happen(conversation: Conversation, proxy: FaultyProxy, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'cut':
      return proxy.cut();
    case 'cut-mid-frame':
      return proxy.cutMidFrame();
    case 'kill':
      return conversation.restart('kill');
    case 'restart':
      return conversation.restart('stop');
    case 'black-hole':
      return weather(proxy, { blackHole: fault.direction }, fault.lasting);
    case 'delays':
      return weather(proxy, { delayed: { share: 0.3, maxDelay: 2_000 } }, fault.lasting);
    case 'narrow':
      return weather(proxy, { bandwidth: 20_000 }, fault.lasting);
    case 'offline':
      proxy.weather = { offline: true };
      proxy.cut();
      return weather(proxy, { offline: true }, fault.lasting);
  }
}

/** Lets the faults of a schedule happen one after the other. */
export async function suffer(conversation: Conversation, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    await after(step.after);
    const member = conversation.members[step.member];
    if (member) await happen(conversation, member.proxy, step.fault);
  }
}
