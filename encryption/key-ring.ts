import { createSecretKey, type KeyObject } from 'node:crypto';

const BYTES = 32;
const ID = /^[\w.-]{1,64}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const FORM = 'write <id>:<key>, with a key that `openssl rand -base64 32` made';

/** Keys by their ids. The first encrypts, all decrypt. They are kept so that nothing prints them. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  /** Id of the key that encrypts. */
  readonly first: string;

  private constructor(first: string, keys: ReadonlyMap<string, KeyObject>) {
    this.first = first;
    this.#keys = keys;
  }

  /**
   * Reads `<id>:<32 bytes in base64>[,<id>:…]`. Throws an Error that says which key is wrong and the fix, without any key.
   */
  static parse(text: string): KeyRing {
    const keys = new Map<string, KeyObject>();
    for (const [index, entry] of text.split(',').entries()) {
      const [id = '', key = '', ...more] = entry.trim().split(':');
      // What stands there for an id may be a key.
      if (more.length > 0 || key === '' || !ID.test(id)) throw new Error(`key ${index + 1}: ${FORM}`);
      if (keys.has(id)) throw new Error(`key ${index + 1}: there are two keys with the id "${id}"`);
      const bytes = BASE64.test(key) ? Buffer.from(key, 'base64') : Buffer.alloc(0);
      if (bytes.length !== BYTES)
        throw new Error(`key ${index + 1} ("${id}") is not ${BYTES} bytes in base64: ${FORM}`);
      keys.set(id, createSecretKey(bytes));
    }
    const [first = ''] = keys.keys();
    return new KeyRing(first, keys);
  }

  /** Undefined if there is none with this id. */
  key(id: string): KeyObject | undefined {
    return this.#keys.get(id);
  }
}
