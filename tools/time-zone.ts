/** Large places that no IANA zone is named after. */
const PLACES: Record<string, string> = {
  bangalore: 'Asia/Kolkata',
  barcelona: 'Europe/Madrid',
  beijing: 'Asia/Shanghai',
  bengaluru: 'Asia/Kolkata',
  boston: 'America/New_York',
  china: 'Asia/Shanghai',
  delhi: 'Asia/Kolkata',
  france: 'Europe/Paris',
  frankfurt: 'Europe/Berlin',
  geneva: 'Europe/Zurich',
  germany: 'Europe/Berlin',
  hamburg: 'Europe/Berlin',
  hanoi: 'Asia/Bangkok',
  houston: 'America/Chicago',
  india: 'Asia/Kolkata',
  italy: 'Europe/Rome',
  korea: 'Asia/Seoul',
  kyoto: 'Asia/Tokyo',
  'las vegas': 'America/Los_Angeles',
  miami: 'America/New_York',
  milan: 'Europe/Rome',
  montreal: 'America/Toronto',
  mumbai: 'Asia/Kolkata',
  munich: 'Europe/Berlin',
  'new delhi': 'Asia/Kolkata',
  osaka: 'Asia/Tokyo',
  'rio de janeiro': 'America/Sao_Paulo',
  'san francisco': 'America/Los_Angeles',
  seattle: 'America/Los_Angeles',
  shenzhen: 'Asia/Shanghai',
  spain: 'Europe/Madrid',
  uk: 'Europe/London',
  'washington dc': 'America/New_York',
  washington: 'America/New_York',
};

/** Current spellings that the runtime knows only as other names of an older zone. */
const RENAMED = ['Asia/Kolkata', 'Asia/Ho_Chi_Minh', 'Asia/Kathmandu', 'Asia/Yangon', 'Europe/Kyiv'];

/** The time zone of an IANA name, an offset (`UTC+2`, `-03:30`) or a city, in any case; undefined if there is none. */
export function findTimeZone(name: string): string | undefined {
  const wanted = name.trim().toLowerCase();
  const zones = [...Intl.supportedValuesOf('timeZone'), ...RENAMED];
  const city = wanted.replace(/[\s-]+/g, '_');
  return (
    PLACES[wanted.replaceAll('.', '')] ??
    offsetZone(wanted) ??
    zones.find((zone) => zone.toLowerCase() === city || zone.toLowerCase().endsWith(`/${city}`)) ??
    known(name.trim())
  );
}

function offsetZone(name: string): string | undefined {
  const parts = /^(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(name);
  return parts ? known(`${parts[1]}${parts[2]?.padStart(2, '0')}:${parts[3] ?? '00'}`) : undefined;
}

function known(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
