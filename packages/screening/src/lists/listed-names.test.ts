import { expect, test } from 'vitest';
import { namesIn } from './listed-names.ts';

test.each([
  ['Hasan Gul; Hassan Ghul', ['Hasan Gul', 'Hassan Ghul']],
  ['Jin Tiesan (金铁三)', ['Jin Tiesan', '金铁三']],
  ['حسن غول (Hassan Ghul; Hassan Gul)', ['حسن غول', 'Hassan Ghul', 'Hassan Gul']],
  ['Amir Khazmat (original script: Амир Хазмат)', ['Amir Khazmat', 'Амир Хазмат']],
  ['a) Nemo Nobody b) Nobody Nemo', ['Nemo Nobody', 'Nobody Nemo']],
  ['Nemo Nobody, born 1 Jan. 1953 (Nowhere passport no.0123)', ['Nemo Nobody']],
  ['Nemo Nobody (birth name)', ['Nemo Nobody']],
  ['Nemo (Nobody)', ['Nemo']],
  ['  ', []],
])('%s gives %j', (text, names) => {
  expect(namesIn(text)).toEqual(names);
});
