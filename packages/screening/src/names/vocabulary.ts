/** What a word of a name is, beside a name. */
export type WordClass = 'name' | 'particle' | 'title' | 'form' | 'trade' | 'number';

const particles =
  'al el ul ur bin ben ibn bint binti ould wuld abu abou umm de del la las los da das do dos du di della des le van von der den ' +
  'ter ten zu zum of the and et und wal';

const titles =
  'mr mrs ms miss mister dr doctor prof professor sir madam madame lord lady eng ing lic adv capt captain col colonel ' +
  'gen general maj major lt lieutenant sgt cmdr commander admiral brigadier marshal president minister excellency hrh ' +
  'prince princess queen sheikh sheik shaikh shaykh cheikh imam mullah mulla mawlawi maulvi molvi maulavi maulana mufti ' +
  'qari hafiz hajji haji hadji haj hajj alhaj alhaji hadj ustad ayatollah hojatoleslam seyyed engineer father ' +
  'comrade dona senor senora jr junior sr senior lok oknha neak oknea samdech samdach chumteav preah daw thakin khunying ' +
  'datuk dato bapak ibu mzee';

const forms =
  'co company corp corporation inc incorporated ltd limited llc llp lp plc gmbh ag kg kgaa ohg ug sa sas sasu sarl srl spa snc ' +
  'sapa bv nv vof cv pte pty pvt private public bhd berhad sdn sendirian oao ooo zao pao ao ojsc pjsc jsc cjsc ojsc too tov chao ' +
  'prat fop ip ltda ltd eirl doo dooel ad dd kd eood ood et oy oyj ab as asa aps ans oü ou uab sia kft zrt nyrt rt bt sp zoo spzoo ' +
  'fze fzco fzc fz dmcc est wll sal sao sarlu suarl ets eurl sae saog saoc ksc kscc kk gk yk tbk pt cia sca scs ' +
  'aktiengesellschaft gesellschaft haftung beschrankter sirketi sti stil anonim kabushiki kaisha';

const trade =
  'trading trade traders trader general international intl global world worldwide group groups holding holdings enterprise ' +
  'enterprises industry industries industrial import export imports exports impex commercial commerce comercial comercializadora ' +
  'services service servicios solutions systems system technology technologies tech engineering construction constructions ' +
  'development developments investment investments inversiones capital finance financial bank banking banco insurance exchange ' +
  'money shipping ship ships marine maritime lines line navigation logistics transport transportation transportes freight cargo ' +
  'agency agencies agencia airlines airline air aviation aircraft airways oil gas petroleum petrol petrochemical energy power ' +
  'chemical chemicals steel metal metals mining minerals mineral gold foods food agro agricultural products product ' +
  'manufacturing manufacture factory plant works mill supply supplies equipment machinery machine electronics electric electrical ' +
  'computer computers communications communication telecom media consulting consultants management property properties real estate ' +
  'inmobiliaria constructora distribuidora distribution distributors pharmaceutical pharma medical hospital research institute ' +
  'university academy center centre organization organisation organizacion foundation fundacion charity association society ' +
  'union federation committee council ministry department office bureau branch national state republic islamic people peoples ' +
  'liberation army forces force front movement party brigade battalion corps security defense defence military company ' +
  'grupo sociedad compania empresa empresas corporacion cooperativa hermanos sons son brothers bros associates partners ' +
  'partner new united central east eastern west western north northern south southern middle gulf asia asian africa african ' +
  'europe european america american star sea ocean tanker vessel mv mt ms mts fv ss tug barge ' +
  'hotel hotels resort club casino travel tours tourism shop store market supermarket auto motors motor car parts spare ' +
  'textile textiles garment fashion design studio house home land city';

const numbers: Readonly<Record<string, string>> = {
  first: '1',
  second: '2',
  third: '3',
  '1st': '1',
  '2nd': '2',
  '3rd': '3',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  eleven: '11',
  twelve: '12',
  ii: '2',
  iii: '3',
  iv: '4',
  vii: '7',
  viii: '8',
  ix: '9',
  xii: '12',
  xiii: '13',
  xiv: '14',
  xv: '15',
  xvi: '16',
  xvii: '17',
  xviii: '18',
  xix: '19',
  xx: '20',
};

