import { onFirstUse } from "../on-first-use.ts";
import { type Token, tokenize } from "./text.ts";
import { sameWord } from "./word-forms.ts";

/** Names that people introduce themselves by; what stands between bars is one name, so that «Саша» is Александр's. */
const RUSSIAN = `
александр саша шура саня сашка александра | алексей леша леха алеша | анатолий толя толик | андрей андрюша | антон тоша антоша | аркадий аркаша |
арсений сеня | артем тема артемий | артур | ахмед | борис боря | булат | вадим вадик | валентин валя | валерий валера | василий вася | виктор витя |
виталий виталик | владимир вова володя | владислав влад | вячеслав слава | геннадий гена | георгий гоша жора | герман | глеб | григорий гриша | давид
| дамир | даниил данила даня данил | денис дениска | дмитрий дима митя димон | егор | евгений женя евгения | захар | иван ваня ванька | игнат | игорь
игорек | ильдар | илья илюша | ильнур | иосиф | ирек | камиль | карен | кирилл | клим | константин костя | лев лева | леонид леня | магомед | макар |
максим макс | марат | марк | матвей | мирон | михаил миша | мурат | назар | никита | николай коля | нурлан | олег | оскар | павел паша павлик павла
павлу павлом | петр петя | платон | равиль | радик | рамиль | рашид | ренат ринат | роберт | родион | роман рома ромка | рустам | руслан русик |
савелий | святослав | семен сема | сергей сережа серега | станислав стас | степан степа | тагир | тарас | тимофей тима | тимур | тихон | федор федя |
филипп филя | эдуард эдик | эльдар | эмиль | юрий юра | яков яша | ян | ярослав ярик | агата | аида | айгуль | айнур | алевтина | алена алеся | алина
| алиса | алла аллочка | альбина | альфия | амина | анастасия настя настенька | ангелина геля | анжела анжелика | анна аня анечка анюта | антонина
тоня | арина | ася | валентина валя | валерия лера | варвара варя | вера верочка | вероника ника | виктория вика викуся | виолетта | влада владислава
| галина галя | гузель | гульнара гуля | дарья даша | диана | дина | ева | евдокия | екатерина катя катюша | елена лена леночка алена | елизавета лиза
| жанна | зарина | зинаида зина | злата | зоя | зульфия | инга | инна | ирина ира ирочка | карина | каролина | капитолина | кира | клавдия клава |
кристина | ксения ксюша | лариса лара | лейла | лиана | лидия лида | лилия лиля | лия | любовь люба | людмила люда люся мила | майя | маргарита рита |
марина | мария маша машенька марья | марьям | милана | милена | мирослава | надежда надя | наталья наташа наталия | нелли неля | нина | оксана | олеся
| ольга оля оленька | полина поля | раиса рая | регина | римма | роза | розалия | светлана света | серафима сима | снежана | софия софья соня | стелла
| таисия тая | тамара тома | татьяна таня | ульяна уля | фатима | фаина | эвелина | элина | эльвира | эльмира | эмма | юлия юля юленька | яна яночка |
ярослава
`;

