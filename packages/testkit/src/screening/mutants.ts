import { can } from '@rielrails/core';
import type { AnyScreening, CallContext, ScreeningOutcome, Verdict } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { constructionMutants, onFetch, readOnce } from '../mutate.ts';
import type { Mutant } from '../suite.ts';
import type { ScreeningSubject } from '../subject.ts';
import { listed } from './world.ts';

type Mutate = (subject: ScreeningSubject) => ScreeningSubject;
type Screen = (subject: unknown, context?: CallContext) => Promise<Verdict>;

/** Screening services that each break one promise. */
export const screeningMutants: readonly Mutant<ScreeningSubject>[] = [
  mutant(
    'SCR-01',
    'screens-nothing',
    onService(({ screenName: _name, screenAddress: _address, ...rest }) => rest),
  ),
  mutant(
    'SCR-02',
    'blocks-everybody',
    onVerdict((verdict) => ({ ...verdict, outcome: 'blocked' })),
  ),
  mutant(
    'SCR-02',
    'forgets-whom-it-screened',
    onVerdict((verdict) => ({ ...verdict, of: listed })),
  ),
  mutant('SCR-03', 'clears-everybody', onVerdict(cleared)),
  mutant(
    'SCR-03',
    'blocks-without-evidence',
    onVerdict((verdict) => ({ ...verdict, evidence: [] })),
  ),
  mutant('SCR-04', 'compares-letter-by-letter', onScreen(comparesExactly)),
  mutant('SCR-05', 'ignores-aliases', onScreen(ignoresAliases)),
  mutant('SCR-06', 'clears-empty-names', onScreen(clearsAtFailure)),
  mutant(
    'SCR-07',
    'blocks-every-address',
    onVerdict((verdict) => ({ ...verdict, outcome: 'blocked' })),
  ),
  mutant('SCR-08', 'clears-every-address', onVerdict(cleared)),
  mutant('SCR-09', 'compares-the-beginning-of-addresses', onScreen(comparesBeginnings)),
  mutant('SCR-09', 'compares-addresses-without-case', onScreen(comparesWithoutCase)),
  mutant(
    'SCR-10',
    'is-valid-for-ever',
    onVerdict((verdict) => ({ ...verdict, validUntil: 4_102_444_800_000 as never })),
  ),
  mutant(
    'SCR-10',
    'is-stale-at-once',
    onVerdict((verdict) => ({ ...verdict, validUntil: 0 as never })),
  ),
  mutant('SCR-11', 'clears-by-old-data', onScreen(clearsAtFailure)),
  mutant('SCR-12', 'clears-at-failure', onScreen(clearsAtFailure)),
  mutant('SCR-13', 'asks-once', onFetch(readOnce)),
  mutant(
    'SCR-14',
    'ignores-an-abort',
    onScreen((subject, screen) => screen(subject)),
  ),
  mutant('SCR-15', 'takes-any-word-for-clear', onScreen(clearsAtFailure)),
  ...constructionMutants<ScreeningSubject>({ missingSecret: 'SCR-16', noWork: 'SCR-17', toldSecret: 'SCR-18' }),
  mutant('SCR-19', 'reads-the-first-page', readsTheFirstPage),
  mutant('SCR-20', 'compares-bech32-with-case', onScreen(comparesBech32WithCase)),
];

/** What a page of a list holds. */
const PAGE = 1000;

/** To such a service it is as if whatever stands behind the first page were not there. */
function readsTheFirstPage(subject: ScreeningSubject): ScreeningSubject {
  return {
    ...subject,
    async emulator(surroundings) {
      const emulator = await subject.emulator(surroundings);
      const firstOf = (add: (text: string) => void) => {
        let added = 0;
        return (text: string) => {
          added += 1;
          if (added <= PAGE) add(text);
        };
      };
      const { addName, addAddress } = emulator.list;
      return { ...emulator, list: { ...emulator.list, addName: firstOf(addName), addAddress: firstOf(addAddress) } };
    },
  };
}

function mutant(clause: string, id: string, mutate: Mutate): Mutant<ScreeningSubject> {
  return { id, clause, mutate };
}

function onService(change: (service: AnyScreening, runtime: Runtime) => AnyScreening): Mutate {
  return (subject) => ({
    ...subject,
    create: async (config, runtime) => change(await subject.create(config, runtime), runtime),
  });
}

/** Stands in for both screenings. */
function onScreen(change: (subject: unknown, screen: Screen, context?: CallContext) => Promise<Verdict>): Mutate {
  return onService((service) => {
    const standIn = (good: unknown) => (subject: unknown, context?: CallContext) =>
      change(subject, good as Screen, context) as never;
    return {
      ...service,
      ...(can(service, 'screenName') ? { screenName: standIn(service.screenName) } : {}),
      ...(can(service, 'screenAddress') ? { screenAddress: standIn(service.screenAddress) } : {}),
    };
  });
}

function onVerdict(change: (verdict: Verdict) => Verdict): Mutate {
  return onScreen(async (subject, screen, context) => change(await screen(subject, context)));
}

function cleared(verdict: Verdict): Verdict {
  return { ...verdict, outcome: 'clear' };
}

async function comparesExactly(subject: unknown, screen: Screen): Promise<Verdict> {
  const verdict = await screen(subject);
  const exact = (subject as { readonly name?: string }).name === listed.name;
  return exact ? verdict : cleared(verdict);
}

async function ignoresAliases(subject: unknown, screen: Screen): Promise<Verdict> {
  const { aliases: _aliases, ...rest } = subject as { readonly aliases?: readonly string[] };
  return { ...(await screen(rest)), of: subject };
}

async function comparesBeginnings(subject: unknown, screen: Screen): Promise<Verdict> {
  const { network, text } = subject as { readonly network: string; readonly text: string };
  const verdict = await screen({ network, text });
  const outcome: ScreeningOutcome = text.startsWith('1') ? 'blocked' : verdict.outcome;
  return { ...verdict, outcome };
}

async function comparesWithoutCase(subject: unknown, screen: Screen): Promise<Verdict> {
  const { network, text } = subject as { readonly network: string; readonly text: string };
  const verdict = await screen({ network, text });
  const outcome: ScreeningOutcome = /^1bvbm/i.test(text) ? 'blocked' : verdict.outcome;
  return { ...verdict, outcome };
}

async function comparesBech32WithCase(subject: unknown, screen: Screen): Promise<Verdict> {
  const verdict = await screen(subject);
  return (subject as { readonly text?: string }).text?.startsWith('BC1') ? cleared(verdict) : verdict;
}

async function clearsAtFailure(of: unknown, screen: Screen, context?: CallContext): Promise<Verdict> {
  const clear: Verdict = { id: 'mutant', of, outcome: 'clear', evidence: [], validUntil: 4_102_444_800_000 as never };
  return screen(of, context).then(cleared, () => clear);
}
