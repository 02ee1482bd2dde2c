/** One fenced TypeScript block of a document. */
export interface CodeBlock {
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/**
 * Every ```` ```ts ```` block of a Markdown text, with the indentation of its fence taken off.
 *
 * ```` ```ts ignore ```` is left out: a piece of a file that the reader is about to write.
 */
export function readCodeBlocks(markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; indent: number; line: number; typescript: boolean; code: string[] } | null = null;
  markdown.split('\n').forEach((text, index) => {
    const [, indent = '', fence = '', info = ''] = /^( *)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(text) ?? [];
    if (open === null) {
      if (fence !== '') {
        const typescript = info === 'ts' || info === 'typescript';
        open = { fence, indent: indent.length, line: index + 2, typescript, code: [] };
      }
    } else if (fence.startsWith(open.fence) && info === '') {
      if (open.typescript) blocks.push({ line: open.line, code: open.code.join('\n') });
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
