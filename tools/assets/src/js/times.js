// Page times are shown in the zone of the one who looks; the server writes them in UTC and says so.
const format = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

export function times(part) {
  for (const element of part.querySelectorAll("time[data-instant]")) {
    const at = new Date(element.dateTime);
    if (!Number.isNaN(at.valueOf())) element.textContent = format.format(at).replace(",", "");
  }
}
