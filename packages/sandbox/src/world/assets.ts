import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** Reads every file that the page consists of, by the path under which it is served. Nothing else is served. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const require = createRequire(import.meta.url);
  // By the package's own name, because the built file lies elsewhere than this one.
  const own = (name: string) => join(dirname(require.resolve('@rielrails/sandbox/package.json')), 'src/page', name);
  const font = (name: string) =>
    require.resolve(`@fontsource/noto-sans-khmer/files/noto-sans-khmer-${name}-normal.woff2`);
  // htm exports its browser file under no condition that Node takes; it lies beside the one that Node resolves.
  const preact = fileURLToPath(new URL('standalone.module.js', import.meta.resolve('htm/preact/standalone')));
  const files: readonly (readonly [path: string, type: string, file: string])[] = [
    ['/', 'text/html; charset=utf-8', own('index.html')],
    ['/page/style.css', 'text/css; charset=utf-8', own('style.css')],
    ...['app', 'store', 'parts', 'chat', 'world', 'machine', 'khqr'].map(
      (name) => [`/page/${name}.js`, JAVASCRIPT, own(`${name}.js`)] as const,
    ),
    ['/page/preact.js', JAVASCRIPT, preact],
    ['/page/jsqr.js', JAVASCRIPT, require.resolve('jsqr')],
    ['/page/icon.svg', 'image/svg+xml', own('icon.svg')],
    ['/favicon.ico', 'image/svg+xml', own('icon.svg')],
    ...['khmer-400', 'khmer-600', 'latin-400', 'latin-600'].map(
      (name) => [`/page/${name}.woff2`, 'font/woff2', font(name)] as const,
    ),
  ];
  return new Map(
    await Promise.all(
      files.map(async ([path, type, file]) => {
        const bytes = new Uint8Array(await readFile(file));
        return [path, { type, bytes }] as const;
      }),
    ),
  );
}
