import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { TestGateway } from '../../gateway/src/testing';
import { launchChromium } from '../support/chromium';
import { describeWith } from '../support/programs';
import { serve } from '../support/static-server';
import { DemoUser, startDemo } from './demo-user';

describeWith('chromium', 'the demo chat', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  async function enterTwo(): Promise<{ gateway: TestGateway; ada: DemoUser; grace: DemoUser }> {
    const gateway = await startDemo();
    const ada = await DemoUser.enter(browser, gateway.url, 'Ada');
    const grace = await DemoUser.enter(browser, gateway.url, 'Grace');
    await ada.sees(['Ada (you)', 'Grace']);
    await grace.sees(['Grace (you)', 'Ada']);
    return { gateway, ada, grace };
  }

  test('two users see each other come, write, type and go', async () => {
    const { ada, grace } = await enterTwo();
    await ada.isTold('Grace joined');

    await ada.write('Good morning');
    await grace.reads('Good morning');
    await ada.hasMark('Good morning', 'Delivered');
    expect(await grace.message('Good morning').locator('.who').textContent()).toBe('Ada');

    await grace.text.pressSequentially('Hel');
    const typing = ada.page.getByText('Grace is typing…');
    await typing.waitFor();
    await grace.write('Hello');
    await typing.waitFor({ state: 'hidden' });
    await ada.reads('Hello');

    await grace.text.pressSequentially('never sent');
    await typing.waitFor();
    await typing.waitFor({ state: 'hidden' });

    await grace.page.close();
    await ada.isTold('Grace left');
    await ada.sees(['Ada (you)']);
  });

  test('a room shows what is written in it, and counts what is written in the others', async () => {
    const { ada, grace } = await enterTwo();
    await grace.goTo('random');
    await grace.write('Only here', 'And here');
    await ada
      .button(/random/)
      .getByText('2 unread')
      .waitFor();
    expect(await ada.page.title()).toBe('(2) #general · Toporia chat');
    expect(await ada.texts()).toEqual([]);

    await ada.goTo('random');
    expect(await ada.texts()).toEqual(['Only here', 'And here']);
    expect(await ada.page.title()).toBe('#random · Toporia chat');
    await ada.text.pressSequentially('Hm');
    await grace.page.getByText('Ada is typing…').waitFor();
    await grace.goTo('general');
    await grace.page.getByText('Ada is typing…').waitFor({ state: 'hidden' });
  });

  test('rooms are opened by name and left', async () => {
    const { ada, grace } = await enterTwo();
    for (const { page } of [ada, grace]) {
      await page.getByRole('textbox', { name: 'Join or open a room' }).fill('#Road Map');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: '#road-map' }).waitFor();
    }
    await ada.sees(['Ada (you)', 'Grace']);
    await ada.write('To the road map');
    await grace.reads('To the road map');

    await grace.button('Leave road-map').click();
    await grace.page.getByRole('heading', { name: '#general' }).waitFor();
    await ada.isTold('Grace left');
    await ada.sees(['Ada (you)']);
    expect(await grace.button(/road-map/).count()).toBe(0);

    await ada.page.getByRole('textbox', { name: 'Join or open a room' }).fill('no/such room');
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('alert').getByText("That can't be the name of a room").waitFor();
  });

  test('the name, the rooms and the colours are remembered', async () => {
    const gateway = await startDemo();
    const ada = await DemoUser.enter(browser, gateway.url, 'Ada', { colorScheme: 'light' });
    await ada.goTo('random');
    await ada.button('Leave random').click();
    await ada.button('Dark colours').click();
    await ada.page.reload();
    await ada.isIn('Connected');
    await ada.sees(['Ada (you)']);
    expect(await ada.page.locator('#room-list button').allTextContents()).toEqual(['#general', '#support']);
    expect(await ada.button('Dark colours').getAttribute('aria-pressed')).toBe('true');
    expect(await ada.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(16, 22, 27)',
    );
  });

  test('what is written offline waits, and is sent in order on coming back', async () => {
    const { ada, grace } = await enterTwo();
    await ada.button('Go offline').click();
    await ada.isIn('Offline');
    await ada.write('one', 'two', 'three');
    for (const text of ['one', 'two', 'three']) await ada.hasMark(text, 'Waiting');
    await grace.isTold('Ada left');
    await grace.write('while you were away');
    expect(await grace.texts()).toEqual(['while you were away']);

    await ada.button('Go online').click();
    await ada.isIn('Connected');
    await grace.reads('three');
    for (const text of ['one', 'two', 'three']) await ada.hasMark(text, 'Delivered');
    expect(await grace.texts()).toEqual(['while you were away', 'one', 'two', 'three']);
    await grace.sees(['Grace (you)', 'Ada']);
    await ada.sees(['Ada (you)', 'Grace']);
  });

  test('a connection that is cut comes back by itself, with everybody listed once', async () => {
    const { gateway, ada, grace } = await enterTwo();
    await ada.stopTime();
    gateway.freeze();
    gateway.dropConnections();
    await ada.isIn(/Retrying in \d s/);
    await ada.write('through the gap');
    await ada.hasMark('through the gap', 'Waiting');
    gateway.unfreeze();
    await ada.resumeTime();
    await ada.isIn('Connected');
    await grace.isIn('Connected');
    await ada.sees(['Ada (you)', 'Grace']);
    await grace.sees(['Grace (you)', 'Ada']);
    await ada.hasMark('through the gap', 'Delivered');
    await grace.write('and back');
    await ada.reads('and back');
    // A short loss is nobody's coming or going.
    expect(await ada.page.getByText('Grace left').count()).toBe(0);
  });

  test('a message whose ack is lost with the connection is sent again, and shown once', async () => {
    const { gateway, ada, grace } = await enterTwo();
    await ada.write('before');
    await grace.reads('before');
    gateway.freeze();
    await ada.write('into the void');
    await ada.hasMark('into the void', 'Sending');
    // A try of its own would hang in the frozen gateway, and Chromium complains when such a one is given up.
    await ada.stopTime();
    gateway.dropConnections();
    await ada.hasMark('into the void', 'Waiting');
    gateway.unfreeze();
    await ada.button('Try now').click();
    await ada.resumeTime();
    await ada.hasMark('into the void', 'Delivered');
    await grace.isIn('Connected');
    await ada.write('after');
    await grace.reads('after');
    expect(await ada.texts()).toEqual(['before', 'into the void', 'after']);
  });

  test('the same message is shown once, however often it comes', async () => {
    const { gateway, ada, grace } = await enterTwo();
    const message = { id: 'x1', name: 'Robot', text: 'Beep', at: Date.now() };
    for (const text of ['Beep', 'Beep again']) {
      gateway.broadcast('presence.general', 'message.sent', { ...message, text });
    }
    for (const strange of [null, 7, 'text', [], {}, { text: { html: '<b>' } }]) {
      gateway.broadcast('presence.general', 'message.sent', strange);
    }
    gateway.broadcast('presence.general', 'message.sent', { id: 'x2', text: 'The end', at: 'no time' });
    for (const user of [ada, grace]) {
      await user.reads('The end');
      expect(await user.texts()).toEqual(['Beep', 'The end']);
    }
  });

  test('a message that is refused can be sent again', async () => {
    const { gateway, ada, grace } = await enterTwo();
    const accept = gateway.of('/').on('message.sent', () => ({
      error: { code: 'rate_limited', message: 'Not so fast.' },
    }));
    await ada.write('too fast');
    await ada.hasMark('too fast', 'Not delivered');
    accept();
    await ada.button('Try again').click();
    await ada.hasMark('too fast', 'Delivered');
    await grace.reads('too fast');
    expect(await ada.button('Try again').count()).toBe(0);
  });

  test('a name that is changed is changed for everybody, and stays after a reconnect', async () => {
    const { gateway, ada, grace } = await enterTwo();
    await ada.button('Change your name').click();
    await ada.page.getByRole('dialog').getByRole('textbox').fill('Lady Lovelace');
    await ada.button('Save').click();
    await grace.isTold('Ada is now Lady Lovelace');
    await grace.sees(['Grace (you)', 'Lady Lovelace']);
    await ada.sees(['Lady Lovelace (you)', 'Grace']);
    await ada.stopTime();
    gateway.freeze();
    gateway.dropConnections();
    await ada.isIn(/Retrying|Reconnecting/);
    gateway.unfreeze();
    await ada.resumeTime();
    await ada.isIn('Connected');
    await grace.isIn('Connected');
    await grace.sees(['Grace (you)', 'Lady Lovelace']);
    await ada.write('It is me');
    await grace.reads('It is me');
    expect(await grace.message('It is me').locator('.who').textContent()).toBe('Lady Lovelace');
  });

  test('markup in names and messages is shown as it was written', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    const gateway = await startDemo();
    const mallory = await DemoUser.enter(browser, gateway.url, markup);
    const grace = await DemoUser.enter(browser, gateway.url, 'Grace');
    await grace.sees(['Grace (you)', markup]);
    await mallory.text.pressSequentially('x');
    await grace.page.getByText(`${markup} is typing…`).waitFor();
    await mallory.write(markup, '<b>bold</b> &amp; <script>alert(1)</script>');
    await grace.reads('<b>bold</b> &amp; <script>alert(1)</script>');
    expect(await grace.texts()).toEqual([markup, '<b>bold</b> &amp; <script>alert(1)</script>']);
    await mallory.page.close();
    await grace.isTold(`${markup} left`);
    expect(await grace.page.locator('img, b').count()).toBe(0);
  });

  test('a reader further up is told of new messages instead of being moved', async () => {
    const { ada, grace } = await enterTwo();
    const many = Array.from({ length: 30 }, (_, i) => `message number ${i}`);
    await ada.write(...many);
    await grace.reads('message number 29');
    const log = grace.page.getByRole('log', { name: 'Messages in general' });
    const fromEnd = () => log.evaluate((e) => Math.round(e.scrollHeight - e.clientHeight - e.scrollTop));
    expect(await fromEnd()).toBe(0);

    await log.evaluate((e) => {
      e.scrollTop = 0;
    });
    await expect.poll(fromEnd).toBeGreaterThan(100);
    await ada.write('the newest');
    await grace.button('New messages').waitFor();
    expect(await log.evaluate((e) => e.scrollTop)).toBe(0);

    await grace.goTo('random');
    await grace.goTo('general');
    expect(await log.evaluate((e) => e.scrollTop)).toBe(0);
    await ada.write('newer still');
    await grace.button('New messages').click();
    expect(await fromEnd()).toBe(0);
    await grace.button('New messages').waitFor({ state: 'hidden' });
  });

  test('the file works from another server, with ?gateway=', async () => {
    const gateway = await startDemo();
    const path = `/chat.html?gateway=${gateway.url}`;
    const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
    const elsewhere = await serve({
      [path]: file('examples/socketio-chat-demo.html'),
      '/toporia-realtime.umd.min.js': file('dist/toporia-realtime.umd.min.js'),
    });
    onTestFinished(() => elsewhere.close());
    const ada = await DemoUser.enter(browser, elsewhere.url + path, 'Ada');
    const grace = await DemoUser.enter(browser, gateway.url, 'Grace');
    await ada.sees(['Ada (you)', 'Grace']);
    await grace.write('Welcome');
    await ada.reads('Welcome');
  });
});
