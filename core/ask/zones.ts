/** Time zones as people in Russia name them. Clocks do not change there, so every offset is the same all year round. */
const NAMED = `
Europe/Kaliningrad: калининград* клд кёниг*
Europe/Moscow: мск москв* московск* казан* краснодар* волгоград* питер* спб петербург* msk moscow
Europe/Samara: самар* самарск* ижевск*
Europe/Saratov: саратов*
Asia/Yekaterinburg: екб ёбург* екат екатеринбург* уфа уфе уфимск* перм* челябинск* челяб* тюмен*
Asia/Omsk: омск*
Asia/Novosibirsk: нск новосиб* новосибирск* томск*
Asia/Krasnoyarsk: красноярск* крск кемеров*
Asia/Irkutsk: иркутск*
Asia/Yakutsk: якутск* чита чите читинск*
Asia/Vladivostok: владивосток* влад хабаровск* вдк
Asia/Magadan: магадан* сахалин*
Asia/Kamchatka: камчат*
local: местн* нашему нашенск* вашему
`;

const MAX_ENDING = 5;

const zones = NAMED.replaceAll("ё", "е")
  .trim()
  .split("\n")
  .map((line) => line.split(": "))
  .map(([zone = "", names = ""]) => ({ zone, names: names.split(" ") }));

/** The zone that a word names; `local` is the company's own. */
export function zoneNamed(form: string): string | undefined {
  return zones.find(({ names }) =>
    names.some((name) =>
      name.endsWith("*")
        ? form.startsWith(name.slice(0, -1)) && form.length < name.length + MAX_ENDING
        : form === name,
    ),
  )?.zone;
}

/** These are nothing but zones; a city's name may well be a department's. */
export const isZoneAbbreviation = (form: string): boolean => /^(мск|екб|нск|крск|клд|вдк|msk)$/.test(form);

/** Moscow's clock and so many hours: «мск+2». */
export function moscowAnd(hours: number): string | undefined {
  const offset = 3 + hours;
  return offset >= 2 && offset <= 12 ? `+${String(offset).padStart(2, "0")}:00` : undefined;
}
