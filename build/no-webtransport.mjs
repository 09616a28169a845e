/** Takes the place of engine.io-client's WebTransport in the build for script tags. */
export const WT = undefined;
