import type { Instant } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { ofacAdvanced } from './ofac-advanced.ts';
import type { ListSnapshot } from './snapshot.ts';

const list = `<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="https://example.invalid/advanced">
  <ReferenceValueSets>
    <CountryValues><Country ID="11" ISO2="KH">Cambodia</Country></CountryValues>
    <FeatureTypeValues>
      <FeatureType ID="8">Birthdate</FeatureType>
      <FeatureType ID="10">Nationality Country</FeatureType>
      <FeatureType ID="344">Digital Currency Address - XBT</FeatureType>
      <FeatureType ID="224">Gender</FeatureType>
    </FeatureTypeValues>
    <NamePartTypeValues>
      <NamePartType ID="1520">Last Name</NamePartType>
      <NamePartType ID="1521">First Name</NamePartType>
      <NamePartType ID="1525">Entity Name</NamePartType>
    </NamePartTypeValues>
    <PartySubTypeValues>
      <PartySubType ID="1" PartyTypeID="3">Vessel</PartySubType>
      <PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType>
      <PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType>
    </PartySubTypeValues>
  </ReferenceValueSets>
  <Locations><Location ID="71"><LocationCountry CountryID="11"/></Location></Locations>
  <IDRegDocuments>
    <IDRegDocument ID="1" IdentityID="500"><IDRegistrationNo>N0123456</IDRegistrationNo></IDRegDocument>
  </IDRegDocuments>
  <DistinctParties>
    <DistinctParty FixedRef="101">
      <Profile ID="101" PartySubTypeID="4">
        <Identity ID="500" FixedRef="101" Primary="true">
          <Alias FixedRef="101" AliasTypeID="1400" Primary="false" LowQuality="true">
            <DocumentedName ID="2">
              <DocumentedNamePart><NamePartValue NamePartGroupID="91">The Invented</NamePartValue></DocumentedNamePart>
            </DocumentedName>
          </Alias>
          <Alias FixedRef="101" AliasTypeID="1400" Primary="false" LowQuality="false">
            <DocumentedName ID="3">
              <DocumentedNamePart><NamePartValue NamePartGroupID="91">Nemo</NamePartValue></DocumentedNamePart>
              <DocumentedNamePart><NamePartValue NamePartGroupID="90">Nobody</NamePartValue></DocumentedNamePart>
            </DocumentedName>
          </Alias>
          <Alias FixedRef="101" AliasTypeID="1403" Primary="true" LowQuality="false">
            <DocumentedName ID="1">
              <DocumentedNamePart><NamePartValue NamePartGroupID="90">Inventado</NamePartValue></DocumentedNamePart>
              <DocumentedNamePart><NamePartValue NamePartGroupID="91">Fulano</NamePartValue></DocumentedNamePart>
            </DocumentedName>
            <DocumentedName ID="4">
              <DocumentedNamePart><NamePartValue NamePartGroupID="90">Инвентадо</NamePartValue></DocumentedNamePart>
            </DocumentedName>
          </Alias>
          <NamePartGroups>
            <MasterNamePartGroup><NamePartGroup ID="90" NamePartTypeID="1520"/></MasterNamePartGroup>
            <MasterNamePartGroup><NamePartGroup ID="91" NamePartTypeID="1521"/></MasterNamePartGroup>
          </NamePartGroups>
        </Identity>
        <Feature ID="1" FeatureTypeID="8"><FeatureVersion ID="1"><DatePeriod>
          <Start Approximate="true"><From><Year>1977</Year></From><To><Year>1977</Year></To></Start>
          <End><From><Year>1978</Year></From><To><Year>1978</Year></To></End>
        </DatePeriod></FeatureVersion></Feature>
        <Feature ID="2" FeatureTypeID="10"><FeatureVersion ID="2"><VersionLocation LocationID="71"/></FeatureVersion></Feature>
        <Feature ID="3" FeatureTypeID="344"><FeatureVersion ID="3"><VersionDetail>1Exg3NfTt8ZCjhHRojBE1j24JN1ioCs5se</VersionDetail></FeatureVersion></Feature>
        <Feature ID="4" FeatureTypeID="224"><FeatureVersion ID="4"><VersionDetail>Male</VersionDetail></FeatureVersion></Feature>
      </Profile>
    </DistinctParty>
    <DistinctParty FixedRef="102">
      <Profile ID="102" PartySubTypeID="3"><Identity ID="501"><Alias Primary="true" LowQuality="false"><DocumentedName>
        <DocumentedNamePart><NamePartValue NamePartGroupID="92">CHIMERA HOLDINGS</NamePartValue></DocumentedNamePart>
      </DocumentedName></Alias></Identity></Profile>
    </DistinctParty>
    <DistinctParty FixedRef="103">
      <Profile ID="103" PartySubTypeID="1"><Identity ID="502"><Alias Primary="true" LowQuality="false"><DocumentedName>
        <DocumentedNamePart><NamePartValue NamePartGroupID="93">IMAGINARY STAR</NamePartValue></DocumentedNamePart>
      </DocumentedName></Alias></Identity></Profile>
    </DistinctParty>
  </DistinctParties>
  <SanctionsEntries>
    <SanctionsEntry ID="1" ProfileID="101"><SanctionsMeasure SanctionsTypeID="1"><Comment>TESTLIST</Comment></SanctionsMeasure></SanctionsEntry>
  </SanctionsEntries>
</Sanctions>`;

function read(text: string): ListSnapshot {
  return ofacAdvanced.read({ 'sdn_advanced.xml': utf8(text) }, 0 as Instant);
}

test('reads parties with everything that is compared', () => {
  const { entries } = read(list);
  expect(entries).toEqual([
    {
      id: '101',
      type: 'person',
      name: 'Inventado, Fulano',
      aliases: ['Инвентадо', 'Nobody, Nemo'],
      weakAliases: ['The Invented'],
      programs: ['TESTLIST'],
      born: [{ from: 1975, to: 1980 }],
      countries: ['KH'],
      identifiers: ['N0123456'],
      addresses: [{ currency: 'XBT', text: '1Exg3NfTt8ZCjhHRojBE1j24JN1ioCs5se' }],
    },
    expect.objectContaining({ id: '102', type: 'entity', name: 'CHIMERA HOLDINGS' }),
    expect.objectContaining({ id: '103', type: 'vessel', name: 'IMAGINARY STAR' }),
  ]);
});

test.each([
  ['cut in the middle', list.slice(0, 3000), 'xml'],
  ['with a document type', `<!DOCTYPE Sanctions []>${list.slice(list.indexOf('<Sanctions'))}`, 'doctype'],
  ['of another form', '<CONSOLIDATED_LIST/>', 'root'],
  ['without entries', '<Sanctions/>', 'empty'],
  ['with an entry twice', list.replace('FixedRef="102"', 'FixedRef="103"'), 'duplicate'],
  ['with an entry without a number', list.replace('<DistinctParty FixedRef="102"', '<DistinctParty'), 'number'],
  ['with an entry without a name', list.replace('CHIMERA HOLDINGS', ''), 'name'],
  ['with an entry without a profile', list.replace(/<Profile ID="102".*?<.Profile>/s, ''), 'profile'],
])('a list %s is refused', (_what, text, rule) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ field: expect.stringContaining('sdn_advanced.xml'), rule }),
  );
});
