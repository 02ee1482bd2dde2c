import { wadeGilesOf } from './mandarin.ts';
import { soundOf } from './sounds.ts';

/**
 * Names that many people bear, as far as a list of sanctions cannot tell: it holds few Cambodians, so that the family name
 * of a million of them would look rare. Two levels: borne by about one person in a hundred or more of its people, and
 * borne by many.
 */
const everywhere = {
  khmerFamily:
    'sok chan chea heng kim long ly mao meas nhem nuon oum ouk pech phan prak prum ros sam san sar sim sin so som son suon ' +
    'tan tep tith touch ung van vann yim yin chhun chhoun chhim chhay hun hor huot keo khun khieu kong khim lim lay mom men ' +
    'neang noun nov oeur pen phal pheng pov sao seng seang sann srey srun tea thach thai thy tuy uch um uy vong yem yos chhea ' +
    'chin chum chuon dy em eng hak hang hay heang hem hing ho hong hok hou huy in kang kao keat kem khem khin khoem khoun ' +
    'khut kun lach leang leng loeung lun ma mak mean meng mey moeun muth nao ney ngin nget norng nou oeun om on orn ou pao ' +
    'peng phat phin phon phoeun phok phorn pich pin pol pon poung preap ream rin roeun rom rous run saing sang saom saroeun sat ' +
    'sea sean sem seth sieng sing soeun soeung sorn soth sou soun sum sun suy taing tang te teng thol thon thorn thoeun thorng ' +
    'tim tin tok tum ty uk ul va ven voeun von vorn voun vuth yan yang yean yi yon yorn you yun nhean nhim nheb oung phoung ' +
    'phoun kheng khoeun khorn chhoeun chhorn chhoeurn chhang chheang chheng chhin chhit chhoeung chhom chhon chhour chhuon',
  chinese:
    'wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu ' +
    'dong xiao cheng cao yuan deng fu shen zeng peng lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan ' +
    'fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan lei qian yin chang ' +
    'qiao lai gong wen pang bao tong ' +
    'wong chan lee lam cheung ng ho leung lau yeung tsang kwok cheng chow yip chu poon tsui fung hui mak tse kwan siu yuen ' +
    'tan lim ong goh tay teo chua koh sim yeo ang low toh foo chia chew quek seah wee',
  vietnamese:
    'nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh mai dao lam ha cao luong truong thai ta ' +
    'doan chau quach ton tu van thi duc minh thanh ngoc quoc xuan huu dinh hong kim anh',
  korean:
    'kim lee park choi jung jeong kang cho yoon jang lim han oh seo shin kwon hwang ahn song ryu yoo hong jeon ko moon yang son ' +
    'bae baek heo nam sim noh ha kwak sung cha joo woo koo min ri pak choe chong chung paek kwak jon ju jo chang sin so o ryang',
  western:
    'smith johnson williams brown jones miller davis wilson anderson taylor thomas moore martin jackson thompson white harris ' +
    'clark lewis robinson walker young hall allen king wright scott green baker adams nelson hill campbell mitchell roberts ' +
    'carter phillips evans turner parker edwards collins stewart morris cook rogers morgan bell murphy bailey cooper richardson ' +
    'cox howard ward james watson brooks kelly bennett gray hughes price myers long foster ross jenkins powell perry russell ' +
    'john michael david robert william richard joseph charles christopher daniel matthew anthony mark donald steven paul andrew ' +
    'joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry ' +
    'justin brandon benjamin samuel frank gregory raymond alexander patrick jack dennis jerry tyler aaron henry peter adam ' +
    'nathan zachary walter kyle harold carl jeremy keith roger arthur terry lawrence sean christian albert joe ethan austin ' +
    'jesse willie billy bruce ralph roy jordan dylan eugene wayne alan juan louis russell gabriel randy philip harry vincent ' +
    'bobby johnny logan mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret betty ' +
    'sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon laura cynthia ' +
    'kathleen amy shirley angela helen anna brenda pamela nicole emma samantha katherine christine debra rachel catherine ' +
    'carolyn janet ruth maria heather diane virginia julie joyce victoria olivia kelly christina lauren joan evelyn judith ' +
    'megan cheryl andrea hannah martha jacqueline frances gloria ann teresa kathryn sara janice jean alice madison doris ' +
    'abigail julia judy grace denise amber marilyn beverly danielle theresa sophia marie diana brittany natalie isabella ' +
    'charlotte rose alexis kayla jane claire lucy sophie eva nina monica petra michelle stephanie simone nadine',
  european:
    'muller schmidt schneider fischer weber meyer wagner becker schulz hoffmann koch bauer richter klein wolf schroder neumann ' +
    'schwarz zimmermann braun kruger hofmann hartmann lange schmitt werner krause lehmann maier kohler hermann konig walter ' +
    'heinz friedrich wilhelm karl fritz kurt otto ernst georg franz josef ludwig max paul rudolf helmut herbert gunter horst ' +
    'gerhard manfred dieter uwe bernd ' +
    'hans klaus jurgen wolfgang michael stefan andreas thomas markus christian daniel jan tobias ' +
    'dubois durand leroy moreau simon laurent lefebvre michel garcia bertrand roux fournier girard bonnet dupont ' +
    'lambert fontaine rousseau blanc guerin pierre jean jacques philippe alain bernard nicolas francois olivier marc julien ' +
    'antoine marie sophie isabelle nathalie camille ' +
    'rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti mancini costa giuseppe antonio ' +
    'giovanni mario luigi francesco angelo vincenzo marco andrea paolo luca ' +
    'jansen de vries bakker visser smit bos peter johan kees nowak kowalski novak horvat svensson andersson johansson karlsson ' +
    'nilsson eriksson larsson olsson persson hansen johansen olsen larsen nielsen jensen pedersen',
  iberian:
    'garcia rodriguez gonzalez fernandez lopez martinez sanchez perez gomez martin jimenez ruiz hernandez diaz moreno munoz ' +
    'alvarez romero alonso gutierrez navarro torres dominguez vazquez ramos gil ramirez serrano blanco molina morales suarez ' +
    'ortega delgado castro ortiz rubio marin sanz nunez iglesias medina garrido cortes castillo santos lozano guerrero cano ' +
    'prieto mendez cruz flores herrera aguilar vargas reyes rojas mendoza guzman silva rios vega soto contreras rivera chavez ' +
    'salazar valencia restrepo ospina zapata cardenas duarte bautista espinoza lara pena mejia ' +
    'jose juan luis carlos jorge pedro manuel francisco jesus miguel antonio rafael fernando ricardo eduardo roberto mario ' +
    'sergio javier alejandro daniel oscar victor hector raul julio cesar andres diego pablo enrique alberto ramon guillermo ' +
    'maria ana carmen rosa martha patricia gloria sandra claudia luz blanca elena isabel teresa laura adriana ' +
    'oliveira souza sousa pereira costa ferreira alves lima gomes ribeiro carvalho almeida lopes soares fernandes vieira ' +
    'barbosa rocha dias nascimento andrade moreira nunes marques machado mendes freitas cardoso joao paulo antonio',
} as const;

