/** Chinese, in one piece: of the page and of its components. */
export { zhHans as components } from "vuetify/locale";
export { default as page } from "../locales/zh.json";
