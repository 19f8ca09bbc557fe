// Reads {"manifests": {name: manifest}, "cards": {name: card}} and prints {name: [fault, ...]}.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const Ajv = require("ajv-draft-04");
const formats = require("ajv-formats");
const AC = require("adaptivecards/dist/adaptivecards.js");

const SCHEMAS = path.join(
  path.dirname(require.resolve("@microsoft/app-manifest/package.json")),
  "build/json-schemas/teams",
);

function manifestFaults(manifest) {
  const file = path.join(SCHEMAS, `v${manifest.manifestVersion}`, "MicrosoftTeams.schema.json");
  const ajv = new Ajv({ allErrors: true, strict: false });
  formats(ajv);
  const check = ajv.compile(JSON.parse(fs.readFileSync(file, "utf8")));
  return check(manifest) ? [] : check.errors.map((e) => `${e.instancePath} ${e.message}`);
}

function cardFaults(json) {
  const context = new AC.SerializationContext(AC.Versions.v1_4);
  const card = new AC.AdaptiveCard();
  // The library's pattern is a global one and remembers where its last search ended.
  AC.CardElement.langProperty.regEx.lastIndex = 0;
  card.parse(json, context);
  const faults = [];
  for (let at = 0; at < context.eventCount; at++) faults.push(context.getEventAt(at).message);
  const found = card.validateProperties();
  for (const event of found.validationEvents) faults.push(event.message);
  return faults;
}

const given = JSON.parse(fs.readFileSync(0, "utf8"));
const faults = {};
for (const [kind, check] of [["manifests", manifestFaults], ["cards", cardFaults]]) {
  for (const [name, value] of Object.entries(given[kind] ?? {})) {
    const found = check(value);
    if (found.length) faults[name] = found;
  }
}
process.stdout.write(JSON.stringify(faults));
