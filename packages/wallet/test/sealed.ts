import { Encrypter } from 'age-encryption';

/** Seals a text with a passphrase as `age -p` does, but quickly: these secrets are worth nothing. */
export async function sealedWith(passphrase: string, text: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(8);
  return encrypter.encrypt(text);
}
