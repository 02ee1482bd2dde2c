import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';

const KHMER = 'Rielrails Khmer';
const LATIN = 'Rielrails Latin';
const WEIGHTS = [400, 600, 700] as const;

/** The weights that pictures are written in. */
export type Weight = (typeof WEIGHTS)[number];

/** Where the next line goes, and what it looks like. */
export interface TextStyle {
  readonly size: number;
  readonly weight?: Weight;
  readonly colour?: string;
  readonly align?: 'left' | 'center' | 'right';
}

export const colours = {
  paper: '#ffffff',
  ink: '#14213d',
  soft: '#5c677d',
  line: '#d8dee9',
  accent: '#0b6e4f',
  warn: '#b3261e',
  play: '#b3541e',
} as const;

let fonts: Promise<void> | undefined;

/** Registers the Khmer and Latin faces, once: no font of the machine is relied upon. */
function loadFonts(): Promise<void> {
  fonts ??= (async () => {
    const require = createRequire(import.meta.url);
    for (const weight of WEIGHTS) {
      for (const [family, subset] of [
        [KHMER, 'khmer'],
        [LATIN, 'latin'],
      ] as const) {
        const file = require.resolve(
          `@fontsource/noto-sans-khmer/files/noto-sans-khmer-${subset}-${weight}-normal.woff2`,
        );
        if (!GlobalFonts.register(await readFile(file), `${family} ${weight}`))
          throw new Error(`the font ${subset} ${weight} could not be read`);
      }
    }
  })();
  return fonts;
}

/** A sheet to draw on, from top to bottom. */
export interface Sheet {
  readonly context: SKRSContext2D;
  readonly width: number;
  /** Writes one line, made smaller until it fits between the margins. */
  line(text: string, y: number, style: TextStyle, span?: { readonly from: number; readonly to: number }): void;
  rule(y: number): void;
  png(): Uint8Array;
}

const MARGIN = 48;

/** Makes a white sheet. */
export async function createSheet(width: number, height: number): Promise<Sheet> {
  await loadFonts();
  const canvas: Canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  return {
    context,
    width,
    line(text, y, { size, weight = 400, colour = colours.ink, align = 'left' }, span) {
      const { from, to } = span ?? { from: MARGIN, to: width - MARGIN };
      const font = (points: number) => `${points}px "${KHMER} ${weight}", "${LATIN} ${weight}"`;
      context.fillStyle = colour;
      context.textAlign = align;
      context.textBaseline = 'alphabetic';
      let points = size;
      context.font = font(points);
      while (points > 10 && context.measureText(text).width > to - from) {
        points -= 1;
        context.font = font(points);
      }
      context.fillText(text, align === 'left' ? from : align === 'right' ? to : (from + to) / 2, y);
    },
    rule(y) {
      context.fillStyle = colours.line;
      context.fillRect(MARGIN, y, width - 2 * MARGIN, 2);
    },
    png: () => new Uint8Array(canvas.toBuffer('image/png')),
  };
}

/** The band that says that nothing here is real. Takes the place of the shop's band in the sandbox. */
export function drawBand(sheet: Sheet, title: string, sandbox: boolean): void {
  const { context, width } = sheet;
  context.fillStyle = sandbox ? colours.play : colours.accent;
  context.fillRect(0, 0, width, 84);
  const style = { weight: 700, colour: colours.paper } as const;
  if (!sandbox) return sheet.line(title, 56, { ...style, size: 34, align: 'center' });
  sheet.line('SANDBOX – PLAY MONEY', 40, { ...style, size: 30, align: 'center' });
  sheet.line(title, 70, { ...style, size: 20, weight: 400, align: 'center' });
}
