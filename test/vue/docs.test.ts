// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { blocksOf } from '../docs/blocks';
import { next, open, startGateway } from '../support/realtime-pair';
import { mountWith } from './mounted';
import { componentOf } from './sfc';

const components = new Map(
  blocksOf('docs/vue.md')
    .filter(({ kind }) => kind === 'vue')
    .map(({ marks, code }) => [marks[0], componentOf(code)]),
);

function documented(name: string) {
  const component = components.get(name);
  if (!component) throw new Error(`docs/vue.md has no component named ${name}`);
  return component;
}

/** Resolves when a text is shown. */
const shown = (element: Element, text: string) =>
  new Promise<void>((resolve) => {
    const look = () => element.textContent?.includes(text) && resolve();
    new MutationObserver(look).observe(element, { subtree: true, childList: true, characterData: true });
    look();
  });

it('has a chat that two people can use', async () => {
  const gateway = await startGateway();
  const [ann, bob] = ['Ann', 'Bob'].map((name) =>
    mountWith(open(gateway.url), documented('chat'), { props: { name }, attachTo: document.body }),
  );
  if (!ann || !bob) throw new Error('unreachable');
  await Promise.all(
    [ann, bob].map(({ element }) => shown(element.parentElement as Element, 'Here: Ann, Bob')),
  );
  await ann.get('input').setValue('Hello');
  await shown(bob.element.parentElement as Element, 'Ann typing…');
  await ann.get('form').trigger('submit');
  await shown(ann.element.parentElement as Element, 'Ann: Hello (sent)');
  await shown(bob.element.parentElement as Element, 'Ann: Hello (received)');
  expect((ann.get('input').element as HTMLInputElement).value).toBe('');
});

it('has a component of the Options API that hears and sends', async () => {
  const gateway = await startGateway();
  const [realtime, other] = [open(gateway.url), open(gateway.url)];
  const room = await other.join('chat.room.1');
  const wrapper = mountWith(realtime, documented('options'), { attachTo: document.body });
  const page = wrapper.element.parentElement as Element;
  await shown(page, 'joined');
  const said = next(room, 'message.sent');
  await wrapper.get('button').trigger('click');
  expect(await said).toBe('Hello');
  room.emit('message.sent', 'Hi');
  await shown(page, 'joined: Hi');
});
