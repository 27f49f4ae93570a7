export default {
  extends: ["stylelint-config-standard"],
  ignoreFiles: ["static/vendor/**"],
  reportNeedlessDisables: true,
  rules: {
    // Colours and fonts are named once, in tokens.css; everything else uses the names.
    "color-no-hex": true,
    "declaration-no-important": true,
    "selector-max-id": 0,
    "no-descending-specificity": null, // components are independent of their order
  },
  overrides: [
    { files: ["static/css/tokens.css"], rules: { "color-no-hex": null } },
  ],
};
