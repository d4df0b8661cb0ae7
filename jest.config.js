/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" }, sourceMaps: "inline" }] },
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out", "<rootDir>/dist"],
  testTimeout: 60_000,
};
