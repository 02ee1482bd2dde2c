import { can } from '@rielrails/core';
import type { Journey } from '../construction.ts';
import type { PaymentWorld } from './world.ts';

/** Creates, pays, looks up, and reads webhooks, genuine and not. */
export const paymentJourney: Journey<PaymentWorld> = async (world, tell) => {
  const { provider } = world;
  tell(provider);
  const input = world.request();
  const attempt = await provider.create(input);
  tell(attempt);
  if (attempt.outcome === 'applied') {
    const { reference } = input;
    const { handle } = attempt.value;
    const target = handle === undefined ? { reference } : { reference, handle };
    await world.pay({ ...attempt.value, target }).catch(tell);
    await world.look(target).then(tell, tell);
    if (can(provider, 'cancel')) tell(await provider.cancel(target));
  }
  if (!can(provider, 'parseWebhook')) return;
  for (const delivery of world.emulator.webhooks.deliveries()) {
    tell(await provider.parseWebhook(delivery));
    tell(await provider.parseWebhook({ ...delivery, headers: new Headers() }));
  }
};
