/** Reasons in the middle of a line: «пропущенный — 2». */
export const outcomes = {
  "call.missed": "не состоялся",
  "call.too_short": "слишком короткий",
  "call.internal": "внутренний",
  "call.info": "автоматический обзвон",
  "call.expired": "старше срока хранения",
  "call.voicemail": "автоответчик",
  "call.menu": "голосовое меню",
  "call.wrong_number": "ошиблись номером",
  "call.type_unclear": "не ясно, что за звонок",
  "call.unknown": "нет в статистике портала",
  "recording.absent": "нет записи",
  "recording.empty": "запись пуста",
  "recording.not_audio": "вместо записи другой файл",
  "recording.unsupported_format": "формат записи не поддерживается",
  "recording.truncated": "запись скачалась не целиком",
  "recording.too_large": "запись больше 1 ГБ",
  "recording.url_refused": "запись лежит на недоверенном адресе",
  "speech.rejected_audio": "распознавание не приняло запись",
  "speech.undecodable": "запись не читается распознаванием",
  "speech.task_failed": "распознавание не справилось",
  "speech.task_lost": "задача распознавания потеряна",
  "speech.timed_out": "распознавание не ответило вовремя",
  "transcript.no_speech": "на записи нет речи",
  "transcript.bad_audio": "запись неразборчива",
  "checklist.none": "нет подходящего чек-листа",
  "checklist.invalid": "чек-лист с ошибкой",
  "llm.input_too_long": "разговор длиннее, чем помещается в модель",
};

export const outcome = (code: string) =>
  Object.hasOwn(outcomes, code) ? outcomes[code as keyof typeof outcomes] : code;
