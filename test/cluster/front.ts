import { Nginx } from '../support/nginx';

/**
 * nginx before the nodes. What belongs to a session goes where the session is, and so does all that polls; a WebSocket
 * without a session may go anywhere, so that a client whose node hangs has another one at its next try.
 */
export function startFront(ports: readonly number[]): Promise<Nginx> {
  const servers = ports.map((port) => `server 127.0.0.1:${port} max_fails=0;`).join(' ');
  return Nginx.start(
    (port) => `
  upstream sticky { hash $arg_client consistent; ${servers} }
  upstream any { least_conn; ${servers} }
  map "$http_upgrade,$arg_sid" $gateways { default sticky; "websocket," any; }
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
  proxy_set_header Host $host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_connect_timeout 1s;
  proxy_read_timeout 10s;
  proxy_buffering off;
  server {
    listen ${port};
    location /socket.io/ { proxy_pass http://$gateways; }
    location / { proxy_pass http://any; }
  }`,
  );
}
