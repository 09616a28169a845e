/** Takes the place of engine.io-client's parser in the build for script tags: the SDK has checked the URL before. */
export function parse(url) {
  const [, protocol, host, port, path, query] =
    /^(?:(\w+):\/\/)?(?:[^/?@]*@)?(\[[^/?\]]*\]|[^:/?]*):?(\d*)([^?]*)\??(.*)/.exec(url);
  return { protocol, host: host.replace(/[[\]]/g, ''), port, path: path || '/', query };
}
