import type { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { logOf } from '../support/event-log';
import { open, SOON, startSocketIo } from '../support/realtime-pair';

const transportOf = (realtime: ReturnType<typeof open>) => realtime.getSocket().io.engine.transport.name;

/** Answers no WebSocket handshake at all. */
function hangOnUpgrade(server: Server): void {
  server.removeAllListeners('upgrade');
  server.on('upgrade', (_request, socket) => socket.on('error', () => {}));
}

/** Turns every WebSocket handshake away, as some proxies do. */
function refuseUpgrade(server: Server): void {
  server.removeAllListeners('upgrade');
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
}

describe('the way around a WebSocket that does not work', () => {
  it('is polling, where the server offers nothing else', async () => {
    const { url } = await startSocketIo({ transports: ['polling'] });
    const realtime = open(url);
    const errors = logOf(realtime, 'connect_error');
    await realtime.ready();
    expect(transportOf(realtime)).toBe('polling');
    expect(errors.entries).toEqual([]);
  });

  it('is polling, where a proxy refuses the upgrade', async () => {
    const { url } = await startSocketIo({}, refuseUpgrade);
    const realtime = open(url);
    const errors = logOf(realtime, 'connect_error');
    await realtime.ready();
    expect(transportOf(realtime)).toBe('polling');
    expect(errors.entries).toEqual([]);
  });

  it('is polling after a share of the timeout, where the upgrade hangs', async () => {
    const { url } = await startSocketIo({}, hangOnUpgrade);
    const realtime = open(url, { timeout: 1_000 });
    const errors = logOf(realtime, 'connect_error');
    await realtime.ready();
    expect(transportOf(realtime)).toBe('polling');
    expect(errors.entries).toEqual([]);
  });

  it('comes first at the next connection, once it has worked', async () => {
    let upgrades = 0;
    const { io, url } = await startSocketIo({}, (server) => {
      refuseUpgrade(server);
      server.on('upgrade', () => upgrades++);
    });
    const realtime = open(url, { ...SOON, upgrade: false });
    await realtime.ready();
    expect(upgrades).toBe(1);
    const back = logOf(realtime, 'reconnected');
    io.engine.close();
    await back.until('reconnected');
    expect(transportOf(realtime)).toBe('polling');
    expect(upgrades).toBe(1);
  });

  it('is a WebSocket, where polling was asked for first and is not to be had', async () => {
    const { url } = await startSocketIo({ transports: ['websocket'] });
    const realtime = open(url, { transports: ['polling', 'websocket'] });
    await realtime.ready();
    expect(transportOf(realtime)).toBe('websocket');
  });

  it('does not exist, where only a WebSocket is allowed: the failure is told', async () => {
    const { url } = await startSocketIo({ transports: ['polling'] });
    const realtime = open(url, { transports: ['websocket'], reconnection: false });
    const errors = logOf(realtime, 'connect_error');
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    expect(errors.values('connect_error')).toEqual([expect.objectContaining({ code: 'connect_failed' })]);
  });

  it('does not exist, where everything hangs: the failure is told once, after the timeout', async () => {
    const { url } = await startSocketIo({}, (server) => {
      hangOnUpgrade(server);
      server.removeAllListeners('request');
    });
    const realtime = open(url, { timeout: 300, reconnection: false });
    const errors = logOf(realtime, 'connect_error');
    await expect(realtime.ready()).rejects.toMatchObject({ code: 'connect_failed' });
    expect(errors.entries).toHaveLength(1);
  });
});
