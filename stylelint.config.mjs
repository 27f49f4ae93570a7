export default {
  extends: ["stylelint-config-standard"],
  ignoreFiles: ["static/vendor/**"],
  reportNeedlessDisables: true,
  rules: {
    // Colours and fonts are named once, in tokens.css; everything else uses the names.
    "color-no-hex": true,
    "declaration-no-important": true,
    "selector-max-id": 0,
    "selector-class-pattern": "^[a-z][a-z0-9-]*(__[a-z0-9-]+)?(--[a-z0-9-]+)?$", // block__element--modifier
    // What belongs together reads better on one line than on ten.
    "declaration-block-single-line-max-declarations": null,
    "rule-empty-line-before": null,
    "at-rule-empty-line-before": null,
    "comment-empty-line-before": null,
    "custom-property-empty-line-before": null,
    "no-descending-specificity": null, // components are independent of their order
  },
  overrides: [
    { files: ["static/css/tokens.css"], rules: { "color-no-hex": null } },
  ],
};
