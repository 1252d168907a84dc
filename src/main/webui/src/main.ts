import { createApp } from "vue";
import App from "./App.vue";
import { refuseStrayFiles } from "./shell/drops";
import { i18n, spoken } from "./shell/i18n";
import { onMissingPart } from "./shell/missing";
import { theme } from "./shell/preferences";
import { router } from "./shell/router";
import { useVuetify } from "./shell/vuetify";
import "./style.css";

// Drafts and queued messages outlive this.
window.addEventListener("vite:preloadError", () => void onMissingPart(() => location.reload()));

refuseStrayFiles();

const app = createApp(App);
useVuetify(app, theme.value);
app.use(i18n).use(router);
void spoken.then(() => app.mount("#app"));
