import config from "./playwright.config";

/** Makes the pictures of docs/images. */
export default { ...config, testDir: "e2e/pictures", testIgnore: [], use: { ...config.use, trace: "off" as const } };
