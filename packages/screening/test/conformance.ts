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

export const subjects: readonly ConformanceSubject[] = [lists];
