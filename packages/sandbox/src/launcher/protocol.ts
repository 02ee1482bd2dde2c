/** What the launcher says to one of its processes. */
export interface Call {
  readonly id: number;
  readonly call: string;
  readonly input: unknown;
}

/** What a process says to its launcher: the answer to a call, or something that happened. */
export type Said =
  | { readonly type: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'notice'; readonly notice: string; readonly value: unknown };

/** Why a call failed. `field` and `rule` are there when something handed in broke a rule. */
export interface Failure {
  readonly message: string;
  readonly field?: string;
  readonly rule?: string;
}
