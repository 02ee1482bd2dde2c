import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { packAll } from '../../tools/pack.ts';
import { isAdapter, listPackages, readManifest, root } from '../../tools/packages.ts';
import { runCommand } from '../../tools/run-command.ts';
import type { BenchCheck, BenchResult } from '../result.ts';

const AIM_KILOBYTES = 15;
const AIM_MS = 60;
const IMPORTS = 7;

/** How large each adapter's own code is, and how long a process that does nothing else waits for it. */
export async function benchPackages(): Promise<BenchResult> {
  const work = mkdtempSync(join(tmpdir(), 'rielrails-bench-'));
  try {
    must(await runCommand('pnpm', ['--recursive', '--filter', './packages/*', 'run', 'build'], { cwd: root }));
    const { packed, modules } = await packAll(work);
    must(packed);
    const figures: Record<string, number> = {};
    const checks: BenchCheck[] = [];
    for (const { folder, manifest } of listPackages().filter(isAdapter)) {
      const home = join(modules, manifest.name);
      const kilobytes = ownCode(home).length / 1024;
      const ms = await coldImport(home);
      figures[`${folder}.gzipKilobytes`] = kilobytes;
      figures[`${folder}.importMs`] = ms;
      checks.push(
        { name: `ratio.${folder}.size`, value: kilobytes / AIM_KILOBYTES, aim: 1, better: 'lower' },
        { name: `ratio.${folder}.import`, value: ms / AIM_MS, aim: 1, better: 'lower' },
      );
    }
    return {
      name: 'packages',
      note: `adapters as packed and installed: gzip of their own code without emulators (aim ${AIM_KILOBYTES} KB), and a cold import of the main entry, its dependencies included (aim ${AIM_MS} ms); ratios to these aims, best of ${IMPORTS}`,
      figures,
      checks,
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function must({ ok, output }: { readonly ok: boolean; readonly output: string }): void {
  if (!ok) throw new Error(`packages: ${output.slice(-2000)}`);
}

/** Every file that the entries reach, in one gzip: emulators are entries of their own and are left out. */
function ownCode(home: string): Uint8Array {
  const { exports } = readManifest(join(home, 'package.json'));
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?["'](\.[^"']+\.js)["']/g))
      visit(resolve(dirname(file), target));
  };
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target === 'string' || /emulator|regtest/.test(entry)) continue;
    visit(join(home, target.default));
  }
  const code = [...seen].map((file) => readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''));
  return gzipSync(code.join('\n'), { level: 9 });
}

/** Milliseconds in a fresh process from asking for the main entry to having it. */
async function coldImport(home: string): Promise<number> {
  const { exports } = readManifest(join(home, 'package.json'));
  const main = exports['.'] ?? Object.values(exports).find((target) => typeof target !== 'string');
  if (!main || typeof main === 'string') return Number.NaN;
  const url = JSON.stringify(pathToFileURL(join(home, main.default)).href);
  const script = `const at = performance.now(); await import(${url}); console.log(performance.now() - at);`;
  const times: number[] = [];
  for (let run = 0; run < IMPORTS; run += 1) {
    const { ok, output } = await runCommand(process.execPath, ['--input-type=module', '--eval', script]);
    must({ ok, output });
    times.push(Number(output));
  }
  // The best: whatever else the machine does only ever adds to it.
  return Math.min(...times);
}
