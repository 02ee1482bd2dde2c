import { createChainalysisAddressScreening, createChainalysisSanctions } from '@rielrails/screening/chainalysis';
import { createChainalysisEmulator } from '@rielrails/screening/chainalysis-emulator';
import type { ChainalysisEmulatorConfig } from '@rielrails/screening/chainalysis-emulator';
import { createListsEmulator } from '@rielrails/screening/emulator';
import type { ListsEmulatorConfig } from '@rielrails/screening/emulator';
import { createLists, ofacMirror } from '@rielrails/screening/lists';
import type { ConformanceSubject, ScreeningSubject } from '@rielrails/testkit';

const lists: ScreeningSubject<ListsEmulatorConfig> = {
  contract: 'screening',
  name: 'lists',
  emulator: createListsEmulator,
  create: (config, runtime) => createLists({ source: ofacMirror(config, runtime), refreshAfterMs: 0 }, runtime),
  secrets: [],
  network: 'bitcoin',
};

const addressScreening: ScreeningSubject<ChainalysisEmulatorConfig> = {
  contract: 'screening',
  name: 'chainalysis',
  emulator: createChainalysisEmulator,
  create: ({ token }, runtime) => createChainalysisAddressScreening({ token }, runtime),
  secrets: ['token'],
  network: 'bitcoin',
};

const sanctions: ScreeningSubject<ChainalysisEmulatorConfig> = {
  ...addressScreening,
  name: 'chainalysis-sanctions',
  create: ({ apiKey }, runtime) => createChainalysisSanctions({ apiKey }, runtime),
  secrets: ['apiKey'],
};

export const subjects: readonly ConformanceSubject[] = [lists, addressScreening, sanctions];
