/**
 * The parts of the kit that reach no network module, for processes that must not be able to.
 *
 * @packageDocumentation
 */

export { fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../bytes.ts';
export { systemClock } from '../clock.ts';
export type { Clock } from '../clock.ts';
export { readConfig, secretSchema } from '../config.ts';
export { parseJson, stringifyJson } from '../json.ts';
export type { Json } from '../json.ts';
export { jsonLog, silentLog } from '../log.ts';
export type { Log } from '../log.ts';
export { Secret } from '../secret.ts';
export { digest, equalInConstantTime, hmac } from '../signature.ts';
