/** Given and family names that are common where they come from: whom a screening meets all day, and nobody in particular. */
const common = {
  khmer: {
    family:
      'Sok Chan Heng Kim Ly Meas Nhem Ouk Pich Prak Ros Sam Seng Som Tep Touch Um Yim Chea Chhim Hun Keo Khiev Long Mao',
    given:
      'Dara Sophea Vichea Bopha Sreyneang Rattanak Sokha Channary Pisey Ratha Samnang Sothea Veasna Kosal Chenda Maly Narith Phalla Sambath Theary Visal Borey Davy Kunthea Sovann Makara Piseth',
    familyFirst: true,
  },
  chinese: {
    family: 'Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo',
    given:
      'Wei Fang Xiuying Na Min Jing Lei Qiang Ming Yan Juan Xia Jun Jie Tao Chao Ping Gang Guiying Yulan Meiling Haiyan Xiaohong Zhiqiang Jianguo Shuhua',
    familyFirst: true,
  },
  vietnamese: {
    family: 'Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý',
    given:
      'Văn Minh,Thị Hương,Quốc Anh,Thu Thảo,Đức Huy,Ngọc Lan,Thanh Tùng,Hoài Nam,Bích Ngọc,Gia Bảo,Khánh Linh,Hữu Phước,Mỹ Duyên,Xuân Trường,Tuấn Kiệt',
    familyFirst: true,
  },
  western: {
    family:
      'Smith Johnson Brown Taylor Miller Davis Wilson Moore Martin Dubois Bernard Moreau Laurent Schneider Weber Fischer Wagner Becker Rossi Ferrari Bianchi Andersen Nilsson Murphy Kelly',
    given:
      'James Mary Robert Patricia Michael Jennifer David Elizabeth Thomas Susan Charles Jessica Daniel Sarah Pierre Camille Lukas Anna Marco Giulia Erik Ingrid Patrick Siobhan Claire Antoine',
    familyFirst: false,
  },
} as const;

/** `count` names in equal parts of each kind. */
export function ordinaryNames(count: number, below: (end: number) => number): readonly string[] {
  const kinds = Object.values(common);
  return Array.from({ length: count }, (_one, index) => {
    const { family, given, familyFirst } = kinds[index % kinds.length] ?? common.western;
    const one = pick(family.split(' '), below);
    const others = given.includes(',') ? given.split(',') : given.split(' ');
    const other = pick(others, below);
    return familyFirst ? `${one} ${other}` : `${other} ${one}`;
  });
}

function pick(all: readonly string[], below: (end: number) => number): string {
  return all[below(all.length)] ?? '';
}
