import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { isProviderError } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { Emulator, FaultName } from '@rielrails/kit/emulator';
import type { Lab } from './lab.ts';
import { secretTexts, withField } from './secrets.ts';
import type { Clause, Excluded } from './suite.ts';

/** What these clauses need of a world, whatever its contract. */
interface ConstructedWorld {
  readonly subject: { readonly secrets: readonly string[]; create(config: unknown, runtime: Runtime): unknown };
  readonly emulator: Emulator & { readonly config: unknown };
  readonly lab: Lab;
}

/** What a journey does: uses every operation and hands over all that it was told, errors included. */
export type Journey<World> = (world: World, tell: (said: unknown) => void) => Promise<void>;

const journeyFaults: readonly (FaultName | null)[] = [
  null,
  'refused-connection',
  'reset-after-apply',
  'http-500-after-apply',
  'unreadable-200',
  'throttled',
];

/** The promises about configuration and secrets, which are the same in every contract. */
export function constructionClauses<
  Facts extends { readonly secrets: readonly string[] },
  World extends ConstructedWorld & { another(): Promise<World> },
>(
  [missingSecret, noWork, toldSecret]: readonly [string, string, string],
  journey: Journey<World>,
): readonly Clause<Facts, World>[] {
  return [
    {
      id: missingSecret,
      title: 'A missing or empty secret stops construction and is named',
      applies: hasSecrets,
      run: (world) => refusesMissingSecrets(world),
    },
    {
      id: noWork,
      title: 'Construction does no work',
      applies: () => true,
      async run({ lab }) {
        assert.equal(lab.requests, 0, 'requests sent');
        assert.deepEqual(lab.lines, [], 'log lines');
      },
    },
    {
      id: toldSecret,
      title: 'No secret is told: not in a log line, a fault, an error, an answer, or the adapter itself',
      applies: hasSecrets,
      async run({ another }) {
        for (const fault of journeyFaults) {
          const world = await another();
          const told: unknown[] = [];
          if (fault) world.emulator.faults.add(fault, { times: 2 });
          await journey(world, (said) => told.push(said));
          const text = [...told, ...world.lab.lines].map(show).join('\n');
          for (const secret of secretTexts(world.emulator.config, world.subject.secrets)) {
            const at = text.indexOf(secret);
            assert.ok(at < 0, `told after ${fault ?? 'no fault'}, near: ${text.slice(Math.max(0, at - 60), at)}`);
          }
        }
      },
    },
  ];
}

async function refusesMissingSecrets({ subject, emulator, lab }: ConstructedWorld): Promise<void> {
  for (const field of subject.secrets) {
    for (const value of [undefined, '']) {
      const thrown = await Promise.resolve()
        .then(() => subject.create(withField(emulator.config, field, value), lab.runtime))
        .then(
          () => assert.fail(`${field}: construction went on without it`),
          (error: unknown) => error,
        );
      if (!isProviderError(thrown)) throw thrown;
      assert.equal(thrown.fault.kind, 'config');
      assert.ok(thrown.fault.message.includes(field.split('.').at(-1) ?? field), `${field} is not named`);
    }
  }
  assert.equal(lab.requests, 0, 'requests sent');
}

function hasSecrets({ secrets }: { readonly secrets: readonly string[] }): true | Excluded {
  return secrets.length > 0 || { excludedBy: 'subject.secrets' };
}

/** Everything that a log, a debugger or an error page could show of a value. */
function show(value: unknown): string {
  const json = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner)) ?? '';
  return `${json}\n${inspect(value, { depth: 8, showHidden: true })}`;
}
