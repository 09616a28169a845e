import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';

export interface Pair {
  privateKey: CryptoKey;
  jwk: JWK;
  alg: string;
  spki: string;
}

export async function pair(alg: string, kid: string | undefined): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg, ...(kid !== undefined && { kid }) };
  return { privateKey, jwk, alg, spki: await exportSPKI(publicKey) };
}

export function sign(
  { privateKey, jwk, alg }: Pair,
  claims: Record<string, unknown> = { sub: 7 },
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg, ...(jwk.kid !== undefined && { kid: jwk.kid }) })
    .setExpirationTime('1h')
    .sign(privateKey);
}
