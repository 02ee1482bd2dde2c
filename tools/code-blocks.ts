/** One fenced TypeScript block of a document. */
export interface CodeBlock {
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** A fenced block with everything that stands behind its fence. */
export interface FencedBlock extends CodeBlock {
  /** `ts`, `sh`, `ts src/wire.ts`. */
  readonly info: string;
}

/**
 * Every ```` ```ts ```` block of a Markdown text, with the indentation of its fence taken off.
 *
 * ```` ```ts ignore ```` is left out, and so is ```` ```ts src/wire.ts ````: pieces that do not stand alone.
 */
export function readCodeBlocks(markdown: string): readonly CodeBlock[] {
  return readFencedBlocks(markdown)
    .filter(({ info }) => info === 'ts' || info === 'typescript')
    .map(({ line, code }) => ({ line, code }));
}

/** Every fenced block of a Markdown text, with the indentation of its fence taken off. */
export function readFencedBlocks(markdown: string): readonly FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { fence: string; indent: number; line: number; info: string; code: string[] } | null = null;
  markdown.split('\n').forEach((text, index) => {
    const [, indent = '', fence = '', info = ''] = /^( *)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(text) ?? [];
    if (open === null) {
      if (fence !== '') open = { fence, indent: indent.length, line: index + 2, info, code: [] };
    } else if (fence.startsWith(open.fence) && info === '') {
      blocks.push({ info: open.info, line: open.line, code: open.code.join('\n') });
      open = null;
    } else {
      open.code.push(text.replace(new RegExp(`^ {0,${open.indent}}`), ''));
    }
  });
  return blocks;
}

/** Lines of code: neither blank nor comment alone. */
export function countCodeLines(code: string): number {
  return code.split('\n').filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;
}
