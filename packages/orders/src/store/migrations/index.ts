import type { Migration } from 'kysely/migration';
import * as ledger from './0001-ledger.ts';
import * as orders from './0002-orders.ts';
import * as shortWays from './0003-short-ways.ts';
import * as oneStatement from './0004-one-statement.ts';
import * as rails from './0005-rails.ts';
import * as shortChecks from './0006-short-checks.ts';
import * as bumps from './0007-bumps.ts';
import * as statements from './0008-statements.ts';
import * as givenUp from './0009-given-up.ts';
import * as keys from './0010-keys.ts';
import * as limits from './0011-limits.ts';
import * as cases from './0012-cases.ts';
import * as accessLog from './0013-access-log.ts';
import * as retention from './0014-retention.ts';
import * as rescreening from './0015-rescreening.ts';
import * as somebodyElse from './0016-somebody-else.ts';

/**
 * Every change of the schema, oldest first. The names are stored in the database: a new one comes last in the alphabet,
 * and a released one never changes.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-ledger': ledger,
  '0002-orders': orders,
  '0003-short-ways': shortWays,
  '0004-one-statement': oneStatement,
  '0005-rails': rails,
  '0006-short-checks': shortChecks,
  '0007-bumps': bumps,
  '0008-statements': statements,
  '0009-given-up': givenUp,
  '0010-keys': keys,
  '0011-limits': limits,
  '0012-cases': cases,
  '0013-access-log': accessLog,
  '0014-retention': retention,
  '0015-rescreening': rescreening,
  '0016-somebody-else': somebodyElse,
};
