import { SignJWT } from 'jose';

const secret = new TextEncoder().encode(process.env.JWT_SECRET);

/** What the gateway knows a service by: `sub` is its id, `name` what others see in a presence room. */
export function tokenFor(id, name) {
  return new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setExpirationTime('10m')
    .sign(secret);
}
