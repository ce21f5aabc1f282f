import { numberWordOf } from "./number-words.ts";
import { lemmaOf } from "./period-words.ts";

/**
 * Words that questions are made of, by their stems: never somebody's misspelt name, and nothing to tell the person about when
 * the rules made no use of them.
 */
const STEMS = `
звон созвон разговор вызов диалог запис записан трубк перезвон набра | оцен проверк провер проверенн анализ разбер разбор прослуш послуш послушат скоринг | менеджер сотрудник агент
продавц продавец оператор ребят люд команд отдел групп департамент всех всем каждого каждом | отчет отчёт сводк дайджест итог результат статистик показател рейтинг динамик аналитик цифр картин
| балл процент оценк скор баллов плох худш хуже лучш лучше топ слаб сильн провал отличн хорош удачн низк высок средн самый самая самые самых самого самую самое красн желт зелен зон
| покажи показ покаж дай дайте давай выведи выдай пришли скинь скин вышли открой нужн хочу хотел хотелось можно можешь можете пожалуйст плиз пжл посмотр увид глян найд найти какие какой какая каких каком сколько
скольк как кто кого кому чей чьи что чего чем где когда почему зачем отчего который которых которые которая которой которым
| был была было были есть дела дел работ работа сработ справ | прош прошл последн свеж недавн новы старый | входящ исходящ | чеклист чек лист критери пункт скрипт регламент
| возражен отработ отрабат | расшифров транскрип текст кратк резюм сут содержан аудио | сравн сравнен лидер отста тройк пятерк десятк
| согласен согласн оспор апелляц пересмотр обжал неправильн несправедлив ошиб неверн | привяж привяз подключ аккаунт войти вход учетк | помощ помог помоги справк умеешь команды инструкц старт привет здравствуй
| нарушен груб критичн спорн сомнен ручн неоценен провере требую требуе жд ожида обработ обработк | больше меньше выше ниже более менее минимум минимальн максимум максимальн
| поставил ноль нуля переоцени тренд расскаж | список списк мало много такой такая такое такие столько спасибо благодар | также только именно сейчас просто вообще чтобы потом очень тоже надо опять снова еще хоть любой первый номер ид клиент заказчик покупател входе бот
| эффективн активн конверс сделк продаж качеств уровен норм план время времен срок дат день дни неделю показа лидер худой
| report show give list calls call worst best latest digest summary agent agents checklist checklists score scores scored evaluate team compare objection objections transcript help please what who why how
| did does with without were was the and for from about under below above over than percent review recording recordings link account all every everybody everyone me my
`;

const stems = STEMS.split(/[\s|]+/).filter((stem) => stem !== "");
/** A short stem with a long ending is another word: «Худяков». */
const endingOf = (stem: string) => (stem.length < 4 ? 2 : 5);

/** Function words, which are too short for stems. */
const SHORT = new Set(
  (
    "а в во и из или к ко ли на не ни но о об от по при про с со у за до для же бы б то та те ту там тут так да нет без над под мне нам им ей ему его ее их мы я ты вы он она " +
    "мои мой моя мое моих моем мою моим наш наши наших все всё весь всю всего эт это этот эта эти этом этого у ну ок ага ещё уже если чтоб раз мой плз спс a an in on at of to is are i by or it so do low high"
  ).split(" "),
);

const noNames = () => false;

/** Whether a word says something to the rules, or nothing to anybody. */
export function isKnownWord(form: string): boolean {
  if (SHORT.has(form) || numberWordOf(form) !== undefined || lemmaOf(form, noNames) !== undefined)
    return true;
  return stems.some((stem) => form.startsWith(stem) && form.length <= stem.length + endingOf(stem));
}
