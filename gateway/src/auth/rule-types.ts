import type { User } from '../api';

type Later<T> = T | PromiseLike<T>;

/** The parameters in a pattern: `{ orderId: string }` for `orders.{orderId}`. */
export type ChannelParams<Pattern extends string> = string extends Pattern
  ? Readonly<Record<string, string>>
  : { readonly [Name in ParamNames<Pattern>]: string };

type ParamNames<Pattern extends string> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Bare}*` ? Bare : Name) | ParamNames<Rest>
  : never;

/** Which room a rule is asked about. */
export interface ChannelContext {
  /** The room's whole name, such as `private-orders.5`. */
  readonly room: string;
  readonly namespace: string;
  /** The id of the socket that asks. */
  readonly socketId: string;
}

/** What a member wants to publish. */
export interface PublishContext extends ChannelContext {
  readonly event: string;
  readonly data: unknown;
}

/** `true` admits; so does an object, which the members of a presence room are shown. Anything else denies. */
export type ChannelAnswer = boolean | object | null | undefined;

/** Whether a user may join; a throw denies, and is logged. */
export type Authorize<Pattern extends string = string, Who = User> = (
  user: Who,
  params: ChannelParams<Pattern>,
  context: ChannelContext,
) => Later<ChannelAnswer>;

/** Whether a member may send an event to the others. The user is `undefined` for a member that a signature admitted. */
export type MayPublish<Pattern extends string = string> = (
  user: User | undefined,
  params: ChannelParams<Pattern>,
  context: PublishContext,
) => Later<boolean>;

interface RuleOptions<Pattern extends string> {
  /** `false` keeps members from sending to the room; the program and its backends still can. `true` unless given. */
  publish?: boolean | MayPublish<Pattern>;
}

/** For authenticated users. */
export interface UserRule<Pattern extends string = string> extends RuleOptions<Pattern> {
  /** Only users of these guards. */
  guards?: readonly string[];
  anonymous?: false | undefined;
  /** Any user of the guards unless given. */
  authorize?: Authorize<Pattern>;
}

/** For clients without a token too. */
export interface AnonymousRule<Pattern extends string = string> extends RuleOptions<Pattern> {
  guards?: undefined;
  anonymous: true;
  authorize?: Authorize<Pattern, User | undefined>;
}

/** Who may join the private and presence rooms of a pattern. */
export type ChannelRule<Pattern extends string = string> =
  // All kinds have the member by which they differ, or the parameters of `authorize` could not be told from the context.
  (Authorize<Pattern> & { readonly anonymous?: undefined }) | UserRule<Pattern> | AnonymousRule<Pattern>;

export type AnyRule = ChannelRule<string>;

/** A rule for each pattern. */
export type ChannelRules<Pattern extends string = string> = {
  readonly [P in Pattern]: ChannelRule<P>;
};
