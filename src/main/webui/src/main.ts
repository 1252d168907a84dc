import { createApp } from "vue";
import App from "./App.vue";
import { i18n } from "./shell/i18n";
import { language, theme } from "./shell/preferences";
import { router } from "./shell/router";
import { useVuetify } from "./shell/vuetify";
import "./style.css";

const app = createApp(App);
useVuetify(app, theme.value, language.value);
app.use(i18n).use(router).mount("#app");
