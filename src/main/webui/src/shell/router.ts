import { createRouter, createWebHashHistory } from "vue-router";
import HomeView from "../threads/HomeView.vue";

/** Places are behind the #, so that the service needs no rule for them, wherever it is mounted. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: "/", name: "home", component: HomeView },
    { path: "/t/:id", name: "thread", component: () => import("../conversation/ThreadView.vue"), props: true },
    { path: "/status", name: "status", component: () => import("../status/StatusView.vue") },
    { path: "/:rest(.*)", redirect: "/" },
  ],
});
