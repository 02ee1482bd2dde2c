import { ProviderError } from '@rielrails/core';
import { Secret } from '@rielrails/kit';

/**
 * Takes a secret from a configuration.
 *
 * @throws ProviderError of kind `config`, naming the field.
 */
export function takeSecret<Config>(provider: string, config: Config, field: keyof Config & string): Secret {
  const text: unknown = config[field];
  if (typeof text === 'string' && text !== '') return new Secret(text);
  const message = `${provider} configuration: ${field}: expected a secret`;
  throw new ProviderError({ kind: 'config', provider, message });
}
