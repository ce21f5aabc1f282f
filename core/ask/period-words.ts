import { nearest } from "./typos.ts";

/**
 * What words about time mean. Left: the name by which the rules of periods know a word; right: its forms, `*` for any ending.
 * What people type comes first, what the dictionary says second.
 */
const WORDS = `
today: сегодня седня сення сегодняшн* today
yesterday: вчера вчерашн* yesterday
before-yesterday: позавчера позавчерашн*
tomorrow: завтра завтрашн* послезавтра tomorrow
day: день дня дней дни дню дн денек денька деньков деньки дне day days
sutki: сутки суток сутками
hour: час часа часов часу часик ч hour hours
minute: минут минуту минуты мин minutes minute
week: неделя недели неделю недель неделе неделей недельку недельки неделька нед week weeks
weekly: недельн* еженедельн* weekly
month: месяц месяца месяцев месяцем месяце месяцу месяцок месяцы мес month months
monthly: месячн* ежемесячн* monthly
quarter: квартал квартала квартале кварталу кварталом кв quarter
quarterly: квартальн* quarterly
half: полугодие полугодия полугодии
half-year: полгода полгодика
year: год года году годом лет г годик year years
weekend: выходные выходных выходным выходными викенд выхи weekend weekends
off-day: выходной выходного
weekdays: будни будней будням буднях будние будних weekdays
work: рабочая рабочей рабочую рабочих рабочие рабочий рабочего working work
shift: смена смену смены смене shift
last: последн* посл крайн* past latest
prev: прошл* прош прошедш* предыдущ* пред минувш* previous last
prev-prev: позапрошл*
this: это этот эта эту этой этом этого эти этих этим текущ* нынешн* тек this current
next: следующ* след будущ* next
ago: назад ago
start: начало начала начале началу beginning start
middle: середина середине середину середины middle
end: конец конца конце концу end
whole: весь всю всей всего целый целую целиком полный полную whole entire
all: все all
time: время времени период time
date-word: числа число числу дата дату
morning: утро утром утра утру morning
midday: днем
evening: вечер вечером вечера вечеру вечерние evening
night: ночь ночью ночи night
lunch: обед обеда обеду noon lunch
za: за for over
v: в во during in
na: на on
through: по
since: с со начиная since from
ot: от
until: до until till by to
after: после after
between: между between
and: и да and
k: к ко
vs: против vs versus относительно нежели чем than
compare: сравн* сравнению compare compared comparison
except: кроме исключая except
without: без without
only: только only
call: звонок звонка звонки звонков звонку звонкам звонке звонках call calls
`;

const MONTHS: readonly (readonly [stem: string, endings: string, short: string])[] = [
  ["январ", "ь я е ю ем", "янв january jan"],
  ["феврал", "ь я е ю ем", "фев февр february feb"],
  ["март", "- а е у ом", "мар march mar"],
  ["апрел", "ь я е ю ем", "апр april apr"],
  ["ма", "й я е ю ем", "may"],
  ["июн", "ь я е ю ем", "june jun"],
  ["июл", "ь я е ю ем", "july jul"],
  ["август", "- а е у ом", "авг august aug"],
  ["сентябр", "ь я е ю ем", "сен сент september sep sept"],
  ["октябр", "ь я е ю ем", "окт october oct"],
  ["ноябр", "ь я е ю ем", "ноя нояб november nov"],
  ["декабр", "ь я е ю ем", "дек december dec"],
];

const WEEKDAYS = [
  "понедельник понедельника понедельнику понедельником понедельнике понедельникам пн пнд пон понед monday mon",
  "вторник вторника вторнику вторником вторнике вторникам вт втор tuesday tue",
  "среда среды среду среде средой средам ср wednesday wed",
  "четверг четверга четвергу четвергом четверге четвергам чт чтв четв thursday thu",
  "пятница пятницы пятницу пятнице пятницей пятницам пт птн пятн friday fri",
  "суббота субботы субботу субботе субботой субботам сб субб saturday sat",
  "воскресенье воскресенья воскресенью воскресеньем воскресеньям вс вск воскр sunday sun",
];

const exact = new Map<string, string>();
const stems: [stem: string, lemma: string][] = [];
for (const line of WORDS.trim().split("\n")) {
  const [lemma = "", forms = ""] = line.split(": ");
  for (const form of forms.split(" ")) {
    if (form.endsWith("*")) stems.push([form.slice(0, -1), lemma]);
    else exact.set(form, lemma);
  }
}
MONTHS.forEach(([stem, endings, short], index) => {
  for (const ending of endings.split(" ")) exact.set(`${stem}${ending.replace("-", "")}`, `m${index + 1}`);
  for (const form of short.split(" ")) exact.set(form, `m${index + 1}`);
});
WEEKDAYS.forEach((forms, index) => {
  for (const form of forms.split(" ")) exact.set(form, `w${index + 1}`);
});

/** Whose misspellings are worth guessing. Not март and май: «Марат», «Мария» and «маме» are too near. */
const GUESSED =
  /^(today|yesterday|before-yesterday|week|month|quarter|weekend|weekdays|w\d|m([12469]|7|8|1[0-2]))$/;
const ADJECTIVE = "ий ие их ий ей ий юю яя ем им ый ые ых ой ая ую ом ым ого его".split(" ");
const guessable = new Map([...exact].filter(([form, lemma]) => form.length > 4 && GUESSED.test(lemma)));
for (const [stem, lemma] of stems) {
  if (!/^(last|prev|today|yesterday)/.test(lemma) || stem.length < 5) continue;
  for (const ending of ADJECTIVE) guessable.set(`${stem}${ending}`, lemma);
}
/** Words as good as their neighbours by one letter. */
const RIGHT_AS_THEY_ARE = new Set([
  "среди",
  "средний",
  "средняя",
  "средне",
  "средн",
  "субботин",
  "сегодне",
  "ноябрина",
]);

/** What a word about time is called in the rules; undefined of any other word. `isName` shields people from being taken for slips. */
export function lemmaOf(form: string, isName: (form: string) => boolean): string | undefined {
  const known = exact.get(form);
  if (known !== undefined) return /^m[358]$/.test(known) && isName(form) ? undefined : known;
  const stem = stems.find(([stem]) => form.startsWith(stem) && form.length <= stem.length + 4);
  if (stem) return stem[1];
  if (form.length < 4 || isName(form) || RIGHT_AS_THEY_ARE.has(form)) return undefined;
  const [guess] = nearest(form, guessable.keys(), form.length < 9 ? 1 : 2);
  return guess === undefined ? undefined : guessable.get(guess);
}
