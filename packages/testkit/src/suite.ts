/** Why a clause cannot be asked of a subject: the manifest field, or the control of the emulator, that says so. */
export interface Excluded {
  readonly excludedBy: string;
}

/**
 * One numbered promise of a contract, as data.
 *
 * Described under its id in `docs/spec/`. Whether it is asked follows from the facts about a subject (its manifest, and
 * what its emulator can do), never from a switch in a test.
 */
export interface Clause<Facts, World> {
  /** Such as `PAY-07`. Never reused for another promise. */
  readonly id: string;
  readonly title: string;
  applies(facts: Facts): true | Excluded;
  /** Keeps the promise by returning; breaks it by throwing. */
  run(world: World): Promise<void>;
}

/** A wrapper that breaks one promise of a good adapter, to prove that the clause notices. */
export interface Mutant<Subject> {
  /** A hyphenated name of what it does wrong. */
  readonly id: string;
  /** The clause that has to fail. */
  readonly clause: string;
  mutate(subject: Subject): Subject;
}

/** Everything that is asked of one contract. */
export interface Suite<Subject, Facts, World> {
  readonly clauses: readonly Clause<Facts, World>[];
  readonly mutants: readonly Mutant<Subject>[];
  /** Learns what can be asked of a subject. */
  scout(subject: Subject): Promise<Facts>;
  /** Runs work in a fresh world: new clock, new emulator, new adapter. */
  enter<T>(subject: Subject, facts: Facts, work: (world: World) => Promise<T>): Promise<T>;
}

/** How one clause ended. */
export type ClauseResult = { readonly id: string; readonly title: string } & (
  | { readonly outcome: 'green' }
  | { readonly outcome: 'failed'; readonly failure: string }
  | { readonly outcome: 'excluded'; readonly excludedBy: string }
);

/** How one mutant ended. `excluded`: its clause is not asked of this subject. */
export interface MutantResult {
  readonly id: string;
  readonly clause: string;
  readonly outcome: 'killed' | 'survived' | 'excluded';
}

/** What a conformance run found. */
export interface Report {
  readonly contract: string;
  readonly subject: string;
  readonly clauses: readonly ClauseResult[];
  /** Empty where mutants were not asked for. */
  readonly mutants: readonly MutantResult[];
}

/** A clause or a mutant of one subject, ready to run. */
export interface PreparedRun {
  readonly contract: string;
  readonly subject: string;
  readonly clauses: readonly { readonly id: string; readonly title: string; run(): Promise<ClauseResult> }[];
  readonly mutants: readonly { readonly id: string; readonly clause: string; run(): Promise<MutantResult> }[];
}

/** Binds a suite to a subject. Nothing runs yet. */
export function prepare<Subject extends { readonly contract: string; readonly name: string }, Facts, World>(
  suite: Suite<Subject, Facts, World>,
  subject: Subject,
): PreparedRun {
  let scouted: Promise<Facts> | undefined;
  const facts = () => (scouted ??= suite.scout(subject));
  return {
    contract: subject.contract,
    subject: subject.name,
    clauses: suite.clauses.map((clause) => ({
      id: clause.id,
      title: clause.title,
      run: async () => ({ id: clause.id, title: clause.title, ...(await ask(suite, subject, facts, clause)) }),
    })),
    mutants: suite.mutants.map(({ id, clause, mutate }) => ({
      id,
      clause,
      run: async () => {
        const target = suite.clauses.find((one) => one.id === clause);
        if (!target) throw new RangeError(`mutant ${id}: there is no clause ${clause}`);
        const { outcome } = await ask(suite, mutate(subject), facts, target);
        const verdict = { green: 'survived', failed: 'killed', excluded: 'excluded' } as const;
        return { id, clause, outcome: verdict[outcome] };
      },
    })),
  };
}

type Outcome =
  | { readonly outcome: 'green' }
  | { readonly outcome: 'failed'; readonly failure: string }
  | { readonly outcome: 'excluded'; readonly excludedBy: string };

async function ask<Subject, Facts, World>(
  suite: Suite<Subject, Facts, World>,
  subject: Subject,
  scout: () => Promise<Facts>,
  clause: Clause<Facts, World>,
): Promise<Outcome> {
  try {
    const facts = await scout();
    const applies = clause.applies(facts);
    if (applies !== true) return { outcome: 'excluded', excludedBy: applies.excludedBy };
    await suite.enter(subject, facts, (world) => clause.run(world));
    return { outcome: 'green' };
  } catch (error) {
    return { outcome: 'failed', failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Asks where every one of these conditions does; the first that does not, says why. */
export function all<Facts>(
  ...conditions: readonly ((facts: Facts) => true | Excluded)[]
): (facts: Facts) => true | Excluded {
  return (facts) => {
    for (const condition of conditions) {
      const answer = condition(facts);
      if (answer !== true) return answer;
    }
    return true;
  };
}
