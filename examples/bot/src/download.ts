import type { Runtime, Secret } from '@rielrails/kit';
import type { Api } from 'grammy';
import { TelegramUnavailableError } from './telegram-error.ts';

/** Where files are. */
export interface DownloadParts {
  readonly api: Api;
  readonly apiRoot: string;
  readonly token: Secret;
}

/**
 * Reads files that people sent.
 *
 * A file's address holds the bot's token ("Telegram Bot API, getFile"): it is used here and named nowhere, not even in
 * an error.
 */
export function createDownload(
  { api, apiRoot, token }: DownloadParts,
  { fetch }: Pick<Runtime, 'fetch'>,
): (fileId: string, maxBytes: number) => Promise<Uint8Array | null> {
  return async (fileId, maxBytes) => {
    const { file_path: path, file_size: size } = await api.getFile(fileId);
    if (path === undefined || (size ?? 0) > maxBytes) return null;
    const response = await fetch(new Request(`${apiRoot}/file/bot${token.reveal()}/${path}`), {}).catch(() => null);
    if (!response?.ok || !response.body) throw new TelegramUnavailableError('unreachable');
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body) {
      length += part.length;
      if (length > maxBytes) return null;
      parts.push(part);
    }
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  };
}
