import { posix } from 'node:path';
import { ADAPTER } from './packages.ts';
import { readSource } from './read-source.ts';
import type { ModuleImport } from './read-source.ts';

/** A line that crosses a border of the house. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
}

/** One source file, and where in the house it lives. */
interface Place {
  readonly path: string;
  /** `core`, `provider-payway`; `null` outside `packages/`. */
  readonly package: string | null;
  /** Path below `src/`; `null` for tests, tools and examples. */
  readonly source: string | null;
  /** Whether it belongs to the other side: an emulator, and nothing of the adapter. */
  readonly emulated: boolean;
}

type Rule = (place: Place, used: ModuleImport) => string | null;

/** Folders in which a provider is played. */
const EMULATOR_FOLDER = /^(?:[^/]+\/)*(?:(?:[a-z0-9]+-)*emulator|regtest\/lite)(?=\/)/;
/** The same, and the bitcoin network on this machine, which starts a real node as well as the played one. */
const OTHER_SIDE = new RegExp(`${EMULATOR_FOLDER.source}|^regtest(?=/)`);

/** Rooms of the engine, lowest first. `order` is pure and lies below all of them. */
const floors: readonly (readonly string[])[] = [
  ['order'],
  ['store'],
  ['money'],
  ['effects'],
  ['treasury', 'workers'],
  ['http', 'admin'],
];

/** What is pure in kit: no clock, no network, no log. */
const pureHelpers: ReadonlySet<string> = new Set([
  'countryAlpha2',
  'countryAlpha3',
  'digest',
  'equalInConstantTime',
  'escapeHtml',
  'formatAmount',
  'fromBase64',
  'fromHex',
  'fromUtf8',
  'hmac',
  'member',
  'parseAmount',
  'parseJson',
  'plainDecimal',
  'readLocalTime',
  'stringifyJson',
  'toBase64',
  'toHex',
  'tryJson',
  'utf8',
]);

/**
 * Finds every import that goes against the arrows of the house, and every place that reads the environment without
 * being a program.
 *
 * `files` holds sources and manifests by their path from the root. Tests may import what they like, but for examples.
 */
export function findViolations(files: ReadonlyMap<string, string>): readonly Violation[] {
  const programs = findPrograms(files);
  const violations: Violation[] = [];
  const leaves = new Set<string>();
  const sources = [...files]
    .filter(([path]) => path.endsWith('.ts'))
    .map(([path, text]) => ({ place: placeOf(path), facts: readSource(path, text) }));
  for (const { place, facts } of sources) {
    if (facts.imports.every(({ specifier, typeOnly }) => typeOnly || !specifier.startsWith('.')))
      leaves.add(place.path);
  }
  const rules: readonly Rule[] = [
    noExamples,
    insideOnePackage,
    packagesInOrder,
    emulatorAlone,
    adapterWithoutEmulator,
    (place, used) => roomsDownward(place, used, leaves),
    orderIsPure,
  ];
  for (const { place, facts } of sources) {
    for (const used of facts.imports) {
      for (const rule of rules) {
        const broken = rule(place, used);
        if (broken !== null)
          violations.push({ path: place.path, line: used.line, rule: `${used.specifier}: ${broken}` });
      }
    }
    if (place.source === null || programs.has(place.path)) continue;
    for (const line of facts.environmentLines)
      violations.push({ path: place.path, line, rule: 'only programs and examples read process.env' });
  }
  return violations;
}

function placeOf(path: string): Place {
  const [, name = null, inside] = /^packages\/([^/]+)\/(.+)$/.exec(path) ?? [];
  const source = inside?.startsWith('src/') && !inside.endsWith('.test.ts') ? inside.slice('src/'.length) : null;
  const emulated = name !== null && source !== null && ADAPTER.test(name) && EMULATOR_FOLDER.test(source);
  return { path, package: name, source, emulated };
}

/** Files that are started and not imported: what `bin` and the scripts of a manifest name. */
function findPrograms(files: ReadonlyMap<string, string>): ReadonlySet<string> {
  const programs = new Set<string>();
  for (const [path, text] of files) {
    if (posix.basename(path) !== 'package.json') continue;
    const folder = posix.dirname(path);
    const { bin = {}, scripts = {} } = JSON.parse(text) as {
      readonly bin?: Readonly<Record<string, string>>;
      readonly scripts?: Readonly<Record<string, string>>;
    };
    const started = Object.values(scripts).flatMap((script) => /\bnode (\S+\.ts)/.exec(script)?.[1] ?? []);
    for (const program of [...Object.values(bin), ...started]) programs.add(posix.join(folder, program));
  }
  return programs;
}

