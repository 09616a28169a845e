import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SettingsError } from './error';

/** Reads a certificate and its key, so that a mistake is told at start and not at the first connection. */
export function readTls(
  cert: string,
  key: string,
  label: (option: 'cert' | 'key') => string,
): { cert: string; key: string } {
  const pem = { cert: readPem(cert, label('cert')), key: readPem(key, label('key')) };
  let certificate: X509Certificate;
  let privateKey: KeyObject;
  try {
    certificate = new X509Certificate(pem.cert);
  } catch {
    throw bad(label('cert'), cert, 'holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  }
  try {
    privateKey = createPrivateKey(pem.key);
  } catch {
    const why = /ENCRYPTED/.test(pem.key) ? 'holds a key with a passphrase' : 'holds no private key';
    throw bad(label('key'), key, `${why}; it must be an open private key in PEM form`);
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    throw bad(label('key'), key, `is not the key of the certificate in ${JSON.stringify(cert)}`);
  }
  return pem;
}

function readPem(path: string, label: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw bad(label, path, `can't be read: ${readProblem(error)}`);
  }
}

function readProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  return code === 'EISDIR' ? 'it is a directory' : String(code ?? 'unknown error');
}

function bad(label: string, path: string, problem: string): SettingsError {
  return new SettingsError(label, `${label}: the file ${JSON.stringify(path)} ${problem}`);
}
