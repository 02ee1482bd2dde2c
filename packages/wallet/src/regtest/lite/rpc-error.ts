/** A refusal in the node's own code and words, as `rpc/protocol.h` of Bitcoin Core numbers them. */
export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
  }
}