/** Short forms that stand for a word of trade. */
const abbreviations: Readonly<Record<string, string>> = {
  intl: 'international',
  internl: 'international',
  bros: 'brothers',
  mfg: 'manufacturing',
  manuf: 'manufacturing',
  svcs: 'services',
  svc: 'service',
  mgmt: 'management',
  mgt: 'management',
  engg: 'engineering',
  assoc: 'associates',
  tech: 'technology',
  dept: 'department',
  natl: 'national',
  govt: 'government',
  univ: 'university',
  ind: 'industries',
  inds: 'industries',
  cia: 'compania',
  dev: 'development',
  gen: 'general',
  trdg: 'trading',
};

const classes = new Map<string, WordClass>();
for (const [list, wordClass] of [
  [trade, 'trade'],
  [forms, 'form'],
  [titles, 'title'],
  [particles, 'particle'],
] as const) {
  for (const word of list.split(/\s+/)) classes.set(word, wordClass);
}
for (const word of Object.keys(numbers)) classes.set(word, 'number');

/** What a word is when nothing is known about the words beside it. */
export function classOf(word: string): WordClass {
  return /^\d+$/.test(word) ? 'number' : (classes.get(word) ?? 'name');
}

/** The word that an abbreviation or a spelled number stands for, or the word itself. */
export function plainWord(word: string): string {
  if (Object.hasOwn(numbers, word)) return numbers[word] ?? word;
  return Object.hasOwn(abbreviations, word) ? (abbreviations[word] ?? word) : word;
}

/** Legal forms that are written out. */
const writtenForms =
  /(?<= )(?:(?:open|closed|public|private) )?joint stock (?:company|co)(?= )|(?<= )limited liability (?:company|co|partnership)(?= )|(?<= )(?:public|private) limited(?: company| co)?(?= )|(?<= )limited (?:company|partnership)(?= )|(?<= )co(?:mpany)? (?:ltd|limited|inc)(?= )|(?<= )sociedad (?:anonima|limitada|de responsabilidad limitada|por acciones)(?: de capital variable| simplificada)?(?= )|(?<= )societe (?:anonyme|a responsabilite limitee|par actions simplifiee)(?= )|(?<= )societa (?:per azioni|a responsabilita limitata|cooperativa)(?= )|(?<= )societatea cu raspundere limitata(?= )|(?<= )gesellschaft mit beschrankter haftung(?= )|(?<= )s(?:a| de rl) de cv(?= )|(?<= )s de r l de c v(?= )|(?<= )sp z ?o ?o(?= )|(?<= )s r [ol](?= )|(?<= )d o o(?= )|(?<= )obshchestvo s ogranichennoi? otvetstvennost?iu(?= )|(?<= )obshchestvo s ogranichennoy otvetstvennostyu(?= )|(?<= )(?:(?:publichnoe|otkrytoe|zakrytoe|nepublichnoe) )?aktsionernoe obshchestvo(?= )|(?<= )sendirian berhad(?= )|(?<= )perseroan terbatas(?= )|(?<= )commanditaire vennootschap(?= )|(?<= )(?:besloten|naamloze) vennootschap(?= )|(?<= )korlatolt felelossegu tarsasag(?= )/g;

const formWords: ReadonlySet<string> = new Set(
  'stock limited company co sociedad societe societa societatea gesellschaft sa s sp d obshchestvo aktsionernoe sendirian perseroan vennootschap tarsasag'.split(
    ' ',
  ),
);

/** Which words, by their places, belong to a legal form that is written out. */
export function writtenFormPlaces(words: readonly string[]): ReadonlySet<number> {
  const places = new Set<number>();
  if (!words.some((word) => formWords.has(word))) return places;
  const text = ` ${words.join(' ')} `;
  for (const { 0: form, index } of text.matchAll(writtenForms)) {
    const first = text.slice(0, index).split(' ').length - 2;
    form.split(' ').forEach((_word, at) => places.add(first + at));
  }
  return places;
}
