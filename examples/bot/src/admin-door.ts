import type { Runtime } from '@rielrails/kit';
import { createAdminDoor } from '@rielrails/orders/admin';
import type { Composition } from './compose.ts';
import type { BotConfig } from './config.ts';
import type { ReadSecret } from './secrets.ts';
import { openDoor } from './door.ts';
import type { Door } from './door.ts';

/**
 * Opens the operators' door on 127.0.0.1, or gives `null` where the configuration has none.
 *
 * @throws InputError for people who cannot be told apart, or unfit tokens.
 */
export async function openAdminDoor(
  { admin, mode }: BotConfig,
  secretOf: ReadSecret,
  { orders, reviews }: Pick<Composition, 'orders' | 'reviews'>,
  runtime: Runtime,
): Promise<Door | null> {
  if (!admin) return null;
  const people = admin.people.map(({ token, ...person }) => ({ ...person, token: secretOf(token) }));
  return openDoor(
    admin.port,
    createAdminDoor({ orders, ...(reviews ? { reviews } : {}), people, sandbox: mode === 'sandbox' }, runtime),
  );
}
