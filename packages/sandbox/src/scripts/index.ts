import { buying } from './buying.ts';
import { clearing } from './clearing.ts';
import { coldStorage } from './cold-storage.ts';
import { hardwareSigner } from './hardware-signer.ts';
import { crashing } from './crashing.ts';
import { cryptoPaying } from './crypto-paying.ts';
import { floatRace } from './float-race.ts';
import { everyRail, happy } from './happy.ts';
import { listing } from './listing.ts';
import { limitRace } from './limit-race.ts';
import { invoicing } from './invoicing.ts';
import { otherHouses } from './other-houses.ts';
import { paying } from './paying.ts';
import { proving } from './proving.ts';
import { refunding } from './refunding.ts';
import { verifying } from './verifying.ts';
import { reviewing } from './reviewing.ts';
import { sending } from './sending.ts';
import type { Script } from './script.ts';

/** Every script, in the order in which they are listed. */
export const scripts: readonly Script[] = [
  happy,
  everyRail,
  ...paying,
  ...cryptoPaying,
  ...invoicing,
  ...proving,
  ...buying,
  ...verifying,
  ...clearing,
  ...listing,
  ...reviewing,
  ...sending,
  ...refunding,
  ...otherHouses,
  coldStorage,
  hardwareSigner,
  floatRace,
  limitRace,
  ...crashing,
];

/** The script of this name. */
export function findScript(name: string): Script | null {
  return scripts.find((script) => script.name === name) ?? null;
}

export { runScript } from './run-script.ts';
export type { Result } from './result.ts';
export type { Script } from './script.ts';
