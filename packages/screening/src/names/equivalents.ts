/** Spellings of one Chinese or Korean family name in the tongues that write it; the first is Pinyin or the usual one. */
const families =
  'wang wong ong vuong;zhang cheung teo truong jang chang;chen chan tan tran taing;li lee ly ri yi rhee;liu lau luu ryu lao;' +
  'huang wong hwang hoang huynh ung oei;lin lam lim rim im;wu ng goh ngo;zhou chow chau chew;zheng cheng tay trinh;' +
  'xu hsu tsui khoo hui;sun suen;ma mar;zhu chu;hu woo;guo kwok kuo quach;he ho;gao ko kao;luo lo law la;liang leung luong neo;' +
  'song sung;xie hsieh tse ta;tang tong;han hon;feng fung phung;cao tsao cho;peng pang;zeng tsang tseng;xiao hsiao siu;' +
  'cai tsai choi choy chua chhua;pan poon phua;yuan yuen un;yu yee;dong tung tong dong;jiang chiang kong giang keung;' +
  'ye yip yeh iap;lu lo;wei ngai nguy;jin kam kim;du to do;dai tai;fan faan;qiu yau chiu khau;qian chin;yan ngan yen;' +
  'park pak bak;choi choe choy chwe;jung jeong chung chong jong;kang gang;cho jo;yoon yun;lim im rim;oh o;seo so suh;' +
  'shin sin;kwon gwon;ahn an;yoo yu ryu;jeon jun chon jon;ko go koh;moon mun;bae pae;baek paek;heo ho hur;nam;noh no ro roh;' +
  'ju joo chu;gu ku koo;woo u;kim gim ghim;paik paek baek;' +
  'gupta gupte;';

/** Given names that are one name in neighbouring tongues, and the short forms that stand in their place. */
const given =
  'aleksandr alexander oleksandr aliaksandr alejandro alexandre iskander alex sasha;vladimir volodymyr uladzimir vova volodya;' +
  'sergei serhii siarhei serge;nikolai mykola mikalai nicholas nicolas kolya nick;dmitri dmytro dzmitry dima;mikhail mykhailo ' +
  'mikhail michael misha miguel michel mike;pavel pavlo paul pablo;evgeny yevhen yauhen eugene;ekaterina kateryna catherine ' +
  'katherine kate;elena olena alena helen;andrei andrii andrew andres andy;petr petro peter pedro pete;ivan john juan jean ' +
  'johannes hans;vasily vasyl;grigory hryhorii gregory greg;yuri yurii iurii;anatoly anatolii;igor ihor;oleg oleh;konstantin ' +
  'kostiantyn kanstantsin;tatiana tetiana;joseph yosef yusuf jose joe;ibrahim abraham;yusuf josef;musa moses;daud david ' +
  'dawud dave;isa jesus issa;ishaq isaac;sulaiman solomon;yaqub jacob;' +
  'william bill will billy;robert bob rob bobby;richard dick rick;theodore ted teddy;edward ed eddie ted;james jim jimmy;' +
  'john jon jack johnny;thomas tom;benjamin ben bibi;daniel dan danny;samuel sam;anthony tony antonio;elizabeth liz beth;' +
  'margaret peggy maggie;charles charlie chuck carlos;christopher chris;stephen steven steve;matthew matt;kenneth ken;ronald ' +
  'ron;donald don;timothy tim;francisco paco pancho;jose pepe;jesus chuy;guillermo memo;' +
  'co company;corp corporation;inc incorporated;ltd limited ltda limitada;pvt private;sdn sendirian;bhd berhad;' +
  '1 one;centre center;organisation organization;labour labor;defence defense;haider hyder haydar;quran koran;tayyip tayip tayeb;';

const groupsBySpelling = new Map<string, Set<number>>();
for (const [at, group] of `${families}${given}`.split(';').entries()) {
  for (const spelling of group.trim().split(/\s+/)) {
    const groups = groupsBySpelling.get(spelling) ?? new Set();
    groupsBySpelling.set(spelling, groups.add(at));
  }
}

/** The groups of names that a spelling belongs to; empty for most. */
export function groupsOf(spelling: string): ReadonlySet<number> {
  return groupsBySpelling.get(spelling) ?? NONE;
}

const NONE: ReadonlySet<number> = new Set();
