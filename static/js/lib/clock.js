const styles = {
  second: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  minute: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }),
  day: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
};

/** Epoch seconds as the reader's time of day. @param {number} epoch @param {"second" | "minute" | "day"} [style] */
export function clock(epoch, style = "second") {
  return styles[style].format(new Date(epoch * 1000));
}

/** The reader's time zone by name: a chart in local time has to say which. */
export function zone() {
  return styles.minute.resolvedOptions().timeZone;
}
