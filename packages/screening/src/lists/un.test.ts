import { isInputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ListSnapshot } from './snapshot.ts';
import { unConsolidated } from './un.ts';

const list = `<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dateGenerated="2026-01-02T00:00:09.554Z">
  <INDIVIDUALS>
    <INDIVIDUAL>
      <DATAID>1</DATAID>
      <FIRST_NAME>FULANO</FIRST_NAME><SECOND_NAME>MENGANO</SECOND_NAME><THIRD_NAME>INVENTADO</THIRD_NAME>
      <UN_LIST_TYPE>TEST</UN_LIST_TYPE>
      <REFERENCE_NUMBER>TSTi.001</REFERENCE_NUMBER>
      <NAME_ORIGINAL_SCRIPT>فلان ؛ مخترع</NAME_ORIGINAL_SCRIPT>
      <NATIONALITY><VALUE>Democratic People's Republic of Korea</VALUE></NATIONALITY>
      <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Fulan Mengan; Foulano Mengano</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Abu &amp; Nobody (born 1953)</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ADDRESS><COUNTRY>Cambodia</COUNTRY></INDIVIDUAL_ADDRESS>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1961</FROM_YEAR><TO_YEAR>1963</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1970</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1975-03-02</DATE></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_PLACE_OF_BIRTH><CITY>Exampleville</CITY><COUNTRY>Atlantis</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
      <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>N 0123456</NUMBER></INDIVIDUAL_DOCUMENT>
      <INDIVIDUAL_DOCUMENT/>
    </INDIVIDUAL>
  </INDIVIDUALS>
  <ENTITIES>
    <ENTITY>
      <DATAID>2</DATAID>
      <FIRST_NAME>CHIMERA HOLDINGS</FIRST_NAME>
      <UN_LIST_TYPE>TEST</UN_LIST_TYPE>
      <REFERENCE_NUMBER>TSTe.002</REFERENCE_NUMBER>
      <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Chimera Trading</ALIAS_NAME></ENTITY_ALIAS>
      <ENTITY_ADDRESS><COUNTRY>Iran (Islamic Republic of)</COUNTRY></ENTITY_ADDRESS>
    </ENTITY>
  </ENTITIES>
</CONSOLIDATED_LIST>`;

function read(text: string | Uint8Array): ListSnapshot {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  return unConsolidated.read({ 'consolidated.xml': bytes }, Date.UTC(2026, 0, 3) as Instant);
}

test('reads entries with everything that is compared', () => {
  const snapshot = read(list);
  expect(snapshot).toMatchObject({ source: 'UN Consolidated', published: Date.UTC(2026, 0, 2, 0, 0, 9, 554) });
  expect(snapshot.entries).toEqual([
    {
      id: 'TSTi.001',
      type: 'person',
      name: 'FULANO MENGANO INVENTADO',
      aliases: ['فلان ؛ مخترع', 'Fulan Mengan', 'Foulano Mengano'],
      weakAliases: ['Abu & Nobody'],
      programs: ['TEST'],
      born: [
        { from: 1961, to: 1963 },
        { from: 1968, to: 1972 },
        { from: 1975, to: 1975 },
      ],
      countries: ['KP', 'KH'],
      identifiers: ['N 0123456'],
      addresses: [],
    },
    {
      id: 'TSTe.002',
      type: 'entity',
      name: 'CHIMERA HOLDINGS',
      aliases: ['Chimera Trading'],
      weakAliases: [],
      programs: ['TEST'],
      born: [],
      countries: ['IR'],
      identifiers: [],
      addresses: [],
    },
  ]);
});

test.each([
  ['cut in the middle', list.slice(0, 900), 'xml'],
  ['cut at its end', list.slice(0, -1), 'xml'],
  ['with a closing 0x1A', `${list}\u001a`, 'xml'],
  ['another document', '<rss><INDIVIDUAL/></rss>', 'number'],
  ['an empty document', '<rss/>', 'root'],
  ['without entries', '<CONSOLIDATED_LIST/>', 'empty'],
  ['empty', '', 'xml'],
  ['no XML', 'ent_num,SDN_Name', 'xml'],
  ['without a number', list.replace('TSTi.001', '').replace('<DATAID>1</DATAID>', ''), 'number'],
  ['without a name', list.replace(/<FIRST_NAME>CHIMERA HOLDINGS<.FIRST_NAME>/, ''), 'name'],
  ['with an entry twice', list.replace('TSTe.002', 'TSTi.001'), 'duplicate'],
  [
    'with a document type',
    list.replace('<CONSOLIDATED', '<!DOCTYPE x SYSTEM "file:///etc/passwd"><CONSOLIDATED'),
    'doctype',
  ],
  ['with an entity of its own', list.replace('FULANO', '&fulano;'), 'xml'],
  ['in another charset', list.replace('UTF-8', 'ISO-8859-1'), 'charset'],
  ['far too deep', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`, 'too-deep'],
])('a list %s is refused', (_what, text, rule) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ field: expect.stringContaining('consolidated.xml'), rule }),
  );
});

test('an entity bomb comes to nothing, quickly', () => {
  const lines = Array.from({ length: 9 }, (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`).join('');
  const bomb = `<!DOCTYPE x [<!ENTITY e0 "lol">${lines}]>${list.replace('FULANO', '&e9;')}`;
  expect(() => read(bomb)).toThrow(expect.objectContaining({ rule: 'doctype' }));
});

test('bytes that are no text, and records that are too large, are refused', () => {
  expect(() => read(new Uint8Array([0xff, 0xfe, 0x3c]))).toThrow(expect.objectContaining({ rule: 'utf-8' }));
  const huge = list.replace('FULANO', 'F'.repeat(4_000_001));
  expect(() => read(huge)).toThrow(expect.objectContaining({ rule: 'too-large' }));
});

test('whatever the bytes are, the answer is a list or a typed error', () => {
  const edit = fc.record({ at: fc.nat(list.length - 1), remove: fc.nat(60), insert: fc.string({ maxLength: 30 }) });
  const text = fc.oneof(
    edit.map(({ at, remove, insert }) => list.slice(0, at) + insert + list.slice(at + remove)),
    fc.string({ maxLength: 300 }),
  );
  fc.assert(
    fc.property(fc.oneof(text.map(utf8), fc.uint8Array({ maxLength: 200 })), (bytes) => {
      try {
        return read(bytes).entries.length > 0;
      } catch (error) {
        return isInputError(error) && error.field.startsWith('consolidated.xml');
      }
    }),
    { numRuns: 400 },
  );
});
