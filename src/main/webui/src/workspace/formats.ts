import { useI18n } from "vue-i18n";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** Sizes and times as the page's language writes them. */
export function useFormats() {
  const { locale } = useI18n();

  function size(bytes: number): string {
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    const style = { style: "unit", unit: UNITS[unit], unitDisplay: unit ? "short" : "long" } as const;
    return new Intl.NumberFormat(locale.value, { ...style, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
  }

  /** Nothing for a time that no calendar here has: a file may claim any. */
  function time(iso: string): string {
    const date = new Date(iso);
    if (Number.isNaN(date.valueOf())) return "";
    return new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(date);
  }

  function duration(millis: number): string {
    const seconds = millis / 1000;
    const minutes = Math.floor(seconds / 60);
    const unit = (name: string, value: number, digits = 0) =>
      new Intl.NumberFormat(locale.value, {
        style: "unit",
        unit: name,
        unitDisplay: "narrow",
        maximumFractionDigits: digits,
      }).format(value);
    if (minutes === 0) return unit("second", seconds, seconds < 10 ? 1 : 0);
    return `${unit("minute", minutes)} ${unit("second", Math.floor(seconds % 60))}`;
  }

  function number(value: number): string {
    return new Intl.NumberFormat(locale.value).format(value);
  }

  return { size, time, duration, number };
}
