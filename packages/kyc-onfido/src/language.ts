/** What a hosted page can speak. `@onfido/api` 6.2.0, "WorkflowRunLinkLanguageEnum". */
const pages: ReadonlyMap<string, string> = new Map([
  ['en', 'en_US'],
  ['de', 'de_DE'],
  ['es', 'es_ES'],
  ['fr', 'fr_FR'],
  ['it', 'it_IT'],
  ['pt', 'pt_PT'],
  ['nl', 'nl_NL'],
]);

/** The language of the page for a BCP 47 tag: the same language of whichever country, English for all others. */
export function pageLanguage(tag: string): string {
  return pages.get(tag.toLowerCase().split('-')[0] ?? '') ?? 'en_US';
}
