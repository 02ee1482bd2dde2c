import type { Markup } from './html.ts';
import { card, commandForm } from './parts.ts';
import type { PageContext } from './parts.ts';
import type { TransferReport } from '../reports.ts';

/** What can be done with a wallet of the operator's own. */
export function walletCard(context: PageContext): Markup {
  return card('Our wallet', [
    commandForm('treasury sweep', context, {
      label: 'Sweep to cold',
      asks: 'Sends what is above the ceiling to cold storage.',
    }),
    commandForm('treasury top-up', context, {
      label: 'Top up',
      asks: 'Plans what is missing below the floor, and says where to send it from the exchange.',
    }),
    commandForm('treasury consolidate', context, {
      label: 'Consolidate',
      asks: 'Gathers small coins into one, when fees are low.',
    }),
    commandForm('treasury split', context, {
      label: 'Split',
      asks: 'Splits large coins, so that several deliveries can leave at once.',
    }),
    commandForm('treasury signed', context, {
      label: 'Bring a signature home',
      asks: 'The shell lists what is to be signed elsewhere: pnpm admin treasury waiting.',
    }),
  ]);
}

/** How a transfer to cold storage goes on. */
export function sweepForms({ kind, transfer }: TransferReport, context: PageContext): readonly Markup[] {
  if (kind !== 'wallet-to-cold') return [];
  const fixed = { transfer };
  return [
    commandForm('treasury send', context, {
      label: 'Go on',
      fixed,
      asks: 'Goes on with it where it stood; it is never made twice.',
    }),
    commandForm('treasury bump', context, {
      label: 'Pay more',
      fixed,
      asks: 'It is stuck: its miners are paid more, within the caps of the wallet.',
    }),
  ];
}
