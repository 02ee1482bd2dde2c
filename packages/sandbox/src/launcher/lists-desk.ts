import { InputError } from '@rielrails/core';
import type { ListsEmulator } from '@rielrails/screening/emulator';
import type { ListAge, ListsDesk } from '../world/desks.ts';

/** The publisher of the sanctions list, with the list in our hand. */
export function createListsDesk({ list }: Pick<ListsEmulator, 'list'>): ListsDesk {
  let age: ListAge = 'fresh';
  const names: string[] = [];
  const addresses: string[] = [];
  return {
    view: () => ({ age, names: [...names], addresses: [...addresses] }),
    addName(name) {
      list.addName(name);
      names.push(name);
    },
    removeName(name) {
      const at = names.indexOf(name);
      if (at < 0) throw new InputError('name', 'known', 'nobody of this name was added');
      list.removeName(name);
      names.splice(at, 1);
    },
    addAddress(address) {
      list.addAddress(address);
      addresses.push(address);
    },
    setAge(wanted) {
      age = wanted;
      if (wanted === 'fresh') list.makeFresh();
      else list.makeStale();
    },
  };
}