const known = {
  khmerGiven:
    'sophea sopheap sophal sophat sophorn sophy sokha sokhom sokhon sokheng sokhoeun sokunthea sokchea sokly dara bopha chantha ' +
    'chanthy chanthou chandara channary channa chansophea kunthea kanha leakhena leakhana malis maly malin mony monika nary ' +
    'narith navy phalla phally phanna pisey piseth pheakdey phearun phirun rith rithy ratana rattana rattanak ratha rathana ' +
    'ravy raksmey reaksmey sambath samnang samol samphors sarath sareth saroeun sarom savuth savy savoeun seyha sina sinath ' +
    'sitha somaly sopheak sophanna sophanith sotheara sothea sothy sovann sovannara sovannarith sovanna sreymom sreyneang ' +
    'sreypov sreyleak sreynich sreymao sreyroth sreytouch thida theary thavy thearith tola vanna vannak vannara vanny veasna ' +
    'vicheka vichea vichhea vichet visal visoth vuthy virak viraksith vibol vireak chamroeun chamnan borey borith bunthoeun ' +
    'bunthan bunna bunly bunrith bunsong chhaya chetra chivy davy dalin darith davin hoeun kosal kakada kimhong kimheng kimleng ' +
    'kimly kolab makara monyroth nimol nita nika nearadey nith nisay panha panharith phary pheng phaly rada rany rotha ry rina ' +
    'samrith saran sarin savath sokhim sokna sokny sorya sochea socheat sochenda socheata somethea somnang sunly sothun thyda ' +
    'tevy tharith thearoth udom vathana vatey vattanak vatanak visna yary yuthea',
  chineseGiven:
    'wei fang na xiuying min jing li qiang lei jun yang yong yan jie juan tao ming chao xia ping gang guiying xin bo bin hui ' +
    'ying hong hua jian lan mei ling ting xiang feng hai hao peng rui shan yu zhi zhen dan fei guang jia kai kun liang mei ' +
    'ning qing rong shu wen xue yi yun ze xiaoming xiaohong jianguo jianhua weidong haiyan zhiqiang zhiwei xiaoyan lihua ' +
    'guohua wenjie yifan zihan haoran jiahao',
  koreanGiven:
    'chol yong song hyok su il myong kwang chun gil hak guk gyong kyong un ok hui hyon hwa mi ji hye kyung young hyun seok ' +
    'sang jae hoon jun seung soo hyuk tae dong sung eun sun joon jin won ryong bong hwan ik ryol gwang yol gun sik chan bok ' +
    'gyu hun myung minji jisoo minho seojun jiwoo hayoon',
  vietnameseGiven:
    'anh hung dung tuan nam long hai son linh lan huong hoa mai thuy trang phuong thao hanh hien hieu khanh khoa kien lam loan ' +
    'my nga nghia nhung phuc phong quan quang quyen quynh tam tan thang thinh thu thuan tien tri trung tuyet tung uyen viet ' +
    'vinh yen binh cuong dat diep giang bao chi chinh cong hau hoan',
  arabicAndIslamic:
    'mohammed ahmed ali hassan hussein abd allah ibrahim ismail yusuf omar khalid saleh salim said mustafa mahmud hamid karim ' +
    'rahman rahim aziz jabbar nasir jamal kamal amin amir anwar bashir faisal fahd farid fuad ghazi habib hadi hakim haidar ' +
    'hani harun hisham idris imad isa isam ishaq jabir jafar jalal khalil latif majid malik mansur marwan mahdi masud munir ' +
    'musa nabil nadir bakr musab hamza bilal usama osama zubair najib nur qasim rashid rauf ridha sabri sadiq salah salman sami samir sayid shafiq sharif sulaiman tahir ' +
    'talal tariq taha tawfiq uthman wahid walid yahya yasin yunus zahid zaid zakariya zayn fatima aisha maryam zainab khadija ' +
    'yasir yasser yaser nasser naser ammar anas ayman ashraf atef awad ayub bader badr bandar burhan daud dawud fawzi fayez ' +
    'firas hafez hatem haytham hazem ihab ilyas imran jabr jihad kazem lutfi maher majed mazen mohsen muhsin mubarak mukhtar ' +
    'mutaz naim nazir nidal nizar qais raed rafiq rami rashad riyad riad sabah safwan saad shakir shadi sufyan suhail taysir ' +
    'wael wassim yazid younes zaki ziad ziyad zuhair ' +
    'khan shah haji mullah reza hossein akbar abbas mehdi javad din ullah abu haqqani akhund agha jan gul noor sayyid syed',
  slavic:
    'ivanov petrov sidorov smirnov kuznetsov popov vasiliev sokolov mikhailov novikov fedorov morozov volkov alekseev lebedev ' +
    'semenov egorov pavlov kozlov stepanov nikolaev orlov andreev makarov nikitin zakharov ivanova petrova smirnova kuznetsova ' +
    'alexander aleksandr sergei sergey dmitry dmitri andrei andrey alexei aleksei vladimir nikolai mikhail ivan evgeny igor ' +
    'oleg yuri viktor victor maxim konstantin anatoly boris vasily roman pavel denis anna elena olga tatiana natalia irina ' +
    'svetlana ekaterina maria ludmila galina nadezhda oleksandr volodymyr serhii andrii mykola milan dragan zoran goran nikola ' +
    'jovanovic petrovic nikolic markovic',
  others:
    'kumar singh sharma gupta patel das ram lal devi begum bibi rao reddy nair iyer mehta shah roy ghosh bose rahman hossain ' +
    'islam miah akter sultana perera fernando silva aung win htun tun zaw min myint kyaw thein than hla nyein khin mya thant ' +
    'oo moe naing hlaing thu lwin htay maung thida somchai somsak suda wongsa saetang saelim sato suzuki takahashi tanaka ' +
    'watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki hiroshi takashi kenji yoko keiko mensah owusu osei ' +
    'okafor diallo traore diop ba sow barry keita camara toure mwangi kamau otieno juma bakari budi agus slamet sri siti dewi ' +
    'rajesh rakesh suresh ramesh mahesh mukesh naresh dinesh ganesh anil sunil sanjay vijay ajay ravi amit ' +
    'wati hasan yilmaz kaya demir celik sahin yildiz aydin ozturk mehmet mustafa ayse fatma hakan',
} as const;

