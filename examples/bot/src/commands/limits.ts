import { showMoney } from '../render/money.ts';
import { lines, paragraphs } from '../render/said.ts';
import type { Command } from '../shop.ts';
import { say } from '../texts/index.ts';

/** `/limits`: what this person may still buy, and how their verification stands. */
export const limits: Command = async (talk) => {
  const { language } = talk;
  const { perOrder, perDay, usedToday, verification } = await talk.shop.orders.buyer.limits(talk.chat);
  const days = perDay.map((amount) => {
    const used = usedToday.find(({ asset }) => asset.code === amount.asset.code) ?? { ...amount, minor: 0n };
    return say(language, 'limits.per-day', { used: showMoney(used, language), amount: showMoney(amount, language) });
  });
  await talk.reply({
    html: paragraphs(
      say(language, 'limits.title'),
      lines(
        ...perOrder.map((amount) => say(language, 'limits.per-order', { amount: showMoney(amount, language) })),
        ...days,
      ),
      say(language, verification.status === 'approved' ? 'limits.verified' : 'limits.not-verified'),
    ),
  });
};
