const en = {
  title: 'Identity check',
  level: 'Level',
  status: 'Status',
  name: 'Full name',
  born: 'Day of birth',
  validUntil: 'Document valid until',
  approve: 'Hand in good papers',
  retry: 'Hand in a blurred picture (may try again)',
  reject: 'Hand in a forgery (rejected for good)',
  closed: 'This check is closed.',
  noLink: 'There is no such link.',
  expired: 'This link has expired.',
};

const km: PageTexts = {
  title: 'ការពិនិត្យអត្តសញ្ញាណ',
  level: 'កម្រិត',
  status: 'ស្ថានភាព',
  name: 'ឈ្មោះពេញ',
  born: 'ថ្ងៃខែឆ្នាំកំណើត',
  validUntil: 'ឯកសារមានសុពលភាពដល់',
  approve: 'ដាក់ឯកសារត្រឹមត្រូវ',
  retry: 'ដាក់រូបភាពមិនច្បាស់ (អាចសាកម្តងទៀត)',
  reject: 'ដាក់ឯកសារក្លែងក្លាយ (បដិសេធជាស្ថាពរ)',
  closed: 'ការពិនិត្យនេះបានបិទហើយ។',
  noLink: 'គ្មានតំណនេះទេ។',
  expired: 'តំណនេះផុតកំណត់ហើយ។',
};

/** What a hosted page says. */
export type PageTexts = Readonly<Record<keyof typeof en, string>>;

/** A language that this page speaks. Sumsub's own speaks many more: "Supported SDK languages". */
export interface PageLanguage {
  readonly code: 'en' | 'km';
  readonly texts: PageTexts;
}

/** The language of a link; English where this page lacks it. */
export function pageLanguage(lang: string): PageLanguage {
  return lang === 'km' ? { code: 'km', texts: km } : { code: 'en', texts: en };
}
