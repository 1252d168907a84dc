/** Stands in for what the components know of calendars, which the page has none of and every browser would load. */
export class VuetifyDateAdapter {}
