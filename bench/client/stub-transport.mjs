import { Transport } from 'engine.io-client';
import { encodePacket } from 'engine.io-parser';

const HANDSHAKE = { sid: 'stub', upgrades: [], pingInterval: 1e8, pingTimeout: 1e8, maxPayload: 1e6 };

/** A WebSocket without the network: encodes what is sent, forgets it, and answers at once what wants an answer. */
export class StubTransport extends Transport {
  get name() {
    return 'stub';
  }

  doOpen() {
    queueMicrotask(() => {
      this.onOpen();
      this.receive(`0${JSON.stringify(HANDSHAKE)}`);
    });
  }

  doClose() {}

  write(packets) {
    this.writable = false;
    const texts = [];
    for (const packet of packets) encodePacket(packet, true, (text) => texts.push(text));
    // A turn later, as the WebSocket transport of Node does it.
    queueMicrotask(() => {
      this.writable = true;
      this.emitReserved('drain');
      for (const text of texts) this.answer(text);
    });
  }

  receive(text) {
    this.onData(text);
  }

  answer(text) {
    if (text.startsWith('40')) this.receive('40{"sid":"stub"}');
    else if (text.charCodeAt(2) !== 0x5b) {
      // An event with an id: `42<id>[…`.
      const id = text.slice(2, text.indexOf('['));
      const reply = text.includes('"toporia:hello"') ? '{"protocol":1,"features":[]}' : '{"status":"ok"}';
      this.receive(`43${id}[${reply}]`);
    }
  }
}
