import type { Socket } from 'node:net';
import { Front } from './front';
import { type HostedNode, HubHost } from './hub-host';
import type { ToPrimary } from './messages';
import type { WorkerProcess } from './worker-process';

type Listen = Extract<ToPrimary, { type: 'listen' }>;
type OpenNode = Extract<ToPrimary, { type: 'open-node' }>;

/** What the workers' gateways of one kind have together, in the primary: their port, and the hub of their rooms. */
export class Unit {
  readonly #number: number;
  readonly #nodes = new Map<WorkerProcess, HostedNode>();
  #front: Promise<Front> | undefined;
  #opened: Front | undefined;
  #hub: HubHost | undefined;

  constructor(number: number) {
    this.#number = number;
  }

  hear(worker: WorkerProcess, message: ToPrimary): void {
    switch (message.type) {
      case 'listen':
        this.#listen(worker, message);
        break;
      case 'closing':
        this.#opened?.spare(worker.id);
        break;
      case 'took':
        this.#opened?.took(worker.id, message.socket);
        break;
      case 'gone':
        this.#opened?.gone(worker.id);
        break;
      case 'open-node':
        this.#openNode(worker, message);
        break;
      case 'from-node':
        if (message.what.do === 'stop') this.#loseNode(worker);
        else this.#nodes.get(worker)?.heard(message.what);
        break;
    }
  }

  move(to: number, head: Uint8Array, socket: Socket): void {
    if (this.#opened) this.#opened.move(to, head, socket);
    else socket.destroy();
  }

  /** The worker is gone. */
  lose(worker: WorkerProcess): void {
    this.#opened?.withdraw(worker.id);
    this.#loseNode(worker);
  }

  close(): void {
    this.#opened?.close();
    this.#hub?.stop();
  }

  #listen(worker: WorkerProcess, { unit, port, host, most }: Listen): void {
    // One that failed is tried again by the next who asks.
    this.#front ??= Front.open(this.#number, port, host);
    this.#front.then(
      (front) => {
        this.#opened = front;
        worker.channel.post({ type: 'listening', unit, address: front.address });
        front.offer(worker.id, worker.channel, most);
      },
      (error: Error) => {
        this.#front = undefined;
        worker.channel.post({ type: 'deaf', unit, message: error.message });
      },
    );
  }

  #openNode(worker: WorkerProcess, { unit, node, options }: OpenNode): void {
    this.#hub ??= new HubHost(options);
    const tell: HostedNode['tell'] = (what, size) =>
      worker.channel.post({ type: 'to-node', unit, what }, size);
    this.#nodes.set(worker, this.#hub.open(node, tell));
  }

  #loseNode(worker: WorkerProcess): void {
    const node = this.#nodes.get(worker);
    this.#nodes.delete(worker);
    if (node) this.#hub?.lose(node);
  }
}
