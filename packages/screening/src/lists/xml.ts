import { InputError } from '@rielrails/core';
import { SaxesParser } from 'saxes';
import { MAX_FILE_BYTES, textOf } from './format.ts';

/** An element with what it holds. Its text is what stands in it directly, without spaces at the ends. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Deeper than any list goes. */
const MOST_DEPTH = 32;
/** More than any one record of a list holds. */
const MOST_RECORD_CHARACTERS = 4_000_000;
const CHUNK = 65_536;

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads a file of XML and hands over the elements of some names, each when it ends. Prefixes of names are left out.
 *
 * No document type and no entity but the five of XML itself: an entity bomb does not come to anything. Depth and the size of
 * one record are limited.
 *
 * @returns the root element, without what it holds.
 * @throws InputError naming file and line: `utf-8`, `charset`, `doctype`, `xml`, `too-deep`, `too-large`.
 */
export function readXml(
  file: string,
  bytes: Uint8Array,
  records: ReadonlySet<string>,
  visit: (record: XmlElement, where: string) => void,
  maxBytes: number = MAX_FILE_BYTES,
): Omit<XmlElement, 'children' | 'text'> {
  const text = textOf(file, bytes, maxBytes);
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let [depth, characters] = [0, 0];
  let root: Omit<XmlElement, 'children' | 'text'> | undefined;
  const refuse = (rule: string, problem: string) => new InputError(`${file} line ${parser.line}`, rule, problem);
  parser.on('error', () => {
    // The parser's message may quote the file.
    throw refuse('xml', 'the file is not well-formed XML');
  });
  parser.on('doctype', () => {
    throw refuse('doctype', 'the file has a document type, which no list needs');
  });
  parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
    if (encoding.toLowerCase() !== 'utf-8') throw refuse('charset', 'the file says that it is not UTF-8');
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > MOST_DEPTH) throw refuse('too-deep', `elements stand more than ${MOST_DEPTH} deep`);
    const element = { name: localName(tag.name), attributes: tag.attributes, children: [], text: '' };
    root ??= { name: element.name, attributes: element.attributes };
    if (open.length > 0 || records.has(element.name)) open.push(element);
  });
  parser.on('text', (piece) => {
    const element = open.at(-1);
    if (!element) return;
    characters += piece.length;
    if (characters > MOST_RECORD_CHARACTERS) throw refuse('too-large', 'a record is larger than any list has');
    element.text += piece;
  });
  parser.on('closetag', () => {
    depth -= 1;
    const element = open.pop();
    if (!element) return;
    const closed: XmlElement = { ...element, text: element.text.trim() };
    const parent = open.at(-1);
    if (parent) parent.children.push(closed);
    else {
      characters = 0;
      visit(closed, `${file} line ${parser.line}`);
    }
  });
  for (let at = 0; at < text.length; at += CHUNK) parser.write(text.slice(at, at + CHUNK));
  parser.close();
  if (!root) throw new InputError(file, 'xml', 'the file is empty');
  return root;
}

/** The children of a name. */
export function childrenOf({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter((child) => child.name === name);
}

/** The text of the first child of a name; empty where there is none. */
export function textIn(element: XmlElement | undefined, name: string): string {
  return element?.children.find((child) => child.name === name)?.text ?? '';
}

/** Every text behind a path of names that is not empty. */
export function textsAt(element: XmlElement, ...path: readonly string[]): readonly string[] {
  let found: readonly XmlElement[] = [element];
  for (const name of path) found = found.flatMap((one) => childrenOf(one, name));
  return found.map(({ text }) => text).filter((text) => text !== '');
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
