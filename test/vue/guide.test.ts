// @vitest-environment jsdom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mount } from '@vue/test-utils';
import { expect, it, vi } from 'vitest';
import { nextTick, reactive } from 'vue';
import { type Channel, ToporiaRealtime } from '../../src';
import { next, open, startGateway } from '../support/realtime-pair';
import { componentOf } from './sfc';

const GuideChat = componentOf(readFileSync(join(import.meta.dirname, 'GuideChat.vue'), 'utf8'));

interface Chat {
  realtime: ToporiaRealtime;
  sendMessage(text: string): void;
}

it('runs the component of the guide, which keeps the client in its data', async () => {
  vi.stubGlobal('ToporiaRealtime', ToporiaRealtime);
  const gateway = await startGateway();
  const other = open(gateway.url);
  await other.join('chat.room.1');
  const wrapper = mount(GuideChat, { props: { url: gateway.url, currentUser: { name: 'Lea' } } });
  const chat = wrapper.vm as unknown as Chat;

  await chat.realtime.channel('chat.room.1').ready;
  const heard = next(other, 'message.sent');
  chat.sendMessage('Anyone here?');
  expect(await heard).toEqual({ user: 'Lea', text: 'Anyone here?' });
  const answer = next(chat.realtime, 'message.sent');
  other.emit('message.sent', { user: 'Sam', text: 'I am' });
  await answer;
  await nextTick();
  expect(wrapper.text()).toBe('Sam: I am');

  const { realtime } = chat;
  wrapper.unmount();
  expect(realtime.state).toBe('closed');
});

it('gives clients and rooms that stay themselves in reactive data', async () => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  const data = reactive({ realtime, rooms: [] as Channel[] });
  data.rooms.push(await data.realtime.join('presence.room', { info: 'Lea' }));
  expect(data.realtime).toBe(realtime);
  expect(data.rooms[0]).toBe(realtime.channel('presence.room'));
  const heard = next(data.rooms[0] as Channel, 'said');
  gateway.broadcast('presence.room', 'said', 'hello');
  expect(await heard).toBe('hello');
});