const bySpelling = new Map<string, number>();
for (const [lists, level] of [
  [known, 0.5],
  [everywhere, 0.3],
] as const) {
  for (const name of Object.values(lists).join(' ').split(' ')) bySpelling.set(name, level);
}

/** `Mohamed` is as common as `Mohammed`. Not for the short names of the east, whose sounds are those of many others. */
const bySound = new Map<string, number>();
for (const name of [known.arabicAndIslamic, known.slavic, everywhere.western, everywhere.iberian]
  .join(' ')
  .split(' ')) {
  bySound.set(soundOf(name), bySpelling.get(name) ?? 1);
}

/** How much a name tells about who bears it, by its spelling and its sound: 1 where it is not known to be shared. */
export function rarityOf(name: string, sound: string): number {
  return Math.min(bySpelling.get(name) ?? 1, bySound.get(sound) ?? 1);
}

/** Whether a word is known as a name that many bear. */
export function isShared(name: string, sound = name): boolean {
  return bySpelling.has(name) || bySound.has(sound);
}

const chineseFamilies: ReadonlySet<string> = new Set(
  everywhere.chinese.split(' ').flatMap((name) => [name, wadeGilesOf(name) ?? name]),
);

/** Whether a word is a family name of China. */
export function isChineseFamily(name: string): boolean {
  return chineseFamilies.has(name);
}
