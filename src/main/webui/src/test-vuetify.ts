import { createVuetify } from "vuetify";
import { aliases, mdi } from "vuetify/iconsets/mdi-svg";

/** The components as the page has them, for tests. */
export const vuetify = createVuetify({ icons: { defaultSet: "mdi", aliases, sets: { mdi } } });