const ENGLISH = `
aaron | adam | adrian | aisha | alan al | albert | alexander alex sandy | alexandra lexi | alice | alison | amanda mandy | amber | amelia | amy | andrea |
andrew andy drew | angela angie | anita | anne ann anna annie | anthony tony | antonio | arthur | ashley | austin | barbara barb | beatrice bea | benjamin ben |
bernard | beth | bradley brad | brandon | brenda | brian bryan | bridget | bruce | caitlin | callum | cameron | carl | carla | carlos | carol caroline |
catherine katherine kathryn kate katie cathy kathy | charles charlie chuck | charlotte lottie | chloe | christian | christina tina | christine chris |
christopher | claire clare | colin | connor | craig | cynthia | daisy | daniel dan danny | danielle | darren | david dave | deborah debbie deb | dennis |
derek | diana diane | dominic dom | donald don | donna | dorothy dot | douglas doug | dylan | edward ed eddie ted | elaine | eleanor ellie nell |
elizabeth liz lizzie betty beth eliza | emily em | emma | eric erik | erin | ethan | eva eve | evan | evelyn | faith | fatima | fiona | florence | frances fran |
francis frank | gareth | gary | gavin | george | georgia | gerald gerry | gillian gill | glenn | gloria | gordon | grace | graham | gregory greg | hannah | harold |
harriet | harry | harvey | hassan | hazel | heather | heidi | helen | henry hank | holly | howard | hugh | ian | imogen | irene | isaac | isabel isabella izzy | ivan |
jack | jacob jake | jacqueline jackie | james jim jimmy jamie | jane janet | jasmine | jason | jean | jeffrey jeff geoff | jennifer jen jenny | jeremy | jerry |
jessica jess jessie | joan | joanna joanne jo | joel | john johnny jon | jonathan | jordan | joseph joe joey | josephine josie | joshua josh | joyce | juan | judith judy |
julia julie | julian | justin | karen | keith | kelly | kenneth ken kenny | kevin kev | kimberly kim | kyle | laura | lauren | lawrence larry | leah | lee | leo | leon |
leslie | lewis louis lou | liam | lily | linda | lisa | logan | lorraine | louise | lucas luke | lucy | lydia | lynn | malcolm | marcus | marek | margaret maggie meg peggy |
maria mary marie | marilyn | mark | martha | martin marty | marvin | matilda tilly | matthew matt | maureen | maurice | max | megan | melanie mel | melissa | mia |
michael mike mick | michelle shelly | miguel | mohammed muhammad | molly | monica | morgan | nancy | naomi | natalie nat | nathan nate | neil | nicholas nick | nicola nicole nicky |
nigel | noah | nora | oliver ollie | olivia liv | omar | oscar | owen | pamela pam | patricia pat trish | patrick paddy | paul | paula | pauline | penelope penny |
peter pete | philip phil | phoebe | poppy | priya | rachel | ralph | raymond ray | rebecca becky | richard rick dick | robert rob bob bobby | robin | roger | ronald ron |
rose rosie | roy | russell | ruth | ryan | sally | samantha sam | samuel sammy | sandra | sarah sara | scott | sean shaun | sharon | sheila | shirley | simon | sophia sophie | stacey |
stanley stan | stella | stephanie steph | stephen steven steve | stuart stewart | susan sue susie | suzanne | sylvia | tara | taylor | teresa theresa | terry | theodore theo |
thomas tom tommy | timothy tim | tracy | trevor | tyler | valerie val | vanessa | veronica | victor vic | victoria vicky | vincent vince | violet | walter | wayne | wendy |
william will bill billy liam | yvonne | zachary zach | zoe
`;

/** Every name under its first letters, which no form of it changes. */
const byBeginning = onFirstUse(() => {
  const groups = `${RUSSIAN}|${ENGLISH}`.split("|").map(tokenize);
  return Map.groupBy(
    groups.flatMap((group) => group.map((name) => ({ name, group }))),
    ({ name }) => name.form.slice(0, 2),
  );
});

/** Whether it is a common first name in any case form, or the short form of one. */
export function isFirstName(token: Token): boolean {
  return lookUp(token).length > 0;
}

/** The names by which somebody of this name may call themselves too: «Саша» for «Александр». */
export function otherNames(name: Token): Token[] {
  return lookUp(name).flatMap(({ group }) => group);
}

function lookUp(token: Token): { name: Token; group: Token[] }[] {
  return (byBeginning().get(token.form.slice(0, 2)) ?? []).filter(({ name }) => isNameForm(token, name));
}

/** «Яна» and «Ира» are too short for `sameWord` to bend, and names bend in one way only. */
export function isNameForm(token: Token, name: Token): boolean {
  if (sameWord(token, name)) return true;
  if (!/^[а-я]{3,}$/.test(name.form) || token.form.length < 3) return false;
  const root = /[аяйь]$/.test(name.form) ? name.form.slice(0, -1) : name.form;
  return token.form.startsWith(root) && NAME_ENDING.test(token.form.slice(root.length));
}

const NAME_ENDING = /^(?:|[ауыиеяюьй]|ой|ей|ем|ом|ью|ью)$/;
