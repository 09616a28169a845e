import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from './daemon';
import { program } from './find-program';
import { unusedPort } from './unused-port';

/** An nginx of its own. It ends with the test, its workers too. */
export class Nginx implements AsyncDisposable {
  readonly #daemon: Daemon;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {
    this.#daemon = new Daemon(program('nginx').path, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr']);
  }

  /** @param http what belongs into the block `http`, given the port to listen on. */
  static async start(http: (port: number) => string): Promise<Nginx> {
    const nginx = new Nginx(await unusedPort(), await mkdtemp(join(tmpdir(), 'toporia-nginx-')));
    // Its workers, which are no root, keep large requests there.
    await chmod(nginx.folder, 0o711);
    await nginx.#write(http);
    nginx.#daemon.start();
    await nginx.#daemon.listens(nginx.port);
    return nginx;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has complained of. */
  get output(): string {
    return this.#daemon.output;
  }

  /** New workers take over, with the settings as they are now or with other ones; the old ones end their connections within a second. */
  async reload(http?: (port: number) => string): Promise<void> {
    if (http) await this.#write(http);
    process.kill(this.#daemon.pid, 'SIGHUP');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon.end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  async #write(http: (port: number) => string): Promise<void> {
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${name};`,
    );
    await writeFile(
      join(this.folder, 'nginx.conf'),
      `daemon off;
pid nginx.pid;
worker_processes 1;
worker_shutdown_timeout 1s;
events { worker_connections 1024; }
http {
  access_log off;
  ${temp.join('\n  ')}
  ${http(this.port)}
}
`,
    );
  }
}
