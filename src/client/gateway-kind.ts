import { PROTOCOL_VERSION } from '../protocol';

/** Which gateway it is: ours, the PHP gateway on Swoole, or what the gateway itself tells. */
export type GatewayProtocol = 'toporia' | 'toporia-php' | 'auto';

/** What is known of the gateway: what the application said, and what the gateway answered to the hello. */
export class GatewayKind {
  private _features: unknown;

  constructor(
    private readonly _told: GatewayProtocol | undefined,
    /** It guards joins as well as subscriptions, and says all that it has to say in its acks. */
    public _isOurs = _told === 'toporia',
    public _isPhp = _told === 'toporia-php',
  ) {}

  /** Whether our gateway can do that; `false` also before it has told so. */
  _supports(feature: string): boolean {
    return Array.isArray(this._features) && this._features.includes(feature);
  }

  /** Whether it has told what it can do. */
  get _isKnown(): boolean {
    return this._isPhp || this._features !== undefined;
  }

  /** It doesn't answer the hello, so there is nothing that it can do beyond the ordinary. */
  _assumePlain(): void {
    this._features ??= [];
  }

  /** Takes the answer to the hello, which holds until there is another: a lost one changes nothing. */
  _greeted(reply: unknown): void {
    const { protocol, status, features } = Object(reply) as Record<string, unknown>;
    const isOurs = protocol === PROTOCOL_VERSION;
    if (!isOurs && status !== 'ok') return;
    this._features = features ?? [];
    if (/^toporia/.test(`${this._told}`)) return;
    this._isOurs = isOurs;
    this._isPhp = !isOurs;
  }
}
