import { expect, expectTypeOf, it } from 'vitest';
import { createGateway } from '../../src';
import type { User } from '../../src/api';

it('parameters have the types that the pattern gives them', () => {
  const gateway = createGateway({
    channels: {
      'orders.{orderId}': (user, { orderId }) => {
        expectTypeOf(user).toEqualTypeOf<User>();
        expectTypeOf(orderId).toEqualTypeOf<string>();
        return user.id === orderId;
      },
      'files.{user}.{path*}': (_user, params) => {
        expectTypeOf(params).toEqualTypeOf<{ readonly user: string; readonly path: string }>();
        return true;
      },
      lobby: {
        anonymous: true,
        authorize: (user) => {
          expectTypeOf(user).toEqualTypeOf<User | undefined>();
          return true;
        },
        publish: (_user, _params, { event }) => event === 'wave',
      },
      'chat.{id}': { guards: ['web'], authorize: async (user, { id }) => ({ name: user.id + id }) },
      // @ts-expect-error There is no such parameter.
      'wrong.{a}': (_user, { b }) => b === '',
    },
  });
  expect(gateway.developmentMode).toBe(false);
});
