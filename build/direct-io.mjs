import { Manager } from 'socket.io-client/manager.js';
import { parse } from './plain-url.mjs';

/** Takes the place of Socket.IO's `io` in the build for script tags, where each client has a manager of its own. */
export function io(url, options) {
  const base = /^\/\//.test(url) ? location.protocol : url[0] === '/' ? location.origin : '';
  return new Manager(base + url, options).socket(parse(base + url).path, options);
}
