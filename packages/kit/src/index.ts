/**
 * For adapter authors: everything that every adapter needs and none should write again.
 *
 * @packageDocumentation
 */

export { fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts';
export { doubt, isNeverSent, neverSent, unavailable } from './call.ts';
export { formedSecretSchema, readConfig, secretSchema } from './config.ts';
export { countryAlpha2, countryAlpha3 } from './country.ts';
export { formatAmount, parseAmount, plainDecimal } from './decimal.ts';
export type { ParseAmountOptions } from './decimal.ts';
export { defineCustody } from './define/define-custody.ts';
export type { AuthoredCustody, CustodyAuthor } from './define/define-custody.ts';
export { defineExchange } from './define/define-exchange.ts';
export type { ExchangeAuthor } from './define/define-exchange.ts';
export { defineKyc } from './define/define-kyc.ts';
export type { KycAuthor } from './define/define-kyc.ts';
export { definePayment } from './define/define-payment.ts';
export type { Authored, PaymentAuthor } from './define/define-payment.ts';
export { attemptWrite, observeRead } from './define/observe.ts';
export type { Observed } from './define/observe.ts';
export { defineScreening } from './define/define-screening.ts';
export type { ScreeningAuthor } from './define/define-screening.ts';
export { faultOfCode } from './fault-table.ts';
export type { CodeMeaning, CodeTable } from './fault-table.ts';
export { asReference, digitsField, member, tryJson } from './fields.ts';
export { escapeHtml } from './html.ts';
export { JsonNumber, parseJson, stringifyJson } from './json.ts';
export type { Json, JsonLimits } from './json.ts';
export { readLocalTime } from './local-time.ts';
export { allowedFields, jsonLog, redactFields, silentLog } from './log.ts';
export type { Log, LogFields, LogLevel } from './log.ts';
export type { RawAnswer, RawFetch, RawRequest } from './raw-fetch.ts';
export { repeatRead } from './repeat-read.ts';
export type { RepeatReadOptions } from './repeat-read.ts';
export { newReference, systemClock, systemRandom, systemRuntime } from './runtime.ts';
export type { Clock, Fetch, Random, Runtime, SystemRuntimeOptions } from './runtime.ts';
export { Secret } from './secret.ts';
export { digest, equalInConstantTime, hmac } from './signature.ts';
export type { HmacAlgorithm } from './signature.ts';
export { readLimited } from './read-limited.ts';
export type { BodyLimits } from './read-limited.ts';
export { createTransport, ForbiddenAddressError, isClosedAddress } from './transport.ts';
export type { ReceivedBytes, TransportOptions } from './transport.ts';
export { createVocabulary } from './vocabulary.ts';
export type { Vocabulary } from './vocabulary.ts';
export { createWire } from './wire.ts';
export type { Wire, WireAnswer, WireCall, WireOptions } from './wire.ts';
