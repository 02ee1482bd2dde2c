import type { Instant } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { createChainalysisEmulator } from '@rielrails/screening/chainalysis-emulator';
import { describe, expect, test } from 'vitest';
import { createChainalysisAddressScreening, createChainalysisSanctions } from './index.ts';
import type { ChainalysisAddressScreeningConfig } from './index.ts';

const ADDRESS = { network: 'bitcoin', text: 'bc1qzf5hzrthzgmjv2xzahr907kwth0zmyc2djxkn5' };

function setUp(changes: Partial<ChainalysisAddressScreeningConfig> = {}, registersFirst = true) {
  const { clock, random } = createVirtualRuntime();
  const emulator = createChainalysisEmulator({ clock, random }, { registersFirst });
  const runtime = { ...createVirtualRuntime({ fetch: emulator.fetch }), clock };
  return {
    clock,
    emulator,
    risk: createChainalysisAddressScreening({ token: emulator.config.token, ...changes }, runtime),
    sanctions: createChainalysisSanctions({ apiKey: emulator.config.apiKey }, runtime),
    runtime,
  };
}
const routes = ({ emulator }: ReturnType<typeof setUp>) => emulator.exchanges.map(({ route }) => route);

describe('address screening', () => {
  test.each([
    ['Low', 'clear'],
    ['Medium', 'clear'],
    ['High', 'review'],
    ['severe', 'blocked'],
    ['Unheard-of', 'review'],
    ['', 'review'],
  ] as const)('a risk "%s" is %s', async (risk, outcome) => {
    const world = setUp();
    world.emulator.setRisk(ADDRESS.text, risk);
    expect((await world.risk.screenAddress(ADDRESS)).outcome).toBe(outcome);
  });

  test('where to begin is the operator’s choice; a sanctioned address is blocked whatever its risk', async () => {
    const strict = setUp({ reviewFrom: 'Medium', blockFrom: 'High' });
    strict.emulator.setRisk(ADDRESS.text, 'Medium');
    expect((await strict.risk.screenAddress(ADDRESS)).outcome).toBe('review');
    strict.emulator.setRisk(ADDRESS.text, 'High');
    expect((await strict.risk.screenAddress(ADDRESS)).outcome).toBe('blocked');
    strict.emulator.setRisk(ADDRESS.text, 'Low', 'sanctioned entity');
    const verdict = await strict.risk.screenAddress(ADDRESS);
    expect(verdict.outcome).toBe('blocked');
    expect(verdict.evidence[0]?.explanation).toContain('Invented Entity');
  });

  test('an address is registered where the tenant asks for it, and only there', async () => {
    const old = setUp();
    await old.risk.screenAddress(ADDRESS);
    await old.risk.screenAddress(ADDRESS);
    expect(routes(old)).toEqual(['get-entity', 'register-entity', 'get-entity', 'get-entity']);
    const young = setUp({}, false);
    await young.risk.screenAddress(ADDRESS);
    expect(routes(young)).toEqual(['get-entity']);
  });

  test('an assessment in progress is no verdict', async () => {
    const world = setUp();
    world.emulator.list.makeStale();
    await expect(world.risk.screenAddress(ADDRESS)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  });

  test('bech32 in capitals is the same address', async () => {
    const world = setUp();
    world.emulator.list.addAddress(ADDRESS.text);
    const capitals = { ...ADDRESS, text: ADDRESS.text.toUpperCase() };
    expect((await world.risk.screenAddress(capitals)).outcome).toBe('blocked');
  });

  test('an answer is given again only as long as that was asked for, and the verdict is no younger for it', async () => {
    const never = setUp();
    await never.risk.screenAddress(ADDRESS);
    await never.risk.screenAddress(ADDRESS);
    expect(routes(never)).toHaveLength(4);

    const world = setUp({ cacheForMs: 60_000 }, false);
    const first = await world.risk.screenAddress(ADDRESS);
    await world.clock.advance(59_999);
    world.emulator.list.addAddress(ADDRESS.text);
    expect(await world.risk.screenAddress(ADDRESS)).toEqual(first);
    await world.clock.advance(1);
    expect((await world.risk.screenAddress(ADDRESS)).outcome).toBe('blocked');
    expect(first.validUntil).toBe((world.clock.now() - 60_000 + 900_000) as Instant);
  });

  test('a failure is not kept', async () => {
    const world = setUp({ cacheForMs: 60_000 }, false);
    world.emulator.faults.add('unreadable-200', { times: 10 });
    await expect(world.clock.run(() => world.risk.screenAddress(ADDRESS))).rejects.toMatchObject({
      fault: { kind: 'unavailable' },
    });
    world.emulator.faults.clear();
    expect((await world.risk.screenAddress(ADDRESS)).outcome).toBe('clear');
  });
});

describe('the sanctions API', () => {
  test('every identification blocks, with what the service says of it', async () => {
    const world = setUp();
    expect((await world.sanctions.screenAddress(ADDRESS)).outcome).toBe('clear');
    world.emulator.list.addAddress(ADDRESS.text);
    const verdict = await world.sanctions.screenAddress(ADDRESS);
    expect(verdict.outcome).toBe('blocked');
    expect(verdict.evidence[0]?.explanation).toContain('INVENTED LIST');
  });

  test('a key that is not taken is for the operator, and is not repeated', async () => {
    const world = setUp();
    const other = createChainalysisSanctions({ apiKey: 'another-key-0123456789' }, world.runtime);
    const asked = other.screenAddress(ADDRESS);
    await expect(asked).rejects.toMatchObject({ fault: { kind: 'config' } });
    const { message } = (await asked.catch((error: unknown) => error)) as Error;
    expect(message).not.toContain('another-key');
    expect(message).not.toContain(ADDRESS.text);
    expect(world.emulator.exchanges).toHaveLength(1);
  });
});

test('what is no address of any network is not sent', async () => {
  const world = setUp();
  for (const text of ['', ' ', 'bc1q/../x', 'a'.repeat(121), 'ក'])
    await expect(world.risk.screenAddress({ network: 'bitcoin', text })).rejects.toMatchObject({
      fault: { kind: 'invalid' },
    });
  expect(world.emulator.exchanges).toEqual([]);
});

test('more than forty questions a second are throttled', async () => {
  const world = setUp({}, false);
  const answers = await world.clock.run(() =>
    Promise.allSettled(Array.from({ length: 60 }, () => world.risk.screenAddress(ADDRESS))),
  );
  const refused = answers.filter(({ status }) => status === 'rejected');
  for (const one of refused) expect(one).toMatchObject({ reason: { fault: { kind: 'throttled' } } });
  expect(world.emulator.exchanges.some(({ status }) => status === 429)).toBe(true);
});
