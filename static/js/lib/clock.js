// 24 hours whatever the locale: a log line and a chart are compared by the digit.
const minute = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const styles = {
  second: new Intl.DateTimeFormat(undefined, { ...minute, second: "2-digit" }),
  minute: new Intl.DateTimeFormat(undefined, minute),
  day: new Intl.DateTimeFormat(undefined, { ...minute, day: "numeric", month: "short" }),
  date: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" }),
};

/** Epoch seconds as the reader's time of day. @param {number} epoch @param {"second" | "minute" | "day" | "date"} [style] */
export function clock(epoch, style = "second") {
  return styles[style].format(new Date(epoch * 1000));
}

/** The reader's time zone by name: a chart in local time has to say which. */
export function zone() {
  return styles.minute.resolvedOptions().timeZone;
}
