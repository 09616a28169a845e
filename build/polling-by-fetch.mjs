import { Polling } from 'engine.io-client/polling.js';

/** Takes the place of engine.io-client's polling in the build for script tags, which serves browsers of long ago. */
export class XHR extends Polling {
  doPoll() {
    this.ask({}, (text) => this.onData(text));
  }

  doWrite(body, done) {
    this.ask({ method: 'POST', body }, done);
  }

  async ask(request, done) {
    const { withCredentials, extraHeaders } = this.opts;
    let text;
    try {
      const response = await fetch(this.uri(), {
        ...request,
        headers: { ...extraHeaders, 'Content-Type': 'text/plain;charset=UTF-8' },
        credentials: withCredentials ? 'include' : 'same-origin',
      });
      text = await response.text();
      if (!response.ok) throw response.status;
    } catch (error) {
      this.onError('poll error', error);
      return;
    }
    done(text);
  }
}