const noExamples: Rule = ({ path }, { specifier }) => {
  const target = targetOf(path, specifier);
  const reaches = target?.startsWith('examples/') || specifier.startsWith('@rielrails/example-');
  return reaches && !path.startsWith('examples/') ? 'nothing imports examples' : null;
};

const insideOnePackage: Rule = (place, { specifier }) => {
  const target = targetOf(place.path, specifier);
  if (place.package === null || target === null) return null;
  const home = `packages/${place.package}/`;
  if (place.source !== null && !target.startsWith(`${home}src/`)) return 'sources import other packages by their name';
  return null;
};

const packagesInOrder: Rule = (place, { specifier, typeOnly }) => {
  if (place.package === null || place.source === null || specifier.startsWith('.')) return null;
  const [, other, entry = ''] = /^@rielrails\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  const { package: name } = place;
  if (name === 'core') return 'core imports nothing';
  if (other === undefined || other === name) return null;
  if (other === 'testkit') return 'testkit is for tests only';
  const isBase = other === 'core' || (other === 'kit' && name !== 'kit');
  if (isBase) return null;
  if (name === 'kit') return 'kit imports core and no other package of ours';
  if (name === 'orders') return 'orders knows no provider: it imports core and kit';
  if (ADAPTER.test(name)) return 'an adapter imports core and kit, never another adapter, orders or sandbox';
  if (name === 'sandbox') {
    const isWorld = /(?:^|-)emulator$/.test(entry) || entry === 'regtest' || /^keeper(?:-process)?$/.test(entry);
    return isWorld || typeOnly ? null : 'sandbox imports emulators, the regtest node and the database keeper';
  }
  return `${name} imports core and kit`;
};

const emulatorAlone: Rule = (place, { specifier }) => {
  if (!place.emulated) return null;
  const target = targetOf(place.path, specifier);
  if (target !== null) {
    const [, inside = ''] = target.split(`packages/${place.package}/src/`);
    return OTHER_SIDE.test(inside) ? null : 'an emulator imports nothing of the adapter beside it';
  }
  if (!specifier.startsWith('@rielrails/')) return null;
  const isBase = ['@rielrails/core', '@rielrails/kit', '@rielrails/kit/bitcoin', '@rielrails/kit/emulator'].includes(
    specifier,
  );
  return isBase ? null : 'an emulator imports core, kit, kit/bitcoin and kit/emulator';
};

const adapterWithoutEmulator: Rule = (place, { specifier }) => {
  if (place.package === null || place.source === null || OTHER_SIDE.test(place.source)) return null;
  if (!ADAPTER.test(place.package)) return null;
  const target = targetOf(place.path, specifier);
  const inside = target?.startsWith(`packages/${place.package}/src/`) ? target.split('/src/')[1] : undefined;
  return inside !== undefined && OTHER_SIDE.test(inside) ? 'an adapter does not import its emulator' : null;
};

/**
 * Rooms of the engine import lower rooms. Of the files above the rooms they take types only, or values of a file that
 * itself depends on nothing.
 */
function roomsDownward(
  place: Place,
  { specifier, typeOnly }: ModuleImport,
  leaves: ReadonlySet<string>,
): string | null {
  const from = roomOf(place.package, place.source);
  const target = targetOf(place.path, specifier);
  if (from === null || target === null) return null;
  const inside = target.replace('packages/orders/src/', '');
  const to = inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : null;
  if (to === from) return null;
  if (to === null) return typeOnly || leaves.has(target) ? null : `${from}/ takes only types from above the rooms`;
  const [floorFrom, floorTo] = [floorOf(from), floorOf(to)];
  if (floorTo < 0) return `${from}/ does not know ${to}/`;
  return floorTo < floorFrom ? null : `${from}/ lies below ${to}/, or beside it`;
}

const orderIsPure: Rule = (place, { specifier, typeOnly, names }) => {
  if (roomOf(place.package, place.source) !== 'order') return null;
  if (specifier.startsWith('.'))
    return targetOf(place.path, specifier)?.startsWith('packages/orders/src/order/') ? null : 'order/ is pure';
  if (specifier === '@rielrails/core') return null;
  if (specifier !== '@rielrails/kit') return 'order/ is pure: it imports core and pure helpers of kit';
  const impure = typeOnly ? [] : names.filter((name) => !pureHelpers.has(name));
  return impure.length === 0 && (typeOnly || names.length > 0)
    ? null
    : `order/ is pure: not ${impure.join(', ') || '*'}`;
};

function roomOf(name: string | null, source: string | null): string | null {
  if (name !== 'orders' || source === null) return null;
  const room = source.includes('/') ? source.slice(0, source.indexOf('/')) : '';
  return floorOf(room) < 0 ? null : room;
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}

/** The path that a relative import means, from the root; `null` for a package. */
function targetOf(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
}
