import { isInputError } from '../../packages/core/src/index.ts';
import { fromUtf8, toHex, utf8 } from '../../packages/kit/src/index.ts';
import { createDice } from './dice.ts';
import type { Dice } from './dice.ts';
import type { Soak, SoakFailure } from './soak.ts';

/** No input may take more of the processor: on a machine that does other things too, the clock would tell of those. */
const MOST_MS = 500;
const MOST_FAILURES = 20;

/** A reader of what strangers send: gives what it made of the input, or throws its own kind of refusal. */
export interface Parser {
  /** Valid inputs, which are then damaged. */
  readonly samples: readonly (string | Uint8Array)[];
  /** Throws an Error of any other kind, or gives a sentence, when something is wrong. */
  check(input: Uint8Array): Promise<string | null> | string | null;
}

/** What a soak of parsers is made of. */
export interface ParserSoak extends Pick<Soak, 'about' | 'count' | 'countInCi'> {
  readonly name: string;
  create(): Readonly<Record<string, Parser>>;
}

/** Damages inputs and gives them to each parser in turn. */
export function parserSoak({ name, about, count, countInCi, create }: ParserSoak): Soak {
  return {
    about,
    count,
    countInCi,
    async run({ seed, count, endAt, progress }) {
      const all = create();
      const names = Object.keys(all);
      const dice = createDice(seed);
      const failures: SoakFailure[] = [];
      const figures: Record<string, number> = { slowestMs: 0 };
      let runs = 0;
      for (; runs < count && failures.length < MOST_FAILURES && performance.now() < endAt; runs += 1) {
        const parserName = names[runs % names.length] ?? '';
        const parser = all[parserName];
        if (!parser) continue;
        const input = damage(dice.pick(parser.samples), dice);
        const before = process.cpuUsage();
        const broken = await verdict(parser, input);
        const { user, system } = process.cpuUsage(before);
        const took = (user + system) / 1000;
        figures['slowestMs'] = Math.max(figures['slowestMs'] ?? 0, Math.round(took));
        figures[parserName] = (figures[parserName] ?? 0) + 1;
        if (broken === null && took <= MOST_MS) continue;
        const sentence = `${parserName}: ${broken ?? `took ${Math.round(took)} ms`} (input ${runs}: ${toHex(input.slice(0, 400))})`;
        // Inputs follow from the seed alone, so the same number of runs meets this one again.
        failures.push({ seed, broken: [sentence], replay: `pnpm soak ${name} --seed ${seed} --count ${runs + 1}` });
        progress(sentence);
      }
      return { name, runs, figures, failures };
    },
  };
}

async function verdict(parser: Parser, input: Uint8Array): Promise<string | null> {
  try {
    return await parser.check(input);
  } catch (error) {
    // A refusal names itself; a TypeError or anything else was not thought of.
    if (isInputError(error) || error instanceof SyntaxError) return null;
    return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : typeof error}`;
  }
}

/** Text as a chat would hand it over: whatever the bytes are. */
export function loose(input: Uint8Array): string {
  try {
    return fromUtf8(input);
  } catch {
    return String.fromCharCode(...input.slice(0, 4096));
  }
}

const pieces = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '9',
  '-',
  '.',
  'e',
  '1e308',
  '\u0000',
  '\ufeff',
  '\u202e',
  'ភ',
  '១',
  'null',
  '__proto__',
  '{"a":'.repeat(40),
  '9'.repeat(40),
  '0.'.repeat(9),
  '%00',
  '&response=',
  'a'.repeat(2000),
] as const;

/** Damages a valid input a little, or a lot. */
function damage(sample: string | Uint8Array, dice: Dice): Uint8Array {
  let bytes = typeof sample === 'string' ? utf8(sample) : Uint8Array.from(sample);
  for (let cuts = dice.below(5); cuts > 0; cuts -= 1) {
    const at = dice.below(bytes.length + 1);
    const length = dice.below(8);
    const middle = dice.pick([
      () => new Uint8Array(),
      () => utf8(dice.pick(pieces)),
      () => Uint8Array.from({ length: 1 + dice.below(4) }, () => dice.below(256)),
      () => bytes.slice(dice.below(bytes.length + 1), dice.below(bytes.length + 1)),
    ])();
    bytes = joined(bytes.slice(0, at), middle, bytes.slice(at + length));
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
