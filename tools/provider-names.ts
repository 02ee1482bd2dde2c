/** What a provider is called where. */
export interface ProviderNames {
  /** `demo-bank`: in folders, ids and addresses. */
  readonly folder: string;
  /** `DemoBank`. */
  readonly type: string;
  /** `demoBank`. */
  readonly variable: string;
  /** `Demo Bank`. */
  readonly title: string;
}

/** The names that follow from `demo-bank`. */
export function namesOf(folder: string): ProviderNames {
  const words = folder.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const type = words.join('');
  return { folder, type, variable: type.charAt(0).toLowerCase() + type.slice(1), title: words.join(' ') };
}

/** Why a name cannot be used, or `null`. */
export function refusalOf(name: string, exists: boolean): string | null {
  if (name === '') return 'a name is missing';
  if (name.startsWith('provider-')) return 'leave "provider-" out: it is put in front';
  if (name.length > 40) return 'at most 40 characters';
  if (!/^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/.test(name))
    return 'a name is lower-case letters and digits, in words that begin with a letter, with single hyphens';
  return exists ? `packages/provider-${name} is there already` : null;
}
