/** Takes the place of Socket.IO's delays in the build for script tags, where its own reconnection is always off. */
export class Backoff {
  attempts = 0;
  setMin() {}
  setMax() {}
  setJitter() {}
  reset() {}
  duration() {
    return 0;
  }
}
