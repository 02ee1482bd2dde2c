/** The languages of the page. */
export type PageLanguage = 'en' | 'km';

const en = {
  title: 'Verify your identity',
  lead: 'Once, before your first purchase. Only the people who check it see what you send here, and it is kept encrypted.',
  name: 'Full name, as on the document, in Latin letters',
  khmerName: 'Name in Khmer (if the document has it)',
  born: 'Date of birth',
  country: 'Country that issued the document (two letters: KH, VN, FR …)',
  document: 'Document',
  'national-id': 'National identity card',
  passport: 'Passport',
  'driving-licence': 'Driving licence',
  front: 'Front of the document, or the passport’s page with your picture',
  back: 'Back of the document (not for a passport)',
  selfie: 'Your face, holding the document beside it',
  picture: 'A photo, JPEG or PNG, at most 8 MB. All four corners, no glare.',
  send: 'Send',
  sent: 'Thank you. Somebody looks at it now; the chat tells you when it is done. You can close this page.',
  approved: 'You are verified. Go back to the chat.',
  closed: 'This verification has ended. Please write to support from the chat.',
  retry: 'Please send it again. Why:',
  unknown: 'This link is not valid, or it has ended. Ask for a new one in the chat.',
  missing: 'This is missing.',
  form: 'This cannot be right. Please look at it again.',
  'too-long': 'This is too long.',
  'too-young': 'You are not old enough to buy here.',
  'not-a-picture': 'This is no JPEG or PNG picture.',
  'too-large': 'This picture is larger than 8 MB.',
  whole: 'The form could not be read. Please send it again, with smaller pictures.',
} as const;

/** A sentence of the page. */
export type PageText = keyof typeof en;

const km: Readonly<Record<PageText, string>> = {
  title: 'ផ្ទៀងផ្ទាត់អត្តសញ្ញាណ',
  lead: 'ម្តងប៉ុណ្ណោះ មុនការទិញលើកដំបូង។ មានតែអ្នកពិនិត្យប៉ុណ្ណោះដែលឃើញអ្វីដែលអ្នកផ្ញើនៅទីនេះ ហើយវាត្រូវបានរក្សាទុកដោយអ៊ិនគ្រីប។',
  name: 'ឈ្មោះពេញជាអក្សរឡាតាំង ដូចក្នុងឯកសារ',
  khmerName: 'ឈ្មោះជាភាសាខ្មែរ (បើមានក្នុងឯកសារ)',
  born: 'ថ្ងៃខែឆ្នាំកំណើត',
  country: 'ប្រទេសដែលចេញឯកសារ (អក្សរពីរ៖ KH, VN, FR …)',
  document: 'ឯកសារ',
  'national-id': 'អត្តសញ្ញាណប័ណ្ណ',
  passport: 'លិខិតឆ្លងដែន',
  'driving-licence': 'ប័ណ្ណបើកបរ',
  front: 'ផ្នែកខាងមុខនៃឯកសារ ឬទំព័រលិខិតឆ្លងដែនដែលមានរូបថត',
  back: 'ផ្នែកខាងក្រោយនៃឯកសារ (មិនសម្រាប់លិខិតឆ្លងដែនទេ)',
  selfie: 'មុខរបស់អ្នក ដោយកាន់ឯកសារនៅក្បែរ',
  picture: 'រូបថត JPEG ឬ PNG មិនលើសពី 8 MB។ ឱ្យឃើញជ្រុងទាំងបួន គ្មានពន្លឺចាំង។',
  send: 'ផ្ញើ',
  sent: 'សូមអរគុណ។ មានគេកំពុងពិនិត្យ ហើយឆាតនឹងប្រាប់អ្នកពេលរួចរាល់។ អ្នកអាចបិទទំព័រនេះបាន។',
  approved: 'អ្នកត្រូវបានផ្ទៀងផ្ទាត់ហើយ។ សូមត្រឡប់ទៅឆាតវិញ។',
  closed: 'ការផ្ទៀងផ្ទាត់នេះបានបញ្ចប់ហើយ។ សូមសរសេរទៅផ្នែកជំនួយពីក្នុងឆាត។',
  retry: 'សូមផ្ញើម្តងទៀត។ មូលហេតុ៖',
  unknown: 'តំណនេះមិនត្រឹមត្រូវ ឬបានផុតកំណត់ហើយ។ សូមសុំតំណថ្មីក្នុងឆាត។',
  missing: 'ខ្វះព័ត៌មាននេះ។',
  form: 'ព័ត៌មាននេះមិនត្រឹមត្រូវទេ។ សូមពិនិត្យម្តងទៀត។',
  'too-long': 'វែងពេក។',
  'too-young': 'អ្នកមិនទាន់គ្រប់អាយុសម្រាប់ទិញនៅទីនេះទេ។',
  'not-a-picture': 'នេះមិនមែនជារូបភាព JPEG ឬ PNG ទេ។',
  'too-large': 'រូបភាពនេះធំជាង 8 MB។',
  whole: 'មិនអាចអានទម្រង់នេះបានទេ។ សូមផ្ញើម្តងទៀត ដោយប្រើរូបភាពតូចជាង។',
};

/** Every sentence, by language. */
export const pageTexts: Readonly<Record<PageLanguage, Readonly<Record<PageText, string>>>> = { en, km };

/** The language of the page for a BCP 47 tag. */
export function pageLanguageOf(tag: string): PageLanguage {
  return /^km\b/i.test(tag) ? 'km' : 'en';
}
