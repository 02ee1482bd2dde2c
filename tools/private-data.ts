/** A line that should not be published. */
export interface PrivateFinding {
  readonly line: number;
  readonly rule: string;
}

// Written in pieces, so that this file does not find itself.
const rules: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  { rule: 'a path below somebody’s home folder', pattern: /(?:^|[\s"'`=(:])\/(?:home|Users)\/[a-z][\w.-]+\//i },
  { rule: 'a path of a build machine', pattern: /(?:^|[\s"'`=(:])\/(?:work|workspace|builds|root)\/[\w.-]+/ },
  {
    rule: 'the host of a package registry',
    pattern: /\b(?:registry\.[a-z0-9-]+\.[a-z]{2,}|npm\.pkg\.github\.com|[\w-]+\.jfrog\.io)\b/i,
  },
  { rule: 'a private key', pattern: /-----BEGIN (?:RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY-----/ },
  { rule: 'a Telegram bot token', pattern: /(?<![\w.])[0-9]{8,10}:AA[\w-]{33}(?![\w-])/ },
  { rule: 'an AWS key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { rule: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/ },
  { rule: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { rule: 'a live API key', pattern: /\b[sr]k_live_[A-Za-z0-9]{16,}/ },
  { rule: 'an extended private key of the main network', pattern: /\b[xyz]prv[1-9A-HJ-NP-Za-km-z]{107,108}\b/ },
];

/** A line may say why what it shows is not secret. */
const EXEMPT = 'published example:';

/**
 * Finds what looks like a path of somebody's machine, a registry host or a live key.
 *
 * A line that holds `published example:` and a source, or follows one that does, is let through: test vectors of public
 * standards.
 */
export function findPrivate(text: string): readonly PrivateFinding[] {
  const lines = text.split('\n');
  return lines.flatMap((content, index) => {
    if (content.includes(EXEMPT) || lines[index - 1]?.includes(EXEMPT)) return [];
    return rules.filter(({ pattern }) => pattern.test(content)).map(({ rule }) => ({ line: index + 1, rule }));
  });
}
